from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from muster.access.scope import ScopedModel


class Absence(ScopedModel):
    """A member is away from `starts_on` to `ends_on`, both included. Why is nobody's business here: leave is granted
    elsewhere; we only see to it that nothing new is given to him meanwhile and that nobody waits for him."""

    member = models.ForeignKey("people.Member", models.CASCADE, related_name="absences", verbose_name=_("member"))
    starts_on = models.DateField(_("first day away"))
    ends_on = models.DateField(_("last day away"))
    note = models.CharField(
        _("who stands in"), max_length=200, blank=True, help_text=_("Seen by all colleagues: name no illness here.")
    )

    deputy = models.ForeignKey(
        "people.Member",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("approves meanwhile"),
        help_text=_("What waits for an approval goes there. Empty: to the next manager who is there."),
    )

    class Meta:
        verbose_name = _("absence")
        verbose_name_plural = _("absences")
        ordering = ["-starts_on", "-id"]
        indexes = [models.Index(fields=["member", "ends_on"], name="absence_of_member")]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on__gte=F("starts_on")),
                name="absence_dates",
                violation_error_message=_("The last day away is before the first one: check both days."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.member} · {self.starts_on:%Y-%m-%d} – {self.ends_on:%Y-%m-%d}"

    def get_absolute_url(self) -> str:
        return f"{reverse('member_detail', args=[self.member_id])}?tab=career"

    @property
    def owner_id(self) -> int:
        return self.member_id
