"""A draft rolled out: each of its changes done by the ordinary action of the day it takes effect.

What a draft would do is found out by doing it and taking it back (`access.action.trial`), so that no rule about people
and units is written a second time.
"""

import datetime as dt
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from muster.access.action import trial
from muster.access.permissions import known
from muster.access.scope import Actor, Forbidden, NotVisible
from muster.people.actions.lines import EVER
from muster.people.actions.move import move_member, running
from muster.people.actions.present import in_force, project
from muster.people.actions.structure import begin_unit, close_unit, move_unit, units
from muster.people.actions.vacancy import vacancies
from muster.people.models import DraftChange, Member, StructureDraft, Unit, UnitLine

Kind = DraftChange.Kind
Problems = dict[int, str]  # change -> the sentence that says why it cannot be
LINKS = ("member", "about", "unit", "planned", "manager", "position", "acting")
TRIED = Actor.operator(gettext_noop("draft tried out"), via="job")


def changes_of(draft: StructureDraft, without: int | None = None) -> list[DraftChange]:
    rows = DraftChange.objects.unscoped("changes of a draft").filter(draft=draft).exclude(pk=without or 0)
    return list(rows.select_related(*LINKS).order_by("pk"))


class Rollout:
    """One run over the changes. What depends on another change waits for it; what stays undone has a sentence."""

    def __init__(self, actor: Actor, draft: StructureDraft, changes: list[DraftChange]) -> None:
        self.actor, self.draft, self.day, self.changes = actor, draft, draft.effective_on, changes
        self.made: dict[int, Unit] = {}  # change -> the unit it became
        self.problems: Problems = {}

    def dated(self) -> None:
        """What the actions take with a day: it may be done long before."""
        self._each(self._new_unit, Kind.NEW_UNIT)
        self._each(self._move_unit, Kind.MOVE_UNIT)
        self._each(self._move, Kind.MOVE)
        self._each(self._seat, Kind.SEAT)
        self._each(self._close, Kind.CLOSE)

    def undated(self) -> None:
        """Names and heads of units have no dates: they change on the day itself."""
        self._each(self._rename, Kind.RENAME)
        self._each(self._lead, Kind.MOVE)
        self._each(self._archive, Kind.CLOSE)

    def _each(self, step: Callable[[DraftChange], None], kind: str) -> None:
        """Whatever order people made the changes in: as long as one of them can be done, the others get another try. A
        sound structure always has an order in which no step makes a circle: from its top down."""
        waiting = [one for one in self.changes if one.kind == kind and one.pk not in self.problems]
        while waiting:
            left = [one for one in waiting if not self._done(step, one)]
            if len(left) == len(waiting):
                return
            waiting = left

    def _done(self, step: Callable[[DraftChange], None], change: DraftChange) -> bool:
        try:
            with transaction.atomic():
                step(change)
        except ValidationError as error:
            self.problems[change.pk] = " ".join(error.messages)
        except Forbidden as error:
            label = known().get(str(error))
            self.problems[change.pk] = _(
                "%(change)s: you lack the right “%(right)s”. Ask somebody who has it to publish."
            ) % {"change": change, "right": label.label if label else error}
        except NotVisible:
            self.problems[change.pk] = _("%(change)s: this is not there for you.") % {"change": change}
        else:
            self.problems.pop(change.pk, None)
            return True
        return False

    def _target(self, change: DraftChange) -> Unit | None:
        """The unit a change leads to; it has to stand on the day."""
        if change.planned_id:
            if change.planned_id not in self.made:
                raise ValidationError(
                    _("“%(unit)s” would belong to itself, or cannot be made: choose another unit above.")
                    % {"unit": change.planned.name if change.planned else ""}
                )
            return self.made[change.planned_id]
        unit = change.unit
        if unit is not None:
            own = UnitLine.objects.unscoped("unit tree").filter(in_force(self.day), descendant=unit, depth=0)
            if unit.archived_at or not own.exists():
                raise ValidationError(
                    _("“%(unit)s” does not stand on %(day)s: choose another unit.") % {"unit": unit, "day": self.day}
                )
        return unit

    def _new_unit(self, change: DraftChange) -> None:
        above = self._target(change)
        code = change.code or f"D{self.draft.pk}-{change.pk}"
        unit = units.create(self.actor, name=change.name, code=code, parent=above)
        begin_unit(unit, self.day)
        self.made[change.pk] = unit

    def _move_unit(self, change: DraftChange) -> None:
        if change.about is not None:
            move_unit(self.actor, change.about, parent=self._target(change), valid_from=self.day)

    def _move(self, change: DraftChange) -> None:
        if change.member is None:
            return
        place = {"unit": self._target(change), "manager": change.manager, "position": change.position}
        now = running(change.member, self.day)
        if change.heads and now and all(getattr(now, key) == value for key, value in place.items()):
            return  # stays where he is and leads the unit from now on
        member = Member.objects.unscoped("draft rolled out").get(pk=change.member.pk)
        move_member(self.actor, member, valid_from=self.day, reason=self.draft.name, **place)

    def _seat(self, change: DraftChange) -> None:
        place = {"position": change.position, "manager": change.manager, "acting": change.acting}
        vacancies.create(self.actor, unit=self._target(change), valid_from=self.day, **place)

    def _close(self, change: DraftChange) -> None:
        if change.about is not None:
            close_unit(self.actor, change.about, valid_from=self.day)

    def _rename(self, change: DraftChange) -> None:
        unit = _fresh(change.about)
        if unit is None or unit.name == change.name:
            return
        if unit.name != change.before.get("name"):
            raise ValidationError(
                _("“%(before)s” is called “%(now)s” meanwhile: look whether “%(name)s” is still right.")
                % {"before": change.before.get("name"), "now": unit.name, "name": change.name}
            )
        units.edit(self.actor, unit, name=change.name)

    def _lead(self, change: DraftChange) -> None:
        """Who moves as the head leads the unit; where a head moves away, nobody does until somebody is named."""
        if change.member is None:
            return
        unit = _fresh(self._target(change) or change.about)
        left = (
            Unit.objects.unscoped("draft rolled out").filter(pk=change.before.get("unit"), head=change.member).first()
        )
        if left is not None and left != unit:
            units.edit(self.actor, left, head=None)
        if unit is None or not change.heads or unit.head_id == change.member_id:
            return
        head = unit.head
        place = running(head, self.day) if head else None
        if head and place and place.unit_id == unit.pk:
            raise ValidationError(
                _("“%(unit)s” would have two heads, %(one)s and %(other)s: move one of them elsewhere first.")
                % {"unit": unit, "one": head, "other": change.member}
            )
        units.edit(self.actor, unit, head=change.member)

    def _archive(self, change: DraftChange) -> None:
        unit = _fresh(change.about)
        if unit is not None and not unit.archived_at:
            units.archive(self.actor, unit)


def _fresh(unit: Unit | None) -> Unit | None:
    return Unit.objects.unscoped("draft rolled out").get(pk=unit.pk) if unit else None


def roll_out(actor: Actor, draft: StructureDraft, changes: list[DraftChange] | None = None) -> Rollout:
    """Everything DRAFT says, as if its day had come. Only within a `trial`."""
    found = Rollout(actor, draft, changes_of(draft) if changes is None else changes)
    found.dated()
    found.undated()
    return found


def try_out(actor: Actor, draft: StructureDraft, without: int | None = None) -> Problems:
    """What stands in the way of the changes of DRAFT; nothing is written."""
    with trial():
        return roll_out(actor, draft, changes_of(draft, without)).problems


@contextmanager
def as_on(day: dt.date, run: Callable[[], Any] | None = None) -> Iterator[None]:
    """Within, today's policies look at the structure of DAY, after RUN or without. Taken back at the end."""
    with trial():
        if run is not None:
            run()
        project(None, day)
        lines = UnitLine.objects.unscoped("draft seen through everybody's eyes")
        lines.exclude(in_force(day)).delete()
        lines.update(valid_from=EVER, valid_to=None)
        yield


def standing(change: DraftChange, day: dt.date) -> dict[str, Any]:
    """What is planned for DAY, without the draft, about whom or what CHANGE is."""
    if change.kind == Kind.MOVE and change.member is not None:
        now = running(change.member, day)
        return {key: getattr(now, f"{key}_id") if now else None for key in ("unit", "position", "manager")}
    if change.kind == Kind.RENAME and change.about is not None:
        return {"name": change.about.name}
    if change.kind == Kind.MOVE_UNIT and change.about is not None:
        lines = UnitLine.objects.unscoped("unit tree").filter(in_force(day), descendant=change.about, depth=1)
        return {"parent": lines.values_list("ancestor_id", flat=True).first()}
    return {}


def drifted(draft: StructureDraft) -> list[tuple[DraftChange, dict[str, Any]]]:
    """Changes that were made over something else than what stands there now, with what does."""
    found = [(one, standing(one, draft.effective_on)) for one in changes_of(draft)]
    return [(one, now) for one, now in found if now != one.before]
