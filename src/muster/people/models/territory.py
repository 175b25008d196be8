from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from muster.access.scope import ScopedModel
from muster.core.links import record_url


class Territory(ScopedModel):
    """A part of the market: a country, a region, a city, a postcode. It may lie in a larger one."""

    name = models.CharField(_("name"), max_length=100)
    code = models.CharField(_("code"), max_length=32, unique=True)
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="parts", verbose_name=_("lies in")
    )

    class Meta:
        verbose_name = _("territory")
        verbose_name_plural = _("territories")
        ordering = ["name", "id"]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return record_url("territory_edit", self.pk)


class TerritoryAssignment(ScopedModel):
    """A territory is in somebody's hands from `valid_from` up to, not including, `valid_to`. One person may hold
    several, and several may share one."""

    member = models.ForeignKey("people.Member", models.CASCADE, related_name="territories", verbose_name=_("member"))
    territory = models.ForeignKey(Territory, models.PROTECT, related_name="holders", verbose_name=_("territory"))
    valid_from = models.DateField(_("valid from"))
    valid_to = models.DateField(_("valid until"), null=True, blank=True)
    reason = models.CharField(_("reason"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("territory held")
        verbose_name_plural = _("territories held")
        ordering = ["-valid_from", "-id"]
        indexes = [models.Index(fields=["territory", "valid_from"], name="territory_held_since")]
        constraints = [
            models.UniqueConstraint(fields=["member", "territory", "valid_from"], name="territory_given_once"),
            models.CheckConstraint(
                condition=Q(valid_to=None) | Q(valid_to__gt=F("valid_from")),
                name="territory_held_dates",
                violation_error_message=_("It cannot have ended before it began: check both days."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.member} · {self.territory}"

    def get_absolute_url(self) -> str:
        return f"{reverse('member_detail', args=[self.member_id])}?tab=career"

    @property
    def owner_id(self) -> int:
        return self.member_id
