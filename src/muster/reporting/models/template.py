import datetime as dt

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from muster.access.scope import ScopedModel
from muster.core.links import record_url

MOST_QUESTIONS = 3


class Rhythm(models.TextChoices):
    """How often something is told; the keys are those of `core.periods`."""

    DAY = "day", _("Daily")
    WEEK = "week", _("Weekly")
    MONTH = "month", _("Monthly")

    @property
    def report(self) -> str:
        """What a report in this rhythm is called."""
        names = {
            "day": pgettext_lazy("report", "Daily report"),
            "week": pgettext_lazy("report", "Weekly report"),
            "month": pgettext_lazy("report", "Monthly report"),
        }
        return str(names[self.value])


class ReportTemplate(ScopedModel):
    """Who reports in which rhythm, until when, to whom, and what he is asked besides what is known already.

    Of several that fit a member the most particular counts: one for his position before one for all, one for his unit
    before one for a unit above.
    """

    name = models.CharField(_("name"), max_length=100)
    kind = models.CharField(_("rhythm"), max_length=5, choices=Rhythm.choices, default=Rhythm.DAY)
    unit = models.ForeignKey(
        "people.Unit",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("for the unit"),
        help_text=_("And all below it. Empty: for the whole firm."),
    )
    position = models.ForeignKey(
        "people.Position",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("for the position"),
        help_text=_("Empty: for all."),
    )
    questions = models.JSONField(_("questions"), default=list, blank=True)  # [{text, required}], at most three
    draft_at = models.TimeField(_("drafted at"), default=dt.time(17, 30))
    due_after = models.PositiveSmallIntegerField(
        _("due after working days"),
        default=0,
        help_text=_("0: on the last working day of the period; 1: on the first one after it."),
    )
    due_at = models.TimeField(
        _("deadline"), default=dt.time(19), help_text=_("In the time zone of who reports. Later counts as late.")
    )
    remind_minutes = models.PositiveSmallIntegerField(
        _("remind before, in minutes"), default=60, help_text=_("0: no reminder.")
    )
    reviewer = models.ForeignKey(
        "people.Member",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("read by"),
        help_text=_("Empty: by the manager."),
    )
    is_on = models.BooleanField(_("switched on"), default=True)

    class Meta:
        verbose_name = _("report template")
        verbose_name_plural = _("report templates")
        ordering = ["kind", "name", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(due_after__lte=10),
                name="reporttemplate_due_soon",
                violation_error_message=_("More than ten working days is too late: choose fewer."),
            )
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return record_url("reporttemplate_detail", self.pk)


class ReportExemption(ScopedModel):
    """A member who need not report by a template, for good or until a day."""

    template = models.ForeignKey(
        ReportTemplate, models.CASCADE, related_name="exemptions", verbose_name=_("report template")
    )
    member = models.ForeignKey("people.Member", models.CASCADE, related_name="+", verbose_name=_("member"))
    until = models.DateField(_("exempt until"), null=True, blank=True, help_text=_("The last day. Empty: for good."))
    reason = models.CharField(_("reason"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("exemption from reports")
        verbose_name_plural = _("exemptions from reports")
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["template", "member"], name="reportexemption_once")]

    def __str__(self) -> str:
        return str(self.member)

    def get_absolute_url(self) -> str:
        return record_url("reporttemplate_detail", self.template_id)
