"""What a draft says, in words, and where what is dragged comes to stand."""

from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from muster.access.scope import Actor, NotVisible, visible_or_404
from muster.people.actions.draft import sentence_of_drift
from muster.people.actions.move import running
from muster.people.actions.rollout import TRIED, Kind, changes_of, drifted, try_out
from muster.people.models import DraftChange, Member, Position, StructureDraft, Unit
from muster.people.queries import units_in_order

AS_IT_IS, TOP = "", "top"
NOTHING = "–"


@dataclass
class Line:
    """One change, and what stands in its way: that it cannot be, or that what it was made over has changed."""

    change: DraftChange
    about: str
    text: str
    problem: str = ""
    drift: str = ""


def lines_of(actor: Actor, draft: StructureDraft) -> list[Line]:
    changes = changes_of(draft)
    names = _names(actor, changes)
    problems = try_out(TRIED, draft) if draft.is_open else {}
    drift = {one.pk: sentence_of_drift(one, now) for one, now in drifted(draft)} if draft.is_open else {}
    return [
        Line(one, *_said(one, names), problem=problems.get(one.pk, ""), drift=drift.get(one.pk, "")) for one in changes
    ]


Names = dict[tuple[str, int | None], str]


def _names(actor: Actor, changes: list[DraftChange]) -> Names:
    """The names of what stood there before, one query a kind."""
    found: Names = {}
    for model, keys in ((Unit, ("unit", "parent")), (Member, ("manager",)), (Position, ("position",))):
        wanted = {one.before.get(key) for one in changes for key in keys} - {None}
        for row in model.objects.visible_to(actor).filter(pk__in=wanted):
            found |= {(key, row.pk): str(row) for key in keys}
    return found


def _said(one: DraftChange, names: Names) -> tuple[str, str]:
    into = str(one.planned.name if one.planned else one.unit or NOTHING)
    if one.kind == Kind.MOVE:
        return str(one.member), _move_said(one, names, into)
    if one.kind == Kind.MOVE_UNIT:
        return str(one.about), f"{names.get(('parent', one.before.get('parent')), NOTHING)} → {into}"
    if one.kind == Kind.RENAME:
        return str(one.before.get("name", "")), f"→ {one.name}"
    if one.kind == Kind.CLOSE:
        return str(one.about), ""
    if one.kind == Kind.NEW_UNIT:
        return one.name, _("belongs to %(unit)s") % {"unit": into}
    acting = _(", acting: %(name)s") % {"name": one.acting} if one.acting else ""
    return str(one.position), f"{into}{acting}"


def _move_said(one: DraftChange, names: Names, into: str) -> str:
    pairs = [
        (names.get(("unit", one.before.get("unit")), NOTHING), into),
        (names.get(("manager", one.before.get("manager")), NOTHING), str(one.manager or NOTHING)),
        (names.get(("position", one.before.get("position")), NOTHING), str(one.position or NOTHING)),
    ]
    labels = [_("unit"), _("manager"), _("position")]
    steps = [f"{label} {was} → {now}" for label, (was, now) in zip(labels, pairs, strict=True) if was != now]
    return " · ".join(steps + ([_("leads the unit")] if one.heads else []))


def unit_choices(actor: Actor, draft: StructureDraft) -> list[tuple[str, str]]:
    """Units that stand and those that the draft plans."""
    found = [(f"u{unit.pk}", f"{'　' * depth}{unit.name}") for unit, depth in units_in_order(actor)]
    planned = [one for one in changes_of(draft) if one.kind == Kind.NEW_UNIT]
    return found + [(f"n{one.pk}", _("%(name)s (new)") % {"name": one.name}) for one in planned]


def target(actor: Actor, draft: StructureDraft, key: str) -> dict[str, Any]:
    """KEY of a unit, standing or planned, as the fields of a change."""
    if key.startswith("n"):
        return {"unit": None, "planned": _planned(draft, key)}
    if key in (AS_IT_IS, TOP):
        return {"unit": None, "planned": None}
    return {"unit": visible_or_404(Unit, actor, pk=_number(key)), "planned": None}


def _planned(draft: StructureDraft, key: str) -> DraftChange:
    found = [one for one in changes_of(draft) if one.pk == _number(key) and one.kind == Kind.NEW_UNIT]
    if not found:
        raise NotVisible("people.draftchange")
    return found[0]


def _number(key: str) -> int:
    return int(key[1:]) if key[1:].isdigit() and len(key) < 18 else 0


def place_of(draft: StructureDraft, member: Member) -> dict[str, Any]:
    """Where MEMBER is to stand: as the draft says, or else as is planned for its day anyway."""
    planned = next((one for one in changes_of(draft) if one.kind == Kind.MOVE and one.member_id == member.pk), None)
    if planned:
        return {key: getattr(planned, key) for key in ("unit", "planned", "manager", "position", "heads")}
    now = running(member, draft.effective_on)
    place = {key: getattr(now, key) if now else None for key in ("unit", "manager", "position")}
    return {**place, "planned": None, "heads": False}


def dropped(actor: Actor, draft: StructureDraft, what: str, to: str) -> dict[str, Any]:
    """What it means that WHAT was let go on TO, as the fields of a change: a person on a unit stands there, under its
    head; a person on a person reports to him and stands in his unit; a unit on a unit belongs to it."""
    kinds = what[:1] + to[:1]
    if kinds in ("mu", "mn"):
        member = visible_or_404(Member, actor, pk=_number(what))
        place = place_of(draft, member) | target(actor, draft, to)
        head = head_of(draft, place["unit"], place["planned"])
        if head is not None and head.pk != member.pk:
            place["manager"] = head
        return {"kind": Kind.MOVE, "member": member, **place, "heads": False}
    if kinds == "mm":
        member, manager = (visible_or_404(Member, actor, pk=_number(key)) for key in (what, to))
        there = place_of(draft, manager)
        place = place_of(draft, member) | {"unit": there["unit"], "planned": there["planned"], "manager": manager}
        return {"kind": Kind.MOVE, "member": member, **place, "heads": False}
    if kinds in ("uu", "un"):
        unit = visible_or_404(Unit, actor, pk=_number(what))
        return {"kind": Kind.MOVE_UNIT, "about": unit, **target(actor, draft, to)}
    if kinds in ("nu", "nn"):
        return {"kind": Kind.NEW_UNIT, "change": _planned(draft, what).pk, **target(actor, draft, to)}
    raise ValidationError(_("Drop a person on a person or a unit, and a unit on a unit."))


def head_of(draft: StructureDraft, unit: Unit | None, planned: DraftChange | None) -> Member | None:
    """Who is to lead a unit as the draft stands: whom it makes head, else the head there is, unless he moves away."""
    moves = [one for one in changes_of(draft) if one.kind == Kind.MOVE]
    for one in moves:
        if one.heads and one.unit_id == (unit.pk if unit else None) and one.planned_id == (planned and planned.pk):
            return one.member
    head = unit.head if unit else None
    away = head and any(one.member_id == head.pk and one.unit_id != (unit and unit.pk) for one in moves)
    return None if away else head
