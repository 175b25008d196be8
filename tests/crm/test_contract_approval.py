"""A contract is approved before it is signed, where the firm says so; and how it looks on paper."""

import datetime as dt
from types import SimpleNamespace

import pytest
import time_machine
from django.core.exceptions import ValidationError
from factories import actor_of, make_account, make_member, operator

from muster.access.scope import Forbidden
from muster.crm.actions.amendment import amend_contract
from muster.crm.actions.contract import contract_lines, contracts, remove_line, sign_contract
from muster.crm.actions.contract_approval import ask_contract_approval, standing
from muster.crm.actions.contract_paper import paper
from muster.crm.actions.invoice import invoice_data
from muster.crm.actions.paper import letterhead, letterheads
from muster.crm.actions.plan import instalments_of, set_plan
from muster.crm.models import Contract, ContractAmendment
from muster.people.actions.approval import approval_rules, approval_steps, approve_request, reject_request
from muster.people.models import ApprovalRequest
from tests.crm.money import fresh, make_contract, percent

pytestmark = pytest.mark.django_db


@pytest.fixture
def sales():
    """A director over a manager over Wang; contracts above 100,000 go to the manager and then to the director."""
    director = make_member("Director", role="director")
    boss = make_member("Boss", role="manager", manager=director)
    wang = make_member("Wang", manager=boss)
    ops = make_member("Ops", role="salesops")
    return SimpleNamespace(director=director, boss=boss, wang=wang, ops=ops)


@pytest.fixture
def rule(sales):
    row = approval_rules.create(operator, kind="contract", name="Large ones", above=100_000)
    approval_steps.create(operator, rule=row, number=1, who="manager", level=1)
    approval_steps.create(operator, rule=row, number=2, who="manager", level=2)
    return row


def draft(sales, total=100_000_01, **more) -> Contract:
    return make_contract(sales.wang, total, signed=None, account=make_account(sales.wang, "示例有限公司"), **more)


def asked_of(contract) -> ApprovalRequest:
    return ApprovalRequest.objects.unscoped("tests").filter(object_id=contract.pk, kind="contract").latest("pk")


def refused(run) -> str:
    with pytest.raises(ValidationError) as caught:
        run()
    return " ".join(caught.value.messages)


def approved(sales, contract) -> Contract:
    ask_contract_approval(actor_of(sales.wang), contract, reason="A large one")
    for who in (sales.boss, sales.director):
        approve_request(actor_of(who), asked_of(contract))
    return fresh(contract)


def test_what_is_above_the_rule_is_signed_only_once_all_have_agreed(sales, rule):
    wang, contract = actor_of(sales.wang), draft(sales)
    assert "has to be approved" in refused(lambda: sign_contract(wang, contract))
    ask_contract_approval(wang, contract)
    approve_request(actor_of(sales.boss), asked_of(contract))
    assert "being approved" in refused(lambda: sign_contract(wang, fresh(contract)))
    assert fresh(contract).status == "draft"
    approve_request(actor_of(sales.director), asked_of(contract))
    sign_contract(wang, fresh(contract))
    assert fresh(contract).status == "signed"


def test_what_is_not_above_it_needs_nobody(sales, rule):
    contract = draft(sales, 100_000_00)
    assert standing(contract) == ""
    sign_contract(actor_of(sales.wang), contract)


def test_without_a_rule_it_is_free_until_somebody_said_no(sales):
    contract = draft(sales)
    assert standing(contract) == ""
    ask_contract_approval(actor_of(sales.wang), contract)
    reject_request(actor_of(sales.boss), asked_of(contract), note="The terms are too soft")
    assert "has to be approved" in refused(lambda: sign_contract(actor_of(sales.wang), fresh(contract)))


def test_another_amount_line_payment_or_term_is_approved_anew(sales, rule):
    wang = actor_of(sales.wang)

    def changes(contract):
        yield lambda: contracts.edit(wang, contract, terms="Pay whenever you like")
        yield lambda: contracts.edit(wang, contract, amount=200_000_00)
        yield lambda: set_plan(wang, contract, plan=percent(10, 90))

    for at in range(3):
        contract = approved(sales, draft(sales))
        list(changes(contract))[at]()
        assert asked_of(contract).status == "lapsed"
        assert "has to be approved" in refused(lambda one=contract: sign_contract(wang, fresh(one)))


def test_a_line_added_or_taken_out_is_approved_anew(sales, rule):
    wang, contract = actor_of(sales.wang), draft(sales)
    line = contract_lines.create(wang, contract=contract, name="Press", unit_price=200_000_00)
    remove_line(wang, fresh(line)) if approved(sales, fresh(contract)) else None
    assert asked_of(contract).status == "lapsed"


def test_a_note_is_changed_without_asking_anew(sales, rule):
    contract = approved(sales, draft(sales))
    contracts.edit(actor_of(sales.wang), contract, notes="Call first")
    assert standing(fresh(contract)) == "approved"


def test_the_page_and_the_api_say_where_it_stands_and_take_it_on(sales, rule, login):
    contract, rep = draft(sales), login(sales.wang)
    url = f"/contracts/{contract.pk}/"
    assert "somebody has to approve it" in rep.get(url).content.decode()
    assert rep.post(f"{url}ask_approval/", {"reason": "Please"}).status_code == 302
    assert "It is being approved" in rep.get(url).content.decode()
    assert rep.post(f"/api/v1/contracts/{contract.pk}/ask_approval", {}, "application/json").status_code == 422
    for who in (sales.boss, sales.director):
        approve_request(actor_of(who), asked_of(contract))
    assert "it can be signed" in rep.get(url).content.decode()
    assert rep.post(f"{url}sign/", {"on": "2026-03-02"}).status_code == 302


def test_rules_say_amounts_as_amounts(sales, rule, login):
    assert "&gt; 100,000" in login(sales.ops).get("/settings/approvals/").content.decode()


# --- on paper ---------------------------------------------------------------------------------------------------


@pytest.fixture
def papers(sales):
    said = {"title": "点将科技有限公司", "tax_no": "91310000X", "bank_account": "6222 0001"}
    letterheads.edit(
        actor_of(sales.ops), letterhead(), **said, terms_zh="违约金每日万分之五。", terms_en="Late: 0.05 %."
    )


def test_it_names_both_sides_lines_payments_amounts_in_figures_and_capitals(sales, papers):
    contract = draft(sales, 0, shares=(), terms="Free of charge in winter")
    contract_lines.create(operator, contract=contract, name="Press", unit_price=113_00, quantity=2)
    set_plan(operator, fresh(contract), plan=percent(30, 70))
    invoice_data.create(
        operator, account=contract.account, title="示例（上海）有限公司", tax_no="9131", bank_account="95588"
    )
    said = paper(actor_of(sales.wang), fresh(contract))
    buyer, seller = said["parties"]
    assert (buyer["name"], dict(buyer["facts"])["Tax number"]) == ("示例（上海）有限公司", "9131")
    assert (seller["name"], dict(seller["facts"])["Bank account"]) == ("点将科技有限公司", "6222 0001")
    assert said["lines"] == [["1", "Press", "2", "¥113.00", "", "13 %", "¥226.00"]]
    assert [value for _name, value in said["sums"]] == ["¥200.00", "¥26.00", "¥226.00"]
    assert said["capitals"] == "人民币贰佰贰拾陆元整"
    assert [(row[3], row[4]) for row in said["payments"]] == [("30 %", "¥67.80"), ("70 %", "¥158.20")]
    assert (said["special"], said["terms"]) == ("Free of charge in winter", "Late: 0.05 %.")


def test_who_may_not_see_invoice_details_gets_none_of_them_on_paper(sales, papers):
    contract = draft(sales)
    invoice_data.create(operator, account=contract.account, title="Secret title", bank_account="95588")
    said = paper(actor_of(make_member("Stranger", role="hr")), contract)
    assert said["parties"][0] == {"role": "Party A (buyer)", "name": "示例有限公司", "facts": []}


def test_a_draft_says_so_until_it_is_approved_or_signed(sales, rule):
    wang, contract = actor_of(sales.wang), draft(sales)
    assert paper(wang, contract)["watermark"] == "DRAFT"
    contract = approved(sales, contract)
    assert paper(wang, contract)["watermark"] == ""
    contracts.edit(wang, contract, terms="Others")
    assert paper(wang, fresh(contract))["watermark"] == "DRAFT"


def test_a_signed_one_keeps_our_name_and_the_terms_of_its_day(sales, papers):
    contract = draft(sales)
    sign_contract(operator, contract)
    letterheads.edit(actor_of(sales.ops), letterhead(), title="Another", terms_en="Softer")
    said = paper(actor_of(sales.wang), fresh(contract))
    assert (said["parties"][1]["name"], said["terms"]) == ("点将科技有限公司", "Late: 0.05 %.")


def test_it_is_a_pdf_in_both_languages_for_who_sees_the_contract(sales, papers, login):
    contract = draft(sales)
    for language in ("zh", "en"):
        answer = login(sales.wang).get(f"/contracts/{contract.pk}/pdf/?language={language}")
        assert answer.content.startswith(b"%PDF-")
        assert f'filename="{contract.number}.pdf"' in answer.headers["Content-Disposition"]
    assert login(sales.wang).get(f"/api/v1/contracts/{contract.pk}/pdf?language=zh").content.startswith(b"%PDF-")
    other = make_member("Li")
    assert login(other).get(f"/contracts/{contract.pk}/pdf/").status_code == 404
    assert login(other).get(f"/api/v1/contracts/{contract.pk}/pdf").status_code == 404


def test_sales_operations_word_the_paper_and_nobody_else(sales, login):
    row = letterhead()
    url = f"/settings/contracts/{row.pk}/edit/"
    assert login(sales.ops).post(url, {"title": "Firm", "terms_zh": "条款", "version": row.version}).status_code == 302
    assert "条款" in login(sales.ops).get("/settings/contracts/").content.decode()
    assert login(sales.wang).get(url).status_code == 403
    answer = login(sales.ops).patch(f"/api/v1/contract-paper/{row.pk}", {"phone": "021"}, "application/json")
    assert (answer.status_code, letterhead().phone) == (200, "021")


@time_machine.travel(dt.datetime(2026, 6, 15, 9, tzinfo=dt.UTC), tick=False)
def test_only_who_owns_it_asks(sales, login):
    contract = draft(sales)
    assert login(make_member("Li")).post(f"/contracts/{contract.pk}/ask_approval/", {}).status_code == 404


# --- amendments ---------------------------------------------------------------------------------------------------


def signed(sales, total=80_000_00) -> Contract:
    return make_contract(sales.wang, total, account=make_account(sales.wang, "示例有限公司"))


def test_an_amendment_above_the_limit_counts_once_all_have_agreed(sales, rule):
    wang, contract = actor_of(sales.wang), signed(sales)
    amend_contract(wang, contract, reason="Two more presses", amount=150_000_00, plan=percent(40, 60))
    assert (fresh(contract).total, ContractAmendment.objects.unscoped("tests").count()) == (80_000_00, 0)
    approve_request(actor_of(sales.boss), asked_of(contract))
    assert fresh(contract).total == 80_000_00
    approve_request(actor_of(sales.director), asked_of(contract))
    row = ContractAmendment.objects.unscoped("tests").get()
    assert (fresh(contract).total, row.reason, row.total_before) == (150_000_00, "Two more presses", 80_000_00)
    assert row.by == sales.wang.user
    assert [one.amount for one in instalments_of(contract)] == [60_000_00, 90_000_00]


def test_an_amendment_that_is_sent_back_changes_nothing(sales, rule):
    contract = signed(sales)
    amend_contract(actor_of(sales.wang), contract, reason="More", amount=150_000_00)
    reject_request(actor_of(sales.boss), asked_of(contract), note="Not at this price")
    assert fresh(contract).total == 80_000_00
    amend_contract(actor_of(sales.wang), fresh(contract), reason="A little more", amount=90_000_00)
    assert fresh(contract).total == 90_000_00


def test_less_money_another_end_or_an_amount_below_the_limit_counts_at_once(sales, rule):
    wang, small, large = actor_of(sales.wang), signed(sales), approved(sales, draft(sales, 300_000_00))
    sign_contract(wang, large)
    large = fresh(large)
    amend_contract(wang, large, reason="One press less", amount=200_000_00)
    amend_contract(wang, fresh(large), reason="Longer", ends_on=dt.date(2030, 1, 1))
    amend_contract(wang, small, reason="Freight", amount=100_000_00)
    assert (fresh(large).total, fresh(small).total) == (200_000_00, 100_000_00)


def test_while_an_amendment_is_approved_nothing_else_is_agreed(sales, rule, login):
    wang, contract, rep = actor_of(sales.wang), signed(sales), login(sales.wang)
    said = {"reason": "More", "amount": "150000"}
    assert rep.post(f"/contracts/{contract.pk}/amend/", said).status_code == 302
    page = rep.get(f"/contracts/{contract.pk}/").content.decode()
    assert "An amendment is being approved" in page
    assert "¥80,000.00 → ¥150,000.00" in page
    text = "An amendment of this contract is being approved"
    assert text in refused(lambda: amend_contract(wang, fresh(contract), reason="Longer", ends_on=dt.date(2030, 1, 1)))
    assert text in refused(lambda: set_plan(wang, fresh(contract), plan=percent(10, 90), reason="Slower"))


def test_what_cannot_be_agreed_is_not_asked_for_and_a_stranger_asks_for_nothing(sales, rule, login):
    contract = signed(sales)
    with pytest.raises(ValidationError, match="to today"):
        amend_contract(actor_of(sales.wang), contract, reason="More", amount=150_000_00, on=dt.date(2999, 1, 1))
    said = {"reason": "More", "amount": 150_000_00}
    answer = login(sales.wang).post(
        f"/api/v1/contracts/{contract.pk}/amend", {**said, "reason": ""}, "application/json"
    )
    assert answer.status_code == 422
    with pytest.raises(Forbidden):
        amend_contract(actor_of(make_member("Li")), contract, **said)
    assert not ApprovalRequest.objects.unscoped("tests").exists()
