"""Takes over what was chosen of a comparison, by the same actions as on the pages: history, events, checklists and
handovers follow as ever. Each difference is its own transaction; what is refused says why, and the rest goes on."""

import datetime as dt
from collections.abc import Callable
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from muster.access.scope import Actor, Forbidden, NotVisible
from muster.core.periods import today
from muster.integrations.directory.diff import PLAIN
from muster.integrations.importing.finishing import NUMBER
from muster.integrations.importing.parsing import bare
from muster.integrations.importing.sentences import Wrong, of_error
from muster.integrations.models import DirectoryChange, DirectoryRun, ExternalKey
from muster.people.actions.lifecycle import plan_leaving, rehire
from muster.people.actions.member import members
from muster.people.actions.move import correct_assignment, move_member
from muster.people.actions.structure import move_unit, positions, units
from muster.people.models import Assignment, Member, Position, Unit

Kind, Outcome = DirectoryChange.Kind, DirectoryChange.Outcome
UNITS = (Kind.UNIT_NEW, Kind.UNIT_FOUND, Kind.UNIT_CHANGED)
ARRIVALS = (Kind.NEW, Kind.BACK, Kind.FOUND, Kind.REVIEW)
CODE = 32
Step = Callable[[int, int], None]


class Applying:
    def __init__(self, run: DirectoryRun, actor: Actor, step: Step) -> None:
        self.run, self.actor, self.step = run, actor, step
        self.connection = run.connection
        rows = DirectoryChange.objects.unscoped("directory").filter(run=run, chosen=True, outcome=Outcome.WAITING)
        self.changes = list(rows.order_by("id").select_related("member", "unit"))
        self.done = 0

    def carry_out(self) -> None:
        """Units, then who comes, then where everybody stands, then heads, and at last who goes."""
        of = {kind: [one for one in self.changes if one.kind == kind] for kind in Kind}
        own = [one for one in self.changes if one.kind in UNITS]  # as they were read: those above come first
        for one in own:
            self._try(one, self._unit, finished=not one.values.get("heads"))
        for kind in ARRIVALS:
            for one in of[kind]:
                self._try(one, self._arrive, finished=False)
        for one in of[Kind.CHANGED]:
            self._try(one, self._edit, finished=False)
        self._places([one for kind in (*ARRIVALS, Kind.CHANGED) for one in of[kind]])
        for one in own:
            if one.outcome == Outcome.WAITING:
                self._try(one, self._head)
        for one in of[Kind.GONE]:
            self._try(one, self._leave)

    def _try(self, one: DirectoryChange, act: Callable[[DirectoryChange], None], *, finished: bool = True) -> bool:
        try:
            with transaction.atomic():
                act(one)
        except (ValidationError, Wrong) as error:
            self._refused(one, error)
            return False
        except (Forbidden, NotVisible):
            self._refused(one, Wrong(_("You may not do this.")))
            return False
        if finished:
            self._end(one, Outcome.DONE)
        return True

    def _refused(self, one: DirectoryChange, error: Exception) -> None:
        one.refusal, one.refusal_params = of_error(error)
        self._end(one, Outcome.REFUSED)

    def _end(self, one: DirectoryChange, outcome: str) -> None:
        one.outcome = outcome
        one.save(update_fields=["outcome", "refusal", "refusal_params", "member", "unit"])
        self.done += 1
        self.step(self.done, len(self.changes))

    # -- who is what -------------------------------------------------------------------------------------------------

    def _link(self, key: str, row: Any) -> None:
        """KEY there is ROW here from now on; an older id of the same record is forgotten."""
        name = row._meta.label_lower
        keys = ExternalKey.objects.unscoped("directory").filter(source=self.connection.source, model=name)
        keys.filter(object_id=row.pk).exclude(external_id=key).delete()
        one = keys.filter(external_id=key).first() or ExternalKey(
            source=self.connection.source, model=name, external_id=key, row_hash=""
        )
        one.object_id = row.pk
        one.save()

    def _known(self, model: Any, key: str) -> Any:
        """The record here that KEY there is, if it is known."""
        keys = ExternalKey.objects.unscoped("directory").filter(
            source=self.connection.source, model=model._meta.label_lower, external_id=key
        )
        return model.objects.visible_to(self.actor).filter(pk__in=keys.values("object_id")).first()

    def _unit_of(self, key: str) -> Unit:
        found: Unit | None = self._known(Unit, key)
        if found is None:
            raise Wrong(_("Its unit has not been taken over: choose that too."))
        return found

    def _member_of(self, key: str) -> Member:
        found: Member | None = self._known(Member, key)
        if found is None:
            raise Wrong(_("%(name)s of the directory has not been taken over: choose him or her too."), name=key)
        return found

    # -- units -------------------------------------------------------------------------------------------------------

    def _unit(self, one: DirectoryChange) -> None:
        above = one.values.get("parent")
        parent = self._unit_of(above) if above else None
        if one.kind == Kind.UNIT_NEW:
            one.unit = self._known(Unit, one.key) or units.create(
                self.actor, name=one.values["name"][:100], code=self._code(Unit, one.key), parent=parent
            )
        elif one.unit is None:
            raise Wrong(_("The unit is not here any more."))
        else:
            if "name" in one.values:
                one.unit = units.edit(self.actor, one.unit, name=one.values["name"][:100])
            if "parent" in one.values and one.unit.parent_id != (parent.pk if parent else None):
                one.unit = move_unit(self.actor, one.unit, parent=parent)
        self._link(one.key, one.unit)

    def _code(self, model: Any, key: str) -> str:
        """A code that says where it comes from, and is free."""
        text = f"dir-{self.connection.pk}-{bare(key)}"[: CODE - 4]
        taken = set(model.objects.unscoped("directory").filter(code__startswith=text).values_list("code", flat=True))
        return next(one for one in (text, *(f"{text}-{at}" for at in range(2, 999))) if one not in taken)

    def _head(self, one: DirectoryChange) -> None:
        unit = Unit.objects.visible_to(self.actor).get(pk=one.unit_id)
        units.edit(self.actor, unit, head=self._member_of(one.values["heads"][0]))

    # -- people ------------------------------------------------------------------------------------------------------

    def _arrive(self, one: DirectoryChange) -> None:
        """Make, find or take back the member that ONE speaks of, and know him by his id from now on."""
        if one.kind == Kind.REVIEW and "member" in one.answer:
            one.member = Member.objects.visible_to(self.actor).filter(pk=one.answer["member"]).first()
            if one.member is None:
                raise Wrong(_("There is no such member for you."))
        if one.kind == Kind.NEW or (one.kind == Kind.REVIEW and one.member is None):
            one.member = self._known(Member, one.key) or self._created(one)  # made before it was cut off
        else:
            self._return(one)
            self._edit(one)
        self._link(one.key, one.member)

    def _created(self, one: DirectoryChange) -> Member:
        fields = self._fields(one)
        fields.setdefault("employee_no", _next_number())
        found: Member = members.create(self.actor, **fields)
        return found

    def _fields(self, one: DirectoryChange) -> dict[str, Any]:
        found = {key: value for key, value in one.values.items() if key in PLAIN}
        if "hired_on" in found:
            found["hired_on"] = dt.date.fromisoformat(found["hired_on"])
        if phone := one.__dict__.get("phone"):
            found["phone"] = phone
        return found

    def _return(self, one: DirectoryChange) -> None:
        """Who has left and is back is the same person, from a day on."""
        member = one.member
        if member is None or member.status != Member.Status.LEFT:
            return
        said = one.values.get("hired_on")
        day = dt.date.fromisoformat(said) if said else today()
        if member.left_on and day < member.left_on:
            day = max(today(), member.left_on)
        one.member = rehire(self.actor, member, hired_on=day)

    def _edit(self, one: DirectoryChange) -> None:
        member = Member.objects.visible_to(self.actor).filter(pk=one.member_id).first()
        if member is None:
            raise Wrong(_("There is no such member for you."))
        fields = {key: value for key, value in self._fields(one).items() if key in self.connection.rules}
        if one.kind == Kind.BACK:
            fields.pop("hired_on", None)  # the day on which he came back is the one that counts
        fields = {key: value for key, value in fields.items() if member.__dict__.get(key) != value}
        one.member = members.edit(self.actor, member, **fields) if fields else member

    # -- where they stand --------------------------------------------------------------------------------------------

    def _places(self, waiting: list[DirectoryChange]) -> None:
        """Two may change places: what would go round in a circle now may be right once the other has moved."""
        left = [one for one in waiting if one.outcome == Outcome.WAITING]
        while left:
            failed: list[tuple[DirectoryChange, Exception]] = []
            for one in left:
                try:
                    with transaction.atomic():
                        self._place(one)
                except (ValidationError, Wrong) as error:
                    failed.append((one, error))
                except (Forbidden, NotVisible):
                    failed.append((one, Wrong(_("You may not do this."))))
                else:
                    self._end(one, Outcome.DONE)
            if len(failed) == len(left):
                for one, why in failed:
                    self._refused(one, why)
                return
            left = [one for one, _why in failed]

    def _place(self, one: DirectoryChange) -> None:
        member = Member.objects.visible_to(self.actor).get(pk=one.member_id)
        place: dict[str, Any] = {}
        if "unit" in one.values:
            place["unit"] = self._unit_of(one.values["unit"])
        if "position" in one.values:
            place["position"] = self._position(one.values["position"])
        if "manager" in one.values:
            place["manager"] = self._member_of(one.values["manager"])
        if one.kind not in (Kind.NEW, Kind.BACK):
            place = {key: row for key, row in place.items() if key in self.connection.rules}
        place = {key: row for key, row in place.items() if getattr(member, f"{key}_id") != row.pk}
        if not place:
            return
        day = max(today(), member.hired_on or today())
        begun = Assignment.objects.unscoped("directory").filter(member=member, valid_from=day).first()
        if begun is not None:
            correct_assignment(self.actor, begun, **place)
        else:
            since = member.hired_on if one.kind == Kind.NEW and member.hired_on else day
            move_member(self.actor, member, valid_from=since, reason=gettext("Directory"), **place)

    def _position(self, title: str) -> Position:
        for name in ("name", "name_zh"):
            rows = Position.objects.visible_to(self.actor).filter(**{name: title}, archived_at=None)
            found: Position | None = rows.first()
            if found is not None:
                return found
        made: Position = positions.create(self.actor, name=title[:100], code=self._code(Position, title))
        return made

    def _leave(self, one: DirectoryChange) -> None:
        member = Member.objects.visible_to(self.actor).filter(pk=one.member_id).first()
        if member is None:
            raise Wrong(_("There is no such member for you."))
        said = one.answer.get("left_on")
        day = dt.date.fromisoformat(said) if said else today()
        plan_leaving(self.actor, member, left_on=day, reason=gettext("Gone from the directory"))


def _next_number() -> str:
    """After the highest that was given to those who came without one."""
    given = Member.objects.unscoped("directory").filter(employee_no__regex=r"^M[0-9]{5,}$")
    last = max((int(one[1:]) for one in given.values_list("employee_no", flat=True)), default=0)
    return NUMBER.format(last + 1)
