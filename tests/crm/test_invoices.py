"""Invoices stay within their contract; a red letter takes them back to the last cent."""

import datetime as dt

import pytest
from django.core.exceptions import ValidationError
from factories import actor_of, make_account, operator

from muster.crm.actions.invoice import invoice_data, issue_invoice, link_receipt, red_invoice, void_invoice
from muster.crm.models import AccountInvoiceData, Invoice, InvoiceReceipt
from tests.crm.money import fresh, make_contract, receive

pytestmark = pytest.mark.django_db
DAY = dt.date(2026, 5, 4)


def issue(contract, amount, number="24000001", **said):
    return issue_invoice(operator, contract=contract, amount=amount, number=number, issued_on=DAY, **said)


def test_title_and_tax_number_come_from_the_customers_details(firm):
    account = make_account(firm.wang, "Example Ltd")
    said = {"account": account, "title": "示例有限公司", "tax_no": "91310000MA1", "bank_account": "6222000011112222"}
    invoice_data.create(actor_of(firm.wang), **said)
    invoice = issue(make_contract(firm.wang, account=account), 113_00)
    assert (invoice.title, invoice.tax_no, invoice.tax) == ("示例有限公司", "91310000MA1", 13_00)
    assert (invoice.member, fresh(invoice.contract).invoiced) == (firm.wang, 113_00)


def test_no_more_is_invoiced_than_the_contract(firm):
    contract = make_contract(firm.wang, total=100_00)
    issue(contract, 60_00)
    with pytest.raises(ValidationError, match=r"¥40.00 of this contract is left"):
        issue(contract, 40_01, "24000002")
    with pytest.raises(ValidationError, match="not signed"):
        issue(make_contract(firm.wang, signed=None), 1_00, "24000003")


def test_one_number_is_one_invoice(firm):
    contract = make_contract(firm.wang)
    issue(contract, 60_00)
    with pytest.raises(ValidationError):
        issue(contract, 60_00)


def test_a_red_letter_takes_back_and_in_full_leaves_nothing(firm):
    invoice = issue(make_contract(firm.wang, total=1_000_00), 100_01)
    red_invoice(operator, invoice, number="R1", amount=33_33)
    red_invoice(operator, fresh(invoice), number="R2", amount=33_33)
    last = red_invoice(operator, fresh(invoice), number="R3")
    rows = Invoice.objects.unscoped("tests").filter(contract=invoice.contract)
    assert (last.amount, last.red_of_id) == (-33_35, invoice.pk)
    assert sum(one.amount for one in rows) == 0
    assert sum(one.tax for one in rows) == 0
    assert fresh(invoice.contract).invoiced == 0
    with pytest.raises(ValidationError, match="red-letter invoice"):
        red_invoice(operator, last, number="R4")
    with pytest.raises(ValidationError, match="void the red letter first"):
        void_invoice(operator, fresh(invoice), reason="Wrong")
    void_invoice(operator, last, reason="Wrong month")
    assert (fresh(invoice).credited, fresh(invoice.contract).invoiced) == (66_66, 33_35)


def test_a_voided_number_can_be_used_again(firm):
    contract = make_contract(firm.wang)
    void_invoice(operator, issue(contract, 60_00), reason="Wrong title")
    assert fresh(contract).invoiced == 0
    issue(contract, 60_00)


def test_a_receipt_is_linked_to_the_invoice_it_pays_once(firm):
    contract = make_contract(firm.wang)
    invoice, receipt = issue(contract, 60_00), receive(contract, 60_00)
    for _again in range(2):
        link_receipt(operator, invoice, receipt=receipt)
    assert InvoiceReceipt.objects.unscoped("tests").count() == 1
    with pytest.raises(ValidationError, match="another customer"):
        link_receipt(operator, invoice, receipt=receive(make_contract(firm.wang), 1_00))


def test_a_bank_account_is_read_by_whose_customer_it_is(firm):
    account = make_account(firm.wang, team=(firm.li,))
    row = invoice_data.create(actor_of(firm.wang), account=account, title="A", bank_account="6222000011112222")
    seen = {
        who.name: AccountInvoiceData.objects.visible_to(actor_of(who)).get(pk=row.pk).bank_account
        for who in (firm.wang, firm.li, firm.boss, firm.ops)
    }
    assert seen == {
        "Wang": "6222000011112222",
        "Li": "",
        "Chen Boss": "6222000011112222",
        "Ops": "6222000011112222",
    }
