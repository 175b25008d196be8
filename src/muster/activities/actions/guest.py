"""Asking people to an appointment, and answering."""

from collections.abc import Iterable
from typing import Any

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from muster.access.action import Refused, action
from muster.access.crud import crud
from muster.access.scope import Actor
from muster.activities.models import Appointment, Guest
from muster.crm.models import Contact
from muster.people.models import Member

MOST = 50
GuestKeys = dict[str, set[int] | None]  # "member" and "contact" → keys of who takes part; None leaves them as they are


def _present(actor: Actor, row: Guest, fields: dict[str, Any]) -> None:
    if row.member is not None and row.member.status == Member.Status.LEFT:
        raise ValidationError({"members": _("%(name)s has left: choose somebody else.") % {"name": row.member.name}})


guests = crud(Guest, before_save=_present)


def guests_of(members: Iterable[Member], contacts: Iterable[Contact]) -> GuestKeys:
    return {"member": {one.pk for one in members}, "contact": {one.pk for one in contacts}}


def bring(actor: Actor, row: Appointment, wanted: GuestKeys) -> None:
    """Ask whom WANTED names to ROW, and take off who is not among them any more. Who invites is no guest of his own."""
    known = list(Guest.objects.unscoped("who takes part").filter(appointment=row.pk))
    for link, keys in wanted.items():
        if keys is None:
            continue
        keys = keys - {row.owner_id} if link == "member" else keys
        if len(keys) > MOST:
            raise ValidationError({f"{link}s": _("At most %(most)s people are asked at once.") % {"most": MOST}})
        here = {getattr(one, f"{link}_id"): one for one in known if getattr(one, f"{link}_id")}
        for pk, one in here.items():
            if pk in keys and one.archived_at:
                guests.restore(actor, one)
            elif pk not in keys and not one.archived_at:
                guests.archive(actor, one)
        model: Any = Member if link == "member" else Contact
        for person in model.objects.visible_to(actor).filter(pk__in=keys - set(here)).order_by("pk"):
            guests.create(actor, appointment=row, **{link: person})


@action("activities.guest.answer", gettext_lazy("Answer invitations"), Guest)
def answer(actor: Actor, row: Guest, *, answer: str) -> None:
    """Say whether one comes; the answer counts for the whole series, and can be changed until it is over."""
    if row.appointment.cancelled_at:
        raise Refused(_("This appointment is cancelled."))
    if answer not in Guest.Answer.values or answer == Guest.Answer.WAITING:
        raise ValidationError({"answer": _("Say whether you come, perhaps come or do not come.")})
    row.answer, row.answered_at = answer, timezone.now()
    row.save()


def whom_to_ask(appointment: int | None) -> list[int]:
    """Members who take part and have not declined."""
    rows = Guest.objects.unscoped("whom to tell").filter(appointment=appointment, archived_at=None)
    return list(rows.exclude(member=None).exclude(answer=Guest.Answer.DECLINED).values_list("member_id", flat=True))
