"""Reads the event stream and tells people what concerns them: what they were given, what was done to what is theirs,
and what
their people won. Nobody is told of what he did himself."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from muster.access.actions.role import keepers
from muster.access.models import Event, Grant, RoleAssignment
from muster.access.queries import held_now
from muster.access.scope import policies
from muster.integrations.models import EventCursor, Notification
from muster.people.models import Member, PaperReading

READER = "notifications"
BATCH = 500


def _owner(event: Event) -> Iterable[int]:
    return [event.owner_id] if event.owner_id else []


def _manager(event: Event) -> Iterable[int]:
    rows = Member.objects.unscoped("whom to notify").filter(pk=event.owner_id)
    return [pk for pk in rows.values_list("manager_id", flat=True) if pk]


def _named_in_it(event: Event) -> Iterable[int]:
    return [int(pk) for pk in event.context.get("receivers", [])]


def _queue(event: Event) -> Iterable[int]:
    """In whose queue it waits."""
    return [int(event.context["queue"])] if event.context.get("queue") else []


def _readers(event: Event) -> Iterable[int]:
    """Who has not read the paper; of a reminder those it names."""
    rows = PaperReading.objects.unscoped("whom to notify").filter(edition__paper=event.object_id, read_at=None)
    named = event.context.get("members")
    rows = rows.filter(edition__is_current=True)
    return list((rows.filter(member__in=named) if named else rows).values_list("member_id", flat=True))


def _line(event: Event) -> Iterable[int]:
    return [*_owner(event), *_manager(event)]


def _keepers(_event: Event) -> Iterable[int]:
    """Who administers."""
    rows = Member.objects.unscoped("whom to notify").filter(user__in=keepers())
    return list(rows.values_list("pk", flat=True))


def _deciders(event: Event) -> Iterable[int]:
    """Who may carry an erasure out. The record itself is shown to them only as far as they see it."""
    holders = Grant.objects.unscoped("whom to notify").filter(permission__in=("people.erasure.*", "people.erasure.run"))
    held = RoleAssignment.objects.unscoped("whom to notify").filter(held_now(), role__in=holders.values("role"))
    rows = Member.objects.unscoped("whom to notify").filter(user__in=held.values("user"))
    return list(rows.values_list("pk", flat=True))


@dataclass(frozen=True)
class Kind:
    """Who is told of an action (member ids), and the sentence, with %(name)s the record and %(by)s the doer."""

    sentence: Any
    icon: str
    tone: str
    receivers: Callable[[Event], Iterable[int]]


KINDS: dict[str, Kind] = {
    "crm.deal.transfer": Kind(_("%(by)s gave you the deal %(name)s"), "target", "blue", _owner),
    "crm.account.transfer": Kind(_("%(by)s gave you the account %(name)s"), "building", "blue", _owner),
    "crm.routing.wait": Kind(_("Nobody is left for %(name)s: it waits for you to give it"), "alarm", "red", _queue),
    "activities.task.create": Kind(_("%(by)s gave you a task: %(name)s"), "checkbox", "blue", _owner),
    "crm.deal.win": Kind(_("%(by)s won the deal %(name)s"), "trophy", "green", _manager),
    "crm.deal.lose": Kind(_("%(by)s lost the deal %(name)s"), "target-off", "gray", _manager),
    "people.changerequest.create": Kind(_("%(by)s asks for a change: %(name)s"), "user-check", "amber", _manager),
    "people.changerequest.approve": Kind(_("%(by)s approved your change: %(name)s"), "check", "green", _owner),
    "people.changerequest.reject": Kind(_("%(by)s rejected your change: %(name)s"), "x", "red", _owner),
    "people.member.told": Kind(_("%(by)s changed own details"), "user-check", "blue", _manager),
    "people.auditcampaign.remind": Kind(
        _("Please finish the audit: %(name)s"), "clipboard-check", "amber", _named_in_it
    ),
    "people.paper.publish": Kind(_("%(by)s asks you to read: %(name)s"), "file-certificate", "blue", _readers),
    "people.paper.remind": Kind(_("Still to be read and acknowledged: %(name)s"), "file-alert", "amber", _readers),
    "people.memberdocument.ends": Kind(_("Ends in %(days)s days: %(name)s"), "calendar-x", "amber", _line),
    "people.skillevidence.ends": Kind(_("Certificate ends in %(days)s days: %(name)s"), "calendar-x", "amber", _line),
    "people.memberprivate.reveal": Kind(_("%(by)s looked at your private details"), "eye", "amber", _owner),
    "people.memberprivate.limit": Kind(
        _("%(name)s looked at private details too often within an hour"), "eye-exclamation", "red", _keepers
    ),
    "people.dataexport.ready": Kind(_("Your data is ready to be fetched"), "file-download", "green", _owner),
    "people.erasure.create": Kind(_("Personal data wait for erasure: %(name)s"), "eraser", "amber", _deciders),
    "people.member.move": Kind(_("%(by)s changed where %(name)s stands"), "users", "purple", _owner),
}


@transaction.atomic
def read_events() -> int:
    """Make notifications of the events since the last time; how many events were read. Safe to repeat: cursor and
    notifications are written together, and one event tells one person once."""
    EventCursor.objects.get_or_create(reader=READER)
    cursor = EventCursor.objects.select_for_update().get(reader=READER)
    events = list(Event.objects.unscoped("notifications").filter(pk__gt=cursor.last_id).order_by("pk")[:BATCH])
    if not events:
        return 0
    wanted = [
        (event, member) for event in events if event.action in KINDS for member in KINDS[event.action].receivers(event)
    ]
    members = Member.objects.unscoped("whom to notify").filter(pk__in={member for _event, member in wanted})
    users = dict(members.filter(user__is_active=True).values_list("pk", "user_id"))
    made = [
        Notification(user_id=users[member], event_id=event.pk, at=event.at)
        for event, member in wanted
        if member in users and users[member] != event.user_id
    ]
    Notification.objects.bulk_create(made, ignore_conflicts=True)
    cursor.last_id = events[-1].pk
    cursor.save()
    return len(events)


def shown(notifications: Iterable[Notification], actor: Any) -> list[dict[str, Any]]:
    """Notifications as the bell shows them; one about a record that has left the reader's sight says nothing of it."""
    found, rows = list(notifications), []
    models: dict[str, Any] = {model._meta.label_lower: model for model in policies()}
    visible = _visible(found, actor, models)
    for one in found:
        kind = KINDS.get(one.event.action)
        if kind is None or (one.event.model, one.event.object_id) not in visible:
            continue
        row = visible[one.event.model, one.event.object_id]
        rows.append(
            {
                "pk": one.pk,
                "url": row.get_absolute_url() if hasattr(row, "get_absolute_url") else "",
                "icon": kind.icon,
                "tone": kind.tone,
                "title": str(kind.sentence) % {**one.event.context, "by": one.event.by, "name": row},
                "text": "",
                "at": one.at,
                "unread": one.read_at is None,
            }
        )
    return rows


def _visible(found: list[Notification], actor: Any, models: dict[str, Any]) -> dict[tuple[str, int | None], Any]:
    """The records the notifications are about, as the reader may see them now."""
    by_model: dict[str, set[int | None]] = {}
    for one in found:
        by_model.setdefault(one.event.model, set()).add(one.event.object_id)
    rows: dict[tuple[str, int | None], Any] = {}
    for label, pks in by_model.items():
        if label in models:
            rows |= {(label, row.pk): row for row in models[label].objects.visible_to(actor).filter(pk__in=pks)}
    return rows


def unread(user_id: int) -> int:
    return Notification.objects.unscoped("one's own bell").filter(user=user_id, read_at=None)[:100].count()
