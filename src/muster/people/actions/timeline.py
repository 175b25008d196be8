"""Everybody's assignments in memory: what the rules about dates and circles are checked against."""

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass, field

from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils.translation import gettext as _

from muster.people.models import Assignment, Member

Stretch = tuple[dt.date, dt.date | None, int | None]  # from, to, manager


@dataclass
class Timeline:
    """Who was whose manager when, from a day on."""

    since: dt.date
    stretches: dict[int, list[Stretch]] = field(default_factory=lambda: defaultdict(list))

    @classmethod
    def read(cls, since: dt.date) -> "Timeline":
        found = cls(since)
        rows = Assignment.objects.unscoped("circles of managers").filter(Q(valid_to=None) | Q(valid_to__gt=since))
        for member, start, end, manager in rows.order_by("valid_from").values_list(
            "member_id", "valid_from", "valid_to", "manager_id"
        ):
            found.stretches[member].append((start, end, manager))
        return found

    def manager_on(self, member: int, day: dt.date) -> int | None:
        for start, end, manager in self.stretches.get(member, ()):
            if start <= day and (end is None or day < end):
                return manager
        return None

    def circle_from(self, member: int, day: dt.date) -> list[int]:
        """The members of the circle in which MEMBER stands on DAY, himself first; empty where he stands in none."""
        chain, seen = [member], {member}
        at = self.manager_on(member, day)
        while at is not None and at not in seen:
            chain.append(at)
            seen.add(at)
            at = self.manager_on(at, day)
        return chain if at == member else []

    def first_circle(self) -> tuple[dt.date, list[int]] | None:
        """A circle begins with its latest link, so looking at each link on its first day finds them all."""
        links = sorted(
            (max(start, self.since), member)
            for member, own in self.stretches.items()
            for start, _end, manager in own
            if manager is not None
        )
        for day, member in links:
            if chain := self.circle_from(member, day):
                return day, chain
        return None


def refuse_circles(since: dt.date, moved: set[int]) -> None:
    """Nobody may stand, on any day from SINCE on, under somebody who stands under him. The sentence begins with one of
    those MOVED."""
    found = Timeline.read(since).first_circle()
    if found is None:
        return
    day, chain = found
    first = next((at for at, one in enumerate(chain) if one in moved), 0)
    chain = chain[first:] + chain[:first]
    names = dict(Member.objects.unscoped("names in a refusal").filter(pk__in=chain).values_list("pk", "name"))
    text = " → ".join(names[member] for member in [*chain, chain[0]])
    raise ValidationError(
        {
            "manager": _(
                "On %(day)s the managers would go round in a circle: %(chain)s. "
                "Choose a manager who does not report to %(name)s."
            )
            % {"day": day, "chain": text, "name": names[chain[0]]}
        }
    )


def refuse_overlaps(member: Member) -> None:
    """One person stands in one place at a time."""
    rows = Assignment.objects.unscoped("overlaps").filter(member=member).order_by("valid_from")
    before: Assignment | None = None
    for row in rows:
        if before and (before.valid_to is None or before.valid_to > row.valid_from):
            raise ValidationError({"valid_from": _overlap(member, before, row)})
        before = row


def _overlap(member: Member, before: Assignment, row: Assignment) -> str:
    return _(
        "%(name)s would stand in two places at once: “%(first)s” from %(first_from)s until %(first_to)s "
        "and “%(second)s” from %(second_from)s. Change one of the dates."
    ) % {
        "name": member.name,
        "first": before.unit or _("no unit"),
        "first_from": before.valid_from,
        "first_to": before.valid_to or _("further notice"),
        "second": row.unit or _("no unit"),
        "second_from": row.valid_from,
    }
