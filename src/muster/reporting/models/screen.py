from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from muster.access.scope import ScopedModel
from muster.core.links import page_url


class Screen(ScopedModel):
    """A large screen on a wall that shows somebody's numbers without a login. Whoever has its address sees them, so it
    is shown once, kept as a digest only, ends on a day, and stops when it is taken back or its maker may not log in."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, editable=False, related_name="+", verbose_name=_("of")
    )
    name = models.CharField(_("where it hangs"), max_length=60)
    with_board = models.BooleanField(_("my dashboard"), default=True)
    analyses = models.JSONField(_("analyses"), default=list, blank=True)  # ids
    seconds = models.PositiveIntegerField(_("seconds for each page"), default=20)
    hides = models.BooleanField(
        _("without names of customers"), default=True, help_text=_("Lists of records are left out then.")
    )
    ends_on = models.DateField(_("until"))
    digest = models.CharField(max_length=64, unique=True, editable=False)
    seen_at = models.DateTimeField(_("last seen"), null=True, blank=True, editable=False)

    class Meta:
        verbose_name = _("screen on a wall")
        verbose_name_plural = _("screens on walls")
        ordering = ["-id"]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return page_url("screens")
