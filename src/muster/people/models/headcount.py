from django.db import models
from django.utils.translation import gettext_lazy as _

from muster.access.scope import ScopedModel


class HeadcountPlan(ScopedModel):
    """How many seats a unit is meant to have, from a day on; the units below it have their own."""

    unit = models.ForeignKey("people.Unit", models.CASCADE, related_name="seats", verbose_name=_("unit"))
    valid_from = models.DateField(_("valid from"))
    seats = models.PositiveIntegerField(_("seats"))

    class Meta:
        verbose_name = _("headcount plan")
        verbose_name_plural = _("headcount plans")
        ordering = ["unit", "-valid_from"]
        constraints = [
            models.UniqueConstraint(
                fields=["unit", "valid_from"],
                name="headcount_plan_once",
                violation_error_message=_("There is a plan for this unit from that day already: change that one."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.unit}: {self.seats}"
