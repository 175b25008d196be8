"""Lists of reports and of what they are made by."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from muster.core.listings import Column, Filter, Listing
from muster.core.periods import Period
from muster.metrics.rows import ROWS, Rows
from muster.reporting.models import Report, ReportTemplate, Rhythm

TONES = {"draft": "amber", "sent": "green", "excused": "gray"}
MEMBER = "people.member"
PERIODS = [
    ("week", _("This week")),
    ("last-week", _("Last week")),
    ("month", _("This month")),
    ("last-month", _("Last month")),
]


def _mine(rows: Any, value: bool, actor: Any) -> Any:
    me = actor.member_id or 0
    return rows.filter(member=me) if value else rows.exclude(member=me)


def _to_read(rows: Any, value: bool, actor: Any) -> Any:
    waiting = {"reviewer": actor.member_id or 0, "state": Report.State.SENT, "seen_at": None}
    return rows.filter(**waiting) if value else rows.exclude(**waiting)


def _in(rows: Any, period: Period, _actor: Any) -> Any:
    return rows.filter(starts_on__gte=period.start, starts_on__lt=period.end)


def _state(row: Report) -> str:
    return str(_("Late") if row.is_late else row.get_state_display())


def _tone(row: Report) -> str:
    return "red" if row.is_late else TONES[row.state]


REPORTS = Listing(
    model=Report,
    key="reports",
    title=_("Reports"),
    columns=[
        Column("name", _("report"), str, "link"),
        Column("member", _("member"), kind="member"),
        Column("state", _("state"), _state, "badge", tone=_tone),
        Column("sent_at", _("sent at"), kind="datetime"),
        Column("seen_at", _("read at"), kind="datetime"),
        Column("reviewer", _("read by"), kind="member"),
        Column("starts_on", _("first day"), kind="date", order="starts_on", default=False),
    ],
    filters=[
        Filter("mine", _("mine"), kind="bool", apply=_mine),
        Filter("to_read", _("to read"), kind="bool", apply=_to_read),
        Filter("kind", _("rhythm"), choices=lambda _actor: Rhythm.choices),
        Filter("period", _("in"), kind="period", choices=lambda _actor: PERIODS, apply=_in),
        Filter("member", _("member"), kind="record", model=MEMBER, lookup="member_id"),
        Filter("state", _("state"), choices=lambda _actor: Report.State.choices),
        Filter("is_late", _("late"), kind="bool"),
    ],
    related=("member", "reviewer"),
    order="-starts_on",
    searchable=False,
    empty_icon="report",
    empty_title=_("No reports yet"),
    empty_text=_("A report is drafted from what you log: visits, calls, deals, tasks."),
)


def _asked(row: ReportTemplate) -> str:
    return " · ".join(one["text"] for one in row.questions)


TEMPLATES = Listing(
    model=ReportTemplate,
    key="report-templates",
    title=_("Report templates"),
    columns=[
        Column("name", _("name"), str, "link"),
        Column("kind", _("rhythm"), ReportTemplate.get_kind_display, "badge"),
        Column("unit", _("for the unit"), kind="record"),
        Column("position", _("for the position")),
        Column("due_at", _("deadline"), lambda row: f"{row.due_at:%H:%M}"),
        Column("reviewer", _("read by"), kind="member"),
        Column("questions", _("questions"), _asked, default=False),
        Column("is_on", _("switched on"), kind="bool"),
    ],
    filters=[
        Filter("kind", _("rhythm"), choices=lambda _actor: Rhythm.choices),
        Filter("archived", _("show archived"), kind="bool", apply=lambda rows, _value, _actor: rows),
    ],
    related=("unit", "position", "reviewer"),
    order="id",
    searchable=False,
    create_url="reporttemplate_create",
    create_permission="reporting.reporttemplate.create",
    create_label=_("New template"),
    empty_icon="report",
    empty_title=_("Nobody is asked to report"),
    empty_text=_("Say who reports in which rhythm and until when. All that was logged is drafted by itself."),
)


def report_rows(title: Any, rows: Rows) -> Listing:
    """The reports behind a number: who and whether, and no link, as what is not sent opens for its author only."""
    return Listing(
        model=Report,
        key="reports",
        title=title,
        base=rows,
        related=("member", "reviewer"),
        order="-due_on",
        searchable=False,
        export_permission="reporting.report.export",
        columns=[
            Column("member", _("Member"), kind="member"),
            Column("name", _("Report"), str),
            Column("due_on", _("Due on"), kind="date", order="due_on"),
            Column("state", _("State"), _state, "badge", tone=_tone),
            Column("sent_at", _("Sent at"), kind="datetime"),
            Column("reviewer", _("Read by"), kind="member"),
        ],
        empty_icon="report",
        empty_title=_("No reports stand behind this number"),
    )


ROWS[Report] = report_rows
