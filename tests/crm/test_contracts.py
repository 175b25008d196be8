"""From a won deal to a signed contract with a payment plan: numbers without gaps, parts that are the whole."""

import datetime as dt
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.db import transaction
from factories import actor_of, make_account, make_deal, make_product, operator
from hypothesis import given
from hypothesis import strategies as st

from muster.access.scope import Forbidden
from muster.crm.actions.contract import (
    contract_lines,
    contract_of_deal,
    contracts,
    end_contract,
    sign_contract,
    terminate_contract,
    transfer_contract,
)
from muster.crm.actions.plan import Part, amounts, equal_shares, from_template, set_plan, stepped
from muster.crm.actions.quote import accept_quote, quote_lines, quotes, revise_quote, send_quote
from muster.crm.actions.series import series
from muster.crm.models import Contract, ContractLine, Instalment, NumberSeries, PlanChange
from tests.crm.money import FIRST, SIGNED, check_books, fresh, make_contract, percent, plan, receive

pytestmark = pytest.mark.django_db
DAY = dt.date(2026, 5, 4)


def test_a_won_deal_becomes_a_contract_in_one_step(firm):
    deal = make_deal(
        firm.wang, amount=12_345_67, won=DAY, account=make_account(firm.wang), product=make_product("Press")
    )
    contract = contract_of_deal(actor_of(firm.wang), deal, plan=percent(30, 60, 10))
    assert (contract.number, contract.owner, contract.status) == ("HT-2026-0001", firm.wang, "draft")
    assert (contract.amount, contract.total, contract.tax) == (12_345_67, 12_345_67, 1_420_30)
    line = ContractLine.objects.unscoped("tests").get(contract=contract)
    assert (line.name, line.amount, line.tax) == ("Press", 12_345_67, 1_420_30)
    assert plan(contract) == [(3_703_70, 0), (7_407_40, 0), (1_234_57, 0)]


def test_only_a_won_deal_with_a_customer_becomes_a_contract(firm):
    with pytest.raises(ValidationError, match="Win the deal first"):
        contract_of_deal(operator, make_deal(firm.wang))
    with pytest.raises(ValidationError, match="names no customer"):
        contract_of_deal(operator, make_deal(firm.wang, won=DAY))


def test_numbers_have_no_gaps_also_where_a_contract_was_refused(firm):
    account = make_account(firm.wang)
    numbers = [contracts.create(operator, name="A", account=account, owner=firm.wang).number]
    with pytest.raises(ValidationError), transaction.atomic():
        contracts.create(operator, name="", account=account, owner=firm.wang)
    contracts.create(operator, name="Old", account=account, owner=firm.wang, number="HT-2026-0002")
    numbers += [contracts.create(operator, name="B", account=account, owner=firm.wang).number for _at in range(2)]
    assert numbers == ["HT-2026-0001", "HT-2026-0003", "HT-2026-0004"]


def test_a_firm_writes_its_numbers_as_it_likes(firm):
    make_contract(firm.wang)
    row = NumberSeries.objects.unscoped("tests").get(kind="contract")
    series.edit(actor_of(firm.ops), row, pattern="合同{number}号", digits=6)
    assert make_contract(firm.wang).number == "合同000001号"
    with pytest.raises(ValidationError, match=r"Write \{number\} once"):
        series.edit(actor_of(firm.ops), fresh(row), pattern="HT-{month}")


@given(
    rows=st.lists(
        st.tuples(
            st.decimals("0.001", 9999, places=3),
            st.integers(0, 10**9),
            st.decimals(0, 100, places=2),
            st.sampled_from([None, Decimal(6), Decimal(9)]),
        ),
        min_size=1,
        max_size=6,
    ),
    included=st.booleans(),
)
def test_lines_and_their_taxes_are_the_contract_to_the_last_cent(firm, rows, included):
    with transaction.atomic():
        fields = {"name": "A", "account": make_account(firm.wang), "owner": firm.wang, "tax_included": included}
        contract = contracts.create(operator, **fields)
        for quantity, price, discount, rate in rows:
            said = {"name": "Line", "quantity": quantity, "unit_price": price, "discount": discount, "tax_rate": rate}
            contract_lines.create(operator, contract=contract, **said)
        contract, lines = fresh(contract), list(ContractLine.objects.unscoped("tests").filter(contract=contract))
        assert sum(one.amount for one in lines) == contract.amount
        assert sum(one.tax for one in lines) == contract.tax
        assert contract.total == contract.amount + (0 if included else contract.tax)
        exact = sum(q * p * (100 - d) / 100 for q, p, d, _rate in rows)
        assert abs(contract.amount - exact) <= Decimal("0.5")
        transaction.set_rollback(True)


def test_tax_is_in_the_price_or_on_top_of_it(firm):
    inside = make_contract(firm.wang, total=113_00)
    on_top = make_contract(firm.wang, total=100_00, tax_included=False, tax_rate=Decimal(6))
    assert (inside.total, inside.tax, inside.net) == (113_00, 13_00, 100_00)
    assert (on_top.total, on_top.tax, on_top.net) == (106_00, 6_00, 100_00)
    assert sum(amount for amount, _received in plan(on_top)) == 106_00


def test_what_was_signed_no_longer_changes(firm):
    contract = make_contract(firm.wang)
    with pytest.raises(ValidationError, match="what was agreed changes by an amendment"):
        contracts.edit(operator, contract, amount=1)
    with pytest.raises(ValidationError, match="keeps its number"):
        contracts.edit(operator, contract, number="X")
    with pytest.raises(ValidationError, match="no draft any more"):
        contract_lines.create(operator, contract=contract, name="More", unit_price=1)
    with pytest.raises(ValidationError, match="end or terminate it"):
        contracts.archive(operator, contract)
    contracts.edit(operator, contract, notes="Filed in room 2")


def test_a_contract_that_is_signed_without_a_plan_is_paid_a_month_later(firm):
    contract = make_contract(firm.wang, shares=())
    row = Instalment.objects.unscoped("tests").get(contract=contract)
    assert (row.amount, row.due_on, row.late_on) == (contract.total, dt.date(2026, 4, 1), dt.date(2026, 4, 2))


def test_who_signed_stays_when_the_contract_changes_hands(firm):
    contract = make_contract(firm.wang)
    transfer_contract(actor_of(firm.boss), contract, owner=firm.li)
    contract = fresh(contract)
    assert (contract.owner, contract.signer, contract.signed_on) == (firm.li, firm.wang, SIGNED)
    assert not Contract.objects.visible_to(actor_of(firm.wang)).exists()
    with pytest.raises(Forbidden):
        transfer_contract(actor_of(firm.li), contract, owner=firm.wang)


def test_a_contract_ends_or_is_called_off_with_a_reason(firm):
    ended, off = make_contract(firm.wang), make_contract(firm.wang)
    end_contract(operator, ended, on=DAY)
    terminate_contract(operator, off, reason="Budget cut", on=DAY)
    assert (fresh(ended).outstanding, fresh(off).outstanding) == (100_000_00, 0)
    with pytest.raises(ValidationError, match="Only a signed contract"):
        end_contract(operator, fresh(off))
    with pytest.raises(ValidationError, match="between the signing and today"):
        end_contract(operator, make_contract(firm.wang), on=SIGNED - dt.timedelta(days=1))


# -- plans -------------------------------------------------------------------------------------------------------------


def test_plans_by_template():
    monthly = from_template(equal_shares(12), dt.date(2026, 1, 31), 1)
    assert [one.due_on.isoformat() for one in monthly[:4]] == ["2026-01-31", "2026-02-28", "2026-03-31", "2026-04-30"]
    assert sum(amounts(monthly, 100_00, "CNY")) == 100_00
    assert stepped(dt.date(2028, 1, 30), 1) == dt.date(2028, 2, 29)


@given(st.integers(120, 10**12), st.integers(1, 120))
def test_instalments_are_the_contract_to_the_last_cent(total, count):
    parts = amounts(from_template(equal_shares(count), FIRST, 1), total, "CNY")
    assert sum(parts) == total
    assert max(parts) - min(parts) <= 1 + total // 10**5


@pytest.mark.parametrize(
    ("parts", "sentence"),
    [
        ([], "at least one payment"),
        (percent(30, 60), "add up to 90 %, not to 100 %"),
        ([Part(FIRST, amount=60_00), Part(FIRST, amount=50_00)], "add up to ¥110.00, the contract is ¥100.00"),
        ([Part(FIRST, amount=60_00), Part(FIRST, percent=Decimal(40))], "all payments in per cent or all in amounts"),
        ([Part(FIRST), Part(FIRST)], "Only one payment can take the rest"),
    ],
)
def test_a_plan_that_is_not_the_whole_is_refused(parts, sentence):
    with pytest.raises(ValidationError, match=sentence):
        amounts(parts, 100_00, "CNY")


def test_one_payment_takes_the_rest():
    assert amounts([Part(FIRST, amount=30_01), Part(FIRST)], 100_00, "CNY") == [30_01, 69_99]
    assert amounts([Part(FIRST, percent=Decimal(30)), Part(FIRST)], 100_01, "CNY") == [30_00, 70_01]


def test_a_plan_changes_with_a_reason_once_money_came_and_what_it_was_is_kept(firm):
    contract = make_contract(firm.wang)
    receive(contract, 40_000_00)
    with pytest.raises(ValidationError, match="say why it changes"):
        set_plan(operator, contract, plan=percent(50, 50))
    with pytest.raises(ValidationError, match=r"Payment 2 has received ¥10,000.00: it cannot be smaller"):
        set_plan(operator, contract, plan=percent(95, 5), reason="New dates")
    with pytest.raises(ValidationError, match="Money was booked on payment 2"):
        set_plan(operator, contract, plan=percent(100), reason="New dates")
    set_plan(operator, contract, plan=percent(30, 20, 25, 25), reason="Delivery is late")
    assert plan(contract) == [(30_000_00, 30_000_00), (20_000_00, 10_000_00), (25_000_00, 0), (25_000_00, 0)]
    kept = PlanChange.objects.unscoped("tests").get(contract=contract)
    assert (kept.reason, [one["amount"] for one in kept.before]) == (
        "Delivery is late",
        [30_000_00, 60_000_00, 10_000_00],
    )
    check_books()


def test_the_plan_of_a_draft_follows_its_amount(firm):
    contract = make_contract(firm.wang, signed=None)
    contracts.edit(operator, contract, amount=200_01)
    assert [amount for amount, _received in plan(contract)] == [60_00, 120_01, 20_00]


# -- quotes ------------------------------------------------------------------------------------------------------------


def test_a_quote_is_sent_revised_and_accepted_into_a_contract(firm):
    account, product = make_account(firm.wang), make_product("Press", list_price=1_000_00)
    actor = actor_of(firm.wang)
    quote = quotes.create(actor, name="Two presses", account=account)
    quote_lines.create(actor, quote=quote, product=product, quantity=Decimal(2), discount=Decimal(5))
    quote = fresh(quote)
    assert (quote.number, quote.revision, quote.total) == ("BJ-2026-0001", 1, 1_900_00)
    assert quote.valid_until == dt.date(2026, 7, 15)
    with pytest.raises(ValidationError, match="Only a quote that was sent"):
        accept_quote(actor, quote)
    send_quote(actor, quote)
    with pytest.raises(ValidationError, match="make a new revision"):
        quotes.edit(actor, fresh(quote), name="Three")
    second = revise_quote(actor, fresh(quote))
    assert (second.number, second.revision, second.total) == ("BJ-2026-0001", 2, 1_900_00)
    assert fresh(quote).status == "replaced"
    send_quote(actor, second)
    contract = accept_quote(actor, fresh(second))
    assert (contract.total, contract.quote_id, fresh(second).status) == (1_900_00, second.pk, "accepted")
    lines = ContractLine.objects.unscoped("tests").filter(contract=contract)
    assert [(one.name, one.amount) for one in lines] == [("Press", 1_900_00)]
    sign_contract(actor, contract)
