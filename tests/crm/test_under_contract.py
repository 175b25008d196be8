"""A customer under contract is known as such by its contracts: public pools leave it alone and count from the end."""

import datetime as dt

import pytest
import time_machine
from factories import make_account, operator

from muster.access.models import Event
from muster.crm.actions.account import accounts
from muster.crm.actions.amendment import amend_contract
from muster.crm.actions.contract import terminate_contract
from muster.crm.actions.pool import pool_rules, pools, switch_pool_rule
from muster.crm.actions.recycle import recycle
from muster.crm.models import Account
from tests.crm.money import fresh, make_contract

pytestmark = pytest.mark.django_db
END, LATER = dt.date(2026, 12, 31), dt.date(2027, 6, 30)


def until(account) -> dt.date | None:
    return fresh(account).contract_ends_on


def test_its_end_is_that_of_the_last_contract_signed_and_follows_amendments(firm):
    account = make_account(firm.wang)
    make_contract(firm.wang, account=account, signed=None, ends_on=END)
    assert until(account) is None, "a draft binds nobody"
    row = make_contract(firm.wang, account=account, ends_on=END)
    make_contract(firm.wang, account=account, ends_on=dt.date(2026, 9, 30))
    assert until(account) == END
    event = Event.objects.unscoped("tests").get(action="crm.account.under_contract")
    assert event.changes == {"contract_ends_on": [None, "2026-12-31"]}
    amend_contract(operator, row, reason="Longer", ends_on=LATER)
    assert until(account) == LATER
    amend_contract(operator, fresh(row), reason="Shorter after all", ends_on=END)
    assert until(account) == END


def test_a_contract_that_is_called_off_spares_no_longer_and_what_was_typed_later_stays(firm):
    account = make_account(firm.wang)
    row = make_contract(firm.wang, account=account, ends_on=END)
    terminate_contract(operator, row, reason="Insolvent")
    assert until(account) == fresh(row).closed_on
    accounts.edit(operator, fresh(account), contract_ends_on=LATER)
    make_contract(firm.wang, account=account, ends_on=END)
    assert until(account) == LATER


def test_no_rule_takes_a_customer_under_contract(firm):
    pool = pools.create(operator, name="Pool", kind="crm.account")
    rule = pool_rules.create(operator, pool=pool, name="Thirty", days=30, grace_days=0, spares_open=False)
    switch_pool_rule(operator, rule, on=True)
    bound, free = make_account(firm.wang), make_account(firm.wang)
    make_contract(firm.wang, account=bound, ends_on=END)
    Account.objects.unscoped("tests").update(owned_since=dt.date(2026, 1, 5))
    with time_machine.travel(dt.datetime(2026, 8, 3, 4, tzinfo=dt.UTC), tick=False):
        recycle()
    assert (fresh(bound).owner, fresh(free).owner) == (firm.wang, None)
