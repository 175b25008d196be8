"""Reads the event stream and tells people what concerns them: what they were given, what was done to what is theirs,
and what their people won. Nobody is told of what he did himself."""

from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from muster.access.models import Event
from muster.access.scope import policies
from muster.integrations import bots
from muster.integrations.kinds import KINDS, TOPICS, Topic
from muster.integrations.models import Delivery, EventCursor, Level, NoticeMute, NoticeSettings, Notification
from muster.integrations.timing import due
from muster.people.models import Member

READER = "notifications"
BATCH = 500

Wanted = list[tuple[Event, Member]]


@transaction.atomic
def read_events() -> int:
    """Make notifications of the events since the last time, with the mails that go with them; how many events were
    read. Safe to repeat: cursor and notifications are written together, and one event tells one person once."""
    EventCursor.objects.get_or_create(reader=READER)
    cursor = EventCursor.objects.select_for_update().get(reader=READER)
    events = list(Event.objects.unscoped("notifications").filter(pk__gt=cursor.last_id).order_by("pk")[:BATCH])
    if not events:
        return 0
    wanted = _wanted(events)
    wishes = wishes_of({one.user_id for _event, one in wanted})
    muted = _muted({one.user_id for _event, one in wanted})
    made = [
        (Notification(user_id=one.user_id or 0, event_id=event.pk, at=event.at), one, topic_of(event))
        for event, one in wanted
        if level_of(wishes[one.user_id], topic_of(event)) != Level.OFF
        and ((one.user_id, event.model, event.object_id) not in muted or topic_of(event).kept)
    ]
    Notification.objects.bulk_create([row for row, _one, _topic in made], ignore_conflicts=True)
    _queue_mails(made, wishes)
    bots.queue(events)
    cursor.last_id = events[-1].pk
    cursor.save()
    return len(events)


def _wanted(events: list[Event]) -> Wanted:
    """Each event with the members who have a login and are told of it; nobody twice."""
    found = {
        (event, member): None
        for event in events
        if event.action in KINDS
        for member in KINDS[event.action].receivers(event)
    }
    rows = Member.objects.unscoped("whom to notify").filter(pk__in={member for _event, member in found})
    members = {one.pk: one for one in rows.filter(user__is_active=True)}
    return [
        (event, members[member])
        for event, member in found
        if member in members and members[member].user_id != event.user_id
    ]


def topic_of(event: Event) -> Topic:
    return TOPICS[KINDS[event.action].topic]


def wishes_of(users: Iterable[int | None]) -> dict[int | None, NoticeSettings]:
    """How each of USERS wants to hear; the usual where he never said."""
    chosen = NoticeSettings.objects.unscoped("how to notify").filter(user__in=list(users))
    known = {one.user_id: one for one in chosen}
    return {user: known.get(user) or NoticeSettings(user_id=user or 0) for user in users}


def level_of(wishes: NoticeSettings, topic: Topic) -> str:
    chosen = wishes.levels.get(topic.key, topic.level)
    return topic.level if topic.kept and chosen == Level.OFF else chosen


def _muted(users: Iterable[int | None]) -> set[tuple[int | None, str, int | None]]:
    rows = NoticeMute.objects.unscoped("how to notify").filter(user__in=list(users))
    return set(rows.values_list("user_id", "model", "object_id"))


def _queue_mails(made: list[tuple[Notification, Member, Topic]], wishes: dict[int | None, NoticeSettings]) -> None:
    """A delivery for each notification that its reader wants by mail, due when he may be written to."""
    if not settings.MAIL_IS_ON:
        return
    keys = {(row.user_id, row.event_id): (one, topic) for row, one, topic in made}
    rows = Notification.objects.unscoped("how to notify").filter(
        event__in={event for _user, event in keys}, delivery=None
    )
    mails, now = [], timezone.now()
    for row in rows:
        member, topic = keys.get((row.user_id, row.event_id), (None, None))
        level = level_of(wishes[row.user_id], topic) if topic else Level.HERE
        if member is None or topic is None or level not in (Level.NOW, Level.DIGEST):
            continue
        at = due(level, wishes[row.user_id], member.time_zone, now, urgent=topic.urgent)
        mails.append(Delivery(user_id=row.user_id, notification=row, due_at=at))
    Delivery.objects.bulk_create(mails, ignore_conflicts=True)


def shown(notifications: Iterable[Notification], actor: Any) -> list[dict[str, Any]]:
    """Notifications as the bell shows them; one about a record that has left the reader's sight says nothing of it."""
    found, rows = list(notifications), []
    visible = visible_records({(one.event.model, one.event.object_id) for one in found}, actor)
    for one in found:
        kind = KINDS.get(one.event.action)
        if kind is None or (one.event.model, one.event.object_id) not in visible:
            continue
        row = visible[one.event.model, one.event.object_id]
        words = {**one.event.context, "by": one.event.by, "name": getattr(row, "told_as", row)}
        words |= kind.words(row) if kind.words else {}
        rows.append(
            {
                "pk": one.pk,
                "about": (one.event.model, one.event.object_id),
                "url": row.get_absolute_url() if hasattr(row, "get_absolute_url") else "",
                "icon": kind.icon,
                "tone": kind.tone,
                "topic": TOPICS[kind.topic],
                "paper": kind.paper,
                "title": str(kind.sentence) % words,
                "text": "",
                "at": one.at,
                "unread": one.read_at is None,
            }
        )
    return rows


def visible_records(records: set[tuple[str, int | None]], actor: Any) -> dict[tuple[str, int | None], Any]:
    """(model, key) → the record, of those among RECORDS that ACTOR may see now."""
    models: dict[str, Any] = {model._meta.label_lower: model for model in policies()}
    rows: dict[tuple[str, int | None], Any] = {}
    for label in {label for label, _pk in records if label in models}:
        pks = [pk for one, pk in records if one == label]
        found = models[label].objects.visible_to(actor).filter(pk__in=pks)
        if hasattr(models[label], "told_as"):
            found = found.select_related("member")
        rows |= {(label, row.pk): row for row in found}
    return rows


def grouped(items: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """ITEMS (newest first) by day; of one record only the newest line of a day, with the earlier ones behind it."""
    days: dict[Any, dict[Any, dict[str, Any]]] = {}
    for one in items:
        lines = days.setdefault(timezone.localtime(one["at"]).date(), {})
        if one["about"] in lines:
            line = lines[one["about"]]
            line["earlier"].append(one)
            line["unread"] = line["unread"] or one["unread"]
        else:
            lines[one["about"]] = {**one, "earlier": []}
    return [{"day": day, "lines": list(lines.values())} for day, lines in days.items()]


def mark_read(rows: QuerySet[Notification]) -> int:
    """ROWS count no longer, and no mail about them goes out; how many were new."""
    return rows.filter(read_at=None).update(read_at=timezone.now())


def unread(user_id: int) -> int:
    return Notification.objects.unscoped("one's own bell").filter(user=user_id, read_at=None)[:100].count()
