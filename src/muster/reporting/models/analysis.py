import datetime as dt

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from muster.access.models import SavedView
from muster.access.scope import ScopedModel
from muster.core.links import record_url
from muster.core.periods import Period, parse
from muster.reporting.models.template import Rhythm


class Analysis(ScopedModel):
    """A table somebody put together: numbers, by what, over which period, how it is drawn. It holds no numbers: each
    reader gets his own."""

    class Chart(models.TextChoices):
        TABLE = "table", _("Table only")
        BAR = "bar", _("Bars")
        FLAT = "hbar", _("Bars across")
        STACK = "bar-stack", _("Stacked bars")
        LINE = "line", _("Line")

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, editable=False, related_name="+", verbose_name=_("made by")
    )
    name = models.CharField(_("name"), max_length=80)
    about = models.CharField(_("what it is for"), max_length=200, blank=True)
    metrics = models.JSONField(_("metrics"), default=list)  # keys of the registry
    rows = models.CharField(_("rows"), max_length=20)
    columns = models.CharField(_("columns"), max_length=20, blank=True)
    period = models.CharField(_("period"), max_length=30, default="quarter")
    compare = models.BooleanField(_("beside the period before"), default=False)
    totals = models.BooleanField(_("with totals"), default=True)
    chart = models.CharField(_("drawn as"), max_length=10, choices=Chart.choices, default=Chart.BAR)
    unit = models.ForeignKey(
        "people.Unit",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("only of the unit"),
        help_text=_("And those below it."),
    )
    where = models.JSONField(_("only where"), default=dict, blank=True)  # dimension → value
    share = models.CharField(
        _("who sees it"), max_length=10, choices=SavedView.Share.choices, default=SavedView.Share.NOBODY
    )
    shared_unit = models.BigIntegerField(null=True, editable=False)  # of its owner when it was shared

    class Meta:
        verbose_name = _("analysis")
        verbose_name_plural = _("analyses")
        ordering = ["name", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["user", "name"],
                condition=models.Q(archived_at=None),
                name="analysis_named_once",
                violation_error_message=_("You have an analysis of this name already: choose another name."),
            )
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return record_url("analysis_detail", self.pk)

    @property
    def span(self) -> Period:
        """The period it tells of today."""
        return parse(self.period)


class AnalysisMail(ScopedModel):
    """That somebody gets an analysis by mail in a rhythm, with the numbers he may see himself."""

    analysis = models.ForeignKey(Analysis, models.CASCADE, related_name="mails", verbose_name=_("analysis"))
    member = models.ForeignKey("people.Member", models.CASCADE, related_name="+", verbose_name=_("to whom"))
    kind = models.CharField(_("rhythm"), max_length=5, choices=Rhythm.choices, default=Rhythm.WEEK)
    send_at = models.TimeField(
        _("sent at"),
        default=dt.time(8, 30),
        help_text=_(
            "On working days alone. Before noon: on the first one of each week or month; from noon on: on its last one."
        ),
    )

    class Meta:
        verbose_name = _("analysis by mail")
        verbose_name_plural = _("analyses by mail")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["analysis", "member"],
                name="analysismail_once",
                violation_error_message=_("This person gets it by mail already: change that, or stop it first."),
            )
        ]

    def __str__(self) -> str:
        return str(self.member)

    def get_absolute_url(self) -> str:
        return record_url("analysis_detail", self.analysis_id)

    @property
    def owner_id(self) -> int:
        return self.member_id


class AnalysisIssue(ScopedModel):
    """One analysis as one reader got it by mail: his numbers as they were then. Nobody gets one twice."""

    analysis = models.ForeignKey(Analysis, models.CASCADE, related_name="+", verbose_name=_("analysis"))
    member = models.ForeignKey("people.Member", models.CASCADE, related_name="+", verbose_name=_("member"))
    starts_on = models.DateField(_("first day"))
    kind = models.CharField(_("rhythm"), max_length=5, choices=Rhythm.choices)
    numbers = models.JSONField(_("numbers"), default=list)  # totals: [{key, value, currency}]

    class Meta:
        verbose_name = _("analysis that was mailed")
        verbose_name_plural = _("analyses that were mailed")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["analysis", "member", "kind", "starts_on"], name="analysisissue_once")
        ]

    def __str__(self) -> str:
        return str(self.analysis)

    def get_absolute_url(self) -> str:
        return record_url("analysis_detail", self.analysis_id)

    @property
    def owner_id(self) -> int:
        return self.member_id
