"""Territories: in whose hands, from when to when; who leaves holds none; pages for those who may."""

import datetime as dt

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import translation

from muster.access.scope import Actor, Forbidden
from muster.people.actions.lifecycle import call_off_leaving, plan_leaving
from muster.people.actions.territory import end_territory, give_territory, territories
from muster.people.models import Territory, TerritoryAssignment
from tests import factories

pytestmark = pytest.mark.django_db
OPERATOR = Actor.operator("tests")
TODAY = dt.date(2026, 3, 10)
DAY = dt.timedelta(days=1)
QUERIES = 5


@pytest.fixture(autouse=True)
def _one_day():
    with time_machine.travel(dt.datetime(2026, 3, 10, 4, tzinfo=dt.UTC), tick=False), translation.override("en"):
        yield


@pytest.fixture
def east():
    return territories.create(OPERATOR, name="华东", code="E")


@pytest.fixture
def wang():
    return factories.make_member("Wang", manager=factories.make_member("Boss", role="manager"))


def held(member):
    rows = TerritoryAssignment.objects.unscoped("tests").filter(member=member).order_by("valid_from")
    return [(one.territory.code, one.valid_from, one.valid_to) for one in rows]


def test_a_territory_is_given_and_taken_back_and_the_past_stays(east, wang):
    row = give_territory(OPERATOR, member=wang, territory=east, valid_from=TODAY - 100 * DAY)
    end_territory(OPERATOR, row, valid_to=TODAY)
    give_territory(OPERATOR, member=wang, territory=east, valid_from=TODAY + 10 * DAY)
    assert held(wang) == [("E", TODAY - 100 * DAY, TODAY), ("E", TODAY + 10 * DAY, None)]


def test_nobody_is_given_what_he_holds_and_several_may_share_one(east, wang):
    give_territory(OPERATOR, member=wang, territory=east)
    with pytest.raises(ValidationError, match="holds 华东 from 2026-03-10 already"):
        give_territory(OPERATOR, member=wang, territory=east, valid_from=TODAY + DAY)
    other = factories.make_member("Li")
    give_territory(OPERATOR, member=other, territory=east)
    assert (len(held(wang)), len(held(other))) == (1, 1)


def test_an_end_before_the_beginning_or_a_day_before_hiring_is_refused(east):
    late = factories.make_member("Late", hired_on=TODAY, since=TODAY)
    with pytest.raises(ValidationError, match="was hired on"):
        give_territory(OPERATOR, member=late, territory=east, valid_from=TODAY - DAY)
    row = give_territory(OPERATOR, member=late, territory=east)
    with pytest.raises(ValidationError, match="ended before it began"):
        end_territory(OPERATOR, row, valid_to=TODAY - DAY)
    assert held(late) == [("E", TODAY, None)]


def test_who_leaves_holds_none_from_that_day_and_staying_gives_it_back(east, wang):
    give_territory(OPERATOR, member=wang, territory=east, valid_from=TODAY - DAY)
    plan_leaving(OPERATOR, wang, left_on=TODAY + 30 * DAY)
    assert held(wang) == [("E", TODAY - DAY, TODAY + 30 * DAY)]
    wang.refresh_from_db()
    call_off_leaving(OPERATOR, wang)
    assert held(wang) == [("E", TODAY - DAY, None)]


def test_a_territory_does_not_lie_in_itself(east):
    part = territories.create(OPERATOR, name="上海", code="SH", parent=east)
    with pytest.raises(ValidationError, match="cannot lie in itself"):
        territories.edit(OPERATOR, east, parent=part)
    assert Territory.objects.unscoped("tests").get(pk=east.pk).parent is None


def test_a_rep_sees_his_own_and_gives_none(east, wang):
    row = give_territory(OPERATOR, member=wang, territory=east)
    peer = factories.make_member("Peer")
    assert TerritoryAssignment.objects.visible_to(factories.actor_of(wang)).get() == row
    assert not TerritoryAssignment.objects.visible_to(factories.actor_of(peer)).exists()
    with pytest.raises(Forbidden):
        give_territory(factories.actor_of(wang), member=wang, territory=east, valid_from=TODAY + DAY)
    assert len(held(wang)) == 1


def test_the_pages(east, wang, client, django_assert_num_queries):
    ops = factories.make_member("Ops", role="salesops")
    client.force_login(ops.user)
    sent = {"territory": east.pk, "valid_from": "2026-03-01", "reason": "New market"}
    assert client.post(reverse("territory_give", args=[wang.pk]), sent).status_code == 302
    assert "华东" in client.get(reverse("member_detail", args=[wang.pk]), {"tab": "career"}).content.decode()
    row = TerritoryAssignment.objects.unscoped("tests").get()
    client.post(reverse("territory_end", args=[row.pk]), {"valid_to": "2026-03-05"})
    assert held(wang) == [("E", dt.date(2026, 3, 1), dt.date(2026, 3, 5))]
    client.get(reverse("territory_list"))
    for at in range(5):
        territories.create(OPERATOR, name=f"T{at}", code=f"T{at}", parent=east)
    with django_assert_num_queries(QUERIES):
        page = client.get(reverse("territory_list"))
    assert "T4" in page.content.decode()
    assert client.get(reverse("territory_edit", args=[east.pk])).status_code == 200
