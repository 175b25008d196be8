"""Members and what is private about them."""

import datetime as dt
from dataclasses import replace
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from muster.access.action import Refused, action, because
from muster.access.crud import crud
from muster.access.models import Event
from muster.access.scope import Actor
from muster.core.periods import today
from muster.people.actions import checklist
from muster.people.actions.detail import answer, drop_file, verified
from muster.people.actions.lifecycle import end_login, refuse_while_holding
from muster.people.actions.lines import relink
from muster.people.models import DETAILS, AuditItem, Kind, Member, MemberPrivate, ReportingLine

RECENT = dt.timedelta(days=30)  # who came earlier has long arrived


def _own_line(actor: Actor, member: Member, fields: dict[str, Any]) -> None:
    """Everybody stands in his own line from the first moment, so 'own and reports' finds him."""
    if not ReportingLine.objects.unscoped("own line").filter(ancestor=member, descendant=member).exists():
        relink([member.pk])
        if member.hired_on and member.hired_on >= today() - RECENT:
            checklist.begin(member, Kind.JOINER, member.hired_on)


def _leaving_day(actor: Actor, member: Member, fields: dict[str, Any]) -> None:
    """Who has left did so on some day: today, where nobody says; and holds nothing any more."""
    if member.status != Member.Status.LEFT:
        return
    member.left_on = member.left_on or today()
    if member.pk and "status" in fields:
        refuse_while_holding(member)
        end_login(member)


def _note_changes(row: Any) -> None:
    """Which details this save changes: what somebody types, he has found right."""
    keys = [one.key for one in DETAILS.values() if isinstance(row, one.model)]
    rows = type(row).objects.unscoped("details before").filter(pk=row.pk)
    before = rows.values(*keys).first() if row.pk else None
    row.touched = [key for key in keys if (row.__dict__[key] or None) != ((before or {}).get(key) or None)]
    if "photo" in row.touched and before:
        drop_file(before["photo"] or "")


def _verify_changes(actor: Actor, row: Any, fields: dict[str, Any]) -> None:
    member = row if isinstance(row, Member) else row.member
    if row.touched:
        verified(member, row.touched, actor.name)
        answer(member, row.touched, AuditItem.Answer.CHANGED, actor.name)


def _before(actor: Actor, member: Member, fields: dict[str, Any]) -> None:
    _leaving_day(actor, member, fields)
    _note_changes(member)


def _after(actor: Actor, member: Member, fields: dict[str, Any]) -> None:
    _own_line(actor, member, fields)
    _verify_changes(actor, member, fields)


# What an event can give back: plain fields, whose former value the trail holds in the open.
RESTORED = (
    "name",
    "reading",
    "preferred_name",
    "employee_no",
    "work_email",
    "work_place",
    "languages",
    "time_zone",
    "about",
)


def former_values(event: Event) -> dict[str, Any]:
    """The values that EVENT replaced and that can be had back."""
    if event.model != Member._meta.label_lower:
        return {}
    return {key: before for key, (before, _after) in event.changes.items() if key in RESTORED}


def revert_fields(actor: Actor, member: Member, *, event: int, fields: list[str], reason: str = "") -> Any:
    """Give FIELDS the value back that they had before EVENT; the trail says why."""
    with because(reason):
        return _revert_fields(actor, member, event=event, fields=fields)


@action("people.member.revert", gettext_lazy("Restore former values of members"), Member)
def _revert_fields(actor: Actor, member: Member, *, event: int, fields: list[str]) -> None:
    """Write back what FIELDS held before EVENT; a change like any other, and itself to be taken back. Raises Refused
    where the event is not about these fields of this member."""
    rows = Event.objects.unscoped("former value of a field")
    found = rows.filter(pk=event, model=Member._meta.label_lower, object_id=member.pk).first()
    former = former_values(found) if found else {}
    if not fields or not set(fields) <= set(former):
        raise Refused(_("This change holds no former value of that field: choose among those it shows."))
    for key in fields:
        setattr(member, key, "" if former[key] is None else former[key])
    _before(actor, member, {})
    member.full_clean()
    member.save()
    _after(actor, member, {})


_members = crud(Member, before_save=_before, after_save=_after)


def _edit(actor: Actor, row: Member, *, reason: str = "", **fields: Any) -> Any:
    """The plain edit, and why."""
    with because(reason):
        return _members.edit(actor, row, **fields)


def _create(actor: Actor, *, reason: str = "", **fields: Any) -> Any:
    with because(reason):
        return _members.create(actor, **fields)


members = replace(_members, create=_create, edit=_edit)
privates = crud(MemberPrivate, before_save=lambda _actor, row, _fields: _note_changes(row), after_save=_verify_changes)
