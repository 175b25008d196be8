"""Who is asked: managers, holders of a role, a member; and who stands in for them."""

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django.db.models import Q

from muster.access.models import RoleAssignment
from muster.people.models import Absence, Member, ReportingLine
from muster.people.queries import away

MOST_OF_A_ROLE = 50


def managers_over(member: int) -> list[int]:
    """The line above MEMBER, the nearest first."""
    rows = ReportingLine.objects.unscoped("who approves").filter(descendant=member, depth__gt=0)
    return list(rows.order_by("depth").values_list("ancestor", flat=True))


def _able(members: Iterable[int]) -> set[int]:
    """Those of MEMBERS who can sign in and have not left."""
    rows = Member.objects.unscoped("who approves").filter(
        pk__in=list(members), status__in=Member.STAYING, user__is_active=True
    )
    return set(rows.values_list("pk", flat=True))


def _holders(role: int, day: dt.date) -> list[int]:
    held = (Q(valid_from=None) | Q(valid_from__lte=day)) & (Q(valid_to=None) | Q(valid_to__gt=day))
    rows = RoleAssignment.objects.unscoped("who approves").filter(held, role=role)
    return list(rows.order_by("user__member").values_list("user__member", flat=True)[:MOST_OF_A_ROLE])


def named(who: dict[str, Any], asker: int, day: dt.date) -> list[int]:
    """Whom one line of a plan means for ASKER. Nobody is asked about what he asks himself: for him it is the next
    manager; one who stands at the top of the line stands for all levels above."""
    above = managers_over(asker)
    there = _able(above)
    over = [pk for pk in above if pk in there]
    if who["who"] == "manager":
        return over[min(who["level"], len(over)) - 1 :][:1] if over else []
    wanted = [who["member"]] if who["who"] == "member" else _holders(who["role"], day)
    able = _able(pk for pk in wanted if pk)
    found = [pk for pk in wanted if pk in able and pk != asker]
    return found or (over[:1] if asker in wanted else [])


def stand_in(member: int, asker: int, day: dt.date) -> int:
    """Who decides for MEMBER on DAY: himself, or while he is away whom he named, or else the next manager above who is
    there. Where nobody is, it waits for himself."""
    gone = set(away(day))
    if member not in gone:
        return member
    named_by_him = Absence.objects.unscoped("who stands in").filter(
        member=member, starts_on__lte=day, ends_on__gte=day, archived_at=None
    )
    deputies: list[int] = [pk for pk in named_by_him.values_list("deputy", flat=True) if pk]
    return _first_there([*deputies, *managers_over(member)], asker, gone) or member


def next_above(member: int, asker: int, day: dt.date) -> int | None:
    """To whom it goes that MEMBER did not answer; None at the top."""
    return _first_there(managers_over(member), asker, set(away(day)))


def _first_there(members: list[int], asker: int, gone: set[Any]) -> int | None:
    """The first of MEMBERS who can decide now on what ASKER asks."""
    able = _able(members)
    return next((pk for pk in members if pk in able and pk not in gone and pk != asker), None)
