"""What was won and lost, by member, product, source, reason and competitor."""

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from muster.core.periods import Period
from muster.crm.actions.deal import lose_deal, reopen_deal, win_deal
from muster.crm.actions.rivals import competitors, rivals
from muster.crm.models import Deal, LeadSource, LossReason
from muster.metrics.winloss import WinLoss
from tests.factories import make_deal, make_product
from tests.metrics.conftest import OPERATOR

YEAR = Period(dt.date(2026, 1, 1), dt.date(2027, 1, 1))
DAY = dt.date(2026, 3, 2)


@pytest.fixture(autouse=True)
def english():
    with translation.override("en"):
        yield


@pytest.fixture
def sold(firm):
    """Ann won a press found at a fair and lost another to Kingdee; Bob lost one for its price, to nobody known."""
    ann, bob = firm.members["ann"], firm.members["bob"]
    press = make_product("Press")
    fair = LeadSource(name="Fair 2026")
    fair.save()
    reason = LossReason.objects.unscoped("test").get(key="price")
    kingdee = competitors.create(OPERATOR, name="Kingdee")
    won = make_deal(ann, amount=100_00, product=press, source=fair)
    lost, other = make_deal(ann, product=press), make_deal(bob)
    rivals.create(OPERATOR, deal=won, competitor=kingdee)
    rival = rivals.create(OPERATOR, deal=lost, competitor=kingdee)
    win_deal(OPERATOR, won, on=DAY)
    lose_deal(OPERATOR, lost, on=DAY, reason=reason, winner=rival)
    lose_deal(OPERATOR, other, on=DAY, reason=reason)
    return other


def table(actor, by: str) -> dict[str, list[str]]:
    return {one["label"]: [cell["text"] for cell in one["cells"]][:3] for one in WinLoss(actor, YEAR, by).lines()}


def test_each_way_to_look_at_it(firm, sold):
    assert table(OPERATOR, "member") == {"ann": ["1", "1", "50.0%"], "bob": ["0", "1", "0.0%"]}
    assert table(OPERATOR, "product") == {"Press": ["1", "1", "50.0%"], "No product": ["0", "1", "0.0%"]}
    assert table(OPERATOR, "source") == {"No source": ["0", "2", "0.0%"], "Fair 2026": ["1", "0", "100.0%"]}
    assert next(iter(table(OPERATOR, "reason").values())) == ["2"]
    assert table(OPERATOR, "competitor") == {"Kingdee": ["1", "1", "50.0%"]}


def test_seen_with_ones_own_eyes_and_taken_up_again_it_counts_once(firm, sold):
    assert table(firm.actor("bob"), "member") == {"bob": ["0", "1", "0.0%"]}
    assert table(firm.actor("bob"), "competitor") == {}
    reopen_deal(OPERATOR, Deal.objects.unscoped("test").get(pk=sold.pk))
    assert table(firm.actor("bob"), "member") == {}
    win_deal(OPERATOR, Deal.objects.unscoped("test").get(pk=sold.pk), on=DAY)
    assert table(firm.actor("bob"), "member") == {"bob": ["1", "0", "100.0%"]}


@pytest.mark.parametrize("by", ["member", "product", "source", "reason", "competitor"])
def test_every_number_opens_its_rows_and_says_itself_again(firm, sold, by):
    client = firm.client("director")
    page = client.get(f"/win-loss/?by={by}&period=2026-01-01..2027-01-01")
    cells = [cell for line in page.context["lines"] for cell in line["cells"]]
    opened = [cell for cell in cells if cell["href"]]
    assert opened
    assert all(cell["href"] or cell["text"] in ("0", "–", "¥0.00", "¥0") for cell in cells), cells
    for line in page.context["lines"]:
        for key, cell in zip(page.context["lines"][0]["values"], line["cells"], strict=True):
            if cell["href"]:
                rows = client.get(cell["href"])
                assert rows.status_code == 200, cell
                value = line["values"][key]
                count = len(rows.context["rows"])
                assert count == value or key in ("win_rate", "revenue_won", "win_rate_against")
                assert cell["href"] in page.content.decode().replace("&amp;", "&")


def test_a_colleague_whose_numbers_one_may_not_see_is_not_opened(firm, sold):
    assert firm.client("bob").get(f"/metrics/deals_won/rows/?member={firm.members['ann'].pk}").status_code == 404
    assert firm.client("bob").get("/metrics/revenue_won/rows/?competitor=1").status_code == 404
    assert firm.client("bob").get("/metrics/deals_won/rows/?product=x").status_code == 400


def test_the_page(firm, sold):
    client = firm.client("director")
    for by in ("member", "product", "source", "reason", "competitor"):
        with CaptureQueriesContext(connection) as asked:
            page = client.get(f"/win-loss/?by={by}&period=2026-01-01..2027-01-01")
        assert page.status_code == 200
        assert len(asked) <= 13, len(asked)
    assert "Kingdee" in page.content.decode()
