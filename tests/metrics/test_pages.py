"""Dashboards: who may see them, what they count, and how often they ask the database."""

import datetime as dt
import re

import pytest
import time_machine
from django.core.cache import cache
from django.urls import reverse

from muster.core.periods import Period
from muster.metrics.compute import Cell, compute
from muster.metrics.display import text
from muster.metrics.metric import metric, metrics
from muster.metrics.queries import TILES, Dashboard, Day

TODAY = dt.datetime(2026, 2, 16, 4, tzinfo=dt.UTC)
FEBRUARY = Period(dt.date(2026, 2, 1), dt.date(2026, 3, 1), "month")
ADDRESS = "?period=2026-01-01..2026-04-01"


@pytest.fixture(autouse=True)
def _one_day():
    cache.clear()
    with time_machine.travel(TODAY, tick=False):
        yield


@pytest.fixture
def team(firm):
    for at, who in enumerate(["ann", "bob", "eve"], start=1):
        firm.deal(who, "won", at * 100_000, opened_on=dt.date(2026, 1, 1), closed_on=dt.date(2026, 2, at))
        firm.deal(who, "open", at * 7_000, opened_on=dt.date(2026, 1, 2), expected_on=dt.date(2026, 2, 17))
        firm.deal(who, "lost", 5, opened_on=dt.date(2026, 1, 3), closed_on=dt.date(2026, 1, 20 + at))
        firm.activity(who, "visit", dt.date(2026, 2, at), "A")
        firm.activity(who, "call", None, planned_at=dt.datetime(2026, 2, 16, 2, tzinfo=dt.UTC))
        firm.task(who, dt.date(2026, 2, 15), None)
    return firm


def shown(client, key: str, query: str = ADDRESS) -> str:
    page = client.get(reverse("metric_rows", args=[key]) + query)
    assert page.status_code == 200
    return page.content.decode()


@pytest.mark.parametrize("who", ["director", "manager", "ann"])
@pytest.mark.parametrize("name", ["home", "dashboard", "metric_list"])
def test_everybody_who_sells_has_the_pages(team, who, name):
    assert team.client(who).get(reverse(name)).status_code == 200


@pytest.mark.parametrize("key", sorted(metrics()))
def test_every_number_opens_its_rows(team, key):
    page = shown(team.client("manager"), key)
    assert "eve won" not in page
    assert (">eve<" in page) is (key == "headcount")  # everybody is in the directory


@pytest.mark.parametrize(("who", "won"), [("director", 600_000), ("manager", 300_000), ("ann", 100_000)])
def test_a_dashboard_counts_what_the_viewer_may_see(team, who, won):
    actor = team.actor(who)
    tiles = {tile["key"]: tile for tile in Dashboard(actor, FEBRUARY).tiles()}
    assert compute(["revenue_won"], actor, FEBRUARY).cell("revenue_won").value == won
    assert tiles["revenue_won"]["value"] == text(metric("revenue_won"), Cell(won, 0, "CNY"))
    assert set(tiles) == set(TILES)


def test_the_rows_page_adds_up_to_its_number(team):
    page = shown(team.client("manager"), "revenue_won")
    assert "3,000.00" in page
    assert {"ann won 100000", "bob won 200000"} == set(re.findall(r"\w+ won \d+", page))


def test_a_member_outside_ones_view_opens_no_number(team):
    client, query = team.client("manager"), f"{ADDRESS}&member={team.members['eve'].pk}"
    assert client.get(reverse("metric_rows", args=["revenue_won"]) + query).status_code == 404
    assert client.get(reverse("dashboard") + query).status_code == 404


def test_the_ranking_has_the_silent_and_marks_me(team):
    actor = team.actor("manager")
    board = Dashboard(actor, FEBRUARY)
    board.tiles()
    rows = board.ranking()
    assert [(row["label"], row["me"]) for row in rows] == [("bob", False), ("ann", False), ("manager", True)]
    assert [row["share"] for row in rows] == [100, 50, 0]


def test_a_day_shows_ones_own_work(team):
    day = Day(team.actor("ann"))
    assert [row.owner_id for row in [*day.tasks(), *day.plans(), *day.closing()]] == [team.members["ann"].pk] * 3
    assert [row.name for row in Day(team.actor("manager")).silent()] == ["ann", "bob"]


def test_the_performance_panel_is_for_those_who_may(team):
    address = reverse("member_performance", args=[team.members["ann"].pk])
    assert team.client("manager").get(address).status_code == 200
    assert team.client("ann").get(address).status_code == 200
    assert team.client("bob").get(address).status_code in (403, 404)


@pytest.mark.parametrize("query", ["?period=soon", "?unit=x", "?member=9999999", "?from=2026-03-01&to=2026-01-01"])
def test_a_wrong_address_is_refused(team, query):
    assert team.client("manager").get(reverse("dashboard") + query).status_code in (400, 404)


def test_an_unknown_number_is_not_found(team):
    assert team.client("manager").get(reverse("metric_rows", args=["nothing"])).status_code == 404


@pytest.mark.parametrize(
    ("who", "name", "questions"),
    [("director", "home", 20), ("director", "dashboard", 22), ("ann", "home", 16), ("ann", "dashboard", 18)],
)
def test_more_rows_ask_no_more_questions(
    team, django_assert_num_queries, django_assert_max_num_queries, who, name, questions
):
    client, address = team.client(who), reverse(name)
    client.get(address)
    with django_assert_max_num_queries(questions) as before:
        client.get(address)
    for owner in ("ann", "bob", "eve", "manager") * 3:
        team.deal(owner, "won", 1, opened_on=dt.date(2026, 2, 1), closed_on=dt.date(2026, 2, 5))
        team.deal(owner, "open", 1, opened_on=dt.date(2026, 1, 1), expected_on=dt.date(2026, 2, 17))
        team.activity(owner, "call", dt.date(2026, 2, 5), "B")
        team.task(owner, dt.date(2026, 2, 16), None)
    with django_assert_num_queries(len(before)):
        client.get(address)


def test_a_block_of_a_dashboard_is_a_fixed_number_of_questions(team, django_assert_num_queries):
    board = Dashboard(team.actor("director"), FEBRUARY)
    for block, questions in [
        (board.tiles, 3),
        (board.trend, 1),
        (board.funnel, 2),
        (board.work, 2),
        (board.ranking, 3),
    ]:
        with django_assert_num_queries(questions):
            block()
