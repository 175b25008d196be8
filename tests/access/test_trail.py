"""The audit trail: chained, whole, and broken visibly."""

import io

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from muster.access.action import verify
from muster.access.models import Event
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
