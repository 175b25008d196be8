"""A hundred at once: no cent is allocated twice, no number given twice."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from factories import make_member, operator

from muster.crm.actions.receipt import allocate_receipt, refund_receipt
from muster.crm.models import Receipt
from tests.crm.money import check_books, fresh, make_contract, receive

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has one writer; its tests run in memory"),
]


def at_once(jobs):
    """Run JOBS in as many threads; how many were not refused."""

    def run(job):
        try:
            job()
        except ValidationError:
            return False
        finally:
            connection.close()
        return True

    with ThreadPoolExecutor(20) as pool:
        return sum(pool.map(run, jobs))


def test_a_hundred_receipts_on_one_contract_pay_it_once():
    contract = make_contract(make_member("Wang"), total=1_000_00)
    done = at_once([lambda: receive(contract, 25_00) for _at in range(100)])
    assert done == 100
    assert fresh(contract).received == 1_000_00
    rows = Receipt.objects.unscoped("tests")
    assert sum(one.advance for one in rows) == 1_500_00
    assert len({one.number for one in rows}) == 100
    assert rows.filter(number="SK-2026-0100").exists()
    check_books()


def test_a_hundred_who_spend_and_refund_the_same_receipt_spend_it_once():
    contract = make_contract(make_member("Wang"), total=1_000_00)
    receipt = receive(contract, 800_00, advance=True)
    half = [lambda: allocate_receipt(operator, receipt) for _at in range(50)]
    half += [lambda: refund_receipt(operator, receipt, amount=100_00) for _at in range(50)]
    at_once([half[at // 2 + 50 * (at % 2)] for at in range(100)])
    row = fresh(receipt)
    assert row.allocated + row.refunded == 800_00
    assert row.refunded == 800_00  # eight refunds of a hundred: none was lost, none was one too many
    check_books()
