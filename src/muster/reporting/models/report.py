import datetime as dt

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from muster.access.scope import ScopedModel
from muster.core.links import record_url
from muster.core.periods import Period, containing
from muster.reporting.models.template import ReportTemplate, Rhythm


class Report(ScopedModel):
    """What a member tells his superior about one day, week or month. As long as it is a draft it holds nothing but
    answers: all else is looked up when it is opened. Sending it keeps what was true then (`ReportContent`)."""

    class State(models.TextChoices):
        DRAFT = "draft", _("Not sent")
        SENT = "sent", _("Sent")
        EXCUSED = "excused", _("Excused")  # away all the while

    template = models.ForeignKey(
        ReportTemplate, models.PROTECT, related_name="reports", verbose_name=_("report template")
    )
    kind = models.CharField(_("rhythm"), max_length=5, choices=Rhythm.choices)
    member = models.ForeignKey("people.Member", models.PROTECT, related_name="reports_made", verbose_name=_("member"))
    reviewer = models.ForeignKey(
        "people.Member", models.PROTECT, null=True, related_name="reports_read", verbose_name=_("read by")
    )
    starts_on = models.DateField(_("first day"))
    due_on = models.DateField(_("due on"))
    due_at = models.DateTimeField(_("deadline"))
    state = models.CharField(_("state"), max_length=7, choices=State.choices, default=State.DRAFT)
    answers = models.JSONField(_("answers"), default=list, blank=True)  # [{question, answer}]
    sent_at = models.DateTimeField(_("sent at"), null=True, blank=True)
    is_late = models.BooleanField(_("late"), default=False)
    seen_at = models.DateTimeField(_("read at"), null=True, blank=True)
    reminded = models.PositiveSmallIntegerField(default=0, editable=False)  # 1: before, 2: after it was due

    class Meta:
        verbose_name = _("report")
        verbose_name_plural = pgettext_lazy("report", "reports")
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["member", "-starts_on", "-id"], name="report_of_member"),
            models.Index(fields=["reviewer", "state", "-starts_on"], name="report_for_reviewer"),
            models.Index(fields=["kind", "starts_on"], name="report_of_period"),
            models.Index(fields=["due_at"], condition=Q(state="draft"), name="report_outstanding"),
            models.Index(fields=["due_on"], name="report_due"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["member", "kind", "starts_on"], name="report_once"),
            models.CheckConstraint(
                condition=Q(state="sent", sent_at__isnull=False) | (~Q(state="sent") & Q(sent_at=None)),
                name="report_sent_has_moment",
            ),
        ]

    def __str__(self) -> str:
        return f"{Rhythm(self.kind).report} {self.period.label()}"

    def get_absolute_url(self) -> str:
        return record_url("report_detail", self.pk)

    @property
    def period(self) -> Period:
        return containing(self.starts_on, self.kind)

    @property
    def owner_id(self) -> int:
        return self.member_id

    @property
    def is_overdue(self) -> bool:
        return self.state == self.State.DRAFT and self.due_at < timezone.now()

    @property
    def told_as(self) -> str:
        """What a notice calls it: whose it is."""
        return f"{self.member} · {self}"


class ReportContent(ScopedModel):
    """What a report said when it was sent: numbers and rows as they stood then, as codes and the records' own words.
    Never changed afterwards."""

    report = models.OneToOneField(Report, models.CASCADE, related_name="content", verbose_name=_("report"))
    body = models.JSONField(_("content"), default=dict)

    class Meta:
        verbose_name = _("content of a report")
        verbose_name_plural = _("contents of reports")

    def __str__(self) -> str:
        return str(self.report)


class ReportRound(ScopedModel):
    """One period of a template: that those who read were told who has not sent."""

    template = models.ForeignKey(
        ReportTemplate, models.CASCADE, related_name="rounds", verbose_name=_("report template")
    )
    starts_on = models.DateField(_("first day"))
    told_at = models.DateTimeField(_("readers told at"), null=True, blank=True)

    class Meta:
        verbose_name = _("round of reports")
        verbose_name_plural = _("rounds of reports")
        ordering = ["-starts_on", "-id"]
        constraints = [models.UniqueConstraint(fields=["template", "starts_on"], name="reportround_once")]

    def __str__(self) -> str:
        return gettext("%(name)s, %(period)s") % {"name": self.template, "period": self.period.label()}

    def get_absolute_url(self) -> str:
        return f"{reverse('report_missing')}?kind={self.template.kind}&day={self.starts_on:%Y-%m-%d}"

    @property
    def period(self) -> Period:
        return containing(self.starts_on, self.template.kind)

    @property
    def day(self) -> dt.date:
        return self.starts_on
