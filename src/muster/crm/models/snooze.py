from django.db import models
from django.utils.translation import gettext_lazy as _

from muster.access.scope import ScopedModel


class DealSnooze(ScopedModel):
    """Somebody said why nothing happens with a stale deal, and until when it may be left alone."""

    deal = models.ForeignKey("crm.Deal", models.CASCADE, related_name="snoozes", verbose_name=_("deal"))
    member = models.ForeignKey(
        "people.Member", models.SET_NULL, null=True, editable=False, related_name="+", verbose_name=_("by")
    )
    until = models.DateField(_("snoozed until"))  # that day it shows again
    reason = models.CharField(_("reason"), max_length=200)

    class Meta:
        verbose_name = _("snooze of a deal")
        verbose_name_plural = _("snoozes of deals")
        ordering = ["-id"]
        indexes = [models.Index(fields=["deal", "-until"], name="snooze_of_deal")]

    def __str__(self) -> str:
        return f"{self.deal} → {self.until:%Y-%m-%d}"
