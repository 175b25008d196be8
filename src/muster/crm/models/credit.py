from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from muster.access.scope import ScopedModel
from muster.core.links import record_url

WHOLE = 10_000  # basis points of a deal


class DealCredit(ScopedModel):
    """What part of a deal counts for a member, from `valid_from` up to, not including, `valid_to`. Revenue credits of
    a day are the whole deal together; overlay credits come on top and are free. What the deal was won with has the day
    and its amount in `credited_on` and `amount` (minor units of `currency`). A set that was put right after the win is
    archived."""

    class Kind(models.TextChoices):
        REVENUE = "revenue", _("Revenue")
        OVERLAY = "overlay", _("Overlay")

    deal = models.ForeignKey("crm.Deal", models.CASCADE, related_name="credits", verbose_name=_("deal"))
    member = models.ForeignKey("people.Member", models.PROTECT, related_name="credits", verbose_name=_("member"))
    kind = models.CharField(_("kind of credit"), max_length=7, choices=Kind.choices, default=Kind.REVENUE)
    points = models.PositiveIntegerField(
        _("share, hundredths of a per cent"), validators=[MinValueValidator(1), MaxValueValidator(10 * WHOLE)]
    )
    valid_from = models.DateField(_("valid from"))
    valid_to = models.DateField(_("valid until"), null=True, blank=True)
    amount = models.BigIntegerField(_("amount"), null=True, blank=True, editable=False)
    currency = models.CharField(_("currency"), max_length=3, blank=True, editable=False)
    credited_on = models.DateField(_("counts on"), null=True, blank=True, editable=False)

    class Meta:
        verbose_name = _("deal credit")
        verbose_name_plural = _("deal credits")
        ordering = ["-valid_from", "kind", "-points", "id"]
        indexes = [
            models.Index(fields=["deal", "credited_on"], name="credit_of_deal"),
            models.Index(fields=["member", "credited_on"], name="credit_of_member"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(valid_to=None) | Q(valid_to__gt=F("valid_from")), name="credit_dates"),
            models.CheckConstraint(condition=Q(kind="overlay") | Q(points__lte=WHOLE), name="credit_at_most_all"),
        ]

    def __str__(self) -> str:
        return f"{self.member} {self.percent}"

    def get_absolute_url(self) -> str:
        return record_url("deal_detail", self.deal_id)

    @property
    def percent(self) -> str:
        return percent(self.points)


def percent(points: int) -> str:
    """'60 %', '33.34 %'."""
    whole, rest = divmod(points, 100)
    return f"{whole}.{rest:02}".rstrip("0").rstrip(".") + " %" if rest else f"{whole} %"
