"""One verb, one action: the only way in which a record changes.

`@action("crm.deal.win")` checks the permission on the object, opens the transaction, locks the row, runs the body and
records one event with what changed, in the same transaction. The string is permission, audit key, webhook event and
tool name at once.
"""

from __future__ import annotations

import contextvars
import datetime as dt
import functools
import secrets
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.db import connection, models, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from muster.access import permissions
from muster.access.models.event import GENESIS, Event
from muster.access.scope import Actor, Forbidden, NotVisible, can
from muster.core.alike import MARKS
from muster.core.copying import insert
from muster.core.custom.store import CustomValues, HasCustom, is_secret, opened, parts
from muster.core.fields import CLEARANCE, FULL, Sensitive

CHAIN_LOCK = 7_236_873  # any number, the same in every process
PRIVATE = "•••"
SILENT = {"id", "created_at", "updated_at", "version", "search_text", "password", "last_login", "digest", *MARKS}


@dataclass(frozen=True)
class Spec:
    name: str
    label: Any
    model: type[models.Model]
    creates: bool
    run: Callable[..., Any]


class Conflict(Exception):
    """Somebody else changed the same fields in between. `fields`: name -> (before, theirs, yours)."""

    def __init__(self, row: Any, fields: dict[str, tuple[Any, Any, Any]]) -> None:
        super().__init__(_("This record was changed by somebody else in the meantime."))
        self.row, self.fields = row, fields


class Refused(ValidationError):
    """A rule of the business says no, in a sentence."""


_specs: dict[str, Spec] = {}
_pending: contextvars.ContextVar[list[Event] | None] = contextvars.ContextVar("pending events", default=None)
_reason: contextvars.ContextVar[str] = contextvars.ContextVar("why something is done", default="")


def specs() -> dict[str, Spec]:
    return dict(sorted(_specs.items()))


def action(name: str, label: Any, model: type[models.Model], *, creates: bool = False) -> Callable[..., Any]:
    """Make BODY(actor, row, **fields) the action NAME on one row of MODEL; with `creates`, BODY(actor, **fields)
    returns the new row.

    The caller passes the row as he saw it; with `version=` and a version that is over, fields that nobody else touched
    are still written, and a field that somebody did raises `Conflict`. Raises NotVisible, Forbidden, Conflict
    and ValidationError.
    """
    permissions.register(name, label)

    def decorate(body: Callable[..., Any]) -> Callable[..., Any]:
        @functools.wraps(body)
        def run(actor: Actor, /, *args: Any, **fields: Any) -> Any:
            try:
                with transaction.atomic(), _Recording():
                    return (
                        _create(actor, name, body, *args, **fields)
                        if creates
                        else _change(actor, name, body, *args, **fields)
                    )
            except Forbidden as error:
                record_denied(actor, name, args[0] if args else None)
                error.recorded = True
                raise

        _specs[name] = Spec(name, label, model, creates, run)
        return run

    return decorate


def _create(actor: Actor, name: str, body: Callable[..., Any], /, *args: Any, **fields: Any) -> Any:
    actor.require(name)
    row = body(actor, *args, **fields)
    require(actor, name, row)  # the same rule as for reading: one cannot make what one could not hold
    row.__dict__[CLEARANCE] = FULL
    add_event(
        actor,
        name,
        row,
        {key: [None, value] for key, value in snapshot(row).items() if value not in (None, "", [], {})},
    )
    return row


def _change(actor: Actor, name: str, body: Callable[..., Any], row: Any, /, **fields: Any) -> Any:
    if not can(actor, name, row):
        raise Forbidden(name) if can_see(actor, row) else NotVisible(row._meta.label)
    version = fields.pop("version", None)
    locked = type(row).objects.unscoped(f"action {name}").select_for_update(of=("self",)).get(pk=row.pk)
    if version is not None and version != locked.version:
        fields = merge(locked, version, fields)
    before = snapshot(locked)
    result = body(actor, locked, **fields)
    if locked.pk is None:
        return result
    changes = differences(before, snapshot(locked))
    if changes:
        locked.version += 1
        type(row).objects.unscoped(f"action {name}").filter(pk=locked.pk).update(
            version=locked.version, updated_at=timezone.now()
        )
    add_event(actor, name, locked, changes)
    return locked if result is None else result


def differences(before: dict[str, Any], after: dict[str, Any]) -> dict[str, list[Any]]:
    """field -> [before, after], of two snapshots of one row. A custom field without a value is in neither."""
    keys = [*after, *(key for key in before if key not in after)]
    return {key: [before.get(key), after.get(key)] for key in keys if before.get(key) != after.get(key)}


def require(actor: Actor, permission: str, row: Any) -> None:
    """Raises Forbidden unless ACTOR may do PERMISSION to ROW, which he sees."""
    if not can(actor, permission, row):
        raise Forbidden(permission)


def can_see(actor: Actor, row: Any) -> bool:
    return bool(type(row).objects.visible_to(actor).filter(pk=row.pk).exists())


def merge(row: Any, version: int, fields: dict[str, Any]) -> dict[str, Any]:
    """FIELDS as they may be written on ROW although it moved on since VERSION: what the writer left as it was keeps
    the newer
    value; what both changed raises `Conflict` with all three values."""
    since = Event.objects.unscoped("merge of two edits").filter(
        model=row._meta.label_lower, object_id=row.pk, object_version__gt=version
    )
    theirs: dict[str, Any] = {}
    for changes in since.order_by("id").values_list("changes", flat=True):
        for key, (before, _after) in changes.items():
            theirs.setdefault(key, before)
    kept, clashes, now = {}, {}, snapshot(row, hide=False)
    for key, yours in fields.items():
        if key not in theirs:
            kept[key] = yours
        elif plain(yours) not in (theirs[key], now.get(key)):
            clashes[key] = (theirs[key], now.get(key), yours)
    if clashes:
        raise Conflict(row, clashes)
    return kept


def plain(value: Any) -> Any:
    """VALUE as JSON holds it."""
    if value is None or type(value) in (str, int, bool):  # nearly always
        return value
    if isinstance(value, models.Model):
        return value.pk
    if isinstance(value, dt.datetime):
        return value.astimezone(dt.UTC).isoformat()
    if isinstance(value, dt.date | dt.time):
        return value.isoformat()
    if isinstance(value, Decimal):
        return str(value)
    return value if isinstance(value, str | int | bool | list | dict | type(None)) else str(value)


def snapshot(row: models.Model, hide: bool = True) -> dict[str, Any]:
    """The row's own columns, and each custom field as custom.<key>. Sensitive values stand as a keyed mark, so that a
    change shows and the value does not."""
    found: dict[str, Any] = {}
    for name, attname, private in _told(type(row)):
        value = plain(row.__dict__.get(attname))
        found[name] = _Private(value) if hide and private and value not in (None, "") else value
    if isinstance(row, HasCustom):
        found |= {
            key: _Private(opened(value)) if hide and is_secret(value) else opened(value)
            for key, value in parts(row).items()
        }
    return found


@functools.cache
def _told(model: type[models.Model]) -> tuple[tuple[str, str, bool], ...]:
    """The columns of MODEL that a snapshot holds: name, attribute, and whether the value is sensitive."""
    silent = {*SILENT, *getattr(model, "silent", ())}
    return tuple(
        (one.name, one.attname, isinstance(one, Sensitive))
        for one in model._meta.concrete_fields
        if one.name not in silent and not isinstance(one, CustomValues)
    )


class _Private(str):
    """Compares by the value, is written as dots."""

    value: Any

    def __new__(cls, value: Any) -> _Private:
        made = super().__new__(cls, PRIVATE)
        made.value = value
        return made

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Private) and other.value == self.value

    def __ne__(self, other: object) -> bool:
        return not self == other

    __hash__ = str.__hash__


class _Recording:
    """Events wait here until the outermost action ends, so that the chain is locked for the shortest time."""

    def __enter__(self) -> None:
        self.token = _pending.set([]) if _pending.get() is None else None

    def __exit__(self, kind: type[BaseException] | None, *rest: object) -> None:
        if self.token is None:
            return
        events = _pending.get() or []
        _pending.reset(self.token)
        if kind is None and events:
            append(events)


@contextmanager
def trial() -> Iterator[None]:
    """What is done within is tried out: it is taken back at the end, and the trail never hears of it."""
    token = _pending.set([])
    try:
        with transaction.atomic():
            yield
            transaction.set_rollback(True)
    finally:
        _pending.reset(token)


@contextmanager
def because(reason: str) -> Iterator[None]:
    """The events of what is done within say why."""
    token = _reason.set(reason.strip()[:300])
    try:
        yield
    finally:
        _reason.reset(token)


def add_event(actor: Actor, name: str, row: models.Model | None, changes: dict[str, Any], **context: Any) -> None:
    """Record that ACTOR did NAME to ROW. Inside an action it is written at the action's end, else at once."""
    event = make_event(actor, name, row, changes, **context)
    pending = _pending.get()
    if pending is None:
        with transaction.atomic():
            append([event])
    else:
        pending.append(event)


def make_event(actor: Actor, name: str, row: models.Model | None, changes: dict[str, Any], **context: Any) -> Event:
    owner = getattr(row, "owner_id", None) if row is not None else None
    if owner is None and row is not None and row._meta.label_lower == "people.member":
        owner = row.pk
    return Event(
        at=timezone.now(),
        action=name,
        user_id=actor.user_id,
        actor_member_id=actor.member_id,
        actor_name=actor.name[:150],
        model=row._meta.label_lower if row is not None else "",
        object_id=row.pk if row is not None else None,
        object_name=str(row)[:200] if row is not None else "",
        object_version=getattr(row, "version", None),
        owner_id=owner,
        changes={
            key: [str(one) if isinstance(one, _Private) else plain(one) for one in pair]
            for key, pair in changes.items()
        },
        context={
            "via": actor.via,
            **({"address": actor.address} if actor.address else {}),
            **({"reason": why} if (why := _reason.get()) else {}),
            **context,
        },
    )


def append(events: Iterable[Event]) -> None:
    """Chain EVENTS to the stream. One writer at a time: SQLite has one anyway, PostgreSQL takes an advisory lock
    until commit."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [CHAIN_LOCK])
    last = Event.objects.unscoped("chain").order_by("-id").values_list("hash", flat=True).first()
    chained, previous = [], last or GENESIS
    for event in events:
        event.seals = {"salt": secrets.token_hex(16)}
        event.previous_hash = previous
        event.hash = previous = event.digest()
        chained.append(event)
    insert(Event, chained, 500)


def record_denied(actor: Actor, name: str, row: Any = None) -> None:
    """Refused attempts are in the trail too."""
    add_event(actor, "access.denied", row if isinstance(row, models.Model) else None, {}, wanted=name)


def verify() -> Event | None:
    """The first event whose hash or link is wrong; None when the chain is whole."""
    previous = GENESIS
    event: Event
    for event in Event.objects.unscoped("audit verify").order_by("id").iterator(chunk_size=2000):
        if event.previous_hash != previous or event.hash != event.digest():
            return event
        previous = event.hash
    return None
