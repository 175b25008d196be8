import hashlib
import json
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from muster.access.scope import ScopedModel
from muster.core.links import record_url

GENESIS = "0" * 64


class Event(ScopedModel):
    """One thing that happened: who, what, to which record, which fields, from where. Append-only and hash-chained:
    audit trail,
    timelines, notifications and webhooks all read from here."""

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
        return f"{self.at:%Y-%m-%d %H:%M} {self.actor_name} {self.action} {self.object_name}"

    def get_absolute_url(self) -> str:
        return record_url("audit_detail", self.pk)

    def digest(self) -> str:
        """SHA-256 over the previous hash and the canonical JSON of everything that was recorded."""
        said: dict[str, Any] = {
            "at": self.at.isoformat(),
            "action": self.action,
            "user": self.user_id,
            "member": self.actor_member_id,
            "name": self.actor_name,
            "model": self.model,
            "object": self.object_id,
            "object_name": self.object_name,
            "object_version": self.object_version,
            "owner": self.owner_id,
            "changes": self.changes,
            "context": self.context,
        }
        text = json.dumps(said, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        return hashlib.sha256((self.previous_hash + "|" + text).encode()).hexdigest()
