"""A signed contract is amended: dated, numbered, with a reason; what came in stays, and the parts are the new whole."""

import datetime as dt

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from factories import actor_of, make_product, operator
from hypothesis import given
from hypothesis import strategies as st

from muster.access.action import Refused
from muster.access.scope import Forbidden, NotVisible
from muster.crm.actions.amendment import amend_contract, parted
from muster.crm.actions.contract import contract_lines, contracts, end_contract, sign_contract
from muster.crm.actions.invoice import issue_invoice
from muster.crm.actions.plan import Part
from muster.crm.models import Contract, ContractAmendment, PlanChange
from tests.crm.money import FIRST, SIGNED, check_books, fresh, make_contract, plan, receive

pytestmark = pytest.mark.django_db
DAY = dt.date(2026, 5, 4)


def amend(contract: Contract, **said) -> Contract:
    amend_contract(operator, fresh(contract), **{"reason": "More presses", "on": DAY, **said})
    return fresh(contract)


def amendments(contract: Contract) -> list[ContractAmendment]:
    return list(ContractAmendment.objects.unscoped("tests").filter(contract=contract).order_by("number"))


def test_more_is_agreed_and_what_is_open_is_parted_anew_as_it_was(firm):
    contract = make_contract(firm.wang)
    receive(contract, 40_000_00)  # the first is paid, the second has 10,000
    contract = amend(contract, amount=130_000_00)
    assert contract.total == 130_000_00
    assert contract.received == 40_000_00
    assert plan(contract) == [(30_000_00, 30_000_00), (85_000_00, 10_000_00), (15_000_00, 0)]
    [one] = amendments(contract)
    assert (one.number, one.amended_on, one.reason) == (1, DAY, "More presses")
    assert (one.total_before, one.total_after, one.plan_changed) == (100_000_00, 130_000_00, True)
    kept = PlanChange.objects.unscoped("tests").get(contract=contract)
    assert kept.reason == "Amendment 1: More presses"
    assert [part["amount"] for part in kept.before] == [30_000_00, 60_000_00, 10_000_00]
    check_books()


def test_a_plan_in_per_cent_on_which_nothing_came_in_stays_in_per_cent(firm):
    contract = amend(make_contract(firm.wang), amount=120_000_01)
    assert [amount for amount, _received in plan(contract)] == [36_000_00, 72_000_01, 12_000_00]
    check_books()


def test_less_is_agreed_down_to_what_came_in(firm):
    contract = make_contract(firm.wang)
    receive(contract, 40_000_00)
    with pytest.raises(ValidationError, match=r"¥40,000.00 have come in: the contract cannot be less"):
        amend(contract, amount=39_999_99)
    contract = amend(contract, amount=60_000_00)
    assert plan(contract) == [(30_000_00, 30_000_00), (26_666_67, 10_000_00), (3_333_33, 0)]
    check_books()


def test_where_all_is_paid_one_more_payment_takes_the_rest(firm):
    contract = make_contract(firm.wang, shares=(100,))
    receive(contract, 100_000_00)
    contract = amend(contract, amount=110_000_00)
    assert plan(contract) == [(100_000_00, 100_000_00), (10_000_00, 0)]
    check_books()


def test_payments_are_agreed_with_it(firm):
    contract = make_contract(firm.wang)
    receive(contract, 30_000_00)
    said = [Part(FIRST, amount=30_000_00), Part(dt.date(2026, 9, 1))]
    contract = amend(contract, amount=90_000_00, plan=said)
    assert plan(contract) == [(30_000_00, 30_000_00), (60_000_00, 0)]
    with pytest.raises(ValidationError, match="add up to"):
        amend(contract, plan=[Part(FIRST, amount=30_000_00)])
    check_books()


def test_only_the_end_changes_and_history_counts_on(firm):
    contract = make_contract(firm.wang, ends_on=dt.date(2026, 12, 31))
    amend(contract, ends_on=dt.date(2027, 3, 31), reason="Later")
    contract = amend(contract, ends_on=dt.date(2027, 6, 30), on=DAY + dt.timedelta(days=1), reason="Later still")
    assert contract.ends_on == dt.date(2027, 6, 30)
    first, second = amendments(contract)
    assert (first.ends_before, first.ends_after) == (dt.date(2026, 12, 31), dt.date(2027, 3, 31))
    assert (second.number, second.plan_changed, second.total_before) == (2, False, second.total_after)
    assert not PlanChange.objects.unscoped("tests").filter(contract=contract).exists()
    with pytest.raises(ValidationError, match=r"Choose a day from .*2026.* to today"):
        amend(contract, ends_on=dt.date(2028, 1, 1), on=DAY)


def test_tax_follows_and_lines_stay_as_they_were_signed(firm):
    plain = make_contract(firm.wang, total=100_00, tax_included=False, tax_rate=13)
    plain = amend(plain, amount=200_00)
    assert (plain.amount, plain.tax, plain.total) == (200_00, 26_00, 226_00)
    lined = make_contract(firm.wang, total=0, shares=(), signed=None)
    for price, rate in ((100_00, 13), (100_00, 6)):
        line = {"product": make_product(), "unit_price": price, "tax_rate": rate}
        contract_lines.create(operator, contract=fresh(lined), **line)
    sign_contract(operator, fresh(lined), on=SIGNED)
    before = fresh(lined)
    after = amend(lined, amount=400_00)
    assert (after.total, after.tax) == (400_00, 2 * before.tax)
    contracts.edit(operator, after, notes="x")
    assert fresh(lined).total == 400_00
    check_books()


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ({}, "Say what changes"),
        ({"amount": 100_000_00}, "Say what changes"),
        ({"amount": 0}, "about more than nothing"),
        ({"amount": 120_000_00, "reason": " "}, "Say why the contract is amended"),
        ({"amount": 120_000_00, "on": SIGNED - dt.timedelta(days=1)}, "Choose a day from"),
        ({"amount": 120_000_00, "on": dt.date(2100, 1, 1)}, "Choose a day from"),
        ({"ends_on": dt.date(2020, 1, 1)}, "ends before it starts"),
    ],
)
def test_what_cannot_be_agreed_is_refused_and_leaves_no_trace(firm, said, sentence):
    contract = make_contract(firm.wang, starts_on=SIGNED)
    with pytest.raises(ValidationError, match=sentence):
        amend(contract, **said)
    assert (fresh(contract).total, amendments(contract)) == (100_000_00, [])
    check_books()


def test_invoices_drafts_and_what_is_over_stand_against_it(firm):
    contract = make_contract(firm.wang)
    issue_invoice(operator, contract=contract, number="I1", amount=50_000_00, issued_on=DAY)
    with pytest.raises(ValidationError, match=r"¥50,000.00 are invoiced"):
        amend(contract, amount=40_000_00)
    end_contract(operator, fresh(contract))
    with pytest.raises(Refused, match="Only a signed contract is amended"):
        amend(contract, amount=120_000_00)
    with pytest.raises(Refused, match="Only a signed contract is amended"):
        amend(make_contract(firm.wang, signed=None), amount=120_000_00)


def test_only_who_may(firm):
    contract = make_contract(firm.wang)
    with pytest.raises((Forbidden, NotVisible)):
        amend_contract(actor_of(firm.other), contract, reason="x", amount=1)
    amend_contract(actor_of(firm.wang), contract, reason="x", amount=120_000_00)
    assert fresh(contract).total == 120_000_00


money_ = st.integers(1, 10**11)
payments_ = st.lists(st.tuples(money_, st.integers(0, 100)), min_size=1, max_size=40)


@given(payments_, money_)
def test_parts_of_the_new_whole_keep_what_was_received(payments, more):
    """Whatever was received on whichever payment, and however much is agreed above that."""
    rows = [(amount, amount * share // 100) for amount, share in payments]
    total = sum(received for _amount, received in rows) + more
    try:
        found = parted(rows, total)
    except Refused:
        assert more < len(rows)
        return
    assert sum(found) == total
    assert all(amount >= received for amount, (_before, received) in zip(found, rows, strict=False))
    assert all(amount > 0 for amount in found)
    paid = [(at, amount) for at, (amount, received) in enumerate(rows) if amount == received]
    assert all(found[at] == amount for at, amount in paid)
    assert len(found) == len(rows) + (not any(received < amount for amount, received in rows))


def test_the_page_and_the_api(firm):
    contract = make_contract(firm.wang)
    client = Client(headers={"accept-language": "en"})
    client.force_login(firm.wang.user)
    url = f"/contracts/{contract.pk}/"
    assert f"contracts/{contract.pk}/amend/" in client.get(url).content.decode()
    sent = {"on": "2026-05-04", "reason": "More", "amount": "120000", "ends_on": "", "plan": ""}
    answer = client.post(f"{url}amend/", sent)
    assert answer.status_code in (200, 302, 303), answer.content
    assert fresh(contract).total == 120_000_00
    page = client.get(f"{url}?tab=history").content.decode()
    assert "No. 1" in page
    assert "¥100,000.00 → ¥120,000.00" in page
    bad = client.post(f"{url}amend/", {**sent, "amount": "0"})
    assert bad.status_code == 422
    body = {"reason": "Again", "ends_on": "2027-01-31", "on": "2026-05-05"}
    made = client.post(f"/api/v1/contracts/{contract.pk}/amend", body, content_type="application/json")
    assert made.status_code == 200, made.content
    rows = client.get(f"/api/v1/contract-amendments?contract={contract.pk}").json()
    found = rows["items"] if isinstance(rows, dict) else rows
    assert sorted(one["number"] for one in found) == [1, 2]
