"""A list in groups, with how many and how much; each currency for itself, and only what one sees."""

import datetime as dt

import pytest
from django.test import Client

from muster.core import grouping
from tests.factories import make_account, make_deal, make_member


@pytest.fixture
def team(db):
    boss = make_member("Boss", role="manager")
    anna, ben = make_member("Anna", manager=boss), make_member("Ben", manager=boss)
    far = make_member("Far")
    for owner, amount, day, more in (
        (anna, 100_000, dt.date(2026, 3, 5), {}),
        (anna, 250_050, dt.date(2026, 3, 31), {}),
        (anna, 70_000, dt.date(2026, 4, 1), {"currency": "USD"}),
        (ben, 300_000, None, {}),
        (far, 999_999, dt.date(2026, 3, 5), {}),
    ):
        make_deal(owner, account=make_account(owner), amount=amount, expected_on=day, **more)
    return {"boss": boss, "anna": anna, "ben": ben, "far": far}


def browser(member) -> Client:
    client = Client()
    client.cookies["muster_language"] = "en"
    client.force_login(member.user)
    return client


def groups(client, address):
    found = client.get(address).context["groups"]
    return [(one["label"], one["count"], [sums for sums in one["cells"] if sums]) for one in found]


def test_by_owner_with_a_sum_for_each_currency(team):
    assert groups(browser(team["boss"]), "/deals/?group=owner&col=name&col=amount&col=owner") == [
        ("Anna", 3, [["¥3,500.50", "$700.00"]]),
        ("Ben", 1, [["¥3,000.00"]]),
    ]


def test_by_month_in_order_and_those_without_last(team):
    assert groups(browser(team["boss"]), "/deals/?group=expected_on&col=name&col=amount") == [
        ("March 2026", 2, [["¥3,500.50"]]),
        ("April 2026", 1, [["$700.00"]]),
        ("Without", 1, [["¥3,000.00"]]),
    ]


def test_the_rows_of_a_group_come_by_themselves_and_by_keyset(team, monkeypatch):
    client = browser(team["boss"])
    shown = client.get("/deals/?group=owner&sort=amount&col=name&col=amount")
    url = shown.context["groups"][0]["url"]
    assert url == f"/deals/?group=owner&sort=amount&col=name%2Camount&within={team['anna'].pk}"
    page = client.get(url).content.decode()
    assert page.index("$700.00") < page.index("¥1,000.00") < page.index("¥2,500.50")
    assert "¥3,000.00" not in page
    assert "¥9,999.99" not in client.get(f"/deals/?group=owner&within={team['far'].pk}").content.decode()
    for _number in range(20):
        make_deal(team["ben"], account=make_account(team["ben"]))
    first = client.get(f"/deals/?group=owner&within={team['ben'].pk}")
    assert len(first.context["rows"]) == 20
    last = client.get(first.context["more_url"])
    assert (len(last.context["rows"]), last.context["more_url"]) == (1, "")
    for key, count in (("2026-03", 2), ("-", 21)):
        assert len(client.get(f"/deals/?group=expected_on&within={key}").context["rows"]) == min(20, count)


def test_filters_hold_within_groups_and_nonsense_is_refused(team):
    client = browser(team["boss"])
    assert groups(client, "/deals/?group=owner&amount_from=2600&col=name") == [("Ben", 1, [])]
    for query in ("group=next_step", "group=nothing", "group=owner&within=x", "group=expected_on&within=2026-13"):
        assert client.get(f"/deals/?{query}").status_code == 400, query


def test_groups_cost_two_questions_however_many_there_are(team, django_assert_max_num_queries, monkeypatch):
    client = browser(team["boss"])
    client.get("/deals/")  # a first page asks what later ones know
    with django_assert_max_num_queries(60) as few:
        client.get("/deals/?group=owner")
    for name in ("C", "D", "E", "F"):
        one = make_member(name, manager=team["boss"])
        make_deal(one, account=make_account(one))
    with django_assert_max_num_queries(len(few)):
        client.get("/deals/?group=owner")
    with django_assert_max_num_queries(60) as plain:
        client.get("/deals/")
    assert len(few) <= len(plain) + 2
    monkeypatch.setattr(grouping, "MOST_GROUPS", 2)
    shown = client.get("/deals/?group=owner")
    assert (len(shown.context["groups"]), shown.context["more_groups"]) == (2, 4)


def test_every_list_offers_its_links_choices_and_dates(team):
    client = browser(team["boss"])
    for path, keys in (("/deals/", "account stage expected_on owner"), ("/customers/", "level owner created_at")):
        page = client.get(path).content.decode()
        for key in keys.split():
            assert f"{path}?group={key}" in page, (path, key)
            assert client.get(f"{path}?group={key}").status_code == 200, (path, key)
