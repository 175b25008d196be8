from decimal import Decimal
from fractions import Fraction

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from muster.access.scope import ScopedModel
from muster.core.custom.store import HasCustom
from muster.core.fields import CurrencyField
from muster.core.indexes import Largest
from muster.core.links import record_url
from muster.core.models import Searchable
from muster.core.money import rounded


class Deal(HasCustom, Searchable, ScopedModel):
    """A sale in the making. `status` follows the kind of its stage; `closed_on` is the business day it was won or
    lost."""

    custom_kinds = ("account.level",)
    named_by = ("name",)

    class Status(models.TextChoices):
        OPEN = "open", _("Open")
        WON = "won", _("Won")
        LOST = "lost", _("Lost")

    name = models.CharField(_("name"), max_length=200)
    account = models.ForeignKey(
        "crm.Account", models.PROTECT, null=True, blank=True, related_name="deals", verbose_name=_("account")
    )
    owner = models.ForeignKey("people.Member", models.PROTECT, related_name="deals", verbose_name=_("owner"))
    contact = models.ForeignKey(
        "crm.Contact", models.SET_NULL, null=True, blank=True, related_name="deals", verbose_name=_("contact")
    )
    product = models.ForeignKey(
        "crm.Product", models.PROTECT, null=True, blank=True, related_name="deals", verbose_name=_("product")
    )
    source = models.ForeignKey(
        "crm.LeadSource", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("source")
    )
    pipeline = models.ForeignKey("crm.Pipeline", models.PROTECT, related_name="deals", verbose_name=_("pipeline"))
    stage = models.ForeignKey("crm.Stage", models.PROTECT, related_name="deals", verbose_name=_("stage"))
    stage_since = models.DateField(_("in this stage since"), null=True, blank=True, editable=False)
    status = models.CharField(_("status"), max_length=4, choices=Status.choices, default=Status.OPEN, editable=False)
    amount = models.BigIntegerField(
        _("amount"), null=True, blank=True
    )  # minor units of `currency`; none is not yet known
    currency = CurrencyField(_("currency"))
    tax_included = models.BooleanField(_("tax is included"), default=True, db_default=True)
    tax_rate = models.DecimalField(
        _("tax rate, %"),
        max_digits=5,
        decimal_places=2,
        blank=True,
        default=Decimal(13),
        db_default=Decimal(13),
        validators=[MinValueValidator(Decimal(0)), MaxValueValidator(Decimal(100))],
    )
    probability = models.PositiveSmallIntegerField(
        _("probability, %"), null=True, blank=True, editable=False, validators=[MaxValueValidator(100)]
    )  # its own; none is that of its stage
    slips = models.PositiveSmallIntegerField(_("times pushed"), default=0, db_default=0, editable=False)
    slipped_days = models.PositiveIntegerField(_("days pushed"), default=0, db_default=0, editable=False)
    opened_on = models.DateField(_("opened on"), null=True, blank=True)
    expected_on = models.DateField(_("expected to close on"), null=True, blank=True)
    closed_on = models.DateField(_("closed on"), null=True, blank=True, editable=False)
    loss_reason = models.ForeignKey(
        "crm.LossReason",
        models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="deals",
        verbose_name=_("loss reason"),
    )
    close_note = models.TextField(_("closing note"), blank=True, editable=False)
    split_note = models.CharField(_("credit split"), max_length=300, blank=True, db_default="", editable=False)
    next_step = models.CharField(_("next step"), max_length=200, blank=True)
    notes = models.TextField(_("notes"), blank=True)
    last_activity_on = models.DateField(_("last contact"), null=True, blank=True, editable=False)

    class Meta:
        verbose_name = _("deal")
        verbose_name_plural = _("deals")
        ordering = ["-id"]
        indexes = [
            models.Index(Largest("amount"), F("id").desc(), name="deal_by_amount"),
            models.Index("owner", Largest("amount"), F("id").desc(), name="deal_of_owner_by_amount"),
            models.Index(
                fields=["owner", "status", "closed_on"], include=["amount", "currency"], name="deal_of_owner_closed"
            ),
            models.Index(
                fields=["owner", "pipeline", "stage"],
                include=["amount", "currency", "id"],
                condition=Q(status="open", archived_at=None),
                name="deal_on_board",
            ),
            models.Index(fields=["closed_on", "status"], name="deal_closed"),
            models.Index(fields=["account", "-id"], name="deal_of_account"),
            models.Index(fields=["stage", "status"], name="deal_in_stage"),
            models.Index(fields=["slips"], condition=Q(slips__gt=0), name="deal_slipped"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(status="open", closed_on=None) | (~Q(status="open") & Q(closed_on__isnull=False)),
                name="deal_closed_has_day",
            ),
            models.CheckConstraint(
                condition=Q(opened_on=None) | Q(closed_on=None) | Q(closed_on__gte=F("opened_on")),
                name="deal_closes_after_opening",
                violation_error_message=_("The deal closes before it was opened."),
            ),
            models.CheckConstraint(
                condition=Q(amount=None) | Q(amount__gte=0),
                name="deal_amount_not_negative",
                violation_error_message=_("An amount cannot be negative."),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return record_url("deal_detail", self.pk)

    def search_parts(self) -> list[str]:
        return [self.name]

    @property
    def chance(self) -> int:
        """Per cent: its own, or that of its stage."""
        return self.stage.probability if self.probability is None else self.probability

    @property
    def weighted(self) -> int | None:
        """The amount times the chance, in minor units."""
        return None if self.amount is None else rounded(Fraction(self.amount * self.chance, 100))


class StageChange(ScopedModel):
    """Each step a deal took, for ever."""

    deal = models.ForeignKey(Deal, models.CASCADE, related_name="stage_changes", verbose_name=_("deal"))
    from_stage = models.ForeignKey("crm.Stage", models.PROTECT, null=True, related_name="+", verbose_name=_("from"))
    to_stage = models.ForeignKey("crm.Stage", models.PROTECT, related_name="+", verbose_name=_("to"))
    changed_on = models.DateField(_("on"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", verbose_name=_("by"))

    class Meta:
        verbose_name = _("stage change")
        verbose_name_plural = _("stage changes")
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["deal", "-id"], name="stagechange_of_deal"),
            models.Index(fields=["to_stage", "changed_on"], name="stagechange_to"),
        ]

    def __str__(self) -> str:
        return f"{self.from_stage} → {self.to_stage}"
