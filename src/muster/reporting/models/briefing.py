import datetime as dt

from django.db import models
from django.utils.translation import gettext_lazy as _

from muster.access.scope import ScopedModel
from muster.core.links import record_url
from muster.core.periods import Period, containing
from muster.reporting.models.template import Rhythm


class Briefing(ScopedModel):
    """What the leaders of a unit, or of the firm, are told by themselves at a set time: the numbers of their people."""

    name = models.CharField(_("name"), max_length=100)
    kind = models.CharField(_("rhythm"), max_length=5, choices=Rhythm.choices, default=Rhythm.DAY)
    send_at = models.TimeField(
        _("sent at"),
        default=dt.time(8, 30),
        help_text=_(
            "Before noon it tells of the period before, on the first working day after it; from noon on of the present"
            " one, on its last working day."
        ),
    )
    unit = models.ForeignKey(
        "people.Unit",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("to the leaders in"),
        help_text=_("And all below it. Empty: of the whole firm."),
    )
    is_on = models.BooleanField(_("switched on"), default=True)

    class Meta:
        verbose_name = _("sales briefing")
        verbose_name_plural = _("sales briefings")
        ordering = ["name", "id"]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return record_url("briefing_detail", self.pk)


class BriefingExclusion(ScopedModel):
    """A member who gets no briefing and whose work is not counted in it."""

    briefing = models.ForeignKey(Briefing, models.CASCADE, related_name="exclusions", verbose_name=_("sales briefing"))
    member = models.ForeignKey("people.Member", models.CASCADE, related_name="+", verbose_name=_("member"))

    class Meta:
        verbose_name = _("exclusion from a briefing")
        verbose_name_plural = _("exclusions from briefings")
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["briefing", "member"], name="briefingexclusion_once")]

    def __str__(self) -> str:
        return str(self.member)

    def get_absolute_url(self) -> str:
        return record_url("briefing_detail", self.briefing_id)


class BriefingIssue(ScopedModel):
    """One briefing as one leader got it: his numbers as they were then. Nobody gets one twice."""

    briefing = models.ForeignKey(Briefing, models.CASCADE, related_name="issues", verbose_name=_("sales briefing"))
    member = models.ForeignKey("people.Member", models.CASCADE, related_name="+", verbose_name=_("member"))
    starts_on = models.DateField(_("first day"))
    numbers = models.JSONField(_("numbers"), default=list)  # [{key, value, currency}]

    class Meta:
        verbose_name = _("issue of a briefing")
        verbose_name_plural = _("issues of briefings")
        ordering = ["-id"]
        constraints = [models.UniqueConstraint(fields=["briefing", "member", "starts_on"], name="briefingissue_once")]
        indexes = [models.Index(fields=["member", "-id"], name="briefingissue_of_member")]

    def __str__(self) -> str:
        return f"{self.briefing} {self.period.label()}"

    def get_absolute_url(self) -> str:
        return record_url("briefing_issue", self.pk)

    @property
    def period(self) -> Period:
        return containing(self.starts_on, self.briefing.kind)

    @property
    def owner_id(self) -> int:
        return self.member_id
