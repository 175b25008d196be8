from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from muster.access.scope import ScopedModel
from muster.core.fields import SensitiveCharField
from muster.core.links import record_url
from muster.core.models import Searchable


class Unit(Searchable, ScopedModel):
    """A node of the organisation: company, region, office, team. Its parent is the present one; `UnitLine` keeps the
    dates."""

    named_by = ("name",)
    name = models.CharField(_("name"), max_length=100)
    code = models.CharField(_("code"), max_length=32, unique=True)
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="children", verbose_name=_("belongs to")
    )
    head = models.ForeignKey(
        "people.Member", models.SET_NULL, null=True, blank=True, related_name="heads", verbose_name=_("head")
    )
    position_no = models.PositiveIntegerField(_("order"), default=0)

    class Meta:
        verbose_name = _("unit")
        verbose_name_plural = _("units")
        ordering = ["position_no", "id"]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return record_url("unit_detail", self.pk)

    def search_parts(self) -> list[str]:
        return [self.name, self.code]


class UnitLine(ScopedModel):
    """Closure of the unit tree with dates: ANCESTOR stood DEPTH steps over DESCENDANT from `valid_from` up to
    `valid_to`. Every unit has a line to itself at depth 0. Kept by `people.actions` alone."""

    ancestor = models.ForeignKey(Unit, models.CASCADE, related_name="lines_down")
    descendant = models.ForeignKey(Unit, models.CASCADE, related_name="lines_up")
    depth = models.PositiveSmallIntegerField()
    valid_from = models.DateField()
    valid_to = models.DateField(null=True, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["ancestor", "descendant"], name="unitline_down"),
            models.Index(fields=["descendant", "ancestor"], name="unitline_up"),
        ]
        constraints = [models.UniqueConstraint(fields=["ancestor", "descendant", "valid_from"], name="unitline_once")]


def named(name: str, name_zh: str) -> str:
    """Which of the two names its reader reads."""
    return name_zh if name_zh and (get_language() or "").startswith("zh") else name


class Named(ScopedModel):
    named_by = ("name", "name_zh")
    name = models.CharField(_("name"), max_length=100)
    name_zh = models.CharField(_("Chinese name"), max_length=100, blank=True)
    code = models.CharField(_("code"), max_length=32, unique=True)
    rank = models.PositiveSmallIntegerField(_("rank"), default=0)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return named(self.name, self.name_zh)


class Position(Named):
    """What somebody is there to do: sales representative, team manager, director."""

    leads = models.BooleanField(_("leads people"), default=False)

    class Meta:
        verbose_name = _("position")
        verbose_name_plural = _("positions")
        ordering = ["rank", "id"]

    def get_absolute_url(self) -> str:
        return record_url("position_edit", self.pk)


class Grade(Named):
    """A step of the career ladder. Its pay band is shown, with the dates of a career, to those whose field rules
    say so."""

    pay_band = SensitiveCharField(
        _("pay band"), max_length=60, blank=True, help_text=_("As the firm says it: B3, or 12,000 to 18,000 a month.")
    )

    class Meta:
        verbose_name = _("grade")
        verbose_name_plural = _("grades")
        ordering = ["rank", "id"]

    def get_absolute_url(self) -> str:
        return record_url("grade_edit", self.pk)


class Assignment(ScopedModel):
    """Where a member stands from `valid_from` up to, not including, `valid_to`: unit, position, manager, grade, and
    why."""

    member = models.ForeignKey("people.Member", models.CASCADE, related_name="assignments", verbose_name=_("member"))
    unit = models.ForeignKey(
        Unit, models.PROTECT, null=True, blank=True, related_name="assignments", verbose_name=_("unit")
    )
    position = models.ForeignKey(
        Position, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("position")
    )
    grade = models.ForeignKey(Grade, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("grade"))
    manager = models.ForeignKey(
        "people.Member", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("manager")
    )
    valid_from = models.DateField(_("valid from"))
    valid_to = models.DateField(_("valid until"), null=True, blank=True)
    reason = models.CharField(_("reason"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("assignment")
        verbose_name_plural = _("assignments")
        ordering = ["-valid_from", "-id"]
        indexes = [
            models.Index(fields=["member", "valid_from"], name="assignment_of_member"),
            models.Index(fields=["unit", "valid_from"], name="assignment_to_unit"),
            models.Index(fields=["manager", "valid_from"], name="assignment_under_manager"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(valid_to=None) | Q(valid_to__gt=F("valid_from")), name="assignment_dates"
            ),
            models.UniqueConstraint(fields=["member", "valid_from"], name="assignment_begins_once"),
            models.CheckConstraint(
                condition=Q(manager=None) | ~Q(manager=F("member")), name="assignment_not_own_manager"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.valid_from:%Y-%m-%d} – {self.valid_to or ''}"

    def get_absolute_url(self) -> str:
        return f"{reverse('member_detail', args=[self.member_id])}?tab=career"

    @property
    def told_as(self) -> str:
        """What a notice calls it: whose it is."""
        return str(self.member)

    @property
    def owner_id(self) -> int:
        return self.member_id


class ReportingLine(ScopedModel):
    """Closure of who reports to whom today: ANCESTOR stands DEPTH steps over DESCENDANT; everybody has a line to
    himself at depth 0. Kept by `people.actions` alone."""

    ancestor = models.ForeignKey("people.Member", models.CASCADE, related_name="lines_down")
    descendant = models.ForeignKey("people.Member", models.CASCADE, related_name="lines_up")
    depth = models.PositiveSmallIntegerField()

    class Meta:
        indexes = [models.Index(fields=["descendant", "ancestor"], name="reportingline_up")]
        constraints = [models.UniqueConstraint(fields=["ancestor", "descendant"], name="reportingline_once")]
