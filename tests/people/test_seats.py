"""Vacant seats hold territories: the acting holder looks after them, and who fills the seat takes them on."""

import datetime as dt

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import translation

from muster.access.scope import Actor
from muster.people.actions.lifecycle import plan_leaving
from muster.people.actions.territory import give_territory, territories, territories_of
from muster.people.actions.vacancy import fill_seat, give_to_seat, take_from_seat, vacancies
from tests.people.test_drafts import DAY, TODAY, Firm, _position, fresh

pytestmark = pytest.mark.django_db
OPERATOR = Actor.operator("test")


@pytest.fixture(autouse=True)
def day():
    with time_machine.travel(dt.datetime(2026, 6, 15, 4, tzinfo=dt.UTC), tick=False), translation.override("en"):
        yield


@pytest.fixture
def firm():
    return Firm()


def test_a_vacant_seat_holds_territories_until_it_is_filled(firm):
    south, coast = (territories.create(OPERATOR, name=name, code=name) for name in ("South", "Coast"))
    give_territory(OPERATOR, member=firm.zhang, territory=south, valid_from=TODAY - dt.timedelta(days=90))
    seat = vacancies.create(
        OPERATOR, unit=firm.south, position=_position(), acting=firm.zhao, valid_from=TODAY, predecessor=firm.zhang
    )
    assert territories_of([firm.zhang.pk, firm.zhao.pk]) == {firm.zhao.pk: {"South"}}, "looked after meanwhile"
    give_to_seat(OPERATOR, seat, territory=coast)
    with pytest.raises(ValidationError, match="has the territory already"):
        give_to_seat(OPERATOR, fresh(seat), territory=coast)
    later = TODAY + dt.timedelta(days=10)
    fill_seat(OPERATOR, fresh(seat), member=firm.zeng, valid_from=later)
    people = [firm.zhao.pk, firm.zeng.pk]
    assert territories_of(people) == {firm.zhao.pk: {"South", "Coast"}}, "until the day he comes"
    with time_machine.travel(later, tick=False):
        assert territories_of(people) == {firm.zeng.pk: {"South", "Coast"}}


def test_a_seat_lets_go_of_a_territory(firm):
    south = territories.create(OPERATOR, name="South", code="S")
    seat = vacancies.create(OPERATOR, unit=firm.south, position=_position(), acting=firm.zhao, valid_from=TODAY)
    with pytest.raises(ValidationError, match="does not hold South"):
        take_from_seat(OPERATOR, seat, territory=south)
    give_to_seat(OPERATOR, fresh(seat), territory=south)
    take_from_seat(OPERATOR, fresh(seat), territory=south)
    assert territories_of([firm.zhao.pk]) == {}
    give_to_seat(OPERATOR, fresh(seat), territory=south)
    vacancies.archive(OPERATOR, fresh(seat))
    assert territories_of([firm.zhao.pk]) == {}, "nor when it is taken away"


def test_what_a_leaver_held_goes_to_his_seat_and_who_leaves_acts_in_none(firm):
    south = territories.create(OPERATOR, name="South", code="S")
    give_territory(OPERATOR, member=firm.zhang, territory=south, valid_from=TODAY - dt.timedelta(days=90))
    plan_leaving(OPERATOR, firm.zhang, left_on=DAY)
    seat = vacancies.create(
        OPERATOR, unit=firm.south, position=_position(), acting=firm.zhao, valid_from=DAY, predecessor=fresh(firm.zhang)
    )
    assert territories_of([firm.zhang.pk, firm.zhao.pk]) == {firm.zhang.pk: {"South"}}, "his until he goes"
    with time_machine.travel(DAY, tick=False):
        assert territories_of([firm.zhang.pk, firm.zhao.pk]) == {firm.zhao.pk: {"South"}}
        plan_leaving(OPERATOR, fresh(firm.zhao), left_on=DAY)
        assert fresh(seat).acting is None


def test_the_pages_show_what_a_seat_holds_and_who_looks_after_it(firm, client):
    client.force_login(firm.ops.user)
    south = territories.create(OPERATOR, name="South", code="S")
    seat = vacancies.create(OPERATOR, unit=firm.south, position=_position(), acting=firm.zhao, valid_from=TODAY)
    client.post(reverse("vacancy_hold", args=[seat.pk]), {"territory": south.pk, "valid_from": str(TODAY)})
    unit = reverse("unit_detail", args=[firm.south.pk])
    assert "South</span>" in client.get(unit).content.decode()
    page = reverse("member_detail", args=[firm.zhao.pk])
    career = client.get(page, {"tab": "career"}, headers={"accept-language": "en"}).content.decode()
    assert "for the vacant seat Rep · South" in career
    assert "South" in client.get(reverse("vacancy_release", args=[seat.pk])).content.decode()
    client.post(reverse("vacancy_release", args=[seat.pk]), {"territory": south.pk})
    assert reverse("vacancy_release", args=[seat.pk]) not in client.get(unit).content.decode()
