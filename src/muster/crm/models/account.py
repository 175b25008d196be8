from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from muster.access.scope import ScopedModel
from muster.core.custom.store import HasCustom
from muster.core.fields import CurrencyField, SensitiveCharField, SensitiveEmailField
from muster.core.links import record_url
from muster.core.periods import today
from muster.crm.models.address import Addressed
from muster.crm.models.clocked import Clocked
from muster.crm.models.matching import Matched, Reachable
from muster.crm.models.opt_out import OptOut

PHONE_TAIL = 4


class Account(HasCustom, Matched, Clocked, Addressed, ScopedModel):
    """A customer: a company, or a person who buys. Without an owner it waits to be given one."""

    custom_kinds = ("level",)
    matched_by: ClassVar = {"name": "name", "phone": "phone", "website": "website"}
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
    source = models.ForeignKey(
        "crm.LeadSource", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("source")
    )
    phone = models.CharField(_("switchboard"), max_length=32, blank=True)
    credit_code = models.CharField(  # noqa: DJ001 - empty is NULL, or a table of a million rows is written anew
        _("unified social credit code"), max_length=18, null=True, blank=True
    )
    website = models.URLField(_("website"), blank=True)
    country = models.CharField(_("country or region"), max_length=100, blank=True)
    province = models.CharField(_("province"), max_length=50, blank=True, default="")
    city = models.CharField(_("city"), max_length=100, blank=True)
    district = models.CharField(_("district"), max_length=100, blank=True, default="")
    address = models.CharField(_("address"), max_length=300, blank=True)
    postcode = models.CharField(_("postcode"), max_length=12, blank=True, default="")
    founded_in = models.PositiveSmallIntegerField(_("founded in"), null=True, blank=True)
    employees = models.PositiveIntegerField(_("employees"), null=True, blank=True)
    annual_revenue = models.BigIntegerField(_("annual revenue"), null=True, blank=True)  # minor units of `currency`
    currency = CurrencyField(_("currency"))
    notes = models.TextField(_("notes"), blank=True)
    last_activity_on = models.DateField(_("last contact"), null=True, blank=True, editable=False)

    merged_into = models.ForeignKey(
        "self",
        models.SET_NULL,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
        verbose_name=_("merged into"),
    )

    class Meta:
        verbose_name = _("account")
        verbose_name_plural = _("accounts")
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["owner", "-id"], name="account_of_owner"),
            models.Index(fields=["name", "id"], name="account_by_name"),
            models.Index(fields=["due_on", "id"], condition=Q(due_on__isnull=False), name="account_due"),
            models.Index(fields=["pool"], condition=Q(pool__isnull=False), name="account_in_pool"),
            models.Index(fields=["match_name"], name="account_match_name"),
            models.Index(fields=["match_phone"], name="account_match_phone"),
            models.Index(fields=["match_domain"], name="account_match_domain"),
            models.Index(fields=["credit_code"], name="account_by_code"),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return record_url("account_detail", self.pk)

    def search_parts(self) -> list[str]:
        return [self.name, self.city, self.phone[-PHONE_TAIL:]]


class AccountMember(ScopedModel):
    """Somebody besides the owner who works this account, and therefore sees it, with its contacts: up to and with the
    day `until`. Who may read only logs nothing; who may comment logs work and changes nothing."""

    class Level(models.TextChoices):
        READ = "read", pgettext_lazy("of a team member", "Read")
        COMMENT = "comment", pgettext_lazy("of a team member", "Read and log work")
        EDIT = "edit", pgettext_lazy("of a team member", "Edit")

    account = models.ForeignKey(Account, models.CASCADE, related_name="team", verbose_name=_("account"))
    member = models.ForeignKey("people.Member", models.CASCADE, related_name="account_teams", verbose_name=_("member"))
    part = models.CharField(_("part"), max_length=100, blank=True)
    level = models.CharField(
        pgettext_lazy("of a team member", "may"), max_length=7, choices=Level.choices, default=Level.EDIT
    )
    until = models.DateField(_("valid until"), null=True, blank=True)
    with_deals = models.BooleanField(_("its deals too"), default=False)

    class Meta:
        verbose_name = _("account team member")
        verbose_name_plural = _("account team")
        constraints = [models.UniqueConstraint(fields=["account", "member"], name="account_member_once")]
        indexes = [models.Index(fields=["member", "account"], name="account_of_member")]

    def __str__(self) -> str:
        return f"{self.account}: {self.member}"

    def get_absolute_url(self) -> str:
        return record_url("account_detail", self.account_id)

    @property
    def is_over(self) -> bool:
        return self.until is not None and self.until < today()


class Contact(HasCustom, Reachable, OptOut, Addressed, ScopedModel):
    """A person at an account."""

    custom_kinds = ("account.level",)
    matched_by: ClassVar = {"name": "name", "phone": "phone", "email": "email"}
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
    province = models.CharField(_("province"), max_length=50, blank=True, default="")
    city = models.CharField(_("city"), max_length=100, blank=True, default="")
    district = models.CharField(_("district"), max_length=100, blank=True, default="")
    address = SensitiveCharField(_("address"), max_length=300, blank=True, default="")
    postcode = models.CharField(_("postcode"), max_length=12, blank=True, default="")
    decides = models.BooleanField(_("decision maker"), default=False)
    notes = models.TextField(_("notes"), blank=True)

    merged_into = models.ForeignKey(
        "self",
        models.SET_NULL,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
        verbose_name=_("merged into"),
    )

    class Meta:
        verbose_name = _("contact")
        verbose_name_plural = _("contacts")
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["account", "-id"], name="contact_of_account"),
            models.Index(fields=["owner", "-id"], name="contact_of_owner"),
            models.Index(fields=["match_name"], name="contact_match_name"),
            models.Index(fields=["match_phone"], name="contact_match_phone"),
            models.Index(fields=["match_mail"], name="contact_match_mail"),
            models.Index(fields=["match_domain"], name="contact_match_domain"),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return record_url("contact_detail", self.pk)

    def search_parts(self) -> list[str]:
        return [self.name, self.title]
