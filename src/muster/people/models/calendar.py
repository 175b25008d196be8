"""The firm's own word on which days are worked, over what is published."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from muster.access.scope import ScopedModel
from muster.core.links import record_url


def home_country() -> str:
    return str(settings.WORK_CALENDAR)


class CalendarDay(ScopedModel):
    """A day that is not what the published calendar says: off, or worked instead. The decree of a year that the
    package does not know yet, a change within the year, or what the firm agreed for itself."""

    class As(models.TextChoices):
        OFF = "off", _("Day off")
        WORKED = "worked", _("Make-up day")

    day = models.DateField(_("day"))
    counts_as = models.CharField(_("counts as"), max_length=8, choices=As.choices)
    name = models.CharField(
        _("name"), max_length=60, blank=True, help_text=_("Of the holiday, as it stands in calendars.")
    )
    country = models.CharField(
        _("country"),
        max_length=8,
        default=home_country,
        help_text=_("Whose calendar it is, as a code: CN. Usually that of the firm."),
    )

    class Meta:
        verbose_name = _("special day")
        verbose_name_plural = _("special days")
        ordering = ["-day", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["country", "day"],
                condition=Q(archived_at=None),
                name="calendar_day_once",
                violation_error_message=_("This day is set already: change the entry that is there."),
            )
        ]

    def __str__(self) -> str:
        return " · ".join(one for one in (f"{self.day:%Y-%m-%d}", str(self.get_counts_as_display()), self.name) if one)

    def get_absolute_url(self) -> str:
        return record_url("calendarday_edit", self.pk)


class CalendarYear(ScopedModel):
    """A year whose calendar was missing when it should have been known: that it was said, so that it is said once."""

    country = models.CharField(_("country"), max_length=8)
    year = models.PositiveSmallIntegerField(_("year"))
    said_on = models.DateField(_("said on"))

    class Meta:
        verbose_name = _("missing calendar of a year")
        verbose_name_plural = _("missing calendars of years")
        ordering = ["-year", "-id"]
        constraints = [models.UniqueConstraint(fields=["country", "year"], name="calendar_year_once")]

    def __str__(self) -> str:
        return str(self.year)

    def get_absolute_url(self) -> str:
        return reverse("calendarday_list")
