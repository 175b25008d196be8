"""The audit trail: chained, whole, and broken visibly."""

import ast
import hmac
import io
from importlib import import_module
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import translation

from muster.access.action import verify
from muster.access.actions.forget import forget_in
from muster.access.models import Event
from muster.access.permissions import label_of
from muster.crm.actions.account import accounts
from tests.factories import actor_of, make_member

pytestmark = pytest.mark.django_db


@pytest.fixture
def trail():
    actor = actor_of(make_member())
    for name in ("A", "B", "C"):
        accounts.create(actor, name=name)
    return list(Event.objects.unscoped("tests").order_by("id"))


def run(sql: str, *values: object) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)


def say(*arguments: object) -> str:
    out = io.StringIO()
    call_command("audit", *arguments, stdout=out)
    return out.getvalue()


def test_an_untouched_trail_is_whole(trail):
    assert verify() is None
    assert say("verify") == f"The chain is whole: {len(trail)} events.\n"


@pytest.mark.parametrize("column", ["action", "actor_name", "object_name", "hash", "previous_hash"])
def test_an_edited_event_is_named(trail, column):
    run(f"UPDATE access_event SET {column} = 'forged' WHERE id = %s", trail[-2].pk)
    broken = verify()
    assert broken is not None
    assert broken.pk == trail[-2].pk


def test_a_deleted_event_is_noticed_at_the_next(trail):
    run("DELETE FROM access_event WHERE id = %s", trail[-2].pk)
    broken = verify()
    assert broken is not None
    assert broken.pk == trail[-1].pk


def test_two_events_that_changed_places_are_noticed(trail):
    one, two = trail[-2], trail[-1]
    run("UPDATE access_event SET id = 0 WHERE id = %s", one.pk)
    run("UPDATE access_event SET id = %s WHERE id = %s", one.pk, two.pk)
    run("UPDATE access_event SET id = %s WHERE id = 0", two.pk)
    assert verify() is not None


def test_a_trail_cut_off_at_its_end_is_caught_by_an_anchor(trail, tmp_path):
    anchor = tmp_path / "heads"
    say("head", "--anchor", str(anchor))
    assert say("verify", "--anchor", str(anchor)).startswith("The chain is whole")
    run("DELETE FROM access_event WHERE id = %s", trail[-1].pk)
    assert verify() is None
    with pytest.raises(CommandError, match="which the anchor holds"):
        say("verify", "--anchor", str(anchor))


def forget(event, *parts):
    assert forget_in([event], lambda _event, part: part in parts) == 1
    return Event.objects.unscoped("tests").get(pk=event.pk)


def test_a_person_is_taken_out_of_the_trail_and_the_rest_is_still_proved(trail):
    event = forget(trail[1], "by", "changes.name")
    assert (event.actor_name, event.object_name) == ("", "A")
    assert "name" not in event.changes
    assert "owner" in event.changes
    assert event.hash == trail[1].hash
    assert verify() is None
    with translation.override("en"):
        assert event.by == f"Former member #{event.actor_member_id}"
    event = forget(event, "record")
    assert verify() is None
    assert sorted(event.gone) == ["by", "changes.name", "record"]


def test_salts_are_keyed_hashes_of_the_names_of_their_parts(trail):
    key = trail[1].seals["salt"].encode()
    for part in ("by", "changes.name", "context.来源"):
        assert trail[1].salt(part) == hmac.digest(key, part.encode(), "sha256").hex()


def test_of_what_is_forgotten_no_salt_is_left_to_try_guesses_with(trail):
    old = trail[1].salt("changes.name")
    event = forget(trail[1], "changes.name")
    assert "salt" not in event.seals
    assert "changes.name" not in event.seals["salts"]
    assert old not in str(event.seals)


@pytest.mark.parametrize("column", ["actor_name", "object_name"])
def test_a_forgotten_name_cannot_be_filled_in_again(trail, column):
    forget(trail[1], "by", "record")
    run(f"UPDATE access_event SET {column} = 'forged' WHERE id = %s", trail[1].pk)
    assert verify() is not None


def test_a_forgotten_value_cannot_be_filled_in_and_one_that_is_left_cannot_be_changed(trail):
    event = forget(trail[1], "changes.name")
    for forged in ({**event.changes, "name": [None, "A"]}, {**event.changes, "owner": [None, 0]}):
        Event.objects.unscoped("tests").filter(pk=event.pk).update(changes=forged)
        assert verify() is not None
    Event.objects.unscoped("tests").filter(pk=event.pk).update(changes=event.changes)
    assert verify() is None


def test_an_upgrade_chains_the_trail_anew_and_says_what_its_head_was(trail, monkeypatch):
    upgrade = import_module("muster.access.migrations.0005_event_seals")
    Event.objects.unscoped("tests").update(seals={}, hash="old", previous_hash="0")
    assert verify() is not None
    everything = staticmethod(Event.objects.get_queryset().unscoped)
    monkeypatch.setattr(Event.objects, "order_by", lambda *by: everything("tests").order_by(*by))
    monkeypatch.setattr(Event.objects, "bulk_update", everything("tests").bulk_update)
    upgrade.chain_anew(SimpleNamespace(get_model=lambda *_names: Event), None)
    assert verify() is None
    last = Event.objects.unscoped("tests").latest("pk")
    assert (last.action, last.context["old_head"]) == ("access.event.chained_anew", "old")


def test_everything_the_trail_can_hold_has_a_name_for_people():
    """Each name that the source hands to `add_event` or `make_event` as it stands."""
    names = set()
    for file in (Path(__file__).resolve().parents[2] / "src/muster").rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            called = getattr(node.func, "id", "") if isinstance(node, ast.Call) else ""
            if called in ("add_event", "make_event") and isinstance(node.args[1], ast.Constant):
                names.add(node.args[1].value)
    assert len(names) > 15
    ends = {f"people.{kind}.ends" for kind in ("memberdocument", "skillevidence")}
    assert [name for name in sorted(names | ends) if label_of(name) == name] == []
    assert label_of("crm.account.unimport") != "crm.account.unimport"
