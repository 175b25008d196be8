from django.db import models
from django.utils.translation import gettext_lazy as _

from muster.access.scope import ScopedModel
from muster.core.links import record_url


class Competitor(ScopedModel):
    """Who else sells what we sell, and what a seller should know against him."""

    named_by = ("name",)
    name = models.CharField(
        _("name"),
        max_length=100,
        unique=True,
        error_messages={"unique": _("This competitor is on record already: change that one.")},
    )
    website = models.URLField(_("website"), blank=True)
    strengths = models.TextField(_("strengths"), blank=True)
    weaknesses = models.TextField(_("weaknesses"), blank=True)
    how_to_beat = models.TextField(_("how to beat them"), blank=True)

    class Meta:
        verbose_name = _("competitor")
        verbose_name_plural = _("competitors")
        ordering = ["name", "id"]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return record_url("competitor_detail", self.pk)


class DealCompetitor(ScopedModel):
    """A competitor who is in on a deal; after its end also whether he got it or was beaten."""

    class Status(models.TextChoices):
        SUSPECTED = "suspect", _("Suspected")
        CONFIRMED = "confirm", _("Confirmed")
        WON = "won", _("Won it from us")
        BEATEN = "beaten", _("Beaten")

    deal = models.ForeignKey("crm.Deal", models.CASCADE, related_name="rivals", verbose_name=_("deal"))
    competitor = models.ForeignKey(Competitor, models.PROTECT, related_name="deals", verbose_name=_("competitor"))
    status = models.CharField(_("status"), max_length=7, choices=Status.choices, default=Status.SUSPECTED)
    note = models.CharField(_("note"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("competitor on a deal")
        verbose_name_plural = _("competitors on deals")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["deal", "competitor"],
                name="competitor_once_on_a_deal",
                violation_error_message=_("This competitor is on the deal already."),
            )
        ]

    def __str__(self) -> str:
        return str(self.competitor)

    def get_absolute_url(self) -> str:
        return record_url("deal_detail", self.deal_id)
