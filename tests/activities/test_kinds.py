"""What one does with a customer: WeChat and others beside visits, calls, e-mails and meetings."""

import datetime as dt

import pytest
import time_machine
from factories import actor_of, make_account, make_contact, operator

from muster.activities.actions.activity import activities
from muster.activities.models import Activity
from muster.crm.actions.pool import pool_rules, pools, switch_pool_rule
from muster.crm.actions.recycle import recycle
from muster.crm.models import Account

pytestmark = pytest.mark.django_db


def fresh(row):
    return type(row).objects.unscoped("tests").get(pk=row.pk)


def test_a_talk_on_wechat_is_logged_listed_and_counted_as_one(firm, login):
    account, client = make_account(firm.wang, "Acme"), login(firm.wang)
    page = client.get(f"/activities/new/?account={account.pk}").content.decode()
    assert 'value="wechat"' in page
    assert 'value="other"' in page
    for kind in ("wechat", "other"):
        said = {"kind": kind, "account": account.pk, "subject": f"By {kind}", "status": "done"}
        assert client.post("/activities/new/", said).status_code == 302
    assert "By wechat" in client.get("/activities/?kind=wechat").content.decode()
    assert set(Activity.objects.unscoped("tests").values_list("kind", flat=True)) == {"wechat", "other"}
    assert "By other" in client.get(f"/customers/{account.pk}/timeline/").content.decode()


def test_who_wants_no_messages_is_told_of_before_a_wechat_is_logged(firm, login):
    contact = make_contact(make_account(firm.wang), "Li", no_messages=True, opt_out_on=dt.date(2026, 5, 1))
    page = login(firm.wang).get(f"/contacts/wishes/?kind=wechat&contact={contact.pk}").content.decode()
    assert "asked for no messages" in page


@pytest.mark.parametrize(("touches", "stays"), [(["call"], False), (["call", "wechat"], True)])
def test_whether_it_keeps_a_customer_out_of_the_pool_the_rule_says(firm, touches, stays):
    pool = pools.create(operator, name="Pool", kind="crm.account")
    rule = pool_rules.create(operator, pool=pool, name="Thirty", days=30, grace_days=0, touches=touches)
    switch_pool_rule(operator, rule, on=True)
    account = make_account(firm.wang)
    Account.objects.unscoped("tests").update(owned_since=dt.date(2026, 1, 5))
    with time_machine.travel(dt.datetime(2026, 8, 3, 4, tzinfo=dt.UTC), tick=False):
        activities.create(actor_of(firm.wang), kind="wechat", subject="Talked", account=account)
        recycle()
    assert (fresh(account).owner is not None) is stays
