"""What a manager does on the audit sheets of his people: look and tick, comment, correct, have something mended."""

import datetime as dt
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from muster.access.action import Refused, action, add_event
from muster.access.scope import Actor, visible_or_404
from muster.core import workdays
from muster.core.fields import Sensitive, clearance
from muster.core.periods import today
from muster.people import sheets
from muster.people.actions.detail import holder, mark, verify_details, write
from muster.people.models import DETAILS, Member, SheetNote

Kind = SheetNote.Kind
SIGNS_MISSING = gettext_lazy("There is no such point on the sheet.")


@action("people.member.tick", gettext_lazy("Tick points on audit sheets"), Member)
def tick_point(actor: Actor, member: Member, *, point: str, text: str = "") -> None:
    """POINT was looked at and is in order: a sign stays quiet for thirty days, a detail counts as found right."""
    _known(point)
    if not point:
        raise ValidationError({"point": _("Choose what you looked at.")})
    if point in DETAILS:
        verify_details(actor, member, fields=[point])
    _note(actor, member, Kind.TICK, point, text)


@action("people.member.remark", gettext_lazy("Comment on audit sheets"), Member)
def remark(actor: Actor, member: Member, *, text: str, point: str = "") -> None:
    _known(point)
    if not text.strip():
        raise ValidationError({"text": _("Write what you want to note.")})
    _note(actor, member, Kind.COMMENT, point, text)


@action("people.member.correct", gettext_lazy("Correct details on audit sheets"), Member)
def correct(actor: Actor, member: Member, *, field: str, value: str, seen: str = "") -> None:
    """Put VALUE in the place of what is wrong; it counts as found right. SEEN marks the value that the page showed:
    where it has changed since, nothing happens. Raises ValidationError for one's own details, for private ones, and
    for those that one may read and not write."""
    detail = DETAILS.get(field)
    if detail is None or detail.secret or detail.is_file or detail.fixed:
        raise ValidationError({"field": _("This is not corrected here.")})
    if actor.member_id == member.pk:
        raise Refused(_("Your own details are changed under “My details”."))
    row = visible_or_404(Member, actor, pk=member.pk)
    if isinstance(detail.field, Sensitive) and clearance(row, field) != "write":
        raise Refused(_("You may read this and not change it: give the member a fix instead."))
    held = holder(member, field)
    if seen and seen != mark(held.__dict__.get(field)):
        raise Refused(_("The present value was changed meanwhile: look again."))
    try:
        clean = detail.field.clean(value.strip(), member)
    except ValidationError as error:
        raise ValidationError({"value": error.messages}) from error
    write(actor, member, {field: clean}, "people.member.correct")


@action("people.member.fix", gettext_lazy("Give fixes on audit sheets"), Member)
def give_fix(
    actor: Actor, member: Member, *, owner: Member, text: str, due_on: dt.date | None = None, point: str = ""
) -> None:
    """Somebody mends it until a working day: by default the third from today; a day off moves to the next one. It
    becomes a task of OWNER. Raises ValidationError for who may not be given one, and for days that are over."""
    _known(point)
    day = workdays.shift(due_on, 0) if due_on else workdays.shift(today(), 3)
    if day < today():
        raise ValidationError({"due_on": _("This day is over: choose a later one.")})
    if not sheets.desk().owners(actor).filter(pk=owner.pk).exists():
        raise ValidationError({"owner": _("You may not give tasks to %(name)s.") % {"name": owner}})
    label = sheets.label_of(point)
    title = f"{member}: {text}" if not label else f"{member} · {label}: {text}"
    task = sheets.desk().make(actor, title=title[:200], owner=owner, due_on=day)
    _note(actor, member, Kind.FIX, point, text, task_id=task)


def _known(point: str) -> None:
    if point and point not in dict(sheets.points()):
        raise ValidationError({"point": str(SIGNS_MISSING)})


def _note(actor: Actor, member: Member, kind: str, point: str, text: str, **more: Any) -> None:
    row = SheetNote(member=member, kind=kind, point=point, text=text.strip(), on=today(), by=actor.name[:150], **more)
    row.campaign = sheets.campaign_of(member, point)
    row.full_clean(validate_constraints=False)
    row.save()
    add_event(actor, "people.sheetnote.made", row, {}, kind=kind, point=point)
