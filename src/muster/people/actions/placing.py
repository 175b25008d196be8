"""Many assignments at once, for imports and first fillings: the same rules as a single move, checked together."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from muster.access.action import append, make_event
from muster.access.scope import Actor, Forbidden, Scope
from muster.core.periods import today
from muster.people.actions.lines import rebuild_lines
from muster.people.actions.present import COLUMNS, PLACE, date_problem, one_move_at_a_time, project, written
from muster.people.actions.timeline import refuse_circles
from muster.people.models import Assignment, Grade, Member, Position, Unit

BATCH = 1_000
MOST_SHOWN = 20


@dataclass(frozen=True)
class Placement:
    """MEMBER stands there from `valid_from` up to, not including, `valid_to`; without an end, until the next placement.
    Without a beginning it is the day of hiring, or today."""

    member: Member
    unit: Unit | None = None
    position: Position | None = None
    grade: Grade | None = None
    manager: Member | None = None
    valid_from: dt.date | None = None
    valid_to: dt.date | None = None
    reason: str = ""

    def row(self) -> Assignment:
        return Assignment(
            member=self.member,
            **{name: getattr(self, name) for name in PLACE},
            valid_from=self.valid_from or self.member.hired_on or today(),
            valid_to=self.valid_to,
            reason=self.reason,
        )


def bulk_place(actor: Actor, placements: Iterable[Placement]) -> list[Assignment]:
    """Write PLACEMENTS, the present that follows from them, both closure tables, and one event each. A placement that
    stands already is left as it is, so repeating changes nothing. Raises ValidationError with a sentence for each that
    cannot be, and then writes none. Returns the new assignments."""
    rows = [one.row() for one in placements]
    members = {row.member_id for row in rows}
    _require(actor, members)
    with transaction.atomic():
        one_move_at_a_time()
        stood = _standing(members)
        by_member: dict[int, list[Assignment]] = defaultdict(list)
        for row in rows:
            if not _stands(row, stood.get(row.member_id, [])):
                by_member[row.member_id].append(row)
        ended, problems = [], []
        for member, new in by_member.items():
            found, wrong = _joined([*stood.get(member, []), *new])
            ended += found
            problems += wrong
        if problems:
            raise ValidationError(problems[:MOST_SHOWN])
        fresh = [row for new in by_member.values() for row in new]
        _write(actor, fresh, ended, members)
    return fresh


def _require(actor: Actor, members: set[int]) -> None:
    actor.require("people.member.move")
    if Scope.ALL in actor.scopes("people.member.move"):
        return
    allowed = Member.objects.visible_to(actor, "people.member.move").filter(pk__in=members).count()
    if allowed < len(members):
        raise Forbidden("people.member.move")


def _standing(members: set[int]) -> dict[int, list[Assignment]]:
    found = defaultdict(list)
    rows = Assignment.objects.unscoped("assignments before a bulk placement").select_related("member")
    for row in rows if len(members) > BATCH else rows.filter(member__in=members):
        found[row.member_id].append(row)
    return found


def _stands(row: Assignment, stood: list[Assignment]) -> bool:
    """Is the same already written? An end that came of a later placement does not make it another."""
    return any(
        one.valid_from == row.valid_from and all(getattr(one, name) == getattr(row, name) for name in COLUMNS)
        for one in stood
    )


def _joined(rows: list[Assignment]) -> tuple[list[Assignment], list[str]]:
    """End open assignments where the next begins. Returns the written ones that now end, and sentences about what
    cannot be."""
    rows.sort(key=lambda row: (row.valid_from, row.pk is None))
    ended = []
    problems = [problem for row in rows if row.pk is None and (problem := _problem(row))]
    for row, following in pairwise(rows):
        overlaps = row.valid_to is None or row.valid_to > following.valid_from
        if row.valid_from == following.valid_from or (overlaps and row.valid_to is not None and row.pk is None):
            problems.append(
                _("%(name)s would stand in two places at once from %(day)s: give one of the two another date.")
                % {"name": row.member.name, "day": following.valid_from}
            )
        elif overlaps:
            if following.valid_to is None and row.valid_to is not None:
                following.valid_to = row.valid_to
            row.valid_to = following.valid_from
            ended += [row] if row.pk else []
    return ended, problems


def _problem(row: Assignment) -> str:
    if row.valid_to is not None and row.valid_to <= row.valid_from:
        return _("%(name)s: an assignment cannot end (%(end)s) before it begins (%(start)s).") % {
            "name": row.member.name,
            "end": row.valid_to,
            "start": row.valid_from,
        }
    if row.manager_id == row.member_id:
        return _("%(name)s cannot be his or her own manager.") % {"name": row.member.name}
    return date_problem(row.member, row.valid_from)


def _write(actor: Actor, fresh: list[Assignment], ended: list[Assignment], members: set[int]) -> None:
    rows = Assignment.objects.unscoped("bulk placement")
    rows.bulk_update(ended, ["valid_to"], batch_size=BATCH)
    rows.bulk_create(fresh, batch_size=BATCH)
    if fresh:
        refuse_circles(min(row.valid_from for row in fresh), {row.member_id for row in fresh})
    project(None if len(members) > BATCH else sorted(members), today())
    rebuild_lines()
    append([make_event(actor, "people.member.move", row, written(row)) for row in fresh])
