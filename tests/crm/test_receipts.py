"""Money comes in, is put on instalments, goes back: the books agree to the last cent, whatever the order."""

import datetime as dt

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from factories import actor_of, make_account, operator
from hypothesis import given
from hypothesis import strategies as st

from muster.access.scope import Forbidden
from muster.crm.actions.contract import terminate_contract
from muster.crm.actions.receipt import (
    allocate_receipt,
    record_receipt,
    refund_receipt,
    take_receipt,
    void_receipt,
)
from muster.crm.models import Allocation, Contract, Instalment, Receipt
from tests.crm.money import FIRST, check_books, first, fresh, make_contract, plan, receive

pytestmark = pytest.mark.django_db
DAY = dt.date(2026, 5, 4)


def test_a_receipt_pays_the_oldest_due_instalments_first(firm):
    contract = make_contract(firm.wang)
    receipt = receive(contract, 45_000_00)
    assert plan(contract) == [(30_000_00, 30_000_00), (60_000_00, 15_000_00), (10_000_00, 0)]
    assert (receipt.allocated, receipt.advance) == (45_000_00, 0)
    assert fresh(contract).received == 45_000_00
    assert first(contract).over_on == FIRST
    check_books()


def test_what_is_more_than_the_contract_stays_an_advance_and_pays_the_next_one(firm):
    contract = make_contract(firm.wang, total=1_000_00)
    receipt = receive(contract, 1_500_00, contract=None)
    assert receipt.advance == 500_00
    later = make_contract(firm.wang, total=400_00, account=contract.account, shares=(100,))
    allocate_receipt(operator, receipt, on=DAY)
    assert plan(later) == [(400_00, 400_00)]
    assert fresh(receipt).advance == 100_00
    days = Allocation.objects.unscoped("tests").filter(contract=later).values_list("allocated_on", flat=True)
    assert list(days) == [DAY]
    check_books()


def test_an_advance_waits_until_it_is_allocated(firm):
    contract = make_contract(firm.wang)
    receipt = receive(contract, 5_000_00, advance=True)
    assert (receipt.allocated, receipt.advance, fresh(contract).received) == (0, 5_000_00, 0)


def test_one_says_which_instalment_is_paid(firm):
    contract = make_contract(firm.wang)
    last = Instalment.objects.unscoped("tests").get(contract=contract, number=3)
    receive(contract, 10_000_00, wanted={last.pk: 10_000_00})
    assert plan(contract) == [(30_000_00, 0), (60_000_00, 0), (10_000_00, 10_000_00)]


def test_no_more_than_the_receipt_and_no_more_than_is_open(firm):
    contract = make_contract(firm.wang)
    one = first(contract)
    with pytest.raises(ValidationError, match=r"Only ¥100.00 of this receipt is left"):
        receive(contract, 100_00, wanted={one.pk: 100_01})
    with pytest.raises(ValidationError, match=r"has ¥30,000.00 open"):
        receive(contract, 50_000_00, wanted={one.pk: 30_000_01})
    assert not Receipt.objects.unscoped("tests").exists()
    check_books()


def test_another_customers_contract_is_not_paid(firm):
    contract, other = make_contract(firm.wang), make_contract(firm.wang)
    with pytest.raises(ValidationError, match="another customer"):
        receive(contract, 100_00, wanted={first(other).pk: 100_00})
    with pytest.raises(ValidationError, match="another customer"):
        receive(contract, 100_00, account=other.account)


def test_the_same_line_of_the_bank_is_taken_once(firm):
    contract = make_contract(firm.wang)
    receipt = receive(contract, 100_00, reference="CMB-1")
    with pytest.raises(ValidationError, match=f"was taken as {receipt.number} already"):
        receive(contract, 100_00, reference="CMB-1")
    taken = {"account": contract.account, "amount": 700_00, "received_on": FIRST}
    row, new = take_receipt(operator, source="bank", reference="CMB-1", **taken)
    again, newer = take_receipt(operator, source="bank", reference="CMB-1", **taken)
    assert (new, newer, again.pk) == (True, False, row.pk)
    with pytest.raises(IntegrityError), transaction.atomic():
        Receipt.objects.unscoped("tests").filter(pk=row.pk).update(source="manual")


def test_a_full_refund_nets_to_nothing_everywhere(firm):
    contract = make_contract(firm.wang)
    receipt = receive(contract, 45_000_00)
    back = refund_receipt(operator, receipt, amount=45_000_00, on=DAY, note="Cancelled")
    assert plan(contract) == [(30_000_00, 0), (60_000_00, 0), (10_000_00, 0)]
    assert fresh(contract).received == 0
    assert (fresh(receipt).allocated, fresh(receipt).advance) == (0, 0)
    assert (back.amount, back.refund_of_id) == (-45_000_00, receipt.pk)
    lines = Allocation.objects.unscoped("tests")
    assert sum(one.amount for one in lines) == 0
    assert {one.member_id for one in lines} == {firm.wang.pk}
    check_books()


def test_a_part_goes_back_from_the_advance_first_then_pro_rata(firm):
    contract = make_contract(firm.wang, total=300_00, shares=(50, 50))
    receipt = receive(contract, 310_00)
    refund_receipt(operator, receipt, amount=40_01, on=DAY)
    assert plan(contract) == [(150_00, 134_99), (150_00, 135_00)]
    assert fresh(receipt).advance == 0
    check_books()


def test_one_says_from_which_instalment_it_goes_back(firm):
    contract = make_contract(firm.wang, total=300_00, shares=(50, 50))
    receipt = receive(contract, 300_00)
    second = Instalment.objects.unscoped("tests").get(contract=contract, number=2)
    refund_receipt(operator, receipt, amount=20_00, on=DAY, wanted={second.pk: 20_00})
    assert plan(contract) == [(150_00, 150_00), (150_00, 130_00)]
    with pytest.raises(ValidationError, match="More would be taken back"):
        refund_receipt(operator, fresh(receipt), amount=140_00, on=DAY, wanted={second.pk: 140_00})
    with pytest.raises(ValidationError, match="these do not fit"):
        refund_receipt(operator, fresh(receipt), amount=140_00, on=DAY, wanted={second.pk: 100_00})
    check_books()


def test_more_than_came_in_never_goes_back(firm):
    receipt = receive(make_contract(firm.wang), 100_00)
    refund_receipt(operator, receipt, amount=60_00, on=DAY)
    with pytest.raises(ValidationError, match=r"Between nothing and ¥40.00"):
        refund_receipt(operator, fresh(receipt), amount=40_01, on=DAY)


def test_a_voided_receipt_counts_nowhere_and_stays_with_its_reason(firm):
    contract = make_contract(firm.wang)
    receipt = receive(contract, 45_000_00, reference="A1")
    with pytest.raises(ValidationError, match="Say why"):
        void_receipt(operator, receipt, reason=" ")
    void_receipt(operator, receipt, reason="Typed twice")
    assert fresh(contract).received == 0
    assert first(contract).over_on is None
    assert fresh(receipt).void_reason == "Typed twice"
    assert receive(contract, 45_000_00, reference="A1").pk != receipt.pk
    check_books()


def test_a_voided_refund_is_paid_again_unless_others_paid_since(firm):
    contract = make_contract(firm.wang, total=100_00, shares=(100,))
    receipt = receive(contract, 100_00)
    back = refund_receipt(operator, receipt, amount=30_00, on=DAY)
    with pytest.raises(ValidationError, match="void the refund first"):
        void_receipt(operator, fresh(receipt), reason="Wrong")
    void_receipt(operator, back, reason="Never went out")
    assert plan(contract) == [(100_00, 100_00)]
    check_books()
    again = refund_receipt(operator, fresh(receipt), amount=30_00, on=DAY)
    receive(contract, 30_00, on=DAY)
    with pytest.raises(ValidationError, match="paid otherwise since"):
        void_receipt(operator, again, reason="Never went out")
    check_books()


def test_it_counts_for_whom_the_contract_belonged_to_and_a_refund_for_the_same_one(firm):
    contract = make_contract(firm.wang)
    receipt = receive(contract, 100_00)
    Contract.objects.unscoped("tests").filter(pk=contract.pk).update(owner=firm.li)
    refund_receipt(operator, receipt, amount=100_00, on=DAY)
    receive(contract, 50_00, on=DAY)
    lines = Allocation.objects.unscoped("tests").order_by("pk").values_list("member", "amount")
    assert list(lines) == [(firm.wang.pk, 100_00), (firm.wang.pk, -100_00), (firm.li.pk, 50_00)]


def test_a_terminated_contract_is_paid_no_more_and_owes_nothing(firm):
    contract = make_contract(firm.wang)
    receipt = receive(contract, 45_000_00)
    terminate_contract(operator, contract, reason="Project stopped")
    assert fresh(contract).outstanding == 0
    with pytest.raises(ValidationError, match="terminated"):
        receive(contract, 1_00, wanted={first(contract).pk: 1_00})
    refund_receipt(operator, receipt, amount=5_000_00, on=DAY)
    check_books()


def test_only_who_keeps_the_books_records_money(firm):
    contract = make_contract(firm.wang)
    with pytest.raises(Forbidden):
        record_receipt(actor_of(firm.wang), account=contract.account, amount=1, received_on=FIRST)
    row = record_receipt(actor_of(firm.ops), account=contract.account, amount=1_00, received_on=FIRST)
    assert row.collector == firm.wang
    for who, sees in ((firm.wang, True), (firm.boss, True), (firm.li, False), (firm.other, False)):
        assert Receipt.objects.visible_to(actor_of(who)).filter(pk=row.pk).exists() is sees


def test_an_advance_is_seen_by_whose_customer_it_is_and_then_by_whose_contract_it_pays(firm):
    account = make_account(firm.wang)
    row = record_receipt(operator, account=account, amount=100_00, received_on=FIRST, collector=firm.other)
    assert Receipt.objects.visible_to(actor_of(firm.wang)).filter(pk=row.pk).exists()
    contract = make_contract(firm.li, account=account)
    allocate_receipt(operator, row)
    assert fresh(contract).received == 100_00
    assert not Receipt.objects.visible_to(actor_of(firm.wang)).filter(pk=row.pk).exists()
    assert Receipt.objects.visible_to(actor_of(firm.li)).filter(pk=row.pk).exists()


STEPS = st.lists(
    st.tuples(st.sampled_from(["in", "ahead", "spend", "back", "void"]), st.integers(1, 500_00), st.integers(0, 9)),
    min_size=1,
    max_size=12,
)


@given(steps=STEPS)
def test_whatever_happens_the_books_agree(firm, steps):
    with transaction.atomic():
        contract = make_contract(firm.wang, total=1_000_00, shares=(30, 60, 10))
        for what, amount, which in steps:
            try:
                with transaction.atomic():
                    _do(contract, what, amount, which)
            except ValidationError:
                pass
            check_books()
        _undo_all(contract)
        assert fresh(contract).received == 0
        transaction.set_rollback(True)


def _do(contract, what, amount, which):
    rows = list(Receipt.objects.unscoped("tests").order_by("pk"))
    if what in ("in", "ahead"):
        receive(contract, amount, advance=what == "ahead")
    elif rows:
        row = rows[which % len(rows)]
        if what == "spend":
            allocate_receipt(operator, row)
        elif what == "back":
            refund_receipt(operator, row, amount=amount, on=DAY)
        else:
            void_receipt(operator, row, reason="Wrong")


def _undo_all(contract):
    """Everything that is left goes back: nothing remains anywhere."""
    for row in Receipt.objects.unscoped("tests").filter(amount__gt=0, voided_on=None):
        if left := row.amount - row.refunded:
            refund_receipt(operator, row, amount=left, on=DAY)
    check_books()
    assert sum(one.amount for one in Receipt.objects.unscoped("tests").filter(voided_on=None)) == 0


@given(amounts=st.lists(st.integers(1, 400_00), min_size=1, max_size=5), order=st.randoms())
def test_the_order_of_receipts_does_not_matter(firm, amounts, order):
    shuffled = list(amounts)
    order.shuffle(shuffled)
    found = []
    for row in (amounts, shuffled):
        with transaction.atomic():
            contract = make_contract(firm.wang, total=1_000_00)
            receipts = [receive(contract, one) for one in row]
            paid = plan(contract)
            for one in receipts[::2]:
                refund_receipt(operator, fresh(one), amount=one.amount, on=DAY)
            found.append((paid, sum(one.advance for one in map(fresh, receipts[1::2])) >= 0))
            transaction.set_rollback(True)
    assert found[0] == found[1]
