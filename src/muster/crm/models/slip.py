from django.db import models
from django.utils.translation import gettext_lazy as _

from muster.access.scope import ScopedModel


class DealSlip(ScopedModel):
    """The day on which an open deal was to close was put off."""

    deal = models.ForeignKey("crm.Deal", models.CASCADE, related_name="pushes", verbose_name=_("deal"))
    from_on = models.DateField(_("from"))
    to_on = models.DateField(_("to"))
    days = models.PositiveIntegerField(_("days later"))  # calendar days
    pushed_on = models.DateField(_("on"))
    member = models.ForeignKey(
        "people.Member", models.SET_NULL, null=True, editable=False, related_name="+", verbose_name=_("by")
    )

    class Meta:
        verbose_name = _("push of a closing date")
        verbose_name_plural = _("pushes of closing dates")
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.from_on:%Y-%m-%d} → {self.to_on:%Y-%m-%d}"
