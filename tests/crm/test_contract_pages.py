"""Pages of contracts and money: exactly one's own rows, as many queries for thirty rows as for one, one tap from a won
deal to cash."""

import datetime as dt
import json

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from factories import actor_of, make_account, make_deal, make_product

from muster.crm.actions.quote import quote_lines, quotes
from muster.crm.models import Contract, Instalment, Receipt
from tests.crm.money import FIRST, fresh, make_contract, plan, receive
from tests.crm.test_invoices import issue

pytestmark = pytest.mark.django_db
DAY = dt.date(2026, 5, 4)
LISTS = ("/contracts/", "/receivables/", "/receipts/", "/invoices/", "/quotes/")


def fill(firm, account, count):
    for _at in range(count):
        contract = make_contract(firm.wang, account=account)
        receipt = receive(contract, 45_000_00)
        issue(contract, 10_000_00, f"I{contract.pk}")
        assert receipt.advance == 0
        quote = quotes.create(actor_of(firm.wang), name="Offer", account=account)
        quote_lines.create(actor_of(firm.wang), quote=quote, name="Press", unit_price=1_00)
    return contract, receipt, quote


def count(client, url):
    client.get(url)
    with CaptureQueriesContext(connection) as found:
        assert client.get(url).status_code == 200, url
    return len(found)


def test_a_page_asks_as_much_for_many_rows_as_for_one(firm, login):
    account, client = make_account(firm.wang), login(firm.wang)
    contract, receipt, quote = fill(firm, account, 1)
    pages = [*LISTS, f"/contracts/{contract.pk}/", f"/receipts/{receipt.pk}/", f"/quotes/{quote.pk}/"]
    pages += [f"/contracts/{contract.pk}/?tab={tab}" for tab in ("receipts", "invoices", "lines", "history")]
    pages += [f"/customers/{account.pk}/contracts/", f"/customers/{account.pk}/invoice-details/", "/"]
    before = {url: count(client, url) for url in pages}
    fill(firm, account, 3)
    for _at in range(2):
        receive(contract, 1_000_00)
    assert {url: count(client, url) for url in pages} == before
    assert max(before[url] for url in LISTS) <= 12


def test_each_sees_his_own_and_a_stranger_nothing(firm, login):
    contract, receipt, quote = fill(firm, make_account(firm.wang), 1)
    for who, status in ((firm.wang, 200), (firm.boss, 200), (firm.ops, 200), (firm.li, 404), (firm.other, 404)):
        client = login(who)
        for url in (f"/contracts/{contract.pk}/", f"/receipts/{receipt.pk}/", f"/quotes/{quote.pk}/"):
            assert client.get(url).status_code == status, (who.name, url)
        assert (contract.number in client.get("/contracts/").content.decode()) is (status == 200)
        assert (receipt.number in client.get("/receipts/").content.decode()) is (status == 200)


def test_from_a_won_deal_to_a_paid_contract_by_taps(firm, login):
    account, product = make_account(firm.wang), make_product("Press")
    deal = make_deal(firm.wang, amount=90_000_00, won=DAY, account=account, product=product)
    rep, books = login(firm.wang), login(firm.ops)
    assert "Make the contract" in rep.get(f"/deals/{deal.pk}/contracts/").content.decode()
    sent = {"name": "Presses", "shares": "30/60/10", "first_on": "2026-06-01", "every": "1"}
    assert rep.post(f"/deals/{deal.pk}/contract/", sent).status_code == 302
    contract = Contract.objects.unscoped("tests").get(deal=deal)
    rep.post(f"/contracts/{contract.pk}/sign/", {"on": "2026-06-02"})
    assert fresh(contract).status == "signed"
    page = books.get(f"/receipts/new/?contract={contract.pk}").content.decode()
    assert 'value="27000.00"' in page
    sent = {"account": account.pk, "contract": contract.pk, "amount": "27,000", "currency": "CNY"}
    sent |= {"received_on": "2026-06-03", "method": "transfer", "spread": "due"}
    assert rep.post("/receipts/new/", sent).status_code == 403
    assert books.post("/receipts/new/", sent).status_code == 302
    assert plan(contract) == [(27_000_00, 27_000_00), (54_000_00, 0), (9_000_00, 0)]
    last = Instalment.objects.unscoped("tests").get(contract=contract, number=3)
    books.post("/receipts/new/", {**sent, f"to_{last.pk}": "4000", "amount": "4000"})
    assert plan(contract)[2] == (9_000_00, 4_000_00)
    assert "34.4" not in page


def test_a_plan_is_typed_as_rows_and_what_does_not_fit_is_said_at_its_row(firm, login):
    contract, client = make_contract(firm.wang, signed=None), login(firm.wang)
    url = f"/contracts/{contract.pk}/plan/"
    rows = {"plan_due": ["2026-07-01", "2026-08-01", ""], "plan_share": ["40%", "rest", ""]}
    rows |= {"plan_name": ["On order", "", ""]}
    assert client.post(url, rows).status_code == 302
    assert [amount for amount, _got in plan(contract)] == [40_000_00, 60_000_00]
    for share, said in (("much", "Payment 1:"), ("10%", "add up to"), ("0", "add up to")):
        answer = client.post(url, {"plan_due": ["2026-07-01"], "plan_share": [share], "plan_name": [""]})
        assert (answer.status_code, said in answer.content.decode()) == (422, True), share


def test_the_sums_over_a_list_are_those_of_the_filter(firm, login):
    receive(make_contract(firm.wang, total=100_000_00), 45_000_00)
    make_contract(firm.li, total=50_000_00)
    client = login(firm.boss)
    for query, signed in (
        ("", "¥150K"),
        (f"?owner={firm.li.pk}", "¥50K"),
        ("?overdue=1", "¥150K"),
        ("?status=draft", ""),
    ):
        page = client.get(f"/contracts/{query}").content.decode()
        assert signed in page, query
        assert ("money-bar" in page) is bool(signed)


def test_money_over_the_api_and_a_repeated_line_is_told_apart(firm, login):
    contract, client = make_contract(firm.wang), login(firm.ops)
    body = {"account": contract.account_id, "contract": contract.pk, "amount": 40_000_00, "received_on": "2026-06-01"}
    body |= {"method": "transfer", "reference": "CMB-7"}

    def post(url, sent):
        return client.post(f"/api/v1/{url}", json.dumps(sent), content_type="application/json")

    first = post("receipts", body)
    assert first.status_code == 201, first.content
    pk = first.json()["id"]
    assert first.json()["allocated"] == 40_000_00
    again = post("receipts", body)
    assert (again.status_code, first.json()["number"] in again.content.decode()) == (422, True)
    second = Instalment.objects.unscoped("tests").get(contract=contract, number=2)
    sent = {"amount": 10_000_00, "note": "Less", "wanted": {str(second.pk): 10_000_00}}
    assert post(f"receipts/{pk}/refund", sent).status_code == 200
    assert plan(contract)[:2] == [(30_000_00, 30_000_00), (60_000_00, 0)]
    assert post(f"receipts/{pk}/void", {"reason": "x"}).status_code == 422
    assert (
        post(
            f"contracts/{contract.pk}/invoices", {"number": "1", "kind": "special", "amount": 5, "tax_rate": "13"}
        ).status_code
        == 200
    )
    assert Receipt.objects.unscoped("tests").count() == 2


def test_what_is_to_be_collected_stands_on_the_home_page(firm, login):
    make_contract(firm.wang, shares=(100,), name="Presses")
    page = login(firm.wang).get("/").content.decode()
    assert "To collect this week" in page
    assert "04-01" in page
    assert dt.date(2026, 6, 15) > FIRST
