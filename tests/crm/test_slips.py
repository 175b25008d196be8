"""How often a closing date was put off; a deal taken up again counts once."""

import datetime as dt

import pytest
from factories import actor_of, make_deal, make_pipeline

from muster.core.periods import parse
from muster.crm.actions.deal import deals, lose_deal, reopen_deal, win_deal
from muster.crm.models import Deal, DealSlip, LossReason
from muster.metrics.compute import compute

JULY, AUGUST = dt.date(2026, 7, 1), dt.date(2026, 8, 1)


@pytest.fixture(autouse=True)
def pipeline(firm):
    return make_pipeline()


def fresh(deal: Deal) -> Deal:
    return Deal.objects.unscoped("test").get(pk=deal.pk)


def test_each_later_date_counts_and_an_earlier_one_takes_nothing_back(firm):
    deal, actor = make_deal(firm.wang, expected_on=JULY), actor_of(firm.wang)
    for day in (AUGUST, AUGUST, JULY, dt.date(2026, 7, 11)):
        deals.edit(actor, fresh(deal), expected_on=day)
    assert (fresh(deal).slips, fresh(deal).slipped_days) == (2, 31 + 10)
    rows = DealSlip.objects.unscoped("test").order_by("pk")
    assert [(one.from_on, one.to_on, one.days, one.member) for one in rows] == [
        (JULY, AUGUST, 31, firm.wang),
        (JULY, dt.date(2026, 7, 11), 10, firm.wang),
    ]


@pytest.mark.parametrize("fields", [{"expected_on": None}, {"name": "Other"}])
def test_a_date_taken_away_or_another_change_is_no_push(firm, fields):
    deal = make_deal(firm.wang, expected_on=JULY)
    deals.edit(actor_of(firm.wang), deal, **fields)
    assert fresh(deal).slips == 0


def test_a_first_date_is_no_push_nor_is_one_of_a_closed_deal(firm):
    first, won = make_deal(firm.wang), make_deal(firm.wang, won=dt.date(2026, 6, 1), expected_on=JULY)
    deals.edit(actor_of(firm.wang), first, expected_on=JULY)
    deals.edit(actor_of(firm.wang), won, expected_on=AUGUST)
    assert (fresh(first).slips, fresh(won).slips) == (0, 0)


def test_the_list_finds_those_pushed_so_often_and_the_page_says_how(firm, login):
    deal = make_deal(firm.wang, name="Slow", expected_on=JULY)
    make_deal(firm.wang, name="Punctual", expected_on=JULY)
    for day in (AUGUST, dt.date(2026, 9, 1)):
        deals.edit(actor_of(firm.boss), fresh(deal), expected_on=day)
    client = login(firm.wang)
    page = client.get("/deals/?pushed=2").content.decode()
    assert "Slow" in page
    assert "Punctual" not in page
    assert "Slow" not in client.get("/deals/?pushed=3").content.decode()
    page = client.get(f"/deals/{deal.pk}/").content.decode()
    assert all(text in page for text in ("Pushed 2 times", "+31 days", "Chen Boss"))


def test_a_deal_won_taken_up_again_and_lost_counts_once(firm):
    deal, actor = make_deal(firm.wang), actor_of(firm.wang)
    win_deal(actor, deal)
    reopen_deal(actor, fresh(deal))
    lose_deal(actor, fresh(deal), reason=LossReason.objects.unscoped("test").get(key="price"))
    reopen_deal(actor, fresh(deal))
    win_deal(actor, fresh(deal), amount=70_00)
    keys = ["deals_won", "deals_lost", "revenue_won"]
    result = compute(keys, actor, parse("2026-06-01..2026-07-01"), currency="CNY")
    assert [result.cell(key).value for key in keys] == [1, 0, 70_00]
