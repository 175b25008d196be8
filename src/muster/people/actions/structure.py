"""Units, positions and grades."""

import datetime as dt
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from muster.access.action import action, add_event
from muster.access.crud import check_links, crud
from muster.access.scope import Actor
from muster.core.periods import today
from muster.people.actions.lines import Edge, overlap, rebuild_unit_lines, unit_edges
from muster.people.actions.present import in_force, one_move_at_a_time
from muster.people.models import Assignment, Grade, Member, Position, Unit, UnitLine

MOST_NAMED = 5


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


def begin_unit(unit: Unit, day: dt.date) -> None:
    """A unit just made stands from DAY on, not since ever."""
    one_move_at_a_time()
    edges = unit_edges()
    edges[unit.pk] = [(unit.parent_id, (day, None))]
    rebuild_unit_lines(edges)


@action("people.unit.close", gettext_lazy("Close units"), Unit)
def close_unit(actor: Actor, unit: Unit, *, valid_from: dt.date) -> None:
    """UNIT stands until VALID_FROM and no longer; who stood in it keeps that in his career. Raises ValidationError
    while people or units are to stand there on that day or later, and names them."""
    one_move_at_a_time()
    edges = unit_edges()
    begins = edges[unit.pk][0][1][0]
    if valid_from <= begins:
        raise ValidationError(_("“%(unit)s” exists since %(begins)s only.") % {"unit": unit, "begins": begins})
    _refuse_occupied(unit, valid_from)
    edges[unit.pk] = [
        (above, (start, valid_from if end is None or end > valid_from else end))
        for above, (start, end) in edges[unit.pk]
        if start < valid_from
    ]
    rebuild_unit_lines(edges)
    if valid_from > today():
        add_event(actor, "people.unit.close", unit, {}, day=str(valid_from))


def _refuse_occupied(unit: Unit, day: dt.date) -> None:
    later = Q(valid_to=None) | Q(valid_to__gt=day)
    here = Assignment.objects.unscoped("who stands in a unit to be closed").filter(later, unit=unit)
    units_here = UnitLine.objects.unscoped("unit tree").filter(later, ancestor=unit, depth=1)
    names = [*here.values_list("member__name", flat=True).distinct()[: MOST_NAMED + 1]]
    names += [f"“{name}”" for name in units_here.values_list("descendant__name", flat=True).distinct()[:MOST_NAMED]]
    if names:
        more = "…" if len(names) > MOST_NAMED else ""
        raise ValidationError(
            _("“%(unit)s” cannot be closed on %(day)s: %(names)s still stand there. Move them elsewhere first.")
            % {"unit": unit, "day": day, "names": ", ".join(names[:MOST_NAMED]) + more}
        )


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
    """Write into the units under which parent they stand on DAY; how many changed. One that does not stand yet, or no
    longer, keeps the parent it was given."""
    lines = UnitLine.objects.unscoped("unit tree").filter(in_force(day))
    parents = dict(lines.filter(depth=1).values_list("descendant_id", "ancestor_id"))
    known = set(lines.filter(depth=0).values_list("descendant_id", flat=True))
    changed = []
    for unit in Unit.objects.unscoped("unit tree").filter(pk__in=known):
        if unit.parent_id != parents.get(unit.pk):
            unit.parent_id = parents.get(unit.pk)
            changed.append(unit)
    Unit.objects.unscoped("unit tree").bulk_update(changed, ["parent"])
    return len(changed)
