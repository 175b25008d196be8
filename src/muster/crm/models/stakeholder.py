from typing import ClassVar

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from muster.access.scope import ScopedModel
from muster.crm.models.account import Account, Contact


class Stakeholder(ScopedModel):
    """What a contact is in the buying of its account: the part played, how he stands to us, how much he counts, and
    which of us knows him best."""

    class Role(models.TextChoices):
        DECIDES = "decides", _("Decides")
        PAYS = "pays", _("Holds the budget")
        USES = "uses", _("Uses it")
        CHECKS = "checks", _("Checks it (technical)")
        BUYS = "buys", _("Purchasing")
        HELPS = "helps", _("Helps us inside")
        BLOCKS = "blocks", _("Stands in the way")

    class Attitude(models.IntegerChoices):
        AGAINST = -2, _("Against us")
        DOUBTS = -1, _("Doubts")
        NEUTRAL = 0, pgettext_lazy("attitude", "Neutral")
        LEANS = 1, _("Leans to us")
        FOR = 2, _("For us")

    TONES: ClassVar = {-2: "red", -1: "amber", 0: "gray", 1: "teal", 2: "green"}

    contact = models.OneToOneField(Contact, models.CASCADE, related_name="stake", verbose_name=_("contact"))
    role = models.CharField(_("part in buying"), max_length=8, choices=Role.choices)
    attitude = models.SmallIntegerField(_("attitude"), choices=Attitude.choices, default=Attitude.NEUTRAL)
    influence = models.PositiveSmallIntegerField(
        _("influence, 1 to 5"), default=3, validators=[MinValueValidator(1), MaxValueValidator(5)]
    )
    known_by = models.ForeignKey(
        "people.Member",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("who of us knows them best"),
    )

    class Meta:
        verbose_name = _("stakeholder")
        verbose_name_plural = _("stakeholders")
        ordering = ["-influence", "id"]

    def __str__(self) -> str:
        return f"{self.contact}: {self.get_role_display()}"

    def get_absolute_url(self) -> str:
        return reverse("account_detail", args=[self.contact.account_id])

    @property
    def tone(self) -> str:
        return str(self.TONES[self.attitude])


class Acquaintance(ScopedModel):
    """Two contacts of one account know one another: the one reports to the other, or listens to him."""

    class Kind(models.TextChoices):
        REPORTS = "reports", _("reports to")
        LISTENS = "listens", _("listens to")
        KNOWS = "knows", _("knows well")

    contact = models.ForeignKey(Contact, models.CASCADE, related_name="knows", verbose_name=_("contact"))
    other = models.ForeignKey(Contact, models.CASCADE, related_name="known", verbose_name=_("the other contact"))
    kind = models.CharField(_("how"), max_length=7, choices=Kind.choices, default=Kind.REPORTS)

    class Meta:
        verbose_name = _("acquaintance")
        verbose_name_plural = _("acquaintances")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["contact", "other"],
                name="acquaintance_once",
                violation_error_message=_("This is noted already."),
            ),
            models.CheckConstraint(
                condition=~Q(contact=F("other")),
                name="acquaintance_of_two",
                violation_error_message=_("Choose another contact: nobody reports to oneself."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.contact} {self.get_kind_display()} {self.other}"

    def get_absolute_url(self) -> str:
        return reverse("account_detail", args=[self.contact.account_id])


class Tag(ScopedModel):
    """A word that the firm puts on customers: shared by all, with a colour."""

    class Tone(models.TextChoices):
        BLUE = "blue", _("Blue")
        GREEN = "green", _("Green")
        TEAL = "teal", _("Teal")
        AMBER = "amber", _("Amber")
        RED = "red", _("Red")
        PURPLE = "purple", _("Purple")
        PINK = "pink", _("Pink")
        GRAY = "gray", _("Gray")

    name = models.CharField(_("name"), max_length=30, unique=True)
    tone = models.CharField(_("colour"), max_length=6, choices=Tone.choices, default=Tone.BLUE)

    class Meta:
        verbose_name = _("tag")
        verbose_name_plural = _("tags")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("tag_list")


class AccountTag(ScopedModel):
    account = models.ForeignKey(Account, models.CASCADE, related_name="tagged", verbose_name=_("account"))
    tag = models.ForeignKey(Tag, models.CASCADE, related_name="tagged", verbose_name=_("tag"))

    class Meta:
        verbose_name = _("tag of an account")
        verbose_name_plural = _("tags of accounts")
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["account", "tag"], name="accounttag_once")]
        indexes = [models.Index(fields=["tag", "account"], name="accounttag_of_tag")]

    def __str__(self) -> str:
        return f"{self.account}: {self.tag}"
