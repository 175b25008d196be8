"""What a stage asks of a deal before it goes on: things a person says are done, and who said so."""

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from muster.access.scope import ScopedModel
from muster.crm.models.setup import Stage, Translated


class StageCriterion(Translated):
    """Something that must be so before a deal leaves the stage for a later one; a person ticks it."""

    stage = models.ForeignKey(Stage, models.PROTECT, related_name="criteria", verbose_name=_("stage"))
    position_no = models.PositiveSmallIntegerField(_("order"), default=0)

    class Meta:
        verbose_name = _("exit criterion")
        verbose_name_plural = _("exit criteria")
        ordering = ["stage", "position_no", "id"]

    def get_absolute_url(self) -> str:
        return reverse("stage_detail", args=[self.stage_id])


class DealTick(ScopedModel):
    """Somebody said that a criterion is met for a deal."""

    deal = models.ForeignKey("crm.Deal", models.CASCADE, related_name="ticks", verbose_name=_("deal"))
    criterion = models.ForeignKey(StageCriterion, models.PROTECT, related_name="ticks", verbose_name=_("criterion"))
    member = models.ForeignKey(
        "people.Member", models.SET_NULL, null=True, editable=False, related_name="+", verbose_name=_("by")
    )
    ticked_on = models.DateField(_("on"))

    class Meta:
        verbose_name = _("tick of a criterion")
        verbose_name_plural = _("ticks of criteria")
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["deal", "criterion"], name="deal_tick_once")]

    def __str__(self) -> str:
        return f"{self.criterion} ✓"
