"""What somebody wins and in which stage he loses, with how many cases and how sure that is."""

import datetime as dt

import pytest
import time_machine
from django.test import Client
from django.utils import translation

from muster.crm.models import StageChange
from muster.metrics.strength import Strength, wilson
from muster.people.models import Member, Position
from tests.factories import actor_of, make_account, make_deal, make_member, make_pipeline, operator, stage

pytestmark = pytest.mark.django_db
DAY = dt.date(2026, 3, 2)


@pytest.fixture(autouse=True)
def day():
    with time_machine.travel(dt.datetime(2026, 6, 15, 4, tzinfo=dt.UTC), tick=False), translation.override("en"):
        yield


@pytest.fixture
def team():
    make_pipeline()
    position = Position(name="Rep", code="REP")
    position.save()
    boss = make_member("Boss", role="manager")
    ann, bob = make_member("Ann", manager=boss), make_member("Bob", manager=boss)
    Member.objects.unscoped("tests").filter(pk__in=[ann.pk, bob.pk]).update(position=position)
    return boss, Member.objects.unscoped("tests").get(pk=ann.pk), bob


def closed(owner, won, lost, **fields):
    for at in range(won + lost):
        end = {"won": DAY} if at < won else {"lost": DAY}
        make_deal(owner, **end, **fields)


def left(owner, key, lost, on):
    """Deals that left the stage KEY: LOST there, ON to the next."""
    for at in range(lost + on):
        deal = make_deal(owner, lost=DAY) if at < lost else make_deal(owner)
        to = stage("lost" if at < lost else "offer")
        StageChange(deal=deal, from_stage=stage(key), to_stage=to, changed_on=DAY).save()


def test_wins_are_told_by_industry_level_and_size_with_their_number(team):
    boss, ann, bob = team
    hospital = make_account(ann, industry="医疗", level="key")
    closed(ann, 4, 1, account=hospital, amount=200_000_00)
    closed(ann, 1, 1, account=make_account(ann, industry="教育"), amount=5_000_000_00)
    closed(bob, 2, 8, account=make_account(bob, industry="医疗"))
    industry, level, size = Strength(actor_of(boss), ann).wins()
    told = {one["label"]: (one["mine"].hits, one["mine"].n, one["text"], one["peers"]) for one in industry["lines"]}
    assert told == {"医疗": (4, 5, "80%", "20%"), "教育": (1, 2, "50%", "–")}
    assert [(one["label"], one["enough"]) for one in industry["lines"]] == [("医疗", True), ("教育", False)]
    assert {one["label"]: one["mine"].n for one in level["lines"]} == {"Key account": 5, "Normal": 2}
    assert {one["label"]: one["mine"].n for one in size["lines"]} == {"100,000 to 500,000": 5, "2 million and more": 2}


def test_the_stage_that_loses_most_against_peers_is_named_only_with_enough_cases(team, settings):
    boss, ann, bob = team
    left(ann, "new", lost=6, on=4)
    left(bob, "new", lost=2, on=18)
    found = Strength(actor_of(boss), ann).weakest()
    assert (found["label"], found["text"], found["mine"].n, found["peers"]) == ("New", "60%", 10, "10%")
    assert found["sure"]
    settings.STRENGTH_FLOOR = 11
    assert Strength(actor_of(boss), ann).weakest() is None


def test_a_deal_that_left_a_stage_twice_counts_once(team):
    boss, ann, _bob = team
    deal = make_deal(ann)
    for to in ("offer", "offer"):
        StageChange(deal=deal, from_stage=stage("new"), to_stage=stage(to), changed_on=DAY).save()
    assert [one["mine"].n for one in Strength(actor_of(boss), ann).losses()] == [1]


def test_peers_are_those_whose_deals_the_reader_sees(team):
    _boss, ann, bob = team
    left(ann, "new", lost=6, on=4)
    left(bob, "new", lost=1, on=9)
    assert Strength(actor_of(ann), ann).weakest() is None
    assert Strength(actor_of(ann), ann).losses()[0]["peers"] == "–"
    assert Strength(operator, ann).losses()[0]["peers"] == "10%"


@pytest.mark.parametrize(
    ("hits", "n", "low", "high"),
    [(0, 0, 0.0, 1.0), (0, 10, 0.0, 0.2775), (5, 10, 0.2366, 0.7634), (10, 10, 0.7225, 1.0), (80, 100, 0.7112, 0.8666)],
)
def test_the_interval_is_wilsons(hits, n, low, high):
    assert wilson(hits, n) == pytest.approx((low, high), abs=5e-5)


def test_the_panel_is_for_whoever_may_see_the_performance(team):
    boss, ann, bob = team
    closed(ann, 5, 0, account=make_account(ann, industry="医疗"))
    for who, status in ((boss, 200), (ann, 200), (bob, 404)):
        client = Client(headers={"accept-language": "en"})
        client.force_login(who.user)
        answer = client.get(f"/people/{ann.pk}/strength/")
        assert answer.status_code == status
        assert ("医疗" in answer.content.decode()) == (status == 200)
