"""The manager's day: what his people did, who did nothing, what asks for something to be done."""

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from factories import actor_of, make_account, make_activity, make_contact, make_deal, make_task, stage

from muster.activities.actions.comment import add_comment
from muster.activities.models import Activity
from muster.core.periods import containing
from muster.people.actions.absence import absences
from muster.reporting.queries import panels
from muster.reporting.queries.team import follow_ups, silent

pytestmark = pytest.mark.django_db
TODAY = dt.date(2026, 6, 15)
WEEK = containing(TODAY, "week")


def test_the_feed_shows_all_follow_ups_of_ones_people_on_the_day(firm, login):
    make_activity(firm.wang, TODAY, "visit", subject="At Acme")
    make_activity(firm.li, TODAY, "call", subject="Called Beta")
    make_activity(firm.boss, TODAY, subject="My own")
    make_activity(firm.other, TODAY, subject="Of a stranger")
    make_activity(firm.wang, TODAY - dt.timedelta(days=1), subject="Of Sunday")
    client = login(firm.boss)
    page = client.get("/team-day/").content.decode()
    assert [text in page for text in ("At Acme", "Called Beta", "My own", "Of a stranger", "Of Sunday")] == [
        True,
        True,
        False,
        False,
        False,
    ]
    narrowed = client.get(f"/team-day/?kind=visit&owner={firm.wang.pk}").content.decode()
    assert ("At Acme" in narrowed, "Called Beta" in narrowed) == (True, False)
    assert "Of Sunday" in client.get("/team-day/?day=2026-06-14").content.decode()
    assert client.get("/team-day/?day=yesterday").status_code == 400


def test_a_representative_has_no_team_day(firm, login):
    assert login(firm.wang).get("/team-day/").status_code == 403


def test_the_feed_is_exported_with_the_right_to(firm, login):
    make_activity(firm.wang, TODAY, subject="At Acme")
    answer = login(firm.boss).get("/team-day/?format=csv")
    assert "At Acme" in b"".join(answer.streaming_content).decode()
    assert login(firm.wang).get("/team-day/?format=csv").status_code == 403


def test_how_often_it_was_commented_stands_beside_it(firm, login):
    row = make_activity(firm.wang, TODAY)
    for body in ("One", "Two"):
        add_comment(actor_of(firm.boss), model="activities.activity", object_id=row.pk, body=body)
    assert "2 comments" in login(firm.boss).get("/team-day/").content.decode()


def test_the_silent_are_shown_as_nought_and_who_is_away_as_away(firm, login):
    make_activity(firm.wang, TODAY)
    assert [one.name for one in silent(actor_of(firm.boss), TODAY).there] == ["李雷"]
    absences.create(actor_of(firm.li), member=firm.li, starts_on=TODAY, ends_on=TODAY)
    found = silent(actor_of(firm.boss), TODAY)
    assert ([one.name for one in found.there], [one.name for one in found.away]) == ([], ["李雷"])
    assert "Away: 李雷" in login(firm.boss).get("/team-day/panels/silent/").content.decode()


def test_on_a_day_off_nobody_is_silent(firm, login):
    assert "It is a day off" in login(firm.boss).get("/team-day/panels/silent/?day=2026-06-14").content.decode()


def test_overdue_plans_tasks_and_stale_deals_stand_beside(firm, login):
    plan = make_activity(firm.wang, status="planned", subject="Visit missed")
    yesterday = dt.datetime(2026, 6, 14, 2, tzinfo=dt.UTC)
    Activity.objects.unscoped("test").filter(pk=plan.pk).update(planned_at=yesterday)
    make_task(firm.wang, "Offer", due_on=TODAY - dt.timedelta(days=1))
    one = stage("new")
    one.stale_after_days = 5
    one.save()
    make_deal(firm.wang, name="Forgotten", last_activity_on=dt.date(2026, 6, 1))
    client = login(firm.boss)
    said = {key: client.get(f"/team-day/panels/{key}/").content.decode() for key in ("plans", "tasks", "stale")}
    assert "Visit missed" in said["plans"]
    assert "Offer" in said["tasks"]
    assert "Forgotten" in said["stale"]
    assert "10 working days" in said["stale"]
    assert "Snooze" in said["stale"]


def test_a_further_panel_is_one_line(firm, login):
    panels.register(
        panels.Panel(
            "leads",
            "Unattended leads",
            "user-question",
            "crm.deal.view",
            lambda _actor, _day: panels.Lines([{"title": "A lead", "end": "3", "href": "/"}], 1),
        )
    )
    try:
        client = login(firm.boss)
        assert "Unattended leads" in client.get("/team-day/").content.decode()
        assert "A lead" in client.get("/team-day/panels/leads/").content.decode()
    finally:
        del panels._panels["leads"]


# -- in numbers --------------------------------------------------------------------------------------------------------


def test_follow_ups_and_distinct_customers_by_member(firm):
    acme = make_account(firm.wang, "Acme", team=(firm.li,))
    for kind in ("visit", "call"):
        make_activity(firm.wang, TODAY, kind, account=acme)
    make_activity(firm.li, TODAY, "visit", account=acme)
    table = follow_ups(actor_of(firm.boss), WEEK, "member")
    kinds = ["Visits", "Calls", "E-mails", "Meetings", "WeChat talks", "Other activities", "Notes"]
    assert table.head == [*kinds, "Activities done", "Customers touched"]
    found = {line.label: [count for count, _url in line.cells] for line in table.lines}
    assert found == {
        "Wang": [1, 1, 0, 0, 0, 0, 0, 2, 1],
        "李雷": [1, 0, 0, 0, 0, 0, 0, 1, 1],
        "Chen Boss": [0, 0, 0, 0, 0, 0, 0, 0, 0],  # nothing done is 0, not missing
    }
    assert [count for count, _url in table.total.cells] == [2, 1, 0, 0, 0, 0, 0, 3, 1]  # one customer, not two


def test_follow_ups_by_kind_and_by_object(firm):
    acme = make_account(firm.wang, "Acme")
    make_activity(firm.wang, TODAY, "visit", account=acme, deal=make_deal(firm.wang, account=acme))
    make_activity(firm.wang, TODAY, "call", account=acme, contact=make_contact(acme))
    make_activity(firm.wang, TODAY, "call", account=acme)
    make_activity(firm.wang, TODAY, "note")
    by_kind = follow_ups(actor_of(firm.boss), WEEK, "kind")
    assert {line.label: [count for count, _url in line.cells] for line in by_kind.lines} == {
        "Visit": [1, 1],
        "Call": [2, 1],
        "E-mail": [0, 0],
        "Meeting": [0, 0],
        "WeChat": [0, 0],
        "Other": [0, 0],
        "Note": [1, 0],
    }
    by_object = follow_ups(actor_of(firm.boss), WEEK, "about")
    assert {line.label: [count for count, _url in line.cells] for line in by_object.lines} == {
        "About a deal": [1, 1],
        "With a contact person": [1, 1],
        "With a customer": [1, 1],
        "Without a customer": [1, 0],
    }


@pytest.mark.parametrize("period", ["day", "week", "month", "year"])
@pytest.mark.parametrize("by", ["member", "kind", "about", "step"])
def test_every_period_and_grouping_opens_and_its_numbers_open_their_rows(firm, login, period, by):
    make_activity(firm.wang, TODAY, "visit", account=make_account(firm.wang))
    client = login(firm.boss)
    answer = client.get(f"/follow-ups/?period={period}&by={by}&unit={firm.north.pk}")
    assert answer.status_code == 200
    for line in answer.context["table"].lines[:2]:
        for _count, url in line.cells[:1]:
            assert not url or client.get(url).status_code == 200


def test_a_grouping_that_is_none_is_refused_in_a_sentence(firm, login):
    answer = login(firm.boss).get("/follow-ups/?by=moon")
    assert (answer.status_code, "no way to group" in answer.content.decode()) == (400, True)


QUERIES = {
    "/team-day/": 5,
    "/team-day/panels/silent/": 6,
    "/team-day/panels/plans/": 4,
    "/team-day/panels/stale/": 5,
    "/follow-ups/?by=member": 8,
}


@pytest.mark.parametrize("address", QUERIES)
def test_three_rows_cost_as_many_queries_as_one(firm, login, address):
    client = login(firm.boss)

    def more() -> None:
        account = make_account(firm.wang)
        make_activity(firm.wang, TODAY, account=account, deal=make_deal(firm.wang, account=account))
        make_activity(firm.li, status="planned", account=account)

    def count() -> int:
        with CaptureQueriesContext(connection) as found:
            assert client.get(address).status_code == 200
        return len(found)

    more()
    count()
    few = count()
    for _at in range(2):
        more()
    assert count() == few == QUERIES[address]
