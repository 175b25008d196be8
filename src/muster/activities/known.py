"""Customers that one person alone knows: all that was done with them in the last twelve months, one member did."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Max, Min

from muster.access.scope import Actor
from muster.activities.models import Activity
from muster.core.periods import today
from muster.crm.models import Account
from muster.people.models import Member

SPAN = dt.timedelta(days=365)
MOST_SHOWN = 200


@dataclass
class Known:
    account: Account
    member: Member
    last_on: dt.date
    times: int


def _alone() -> Any:
    """Customer → who alone was in contact, how often, and when last; whatever the viewer may see of it."""
    rows = Activity.objects.unscoped("who knows a customer").filter(
        done_on__gte=today() - SPAN, account__isnull=False, archived_at=None, account__archived_at=None
    )
    found = rows.order_by().values("account").annotate(people=Count("owner", distinct=True), member=Min("owner"))
    return found.annotate(last_on=Max("done_on"), times=Count("pk")).filter(people=1)


def knowers(actor: Actor, permission: str = "people.member.performance") -> list[tuple[Member, int]]:
    """Of the members ACTOR may judge: who alone knows how many customers, the most first; who is about to leave before
    all others."""
    people = Member.objects.visible_to(actor, permission).exclude(status=Member.Status.LEFT)
    rows = people.select_related("position", "unit").in_bulk()
    counts: dict[int, int] = {}
    seen = Account.objects.visible_to(actor).values("pk")
    for pk in _alone().filter(member__in=list(rows), account__in=seen).values_list("member", flat=True):
        counts[pk] = counts.get(pk, 0) + 1
    found = [(rows[pk], n) for pk, n in counts.items()]
    return sorted(found, key=lambda one: (one[0].status != Member.Status.LEAVING, -one[1], one[0].sort_name))


def known_to(actor: Actor, member: Member) -> tuple[int, list[Known]]:
    """How many customers that ACTOR sees MEMBER alone knows, and those longest without contact first."""
    seen = Account.objects.visible_to(actor).values("pk")
    rows = _alone().filter(member=member.pk, account__in=seen).order_by("last_on", "account")
    count, lines = rows.count(), list(rows[:MOST_SHOWN])
    accounts = Account.objects.visible_to(actor).select_related("owner").in_bulk([one["account"] for one in lines])
    known = [(accounts[one["account"]], one) for one in lines if one["account"] in accounts]
    return count, [Known(account, member, one["last_on"], one["times"]) for account, one in known]
