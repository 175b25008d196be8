from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from muster.access.scope import ScopedModel
from muster.core.links import page_url


class Widget(ScopedModel):
    """One card of somebody's own dashboard, or of that with which a role begins. It holds no numbers: whoever looks
    sees his own."""

    class Kind(models.TextChoices):
        NUMBER = "number", _("A number")
        TREND = "trend", _("Its course")
        RANKING = "ranking", _("Who leads")
        FUNNEL = "funnel", _("Open deals by stage")
        ANALYSIS = "analysis", _("An analysis")
        VIEW = "view", _("A saved list")

    class Width(models.TextChoices):
        THIRD = "third", _("A third")
        HALF = "half", _("Half")
        FULL = "full", _("The whole width")

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, null=True, editable=False, related_name="+", verbose_name=_("of")
    )
    role = models.ForeignKey(
        "access.Role",
        models.CASCADE,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("for the role"),
        help_text=_("Empty: on your own dashboard."),
    )
    kind = models.CharField(_("what it shows"), max_length=8, choices=Kind.choices, default=Kind.NUMBER)
    metric = models.CharField(_("metric"), max_length=50, blank=True)
    analysis = models.ForeignKey(
        "reporting.Analysis", models.CASCADE, null=True, blank=True, related_name="+", verbose_name=_("analysis")
    )
    view = models.ForeignKey(
        "access.SavedView", models.CASCADE, null=True, blank=True, related_name="+", verbose_name=_("saved list")
    )
    period = models.CharField(_("period"), max_length=30, default="month")
    width = models.CharField(_("width"), max_length=5, choices=Width.choices, default=Width.THIRD)
    position_no = models.PositiveIntegerField(_("place"), default=0, editable=False)

    class Meta:
        verbose_name = _("card of a dashboard")
        verbose_name_plural = _("cards of dashboards")
        ordering = ["position_no", "id"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(user=None, role__isnull=False) | models.Q(user__isnull=False, role=None),
                name="widget_of_one",
            )
        ]

    def __str__(self) -> str:
        return self.get_kind_display()

    def get_absolute_url(self) -> str:
        return page_url("board")
