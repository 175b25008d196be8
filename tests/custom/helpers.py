"""What the tests of custom fields share."""

import json

from django.test import Client

from muster.access.actions.custom_field import custom_fields
from muster.access.actions.token import create_token
from muster.access.models import CustomField, FieldRule, Role
from tests.factories import actor_of, operator


def field(key: str, kind: str = "text", record: str = "crm.deal", **more) -> CustomField:
    operator.custom.clear()
    return custom_fields.create(operator, record=record, key=key, name=more.pop("name", key.title()), type=kind, **more)


def choices(*keys: str) -> list[dict]:
    return [{"key": key, "name": key.title(), "name_zh": ""} for key in keys]


def again(row):
    return type(row).objects.unscoped("tests").get(pk=row.pk)


def browser(member) -> Client:
    client = Client(headers={"accept-language": "en", "host": "localhost"})
    client.force_login(member.user)
    return client


def api(member):
    made = create_token(actor_of(member), name="test", scopes=["*"])
    client = Client(headers={"authorization": f"Bearer {made.plain}", "accept-language": "en"})

    def call(method: str, path: str, **body):
        sent = json.dumps(body) if body else ""
        return client.generic(method, f"/api/v1/{path}", sent, "application/json")

    return call


def body(response) -> str:
    return (b"".join(response.streaming_content) if response.streaming else response.content).decode("utf-8-sig")


def allow(role: str, level: str, scope: str = "all", record: str = "crm.deal", name: str = "custom.extra") -> None:
    """A field rule of a built-in role."""
    found = Role.objects.unscoped("tests").get(key=role)
    FieldRule(role=found, model=record, field=name, scope=scope, level=level).save()
