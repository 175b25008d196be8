"""The audit sheet of a member: what a manager should look at, point by point.

A *sign* is something that may be wrong about members; other rooms bring signs of their own by `provide`. A sign is open
while it shows, unless somebody ticked it within the last thirty days or a fix that was given for it is not done yet.
"""

import datetime as dt
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from muster.access.scope import Actor
from muster.core.periods import today
from muster.people import freshness
from muster.people.models import DETAILS, AuditCampaign, Member, SheetNote

HOLDS = dt.timedelta(days=30)
SILENT_DAYS = 14
ABSENT_DAYS = 30
MOST_NOTES = 50
Kind = SheetNote.Kind


@dataclass(frozen=True)
class Sign:
    """`find` gives, of some members by id, those for whom it shows, with what is to be said about it."""

    key: str
    label: Any
    icon: str
    find: Callable[[list[int]], dict[int, str]]
    order: int = 50


@dataclass(frozen=True)
class Fix:
    """A task that was given to mend something, as the room of tasks tells of it."""

    title: str
    owner: Any
    due_on: dt.date | None
    done_on: dt.date | None
    url: str


@dataclass(frozen=True)
class Desk:
    """How fixes become tasks: `owners` are those whom an actor may give one, `make` gives it and returns its key,
    `fixes` tells of some by key: as far as the actor sees them, and of all where he is None."""

    owners: Callable[[Actor], Any]
    make: Callable[..., int]
    fixes: Callable[[Actor | None, list[int]], dict[int, Fix]]


@dataclass
class Point:
    key: str
    label: Any
    icon: str
    said: str
    shows: bool
    is_open: bool
    tick: SheetNote | None


_signs: dict[str, Sign] = {}
_desks: list[Desk] = []


def provide(sign: Sign) -> None:
    _signs[sign.key] = sign


def provide_desk(desk: Desk) -> None:
    _desks[:] = [desk]


def desk() -> Desk:
    return _desks[0]


def signs() -> list[Sign]:
    return sorted(_signs.values(), key=lambda one: (one.order, one.key))


def label_of(point: str) -> Any:
    """What a point is called: a sign, a detail, or '' for the whole sheet."""
    if point in _signs:
        return _signs[point].label
    return DETAILS[point].label if point in DETAILS else ""


def points() -> list[tuple[str, Any]]:
    return [*((one.key, one.label) for one in signs()), *((one.key, one.label) for one in DETAILS.values())]


def points_of(member: Member) -> list[Point]:
    """Every sign, how it stands for MEMBER, and who looked at it last."""
    handled = _handled([member.pk])
    ticks = {one.point: one for one in _notes([member.pk]).filter(kind=Kind.TICK).order_by("id")}
    found = []
    for sign in signs():
        said = sign.find([member.pk]).get(member.pk, "")
        is_open = bool(said) and (member.pk, sign.key) not in handled
        found.append(Point(sign.key, sign.label, sign.icon, said, bool(said), is_open, ticks.get(sign.key)))
    return found


def open_points(members: Iterable[int]) -> dict[int, list[Any]]:
    """By member: the labels of signs that are open. As many questions for a page of members as for one."""
    ids = list(members)
    handled = _handled(ids)
    found: dict[int, list[Any]] = {pk: [] for pk in ids}
    for sign in signs():
        for pk in sign.find(ids):
            if (pk, sign.key) not in handled:
                found[pk].append(sign.label)
    return found


def _notes(members: list[int]) -> Any:
    return SheetNote.objects.unscoped("audit sheet").filter(member__in=members)


def _handled(members: list[int]) -> set[tuple[int, str]]:
    """(member, point) of what was ticked lately or is being mended."""
    since = today() - HOLDS
    ticks = _notes(members).filter(kind=Kind.TICK, on__gte=since).values_list("member_id", "point")
    given = list(_notes(members).filter(kind=Kind.FIX).values_list("member_id", "point", "task_id"))
    fixes = desk().fixes(None, [task for _member, _point, task in given])
    mended = {(pk, point) for pk, point, task in given if task in fixes and fixes[task].done_on is None}
    return {*ticks, *mended}


def notes_of(actor: Actor, member: Member) -> list[dict[str, Any]]:
    """What was noted on the sheet of MEMBER, the newest first; a fix with the task it became."""
    rows = list(
        SheetNote.objects.visible_to(actor)
        .filter(member=member.pk)
        .select_related("campaign")
        .order_by("-id")[:MOST_NOTES]
    )
    fixes = desk().fixes(actor, [one.task_id for one in rows if one.task_id])
    return [{"row": one, "label": label_of(one.point), "fix": fixes.get(one.task_id or 0)} for one in rows]


def campaign_of(member: Member, point: str) -> AuditCampaign | None:
    """The campaign that runs and asks MEMBER, about POINT where that is a detail."""
    asked = {"items__member": member.pk} | ({"items__field": point} if point in DETAILS else {})
    rows = AuditCampaign.objects.unscoped("audit sheet").filter(status=AuditCampaign.Status.OPEN, **asked)
    return rows.order_by("-id").first()


def _without_manager(members: list[int]) -> dict[int, str]:
    rows = Member.objects.unscoped("audit sheet").filter(pk__in=members, manager=None)
    return dict.fromkeys(rows.values_list("pk", flat=True), _("Nobody leads this member."))


def _without_login(members: list[int]) -> dict[int, str]:
    rows = Member.objects.unscoped("audit sheet").filter(pk__in=members).values_list("pk", "user", "user__last_login")
    since, found = today() - dt.timedelta(days=ABSENT_DAYS), {}
    for pk, user, last in rows:
        if user is None:
            found[pk] = _("There is no login.")
        elif last is None:
            found[pk] = _("Never logged in.")
        elif localtime(last).date() < since:
            found[pk] = _("Last login on %(day)s.") % {"day": date_format(localtime(last).date())}
    return found


def _silent(members: list[int]) -> dict[int, str]:
    rows = Member.objects.unscoped("audit sheet").filter(pk__in=members)
    since, found = today() - dt.timedelta(days=SILENT_DAYS), {}
    for pk, last in rows.annotate(last=freshness.last_activity()).values_list("pk", "last"):
        if last is None:
            found[pk] = _("Nothing was ever logged.")
        elif last < since:
            found[pk] = _("Last activity on %(day)s.") % {"day": date_format(last)}
    return found


provide(Sign("manager", gettext_lazy("Manager"), "user-question", _without_manager, 10))
provide(Sign("login", gettext_lazy("Login"), "login", _without_login, 20))
provide(Sign("activity", gettext_lazy("Activity within 14 days"), "activity", _silent, 30))
