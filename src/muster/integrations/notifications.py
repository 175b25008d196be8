"""Reads the event stream and tells people what concerns them: what they were given, what was done to what is theirs,
and what
their people won. Nobody is told of what he did himself."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from muster.access.models import Event
from muster.access.scope import policies
from muster.integrations.models import EventCursor, Notification
from muster.people.models import Member

READER = "notifications"
BATCH = 500


def _owner(event: Event) -> Iterable[int]:
    return [event.owner_id] if event.owner_id else []


def _manager(event: Event) -> Iterable[int]:
    rows = Member.objects.unscoped("whom to notify").filter(pk=event.owner_id)
    return [pk for pk in rows.values_list("manager_id", flat=True) if pk]


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
    "activities.task.create": Kind(_("%(by)s gave you a task: %(name)s"), "checkbox", "blue", _owner),
    "crm.deal.win": Kind(_("%(by)s won the deal %(name)s"), "trophy", "green", _manager),
    "crm.deal.lose": Kind(_("%(by)s lost the deal %(name)s"), "target-off", "gray", _manager),
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
                "title": str(kind.sentence) % {"by": one.event.by, "name": row},
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
