"""What the directory lets one change for many members at once: plain fields, and where they stand from a day on."""

from typing import Any

from muster.access.bulk import BulkEdit, register
from muster.access.bulk.parts import Fields
from muster.access.scope import Actor
from muster.people.actions.member import members
from muster.people.actions.move import move_member, running, take_back_move
from muster.people.actions.present import PLACE
from muster.people.forms import MemberForm, MoveForm
from muster.people.listings import MEMBERS
from muster.people.models import Assignment, Member

PLAIN = ("status", "hired_on", "work_place", "languages", "time_zone")


class Moves:
    """Unit, position, grade and manager: a dated move, with the day it holds from and why."""

    key, permission = "move", "people.member.move"
    asks = ("valid_from", "reason")

    def fields(self, actor: Actor) -> dict[str, Any]:
        return {name: MoveForm.base_fields[name] for name in (*PLACE, *self.asks)}

    def narrow(self, fields: dict[str, Any]) -> None:
        pass

    def same(self, actor: Actor, row: Member, values: dict[str, Any]) -> bool:
        now = running(row, values["valid_from"])
        chosen = {name: values[name] for name in PLACE if name in values}
        return all(getattr(now, f"{name}_id", None) == getattr(one, "pk", None) for name, one in chosen.items())

    def run(self, actor: Actor, row: Member, values: dict[str, Any], **version: int) -> dict[str, Any]:
        move_member(actor, row, **values, **version)
        made = Assignment.objects.unscoped("the move just made").filter(member=row, valid_from=values["valid_from"])
        return {
            "assignment": made.values_list("pk", flat=True).get(),
            "fields": [one for one in PLACE if one in values],
        }

    def undo(self, actor: Actor, row: Member, memory: dict[str, Any]) -> list[str]:
        rows = Assignment.objects.unscoped("the move to take back").filter(member=row, pk__gte=memory["assignment"])
        if list(rows.values_list("pk", "version")) != [(memory["assignment"], 1)]:
            return list(memory["fields"])
        take_back_move(actor, row, assignment=memory["assignment"])
        return []


register(BulkEdit(MEMBERS, (Fields(MemberForm, PLAIN, members.edit, "people.member.edit"), Moves())))
