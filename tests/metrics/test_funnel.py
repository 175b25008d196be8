"""The way of deals: how many came to each stage, how far they went, how long they stood; re-opened, one counts once."""

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from muster.core.periods import Period, today
from muster.crm.actions.deal import lose_deal, move_deal, reopen_deal, win_deal
from muster.crm.actions.rivals import competitors, rivals
from muster.crm.models import Deal, LeadSource, LossReason, StageChange
from muster.metrics.funnel import Funnel, pipelines
from tests.factories import make_deal, make_product, stage
from tests.metrics.conftest import OPERATOR

QUARTER = Period(dt.date(2026, 1, 1), dt.date(2026, 4, 1))
ASKED = "period=2026-01-01..2026-04-01"


def pipeline():
    return next(one for one in pipelines(OPERATOR) if one.key == "test")


@pytest.fixture(autouse=True)
def english():
    with translation.override("en"):
        yield


def deal_of(owner, way: str, **fields) -> Deal:
    """A deal that took a way such as “new 01-05, offer 01-15, lost 02-01” through 2026."""
    deal, before = make_deal(owner, **fields), None
    for part in way.split(", "):
        key, on = part.split()
        at, day = stage(key), dt.date.fromisoformat(f"2026-{on}")
        StageChange(deal=deal, from_stage=before, to_stage=at, changed_on=day).save()
        deal.stage, deal.status, before = at, at.kind, at
        deal.closed_on = None if at.kind == "open" else day
    deal.save()
    return deal


@pytest.fixture
def ways(firm):
    ann, bob = firm.members["ann"], firm.members["bob"]
    press, fair = make_product("Press"), LeadSource(name="Fair")
    fair.save()
    first = deal_of(ann, "new 01-01, offer 01-11, lost 01-20, offer 02-01, won 02-11", product=press, source=fair)
    deal_of(ann, "new 01-05, lost 01-15")
    deal_of(bob, "new 03-01, offer 03-11, new 03-15, offer 03-20", product=press)
    deal_of(bob, "new 04-01")
    for name in ("Kingdee", "Yonyou"):
        rivals.create(OPERATOR, deal=first, competitor=competitors.create(OPERATOR, name=name))
    return first


def numbers(actor, by: str = "") -> dict[str, dict[str, tuple]]:
    """Line → stage → reached, went further, lost there, share, days."""
    lines = Funnel(actor, QUARTER, pipeline(), by).lines()
    return {line["label"]: {one["stage"].key: tuple(one["values"].values()) for one in line["cells"]} for line in lines}


def test_over_all_a_reopened_deal_counts_once_with_the_days_of_both_stays(firm, ways):
    assert numbers(OPERATOR)[""] == {
        "new": (3, 2, 1, 0.6667, 11.6667),  # 10, 10, and 10 + 5 of the deal that came back
        "offer": (2, 1, 0, 0.5, 11.5),  # 9 + 10 of the re-opened one, 4 of the other
    }


def test_by_member_product_source_and_competitor(firm, ways):
    assert numbers(OPERATOR, "member") == {
        "ann": {"new": (2, 1, 1, 0.5, 10.0), "offer": (1, 1, 0, 1.0, 19.0)},
        "bob": {"new": (1, 1, 0, 1.0, 15.0), "offer": (1, 0, 0, 0.0, 4.0)},
    }
    assert numbers(OPERATOR, "product")["Press"]["new"] == (2, 2, 0, 1.0, 12.5)
    assert numbers(OPERATOR, "product")["No product"]["new"] == (1, 0, 1, 0.0, 10.0)
    assert numbers(OPERATOR, "source")["Fair"]["offer"] == (1, 1, 0, 1.0, 19.0)
    assert numbers(OPERATOR, "competitor") == {
        name: {"new": (1, 1, 0, 1.0, 10.0), "offer": (1, 1, 0, 1.0, 19.0)} for name in ("Kingdee", "Yonyou")
    }


def test_seen_with_ones_own_eyes(firm, ways):
    assert set(numbers(firm.actor("bob"), "member")) == {"bob"}
    assert numbers(firm.actor("bob"), "competitor") == {}
    assert numbers(firm.actor("manager"), "member") == numbers(OPERATOR, "member")


def test_by_the_actions_of_the_pages(firm):
    """Won, taken up again and lost is lost; won, taken up again and won is one deal that went further."""
    reason = LossReason.objects.unscoped("test").first()
    deals = [make_deal(firm.members["ann"]) for _one in range(2)]
    day = today()
    for deal in deals:
        StageChange(deal=deal, to_stage=stage("new"), changed_on=day).save()
        move_deal(OPERATOR, deal, stage=stage("offer"))
        win_deal(OPERATOR, deal, on=day)
        reopen_deal(OPERATOR, deal)
    win_deal(OPERATOR, deals[0], on=day)
    lose_deal(OPERATOR, deals[1], on=day, reason=reason, nobody=True)
    table = Funnel(OPERATOR, Period(day, day + dt.timedelta(days=1)), pipeline()).lines()
    offer = table[0]["cells"][1]["values"]
    assert (offer["stage_reached"], offer["stage_onward"], offer["stage_given_up"]) == (2, 1, 1)


@pytest.mark.parametrize("by", ["", "member", "product", "source", "competitor"])
def test_the_page_and_the_rows_behind_its_numbers(firm, ways, by):
    client = firm.client("director")
    with CaptureQueriesContext(connection) as asked:
        page = client.get(f"/funnel/?by={by}&pipeline={pipeline().pk}&{ASKED}")
    assert page.status_code == 200
    assert len(asked) <= 15, len(asked)
    key = "rival_stage_reached" if by == "competitor" else "stage_reached"
    lines = Funnel(firm.actor("director"), QUARTER, pipeline(), by).lines()
    for line in lines:
        for one in line["cells"]:
            shown = one["shown"]["stage_reached"]
            if shown["href"]:
                assert f"/metrics/{key}/rows/" in shown["href"]
                rows = client.get(shown["href"])
                assert len(rows.context["rows"]) == one["values"]["stage_reached"]
    for show in ("stage_conversion", "days_in_stage"):
        assert client.get(f"/funnel/?by={by}&show={show}&{ASKED}").status_code == 200


def test_over_the_api(firm, ways):
    client = firm.client("director")
    found = client.get(f"/api/v1/funnel?by=member&pipeline=test&{ASKED}").json()
    assert [(one["label"], one["stages"][0]["values"]["stage_reached"]) for one in found] == [("ann", 2), ("bob", 1)]
    assert client.get(f"/api/v1/funnel?by=shoe&{ASKED}").status_code == 400
    assert client.get(f"/api/v1/funnel?pipeline=none&{ASKED}").status_code == 404
    assert client.get(f"/api/v1/win-loss?by=member&{ASKED}").json()[0]["values"]["deals_won"] == 1
