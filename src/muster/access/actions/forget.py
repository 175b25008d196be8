"""Taking what is about a person out of the trail, so that the chain still proves all the rest."""

from collections.abc import Callable, Iterable

from muster.access.models import Event
from muster.access.models.event import BY, RECORD

BATCH = 500


def forget_in(events: Iterable[Event], wanted: Callable[[Event, str], bool]) -> int:
    """Forget the parts of EVENTS that WANTED names; how many events changed. Values and salts are gone for good, and
    with them every way to tell a right guess from a wrong one."""
    changed, batch = 0, []
    for event in events:
        parts = {part for part, _value in event.parts() if wanted(event, part)}
        if parts:
            forget_parts(event, parts)
            batch.append(event)
        if len(batch) >= BATCH:
            changed += _store(batch)
            batch = []
    return changed + _store(batch)


def forget_parts(event: Event, parts: set[str]) -> None:
    """Take PARTS out of EVENT: their commitments stay, and the other parts keep salts of their own."""
    there, proofs = dict(event.parts()), event.commitments()
    kept = {part: event.salt(part) for part in there if part not in parts}
    gone = {part: proofs[part] for part in (*event.gone, *parts) if part in proofs}
    event.seals = {"salts": kept, "gone": gone}
    event.actor_name = "" if BY in parts else event.actor_name
    event.object_name = "" if RECORD in parts else event.object_name
    event.changes = {key: pair for key, pair in event.changes.items() if f"changes.{key}" not in parts}
    event.context = {key: value for key, value in event.context.items() if f"context.{key}" not in parts}


def _store(batch: list[Event]) -> int:
    columns = ["seals", "actor_name", "object_name", "changes", "context"]
    return int(Event.objects.unscoped("forgetting a person").bulk_update(batch, columns)) if batch else 0
