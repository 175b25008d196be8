"""Units, positions and grades."""

import datetime as dt
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from muster.access.action import action, add_event
from muster.access.crud import check_links, crud
from muster.access.scope import Actor
from muster.core.periods import today
from muster.people.actions.lines import Edge, overlap, rebuild_unit_lines, unit_edges
from muster.people.actions.present import in_force, one_move_at_a_time
from muster.people.models import Grade, Member, Position, Unit, UnitLine


def _keep_place(actor: Actor, unit: Unit, fields: dict[str, Any]) -> None:
    head = fields.get("head")
    if head is not None and head.status == Member.Status.LEFT:
        raise ValidationError({"head": _("%(name)s has left: choose somebody else.") % {"name": head.name}})
    if not unit._state.adding and "parent" in fields:
        stands = UnitLine.objects.unscoped("unit tree").filter(in_force(today()), descendant=unit, depth=1)
        if stands.values_list("ancestor_id", flat=True).first() != unit.parent_id:
            raise ValidationError({"parent": _("A unit changes its place by moving it, with a date, not by editing.")})


def _first_lines(actor: Actor, unit: Unit, fields: dict[str, Any]) -> None:
    if not UnitLine.objects.unscoped("unit tree").filter(descendant=unit).exists():
        one_move_at_a_time()
        rebuild_unit_lines()


units = crud(Unit, before_save=_keep_place, after_save=_first_lines)
positions = crud(Position)
grades = crud(Grade)


@action("people.unit.move", gettext_lazy("Move units"), Unit)
def move_unit(actor: Actor, unit: Unit, *, parent: Unit | None = None, valid_from: dt.date | None = None) -> None:
    """Let a unit, with all below it, stand under PARENT (None: at the top) from a day on. The past stays as it was."""
    one_move_at_a_time()
    day = valid_from or today()
    check_links(actor, unit, {"parent": parent})
    edges = unit_edges()
    begins = edges[unit.pk][0][1][0]
    if day < begins:
        raise ValidationError(
            {"valid_from": _("“%(unit)s” exists since %(begins)s only.") % {"unit": unit, "begins": begins}}
        )
    above = parent.pk if parent else None
    if next(one for one, spell in reversed(edges[unit.pk]) if spell[0] <= day) == above:
        raise ValidationError({"parent": _("Nothing changes by this move: choose another parent.")})
    edges[unit.pk] = _moved(edges[unit.pk], above, day)
    _refuse_circle(unit, parent, day, edges)
    rebuild_unit_lines(edges)
    if day > today():
        add_event(actor, "people.unit.move", unit, {"parent": [unit.parent_id, above]}, day=str(day))
    project_units(today())
    unit.refresh_from_db(fields=["parent"])


def _moved(edges: list[Edge], parent: int | None, day: dt.date) -> list[Edge]:
    """EDGES with the spell that runs on DAY cut there; what was planned for later stays."""
    found: list[Edge] = []
    for above, (start, end) in edges:
        if (end is not None and end <= day) or start > day:
            found.append((above, (start, end)))
        else:
            found += [(above, (start, day))] if start < day else []
            found.append((parent, (day, end)))
    return found


def _refuse_circle(unit: Unit, parent: Unit | None, day: dt.date, edges: dict[int, list[Edge]]) -> None:
    """PARENT may not stand, on any day of the new spell, in the unit or below it."""
    waiting = [([unit.pk, above], spell) for above, spell in edges[unit.pk] if spell[0] == day and above is not None]
    while waiting:
        chain, spell = waiting.pop()
        if chain[-1] == unit.pk:
            names = dict(Unit.objects.unscoped("names in a refusal").filter(pk__in=chain).values_list("pk", "name"))
            text = " → ".join(names[one] for one in chain)
            raise ValidationError(
                {
                    "parent": _(
                        "From %(day)s on the units would go round in a circle: %(chain)s. Choose another parent."
                    )
                    % {"day": max(spell[0], day), "chain": text}
                }
            )
        for above, when in edges[chain[-1]]:
            common = overlap(when, spell)
            if above is not None and common:
                waiting.append(([*chain, above], common))


def project_units(day: dt.date) -> int:
    """Write into the units under which parent they stand on DAY; how many changed."""
    lines = UnitLine.objects.unscoped("unit tree").filter(in_force(day), depth=1)
    parents = dict(lines.values_list("descendant_id", "ancestor_id"))
    known = set(UnitLine.objects.unscoped("unit tree").filter(depth=0).values_list("descendant_id", flat=True))
    changed = []
    for unit in Unit.objects.unscoped("unit tree").filter(pk__in=known):
        if unit.parent_id != parents.get(unit.pk):
            unit.parent_id = parents.get(unit.pk)
            changed.append(unit)
    Unit.objects.unscoped("unit tree").bulk_update(changed, ["parent"])
    return len(changed)
