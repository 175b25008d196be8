"""A former value comes back with a click, as a change like any other."""

import pytest

from muster.access.action import Refused
from muster.access.models import Event
from muster.access.scope import Forbidden
from muster.people.actions.member import members, revert_fields
from muster.people.models import Member
from tests.factories import actor_of, make_member, operator

pytestmark = pytest.mark.django_db


def now(member):
    return Member.objects.unscoped("tests").get(pk=member.pk)


def last(member):
    return Event.objects.unscoped("tests").filter(model="people.member", object_id=member.pk).latest("pk")


@pytest.fixture
def moved():
    member = make_member("Ann", work_place="上海", languages="普通话", role=None)
    members.edit(operator, now(member), work_place="苏州", languages="普通话、英语", phone="13800000000")
    return now(member), last(member)


def test_a_field_gets_its_former_value_back_and_the_trail_says_so(moved):
    member, event = moved
    revert_fields(operator, member, event=event.pk, fields=["work_place"])
    assert (now(member).work_place, now(member).languages) == ("上海", "普通话、英语")
    assert (last(member).action, last(member).changes) == ("people.member.revert", {"work_place": ["苏州", "上海"]})
    revert_fields(operator, now(member), event=last(member).pk, fields=["work_place"])
    assert now(member).work_place == "苏州", "taken back again"


@pytest.mark.parametrize("fields", [[], ["phone"], ["status"], ["id"], ["nonsense"]])
def test_what_the_trail_does_not_hold_in_the_open_cannot_be_had_back(moved, fields):
    member, event = moved
    with pytest.raises(Refused):
        revert_fields(operator, member, event=event.pk, fields=fields)
    assert now(member).work_place == "苏州"


def test_the_change_of_another_gives_nothing(moved):
    member, event = moved
    other = make_member("Bob", role=None)
    with pytest.raises(Refused):
        revert_fields(operator, other, event=event.pk, fields=["work_place"])
    assert member.work_place == "苏州"


def test_it_takes_the_right_to_do_so(moved, client):
    member, event = moved
    boss = make_member("Boss", role="manager")
    with pytest.raises(Forbidden):
        revert_fields(actor_of(boss), member, event=event.pk, fields=["work_place"])
    director = make_member("Director", role="director")
    client.force_login(director.user)
    page = client.get(f"/people/{member.pk}/?tab=history").content.decode()
    address = f"/people/{member.pk}/revert/?event={event.pk}"
    assert address in page
    form = client.get(address).content.decode()
    assert "苏州 → 上海" in form
    assert "13800000000" not in form
    assert client.post(address, {"event": event.pk, "fields_back": ["work_place"]}).status_code == 302
    assert now(member).work_place == "上海"
