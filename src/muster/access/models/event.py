import hashlib
import json
from collections.abc import Callable, Iterator
from json.encoder import encode_basestring
from typing import Any

from django.db import models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from muster.access.scope import ScopedModel
from muster.core.links import record_url

GENESIS = "0" * 64
INNER, OUTER = (bytes(byte ^ pad for byte in range(256)) for pad in (0x36, 0x5C))  # the two pads of an HMAC
BY, RECORD = "by", "record"  # the two parts of an event that are names


_written = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode  # made once


def canonical(said: Any) -> bytes:
    return _canonical(said).encode()


def _canonical(said: Any) -> str:
    """As `_written` says it; what fields mostly hold, in a fraction of its time."""
    if type(said) is list:
        return f"[{','.join([_canonical(one) for one in said])}]"
    if said is None:
        return "null"
    return encode_basestring(said) if type(said) is str else _written(said)


def _keyed(key: str) -> Callable[[str], str]:
    """HMAC-SHA256 (RFC 2104) under KEY, of at most 64 bytes: `hmac.digest` of many parts in half of its time, because
    the key is taken in once."""
    block = key.encode().ljust(64, b"\0")
    inner, outer = hashlib.sha256(block.translate(INNER)), hashlib.sha256(block.translate(OUTER))

    def digest(part: str) -> str:
        within, around = inner.copy(), outer.copy()
        within.update(part.encode())
        around.update(within.digest())
        return around.hexdigest()

    return digest


class Event(ScopedModel):
    """One thing that happened: who, what, to which record, which fields, from where. Append-only and hash-chained:
    audit trail,
    timelines, notifications and webhooks all read from here.

    What may be about a person (names, values, circumstances) enters the hash as salted commitments, one for each part:
    a part can be forgotten, its value and its salt gone for good, and the chain still proves all the rest."""

    at = models.DateTimeField(_("at"))
    action = models.CharField(_("action"), max_length=100)
    user_id = models.BigIntegerField(null=True)
    actor_member_id = models.BigIntegerField(null=True)
    actor_name = models.CharField(_("by"), max_length=150)
    model = models.CharField(_("record type"), max_length=60, blank=True)
    object_id = models.BigIntegerField(null=True)
    object_name = models.CharField(_("record"), max_length=200, blank=True)
    object_version = models.PositiveIntegerField(null=True)
    owner_id = models.BigIntegerField(null=True)  # the member who owned the record then: whose branch may read this
    changes = models.JSONField(_("changes"), default=dict)  # field -> [before, after]
    context = models.JSONField(_("context"), default=dict)  # via, address, reason
    # {"salt"}; once something was forgotten {"salts": of the parts that are left, "gone": {part: its commitment}}
    seals = models.JSONField(default=dict, editable=False)
    previous_hash = models.CharField(max_length=64)
    hash = models.CharField(max_length=64)

    # An event never changes.
    archived_at = created_at = updated_at = version = None  # type: ignore[assignment]

    class Meta:
        verbose_name = _("event")
        verbose_name_plural = _("events")
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["model", "object_id", "-id"], name="event_of_object"),
            models.Index(fields=["owner_id", "-id"], name="event_of_owner"),
            models.Index(fields=["action", "-id"], name="event_of_action"),
        ]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.by} {self.action} {self.record}"

    def get_absolute_url(self) -> str:
        return record_url("audit_detail", self.pk)

    @property
    def by(self) -> str:
        """Who did it: a person or, in the reader's language, the job; of somebody who was forgotten the number."""
        if BY in self.gone:
            return _former(self.actor_member_id)
        return gettext(self.actor_name) if self.user_id is None and self.actor_name else self.actor_name

    @property
    def record(self) -> str:
        return _former(self.owner_id) if RECORD in self.gone else self.object_name

    @property
    def gone(self) -> dict[str, str]:
        found: dict[str, str] = self.seals.get("gone", {})
        return found

    def parts(self) -> Iterator[tuple[str, Any]]:
        """What can be forgotten, part by part; parts that were are left out."""
        names = {BY: self.actor_name, RECORD: self.object_name}
        yield from ((part, name) for part, name in names.items() if name or part not in self.gone)
        yield from ((f"changes.{key}", pair) for key, pair in self.changes.items())
        yield from ((f"context.{key}", value) for key, value in self.context.items())

    def salt(self, part: str) -> str:
        if "salts" in self.seals:
            return str(self.seals["salts"].get(part, ""))
        return _keyed(self.seals.get("salt", ""))(part)

    def commitments(self) -> dict[str, str]:
        """Of each part the salted hash. A forgotten part that stands there again, whatever it says, breaks it."""
        salt = self.salt if "salts" in self.seals else _keyed(self.seals.get("salt", ""))
        said = {part: hashlib.sha256(salt(part).encode() + canonical(value)) for part, value in self.parts()}
        return {**self.gone, **{part: one.hexdigest() for part, one in said.items()}}

    def digest(self) -> str:
        """SHA-256 over the previous hash and the canonical JSON of everything that was recorded."""
        said: dict[str, Any] = {
            "at": self.at.isoformat(),
            "action": self.action,
            "user": self.user_id,
            "member": self.actor_member_id,
            "model": self.model,
            "object": self.object_id,
            "object_version": self.object_version,
            "owner": self.owner_id,
            "parts": self.commitments(),
        }
        return hashlib.sha256(f"{self.previous_hash}|".encode() + canonical(said)).hexdigest()


def _former(number: int | None) -> str:
    return gettext("Former member #%(number)s") % {"number": number or "–"}
