"""Who gets credit for a deal: parts that are the whole, overlay on top, by the split in force on the day of the win."""

import datetime as dt
from itertools import pairwise

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from factories import actor_of, make_deal, make_member, operator
from hypothesis import given
from hypothesis import strategies as st

from muster.access.models import Event
from muster.access.scope import Forbidden
from muster.core.periods import Period
from muster.crm.actions.credit import Credit, in_force, parts_of, split_after_win, split_deal
from muster.crm.actions.deal import deals, reopen_deal, transfer_deal, win_deal
from muster.crm.models import Deal, DealCredit
from muster.metrics.compute import compute, source_rows
from muster.people.actions.approval import approve_request
from muster.people.actions.handover import carry_out, plan_handover, start_handover
from muster.people.models import ApprovalRequest

TODAY = dt.date(2026, 6, 15)
JUNE = Period(dt.date(2026, 6, 1), dt.date(2026, 7, 1))


def fresh(deal: Deal) -> Deal:
    return Deal.objects.unscoped("test").get(pk=deal.pk)


def counted(deal: Deal) -> dict[tuple[str, str], int]:
    rows = DealCredit.objects.unscoped("test").filter(deal=deal, archived_at=None).exclude(credited_on=None)
    return {(one.member.name, one.kind): one.amount for one in rows}


def halves(firm) -> list[Credit]:
    return [Credit(firm.wang, 6000), Credit(firm.li, 4000)]


def refused(run) -> str:
    with pytest.raises(ValidationError) as caught:
        run()
    return " ".join(caught.value.messages)


def credited(actor, **of) -> dict[int, int]:
    found = compute(["revenue_credited"], actor, JUNE, by="member", **of)
    return {pk: found.cell("revenue_credited", pk).value for pk in found.groups("revenue_credited")}


def test_revenue_comes_to_exactly_one_hundred_per_cent(firm):
    deal = make_deal(firm.wang)
    assert refused(lambda: split_deal(actor_of(firm.wang), deal, shares=[Credit(firm.wang, 9999)])) == (
        "Revenue comes to 99.99 %: 0.01 % are missing to 100 %."
    )
    more = [*halves(firm), Credit(firm.boss, 1)]
    assert "take off 0.01 %" in refused(lambda: split_deal(actor_of(firm.wang), deal, shares=more))
    assert not DealCredit.objects.unscoped("test").filter(deal=deal).exists()


def test_overlay_is_free_and_the_split_is_one_event(firm):
    deal = make_deal(firm.wang)
    split_deal(actor_of(firm.wang), deal, shares=[*halves(firm), Credit(firm.boss, 15_000, "overlay")])
    event = Event.objects.unscoped("test").get(action="crm.deal.split")
    assert event.changes == {"split_note": ["", "Wang 60 %, Li 40 %, Chen Boss 150 % +"]}


def test_nobody_twice_nobody_who_left(firm):
    deal = make_deal(firm.wang)
    twice = [Credit(firm.li, 5000), Credit(firm.li, 5000)]
    assert "Each member has one credit" in refused(lambda: split_deal(operator, deal, shares=twice))
    gone = make_member("Gone", status="left")
    assert "Gone has left" in refused(lambda: split_deal(operator, deal, shares=[Credit(gone, 10_000)]))


def test_the_win_counts_by_the_split_of_its_day(firm):
    deal = make_deal(firm.wang, amount=100_01)
    split_deal(operator, deal, shares=halves(firm), on=dt.date(2026, 6, 1))
    split_deal(operator, deal, shares=[Credit(firm.li, 10_000)], on=dt.date(2026, 6, 10))
    win_deal(operator, deal, on=dt.date(2026, 6, 9))
    assert counted(deal) == {("Wang", "revenue"): 60_01, ("Li", "revenue"): 40_00}
    assert fresh(deal).split_note == "Wang 60 %, Li 40 %"


def test_a_deal_without_a_split_is_its_owners_and_one_with_overlay_only_too(firm):
    plain, helped = make_deal(firm.wang, amount=100), make_deal(firm.wang, amount=200)
    split_deal(operator, helped, shares=[Credit(firm.li, 5000, "overlay")])
    for one in (plain, helped):
        win_deal(operator, one)
    assert credited(operator) == {firm.wang.pk: 300}
    overlay = compute(["overlay_credited"], operator, JUNE, by="member")
    assert overlay.cell("overlay_credited", firm.li.pk).value == 100


def test_a_member_sees_the_deal_he_has_credit_for_and_his_own_part_counts(firm):
    deal = make_deal(firm.other, amount=100_00)
    split_deal(operator, deal, shares=[Credit(firm.other, 7000), Credit(firm.wang, 3000)])
    win_deal(operator, deal)
    eyes = actor_of(firm.wang)
    assert Deal.objects.visible_to(eyes).get() == deal
    assert not Deal.objects.counted_for(eyes).exists()
    assert credited(eyes) == {firm.wang.pk: 30_00}
    assert list(source_rows("revenue_credited", eyes, JUNE)) == [deal]
    assert credited(actor_of(firm.boss)) == {firm.wang.pk: 30_00}
    assert credited(actor_of(firm.li)) == {}
    with pytest.raises(Forbidden):
        split_deal(eyes, deal, shares=[])


def test_by_unit_a_part_counts_where_the_member_stood_on_the_day_of_the_win(db):
    from factories import make_unit

    north, south = make_unit("North"), make_unit("South")
    ann, bob = make_member("Ann", unit=north), make_member("Bob", unit=south)
    deal = make_deal(ann, amount=100_00)
    split_deal(operator, deal, shares=[Credit(ann, 2500), Credit(bob, 7500)])
    win_deal(operator, deal)
    found = compute(["revenue_credited"], operator, JUNE, by="unit")
    assert found.cell("revenue_credited", north.pk).value == 25_00
    assert found.cell("revenue_credited", south.pk).value == 75_00


def test_a_changed_amount_is_parted_anew_and_a_reopened_deal_counts_for_nobody(firm):
    deal = make_deal(firm.wang, amount=100_00)
    split_deal(operator, deal, shares=halves(firm))
    win_deal(operator, deal)
    deals.edit(operator, fresh(deal), amount=50_01)
    assert counted(deal) == {("Wang", "revenue"): 30_01, ("Li", "revenue"): 20_00}
    reopen_deal(operator, fresh(deal))
    assert counted(deal) == {}
    assert credited(operator) == {}


def test_after_the_win_it_is_asked_for_and_counts_once_approved(firm):
    deal = make_deal(firm.wang, amount=100_00)
    split_deal(operator, deal, shares=halves(firm))
    win_deal(operator, deal, on=dt.date(2026, 6, 10))
    assert "closed" in refused(lambda: split_deal(operator, fresh(deal), shares=[]))
    with pytest.raises(Forbidden):
        split_after_win(actor_of(firm.li), deal, shares=[], reason="Mine")
    wang, boss = actor_of(firm.wang), actor_of(firm.boss)
    assert "Say why" in refused(lambda: split_after_win(wang, fresh(deal), shares=[], reason=" "))
    split_after_win(wang, fresh(deal), shares=[Credit(firm.li, 10_000)], reason="Agreed in May")
    assert counted(deal) == {("Wang", "revenue"): 60_00, ("Li", "revenue"): 40_00}
    asked = ApprovalRequest.objects.visible_to(boss).get()
    assert (asked.title, asked.said) == (deal.name, "Wang 60 %, Li 40 % → Li 100 %")
    approve_request(boss, asked)
    assert counted(deal) == {("Li", "revenue"): 100_00}
    rows = DealCredit.objects.unscoped("test").filter(deal=deal)
    assert rows.filter(archived_at__isnull=False, credited_on=None).count() == 2
    assert rows.get(archived_at=None).credited_on == dt.date(2026, 6, 10)
    assert credited(operator) == {firm.li.pk: 100_00}
    event = Event.objects.unscoped("test").get(action="crm.deal.split_corrected")
    assert event.changes["split_note"] == ["Wang 60 %, Li 40 %", "Li 100 %"]


def test_transfer_and_handover_leave_the_split_alone(firm):
    won, still = make_deal(firm.wang, amount=100_00), make_deal(firm.wang, amount=100_00)
    for one in (won, still):
        split_deal(operator, one, shares=halves(firm))
    win_deal(operator, won)
    row = plan_handover(operator, member=firm.wang, receivers=[firm.li])
    start_handover(operator, row)
    carry_out(row, operator)
    assert (fresh(won).owner, fresh(still).owner) == (firm.wang, firm.li)
    assert counted(won) == {("Wang", "revenue"): 60_00, ("Li", "revenue"): 40_00}
    transfer_deal(operator, fresh(still), owner=firm.boss)
    assert {one.member.name for one in in_force(still, TODAY)} == {"Wang", "Li"}


@given(
    amount=st.integers(0, 10**13),
    cuts=st.lists(st.integers(1, 9_999), max_size=8, unique=True),
)
def test_the_parts_are_the_whole_to_the_cent(amount, cuts):
    edges = [0, *sorted(cuts), 10_000]
    points = [end - start for start, end in pairwise(edges)]
    shares = [DealCredit(points=one, kind="revenue") for one in points]
    parts = parts_of(amount, shares)
    assert sum(parts) == amount
    assert all(abs(part - amount * one / 10_000) <= 1 for part, one in zip(parts, points, strict=True))


def test_page_panel_and_form(firm, login):
    deal = make_deal(firm.wang, amount=100_00)
    client = login(firm.wang)
    page = f"/deals/{deal.pk}/split/"
    assert "Wang" in client.get(page).content.decode()
    data = {
        "shares_member": [firm.wang.pk, firm.li.pk, ""],
        "shares_share": ["66.67", "33.33 %", ""],
        "shares_kind": ["revenue", "revenue", "revenue"],
    }
    wrong = client.post(page, {**data, "shares_share": ["66.667", "33.33", ""]})
    assert "Line 1: write a share in per cent" in wrong.content.decode()
    assert client.post(page, data).status_code == 302
    with CaptureQueriesContext(
        connection,
    ) as asked:
        shown = client.get(f"/deals/{deal.pk}/credits/").content.decode()
    assert len(asked) <= 12
    assert "66.67 %" in shown
    assert "33.33 %" in shown
    assert login(firm.other).get(f"/deals/{deal.pk}/credits/").status_code == 404


def test_api(firm, login):
    deal = make_deal(firm.wang, amount=100_00)
    client = login(firm.wang)
    shares = [{"member": firm.wang.pk, "share": 6000}, {"member": firm.li.pk, "share": 4000, "kind": "revenue"}]
    sent = client.post(f"/api/v1/deals/{deal.pk}/split", {"shares": shares}, content_type="application/json")
    assert sent.status_code == 200, sent.content
    assert sent.json()["split_note"] == "Wang 60 %, Li 40 %"
    rows = client.get(f"/api/v1/deal-credits?deal={deal.pk}").json()["items"]
    assert {(one["member"]["name"], one["points"]) for one in rows} == {("Wang", 6000), ("Li", 4000)}
    none = client.post(f"/api/v1/deals/{deal.pk}/split", {"shares": [{"member": 0}]}, content_type="application/json")
    assert none.status_code == 422
