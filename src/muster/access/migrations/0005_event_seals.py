"""Events are hashed part by part from here on, so that a part can be forgotten. What was recorded before the first
release is chained anew, and an event says what the old head was."""

import hashlib
import hmac
import json
import secrets

from django.db import migrations, models
from django.utils import timezone

GENESIS = "0" * 64
BATCH = 500


def canonical(said):
    return json.dumps(said, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def sealed(event, previous):
    event.seals, event.previous_hash = {"salt": secrets.token_hex(16)}, previous
    parts = {"by": event.actor_name, "record": event.object_name}
    parts |= {f"changes.{key}": pair for key, pair in event.changes.items()}
    parts |= {f"context.{key}": value for key, value in event.context.items()}
    proofs = {}
    for part, value in parts.items():
        salt = hmac.new(event.seals["salt"].encode(), part.encode(), "sha256").hexdigest()
        proofs[part] = hashlib.sha256(salt.encode() + canonical(value)).hexdigest()
    said = {
        "at": event.at.isoformat(),
        "action": event.action,
        "user": event.user_id,
        "member": event.actor_member_id,
        "model": event.model,
        "object": event.object_id,
        "object_version": event.object_version,
        "owner": event.owner_id,
        "parts": proofs,
    }
    event.hash = hashlib.sha256(f"{previous}|".encode() + canonical(said)).hexdigest()
    return event.hash


def chain_anew(apps, schema_editor):
    Event = apps.get_model("access", "Event")
    previous, old, batch = GENESIS, "", []
    for event in Event.objects.order_by("id").iterator(chunk_size=2000):
        old, previous = event.hash, sealed(event, previous)
        batch.append(event)
        if len(batch) >= BATCH:
            Event.objects.bulk_update(batch, ["seals", "previous_hash", "hash"])
            batch = []
    if batch:
        Event.objects.bulk_update(batch, ["seals", "previous_hash", "hash"])
    if old:
        said = {"via": "migration", "old_head": old}
        event = Event(at=timezone.now(), action="access.event.chained_anew", actor_name="muster migrate", context=said)
        sealed(event, previous)
        event.save()


class Migration(migrations.Migration):

    dependencies = [
        ('access', '0004_offered'),
    ]

    operations = [
        migrations.AddField(
            model_name='event',
            name='seals',
            field=models.JSONField(default=dict, editable=False),
        ),
        migrations.RunPython(chain_anew, migrations.RunPython.noop),
    ]
