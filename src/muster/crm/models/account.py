from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from muster.access.scope import ScopedModel
from muster.core.custom.store import HasCustom
from muster.core.fields import CurrencyField, SensitiveCharField, SensitiveEmailField
from muster.core.links import record_url
from muster.core.models import Searchable

PHONE_TAIL = 4


class Account(HasCustom, Searchable, ScopedModel):
    """A customer: a company, or a person who buys. Without an owner it waits to be given one."""

    custom_kinds = ("level",)
    named_by = ("name",)

    class Level(models.TextChoices):
        KEY = "key", _("Key account")
        NORMAL = "normal", _("Normal")
        SMALL = "small", pgettext_lazy("customer level", "Small")

    name = models.CharField(_("name"), max_length=200)
    owner = models.ForeignKey(
        "people.Member", models.PROTECT, null=True, blank=True, related_name="accounts", verbose_name=_("owner")
    )
    industry = models.CharField(_("industry"), max_length=100, blank=True)
    level = models.CharField(_("level"), max_length=10, choices=Level.choices, default=Level.NORMAL)
    parent = models.ForeignKey(
        "self", models.SET_NULL, null=True, blank=True, related_name="subsidiaries", verbose_name=_("parent company")
    )
    phone = models.CharField(_("switchboard"), max_length=32, blank=True)
    website = models.URLField(_("website"), blank=True)
    country = models.CharField(_("country or region"), max_length=100, blank=True)
    city = models.CharField(_("city"), max_length=100, blank=True)
    address = models.CharField(_("address"), max_length=300, blank=True)
    founded_in = models.PositiveSmallIntegerField(_("founded in"), null=True, blank=True)
    employees = models.PositiveIntegerField(_("employees"), null=True, blank=True)
    annual_revenue = models.BigIntegerField(_("annual revenue"), null=True, blank=True)  # minor units of `currency`
    currency = CurrencyField(_("currency"))
    notes = models.TextField(_("notes"), blank=True)
    last_activity_on = models.DateField(_("last contact"), null=True, blank=True, editable=False)

    class Meta:
        verbose_name = _("account")
        verbose_name_plural = _("accounts")
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["owner", "-id"], name="account_of_owner"),
            models.Index(fields=["name", "id"], name="account_by_name"),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return record_url("account_detail", self.pk)

    def search_parts(self) -> list[str]:
        return [self.name, self.city, self.phone[-PHONE_TAIL:]]


class AccountMember(ScopedModel):
    """Somebody besides the owner who works this account, and therefore sees it."""

    account = models.ForeignKey(Account, models.CASCADE, related_name="team", verbose_name=_("account"))
    member = models.ForeignKey("people.Member", models.CASCADE, related_name="account_teams", verbose_name=_("member"))
    part = models.CharField(_("part"), max_length=100, blank=True)

    class Meta:
        verbose_name = _("account team member")
        verbose_name_plural = _("account team")
        constraints = [models.UniqueConstraint(fields=["account", "member"], name="account_member_once")]
        indexes = [models.Index(fields=["member", "account"], name="account_of_member")]

    def __str__(self) -> str:
        return f"{self.account}: {self.member}"


class Contact(HasCustom, Searchable, ScopedModel):
    """A person at an account."""

    custom_kinds = ("account.level",)
    named_by = ("name",)

    account = models.ForeignKey(Account, models.PROTECT, related_name="contacts", verbose_name=_("account"))
    owner = models.ForeignKey(
        "people.Member", models.PROTECT, null=True, blank=True, related_name="contacts", verbose_name=_("owner")
    )
    name = models.CharField(_("name"), max_length=100)
    title = models.CharField(_("job title"), max_length=100, blank=True)
    phone = SensitiveCharField(_("phone"), max_length=32, blank=True)
    email = SensitiveEmailField(_("e-mail"), blank=True)
    wechat = SensitiveCharField(_("WeChat"), max_length=64, blank=True)
    decides = models.BooleanField(_("decision maker"), default=False)
    notes = models.TextField(_("notes"), blank=True)

    class Meta:
        verbose_name = _("contact")
        verbose_name_plural = _("contacts")
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["account", "-id"], name="contact_of_account"),
            models.Index(fields=["owner", "-id"], name="contact_of_owner"),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return record_url("contact_detail", self.pk)

    def search_parts(self) -> list[str]:
        return [self.name, self.title]
