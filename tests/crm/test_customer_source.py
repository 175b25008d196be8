"""Where a customer came from: said by hand, by his lead or by a file; found again in lists, and asked for by pools."""

import datetime as dt
import io

import pytest
import time_machine
from django.urls import reverse

from muster.crm.actions.conversion import convert_lead
from muster.crm.actions.lead import leads
from muster.crm.actions.pool import pool_rules, pools, switch_pool_rule
from muster.crm.actions.recycle import recycle
from muster.crm.completeness import ITEMS
from muster.crm.models import Account, LeadSource
from muster.integrations.models import ImportBatch
from tests.factories import actor_of, make_account, operator

pytestmark = pytest.mark.django_db


@pytest.fixture
def fair():
    return LeadSource.objects.unscoped("tests").create(key="open-day", name="Open day", name_zh="开放日")


def customers():
    return Account.objects.unscoped("tests")


def test_a_new_customer_has_the_source_of_his_lead_and_a_known_one_keeps_his_own(firm, fair):
    wang = actor_of(firm.wang)
    convert_lead(wang, leads.create(wang, name="李雷", company="樱宁机械", source=fair), with_contact=False)
    assert customers().get(name="樱宁机械").source == fair
    known = make_account(firm.wang, "Known")
    convert_lead(wang, leads.create(wang, name="韩梅", source=fair), account=known, with_contact=False)
    assert customers().get(pk=known.pk).source is None


def test_it_is_typed_in_shown_listed_and_found_by(firm, fair, login):
    client = login(firm.wang)
    made = client.post(reverse("account_create"), {"name": "From the fair", "level": "normal", "source": fair.pk})
    assert made.status_code == 302
    make_account(firm.wang, "From elsewhere")
    row = customers().get(name="From the fair")
    assert "Open day" in client.get(row.get_absolute_url()).content.decode()
    listed = client.get(f"{reverse('account_list')}?source={fair.pk}").content.decode()
    assert "From the fair" in listed
    assert "From elsewhere" not in listed
    answer = client.get(f"/api/v1/accounts?source={fair.pk}").json()
    assert [one["name"] for one in answer["items"]] == ["From the fair"]


def test_it_comes_with_a_file(firm, fair, login):
    client = login(firm.ops)
    file = io.BytesIO("客户名称,客户来源\nA,开放日\nB,Open day\n".encode())
    file.name = "customers.csv"
    client.post(reverse("import_new"), {"source": "accounts", "uploads": [file]})
    batch = ImportBatch.objects.unscoped("tests").get()
    assert batch.options["columns"]["accounts"]["columns"]["source"] == "客户来源"
    assert batch.counts[0]["wrong"] == 0


def test_a_pool_takes_back_by_source(firm, fair):
    with time_machine.travel(dt.datetime(2026, 6, 15, 4, tzinfo=dt.UTC), tick=False):
        mine = [make_account(firm.wang, "Fair", source=fair), make_account(firm.wang, "Other")]
        customers().update(owned_since=dt.date(2026, 4, 1))
        pool = pools.create(operator, name="Fairs", kind="crm.account")
        given = {"days": 30, "grace_days": 0, "trigger": "follow_up", "asks": {"source": str(fair.pk)}}
        switch_pool_rule(operator, pool_rules.create(operator, pool=pool, name="30 days", **given), on=True)
        recycle()
    assert [customers().get(pk=one.pk).pool_id for one in mine] == [pool.pk, None]


def test_a_customer_without_a_source_is_not_complete(firm, fair):
    item = ITEMS["source"]
    assert not item.known(make_account(firm.wang))
    assert item.known(make_account(firm.wang, source=fair))
