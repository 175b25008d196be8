"""What stands beside the day of one's people: lists that ask for something to be done. A further one is a line:

register(Panel("leads", _("Unattended leads"), "user-question", "crm.lead.view", unattended))
"""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from muster.access.scope import Actor
from muster.activities.models import Activity, Task
from muster.core import money, workdays
from muster.core.periods import today
from muster.core.templatetags.ui import day_name, moment
from muster.crm.queries import stale_deals
from muster.reporting.queries.team import silent

MOST_LISTED = 6


@dataclass
class Lines:
    """What a panel shows: lines [{title, text, end, href, member, tone, act_url, act}], how many there are in all, and
    where the rest stands."""

    lines: list[dict[str, Any]] = field(default_factory=list)
    total: int = 0
    more_url: str = ""
    text: str = ""  # below the lines
    empty: str = ""  # what an empty list means


@dataclass(frozen=True)
class Panel:
    key: str
    label: Any
    icon: str
    permission: str
    lines: Callable[[Actor, dt.date], Lines]
    order: int = 50


_panels: dict[str, Panel] = {}


def register(panel: Panel) -> None:
    _panels[panel.key] = panel


def panels(actor: Actor) -> list[Panel]:
    found = [one for one in _panels.values() if actor.has(one.permission)]
    return sorted(found, key=lambda one: one.order)


def panel(key: str) -> Panel | None:
    return _panels.get(key)


def _first(rows: QuerySet[Any]) -> tuple[list[Any], int]:
    found = list(rows[:MOST_LISTED])
    return found, len(found) if len(found) < MOST_LISTED else rows.order_by().count()


def silent_lines(actor: Actor, day: dt.date) -> Lines:
    if not workdays.is_workday(day):
        return Lines(empty=_("It is a day off: nobody has to log anything."))
    found = silent(actor, day)
    lines = [
        {"title": str(one), "text": str(one.unit or ""), "end": "0", "href": one.get_absolute_url(), "member": one}
        for one in found.there
    ]
    names = "、".join(str(one) for one in found.away[:MOST_LISTED])
    text = _("Away: %(names)s") % {"names": names} if names else ""
    return Lines(lines, len(found.there), text=text, empty=_("Everybody who is there logged something."))


def overdue_lines(actor: Actor, _day: dt.date) -> Lines:
    rows = Activity.objects.counted_for(actor).filter(
        status=Activity.Status.PLANNED, planned_at__lt=timezone.now(), archived_at=None
    )
    found, total = _first(
        rows.exclude(owner=actor.member_id).select_related("owner", "account").order_by("planned_at", "pk")
    )
    lines = [
        {
            "title": one.subject,
            "text": " · ".join(filter(None, [str(one.owner), str(one.account or "")])),
            "end": moment(one.planned_at),
            "href": one.get_absolute_url(),
            "member": one.owner,
            "tone": "red",
        }
        for one in found
    ]
    more = f"{reverse('activity_list')}?{urlencode({'overdue': 1, 'mine': 0})}"
    return Lines(lines, total, more, empty=_("No plan is overdue."))


def task_lines(actor: Actor, _day: dt.date) -> Lines:
    rows = Task.objects.counted_for(actor).filter(done_on=None, due_on__lt=today(), archived_at=None)
    found, total = _first(
        rows.exclude(owner=actor.member_id).select_related("owner", "account").order_by("due_on", "pk")
    )
    lines = [
        {
            "title": one.title,
            "text": " · ".join(filter(None, [str(one.owner), str(one.account or "")])),
            "end": day_name(one.due_on),
            "href": one.get_absolute_url(),
            "member": one.owner,
            "tone": "red",
        }
        for one in found
    ]
    more = f"{reverse('task_list')}?{urlencode({'view': 'table', 'overdue': 1, 'mine': 0})}"
    return Lines(lines, total, more, empty=_("No task is overdue."))


def stale_lines(actor: Actor, _day: dt.date) -> Lines:
    found, total = _first(stale_deals(actor))
    may = actor.has("crm.deal.snooze")
    more = f"{reverse('deal_list')}?{urlencode({'stale': 1})}"
    return Lines([_stale(one, may) for one in found], total, more, empty=_("No deal is left alone too long."))


def _stale(deal: Any, may_snooze: bool) -> dict[str, Any]:
    days = workdays.between(deal.touched, today())
    amount = money.short(deal.amount, deal.currency) if deal.amount is not None else ""
    act = {"act_url": reverse("deal_snooze", args=[deal.pk]), "act": _("Snooze")} if may_snooze else {}
    return {
        "title": deal.name,
        "text": " · ".join(filter(None, [str(deal.owner), str(deal.stage), amount])),
        "end": ngettext("%(n)s working day", "%(n)s working days", days) % {"n": days},
        "href": deal.get_absolute_url(),
        "member": deal.owner,
        "tone": "amber",
        **act,
    }


register(Panel("silent", gettext_lazy("Nothing logged"), "zzz", "activities.activity.view", silent_lines, 10))
register(Panel("plans", gettext_lazy("Plans overdue"), "calendar-x", "activities.activity.view", overdue_lines, 20))
register(Panel("tasks", gettext_lazy("Tasks overdue"), "checkbox", "activities.task.view", task_lines, 30))
register(Panel("stale", gettext_lazy("Stale deals"), "hourglass", "crm.deal.view", stale_lines, 40))
