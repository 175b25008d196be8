"""Dated assignments: where somebody stands, from when. The member's own unit, position, grade and manager are what
these say for today."""

import datetime as dt
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from muster.access.action import action, add_event
from muster.access.crud import check_links
from muster.access.scope import Actor
from muster.core.periods import today
from muster.people.actions import checklist
from muster.people.actions.placing import Placement, bulk_place
from muster.people.actions.present import COLUMNS, PLACE, date_problem, in_force, one_move_at_a_time, project, written
from muster.people.actions.timeline import refuse_circles, refuse_overlaps
from muster.people.models import Assignment, Kind, Member

__all__ = ["Placement", "bulk_place", "cancel_move", "correct_assignment", "move_member", "take_back_move"]


@action("people.member.move", gettext_lazy("Move members"), Member)
def move_member(
    actor: Actor, member: Member, *, valid_from: dt.date | None = None, reason: str = "", **place: Any
) -> None:
    """Let the member stand elsewhere from a day on: PLACE names unit, position, grade, manager; what is not named is
    carried over. The assignment running on that day ends there; a move planned for later stays."""
    one_move_at_a_time()
    day = valid_from or today()
    row = _planned(member, day, reason)
    check_links(actor, row, place)
    before = {name: getattr(row, f"{name}_id") for name in PLACE}
    for name, value in place.items():
        setattr(row, name, value)
    if running(member, day) and before == {name: getattr(row, f"{name}_id") for name in PLACE}:
        raise ValidationError(_("Nothing changes by this move: choose another unit, position, grade or manager."))
    place_row(member, row)
    if (before["unit"], before["position"]) != (row.unit_id, row.position_id) and any(before.values()):
        checklist.begin(member, Kind.MOVER, day)
    add_event(actor, "people.member.move", row, written(row))


def _planned(member: Member, day: dt.date, reason: str) -> Assignment:
    """A new assignment from DAY that carries over what holds then and lasts until the next one begins."""
    if problem := date_problem(member, day):
        raise ValidationError({"valid_from": problem})
    if _all(member).filter(valid_from=day).exists():
        raise ValidationError(
            {
                "valid_from": _(
                    "%(name)s already has an assignment from %(day)s: correct that one, or choose another day."
                )
                % {"name": member.name, "day": day}
            }
        )
    now = running(member, day)
    following = _all(member).filter(valid_from__gt=day).order_by("valid_from").first()
    carried = {column: getattr(now, column) for column in COLUMNS} if now else {}
    return Assignment(
        member=member, valid_from=day, valid_to=following.valid_from if following else None, reason=reason, **carried
    )


def place_row(member: Member, row: Assignment) -> None:
    """Write a new assignment: what runs on its first day ends there; the rules are checked, the present projected."""
    refuse_leaver(row)
    now = running(member, row.valid_from)
    if now:
        row.valid_to = now.valid_to
        now.valid_to = row.valid_from
        now.save(update_fields=["valid_to", "updated_at"])
    row.full_clean()
    row.save()
    settle(member, row.valid_from)


def settle(member: Member, since: dt.date) -> None:
    """After a member's assignments changed from SINCE on: check them, and bring the present in step."""
    refuse_overlaps(member)
    refuse_circles(since, {member.pk})
    for found in project([member.pk], today()):
        for column in COLUMNS:
            setattr(member, column, getattr(found, column))


def refuse_leaver(row: Assignment) -> None:
    manager = row.manager
    gone = manager is not None and manager.left_on is not None and manager.left_on <= row.valid_from
    if manager is not None and (gone or (manager.status == Member.Status.LEFT and manager.left_on is None)):
        raise ValidationError(
            {
                "manager": _("%(name)s will have left by %(day)s: choose another manager.")
                % {"name": manager.name, "day": row.valid_from}
            }
        )


def _all(member: Member) -> Any:
    return Assignment.objects.unscoped("assignments of the member being moved").filter(member=member)


def running(member: Member, day: dt.date) -> Assignment | None:
    """The assignment in force on DAY."""
    found: Assignment | None = _all(member).filter(in_force(day)).order_by("valid_from").last()
    return found


@action("people.assignment.edit", gettext_lazy("Correct assignments"), Assignment)
def correct_assignment(actor: Actor, row: Assignment, **fields: Any) -> None:
    """Say what was true all along. Where the first day changes, the assignment before it ends on the new one."""
    one_move_at_a_time()
    began = row.valid_from
    check_links(actor, row, fields)
    for name, value in fields.items():
        setattr(row, name, value)
    if problem := date_problem(row.member, row.valid_from):
        raise ValidationError({"valid_from": problem})
    if "manager" in fields:
        refuse_leaver(row)
    if row.valid_from != began:
        before = _all(row.member).filter(valid_to=began, valid_from__lt=row.valid_from).first()
        if before:
            before.valid_to = row.valid_from
            before.save(update_fields=["valid_to", "updated_at"])
    row.full_clean()
    row.save()
    settle(row.member, min(began, row.valid_from))


@action("people.assignment.cancel", gettext_lazy("Cancel planned moves"), Assignment)
def cancel_move(actor: Actor, row: Assignment) -> None:
    """Call off a move whose day has not come; what ran before it runs on."""
    one_move_at_a_time()
    if row.valid_from <= today():
        raise ValidationError(
            _("This move is in force since %(day)s: it can be corrected, not cancelled.") % {"day": row.valid_from}
        )
    member, began = row.member, row.valid_from
    add_event(actor, "people.assignment.cancel", row, {key: [one[1], None] for key, one in written(row).items()})
    before = _all(member).filter(valid_to=began).first()
    end = row.valid_to
    row.delete()
    if before:
        before.valid_to = end
        before.save(update_fields=["valid_to", "updated_at"])
    settle(member, began)


@action("people.member.unmove", gettext_lazy("Take back moves that were made for many at once"), Member)
def take_back_move(actor: Actor, member: Member, *, assignment: int) -> None:
    """As if the move had not been, also where its day has come: what ran before it runs on. Raises ValidationError
    where the assignment was corrected since, or is not the member's."""
    one_move_at_a_time()
    row = _all(member).filter(pk=assignment).first()
    if row is None or row.version != 1 or _all(member).filter(pk__gt=assignment).exists():
        raise ValidationError(_("This move was changed since: correct it by hand."))
    before = _all(member).filter(valid_to=row.valid_from).first()
    add_event(actor, "people.member.unmove", row, {key: [one[1], None] for key, one in written(row).items()})
    began, end = row.valid_from, row.valid_to
    row.delete()
    if before:
        before.valid_to = end
        before.save(update_fields=["valid_to", "updated_at"])
    settle(member, began)
    if not _all(member).exists():  # it was his first place
        project([member.pk], today(), emptied=True)
