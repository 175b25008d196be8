"""Lists of work with customers and of tasks."""

import datetime as dt
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from muster.activities.models import Activity, Task
from muster.core.listings import Column, Filter, Listing
from muster.core.periods import Period, today

MEMBER, ACCOUNT, DEAL, LEAD = "people.member", "crm.account", "crm.deal", "crm.lead"
PERIODS = [
    ("day", _("Today")),
    ("week", _("This week")),
    ("month", _("This month")),
    ("quarter", _("This quarter")),
    ("last-week", _("Last week")),
    ("last-month", _("Last month")),
]
KIND_TONES = {"visit": "teal", "call": "blue", "email": "purple", "meeting": "amber"}
KIND_TONES |= {"wechat": "green", "other": "pink", "note": "gray"}
KIND_ICONS = {"visit": "map-pin", "call": "phone", "email": "mail", "meeting": "users"}
KIND_ICONS |= {"wechat": "message", "other": "dots", "note": "note"}


def _mine(rows: Any, value: bool, actor: Any) -> Any:
    own = Q(owner=actor.member_id or 0)
    return rows.filter(own) if value else rows.exclude(own)


def _when(rows: Any, period: Period, _actor: Any) -> Any:
    """Done in the period, or planned for it."""
    zone = timezone.get_current_timezone()
    begin, end = (dt.datetime.combine(day, dt.time(), zone) for day in (period.start, period.end))
    done = Q(done_on__gte=period.start, done_on__lt=period.end)
    return rows.filter(done | Q(status="planned", planned_at__gte=begin, planned_at__lt=end))


def _overdue_plan(rows: Any, value: bool, _actor: Any) -> Any:
    late = Q(status=Activity.Status.PLANNED, planned_at__lt=timezone.now())
    return rows.filter(late) if value else rows.exclude(late)


def _is_done(rows: Any, value: bool, _actor: Any) -> Any:
    return rows.filter(done_on__isnull=not value)


def _overdue(rows: Any, value: bool, _actor: Any) -> Any:
    late = Q(done_on=None, due_on__lt=today())
    return rows.filter(late) if value else rows.exclude(late)


def _due(rows: Any, period: Period, _actor: Any) -> Any:
    return rows.filter(due_on__gte=period.start, due_on__lt=period.end)


def _priorities(_actor: Any) -> list[tuple[str, Any]]:
    return [(str(key), label) for key, label in Task.Priority.choices]


def when(row: Activity) -> Any:
    """When it was done, or is planned for; only the day where no hour is known."""
    moment = row.done_at if row.status == Activity.Status.DONE else row.planned_at
    return moment or row.done_on


def kind_icon(row: Activity) -> str:
    return KIND_ICONS[row.kind]


def day_of(row: Activity) -> dt.date | None:
    """The day it stands on in a list grouped by days."""
    if row.status == Activity.Status.DONE:
        return row.done_on
    return row.planned_at.astimezone(ZoneInfo(row.owner.time_zone)).date() if row.planned_at else None


ACTIVITIES = Listing(
    model=Activity,
    base=Activity.objects.counted_for,
    key="activities",
    title=_("Activities"),
    columns=[
        Column("subject", _("subject"), kind="link"),
        Column(
            "kind",
            pgettext_lazy("activity", "kind"),
            Activity.get_kind_display,
            "badge",
            tone=lambda row: KIND_TONES[row.kind],
        ),
        Column("account", _("account"), kind="record"),
        Column("outcome", _("outcome")),
        Column("when", _("when"), when, "datetime"),
        Column("owner", _("member"), kind="member"),
        Column("is_late", _("entered late"), kind="bool"),
        Column("deal", _("deal"), kind="record", default=False),
        Column("contact", _("contact"), kind="record", default=False),
        Column("lead", _("lead"), kind="record", default=False),
        Column("next_step", _("next step"), default=False),
        Column("minutes", _("minutes"), kind="number", default=False),
        Column("status", _("status"), Activity.get_status_display, "badge", default=False),
    ],
    filters=[
        Filter("mine", _("mine"), kind="bool", apply=_mine),
        Filter("kind", pgettext_lazy("activity", "kind"), choices=lambda _actor: Activity.Kind.choices),
        Filter("status", _("status"), choices=lambda _actor: Activity.Status.choices),
        Filter("period", _("when"), kind="period", choices=lambda _actor: PERIODS, apply=_when),
        Filter("owner", _("member"), kind="record", model=MEMBER, lookup="owner_id"),
        Filter("account", _("account"), kind="record", model=ACCOUNT, lookup="account_id"),
        Filter("deal", _("deal"), kind="record", model=DEAL, lookup="deal_id"),
        Filter("lead", _("lead"), kind="record", model=LEAD, lookup="lead_id"),
        Filter("overdue", _("plan overdue"), kind="bool", apply=_overdue_plan),
        Filter("is_late", _("entered late"), kind="bool"),
    ],
    related=("owner", "account", "deal", "contact", "lead"),
    searchable=False,
    create_url="activity_create",
    create_permission="activities.activity.create",
    create_label=_("Log activity"),
    export_permission="activities.activity.export",
    empty_icon="calendar-event",
    empty_title=_("No activities yet"),
    empty_text=_("Log a visit or a call: it takes a few seconds."),
)

TASKS = Listing(
    model=Task,
    key="tasks",
    title=_("Tasks"),
    columns=[
        Column("title", _("title"), kind="link"),
        Column("due_on", _("due on"), kind="date", order="due_on"),
        Column("priority", _("priority"), Task.get_priority_display, "badge"),
        Column("owner", _("who does it"), kind="member"),
        Column("account", _("account"), kind="record"),
        Column("deal", _("deal"), kind="record"),
        Column("done_on", _("done on"), kind="date", order="done_on"),
        Column("lead", _("lead"), kind="record", default=False),
        Column("assigned_by", _("given by"), kind="member", default=False),
    ],
    filters=[
        Filter("mine", _("mine"), kind="bool", apply=_mine),
        Filter("done", _("done"), kind="bool", apply=_is_done),
        Filter("overdue", _("overdue"), kind="bool", apply=_overdue),
        Filter("due", _("due in"), kind="period", choices=lambda _actor: PERIODS, apply=_due),
        Filter("priority", _("priority"), choices=_priorities),
        Filter("owner", _("who does it"), kind="record", model=MEMBER, lookup="owner_id"),
        Filter("account", _("account"), kind="record", model=ACCOUNT, lookup="account_id"),
        Filter("deal", _("deal"), kind="record", model=DEAL, lookup="deal_id"),
        Filter("lead", _("lead"), kind="record", model=LEAD, lookup="lead_id"),
    ],
    related=("owner", "account", "deal", "assigned_by", "lead"),
    searchable=False,
    create_url="task_create",
    create_permission="activities.task.create",
    create_label=_("New task"),
    export_permission="activities.task.export",
    empty_icon="checkbox",
    empty_title=_("Nothing to do"),
    empty_text=_("Write down what must not be forgotten."),
)
