"""A group of companies: its tree, and its totals, as far as somebody sees them."""

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from muster.core.periods import Period
from muster.crm.models import Account
from muster.crm.queries.group import family, top_of, tree
from muster.metrics.compute import compute, source_rows
from muster.metrics.group import Group
from tests.metrics.papers import contract, receive

pytestmark = pytest.mark.django_db
YEAR = Period(dt.date(2026, 1, 1), dt.date(2027, 1, 1))


@pytest.fixture
def group(firm):
    """Ann's Top over Ann's Mid and Bob's Side; under Mid Ann's Low, under Side Ann's Leaf; Other stands alone."""
    rows = {}
    for name, owner, parent in [
        ("Top", "ann", None),
        ("Mid", "ann", "Top"),
        ("Side", "bob", "Top"),
        ("Low", "ann", "Mid"),
        ("Leaf", "ann", "Side"),
        ("Other", "ann", None),
    ]:
        rows[name] = Account(name=name, owner=firm.members[owner], parent=rows.get(parent))
        rows[name].save()
    days = {"opened_on": dt.date(2026, 1, 5), "closed_on": dt.date(2026, 2, 1)}
    for at, name in enumerate(["Top", "Low", "Side", "Leaf", "Other"]):
        firm.deal("bob" if name == "Side" else "ann", "won", 10**at, account=rows[name], **days)
    firm.deal("ann", "open", 7, account=rows["Low"], opened_on=dt.date(2026, 1, 5))
    return rows


def names(firm, who, account):
    seen = Group(firm.actor(who), account, YEAR)
    return [f"{'-' * one.depth}{one.account}" for one in seen.nodes]


def values(firm, who, account):
    return {one.metric.key: one.cell.value for one in Group(firm.actor(who), account, YEAR).totals()}


def test_the_tree_and_its_totals_are_those_of_what_one_sees(firm, group):
    assert names(firm, "manager", group["Low"]) == ["Top", "-Mid", "--Low", "-Side", "--Leaf"]
    assert values(firm, "manager", group["Low"])["revenue_won"] == 1111
    assert values(firm, "manager", group["Top"])["pipeline_open"] == 7


def test_the_way_stops_at_what_one_does_not_see(firm, group):
    """Leaf is Ann's, but Side between is not: that it belongs to her group she is not told."""
    assert names(firm, "ann", group["Mid"]) == ["Top", "-Mid", "--Low"]
    assert names(firm, "ann", group["Leaf"]) == ["Leaf"]
    assert values(firm, "ann", group["Top"])["revenue_won"] == 11
    assert names(firm, "bob", group["Side"]) == ["Side"]


def test_each_total_opens_its_rows(firm, group):
    client = firm.client("ann")
    page = client.get(f"/customers/{group['Low'].pk}/group/").text
    assert "Only what you may see is counted" in page
    url = f"/metrics/revenue_won/rows/?period=2026-01-01..2027-01-01&company={group['Top'].pk}"
    rows = client.get(url)
    found = [name for name in ("ann won 1", "ann won 10", "bob won 100", "ann won 1000") if f"{name}<" in rows.text]
    assert found == ["ann won 1", "ann won 10"]
    assert client.get("/metrics/headcount/rows/?company=1").status_code == 404
    assert firm.client("eve").get(url).status_code == 404


def test_money_of_contracts_counts_by_customer(firm, group):
    made = contract(firm, "ann", 500, dt.date(2026, 1, 10), dt.date(2026, 3, 1))
    receive(made, 200, dt.date(2026, 3, 1))
    Account.objects.unscoped("test").filter(pk=made.account_id).update(parent=group["Mid"], owner=firm.members["ann"])
    found = values(firm, "ann", group["Top"])
    assert (found["collected"], found["receivables_open"]) == (200, 300)
    one = Account.objects.unscoped("test").filter(pk=made.account_id)
    assert compute(["collected"], firm.actor("ann"), YEAR, customers=one).cell("collected").value == 200
    assert source_rows("receivables_open", firm.actor("ann"), YEAR, customers=one).count() == 1
    with pytest.raises(ValueError, match="of customers"):
        compute(["headcount"], firm.actor("ann"), YEAR, customers=one)


def test_rows_that_go_round_in_a_circle_end(firm, group):
    """Two who edit at once could leave such rows behind."""
    Account.objects.unscoped("test").filter(pk=group["Top"].pk).update(parent=group["Low"])
    actor, low = firm.actor("manager"), Account.objects.unscoped("test").get(pk=group["Low"].pk)
    top = top_of(actor, low)
    keys = family(actor, top.pk)
    assert len(keys) == len(tree(actor, top, keys)) == 5


def test_list_and_api_know_the_group(firm, group):
    client = firm.client("ann")
    listed = client.get(f"/api/v1/accounts?company={group['Mid'].pk}").json()
    assert {one["name"] for one in listed["items"]} == {"Mid", "Low"}
    answer = client.get(f"/api/v1/accounts/{group['Low'].pk}/group?period=2026-01-01..2027-01-01").json()
    assert [(one["name"], one["depth"]) for one in answer["companies"]] == [("Top", 0), ("Mid", 1), ("Low", 2)]
    assert {one["metric"]: one["value"] for one in answer["totals"]}["revenue_won"] == 11
    assert client.get(f"/api/v1/accounts/{group['Side'].pk}/group").status_code == 404


def test_thirty_subsidiaries_cost_as_many_queries_as_one(firm, group, django_assert_num_queries):
    client, url = firm.client("ann"), f"/customers/{group['Top'].pk}/group/"
    client.get(url)
    with CaptureQueriesContext(connection) as few:
        client.get(url)
    for at in range(29):
        Account(name=f"More {at}", owner=firm.members["ann"], parent=group["Mid"]).save()
    with django_assert_num_queries(len(few)):
        client.get(url)
