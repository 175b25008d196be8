"""How complete what is known of customers is: by weight, by owner, over what he may see, and from day to day."""

import datetime as dt

import pytest
import time_machine
from django.core.exceptions import ValidationError

from muster.access.actions.custom_field import custom_fields
from muster.access.models import FieldRule, Grant
from muster.access.scope import Forbidden
from muster.core.periods import Period
from muster.crm.actions.account import accounts, contacts, transfer_account
from muster.crm.actions.completeness import ask_for, rescore_all, score_for, weigh, weights
from muster.crm.completeness import ITEMS
from muster.crm.models import Account, AccountScore, CompletenessWeight
from muster.metrics.compute import compute
from tests.custom.helpers import field
from tests.factories import actor_of, make_account, make_contact, make_member, operator

pytestmark = pytest.mark.django_db
WHOLE = sum(one.weight for one in ITEMS.values())
DAY = dt.timedelta(days=1)


def scores(account) -> list[tuple]:
    rows = AccountScore.objects.unscoped("tests").filter(account=account).order_by("pk")
    return [
        (one.owner.name, one.filled, one.asked, one.valid_from.day, one.valid_to and one.valid_to.day) for one in rows
    ]


def weight_of(item: str) -> CompletenessWeight:
    return CompletenessWeight.objects.unscoped("tests").get(item=item)


def on_day(day: int):
    return time_machine.travel(dt.datetime(2026, 6, day, 4, tzinfo=dt.UTC), tick=False)


def test_what_is_known_counts_by_its_weight(firm):
    actor = actor_of(firm.wang)
    account = accounts.create(actor, name="Acme", city="上海", phone="021-5555")
    assert (score_for(actor, account).filled, score_for(actor, account).asked) == (20, WHOLE)
    contacts.create(actor, account=account, name="Li", decides=True)
    found = score_for(actor, account)
    assert found.filled == 20 + 15 + 10
    assert [one.key for one in found.missing][:3] == ["industry", "credit_code", "reached"], "the heaviest first"


def test_it_is_written_down_when_it_changes_and_follows_the_owner(firm):
    account = accounts.create(actor_of(firm.wang), name="Acme")
    accounts.edit(actor_of(firm.wang), account, city="上海")
    with on_day(17):
        accounts.edit(actor_of(firm.wang), account, industry="医疗")
    with on_day(20):
        transfer_account(actor_of(firm.boss), account, owner=firm.li)
        assert rescore_all() > 0
        assert rescore_all() == 0, "running it again writes nothing"
    assert scores(account) == [
        ("Wang", 10, WHOLE, 15, 17),
        ("Wang", 20, WHOLE, 17, 20),
        ("Li", 20, WHOLE, 20, None),
    ]


def test_what_the_owner_may_not_see_is_not_asked_of_him(firm):
    account = make_account(firm.wang)
    make_contact(account, phone="13800138000")
    Grant.objects.unscoped("tests").filter(role__key="rep", permission__startswith="crm.accountinvoicedata").delete()
    FieldRule.objects.unscoped("tests").filter(role__key="rep", model="crm.contact").delete()
    rescore_all()
    [(_name, filled, asked, *_days)] = scores(account)
    assert (filled, asked) == (15, WHOLE - 5 - 10)
    assert {"invoice", "reached"}.isdisjoint(one.key for one in score_for(actor_of(firm.wang), account).missing)
    assert "invoice" in {one.key for one in score_for(actor_of(firm.boss), account).missing}


def test_weights_are_set_by_sales_operations_and_count_from_the_night_on(firm, login):
    account = accounts.create(actor_of(firm.wang), name="Acme", city="上海")
    with pytest.raises(Forbidden):
        weigh(actor_of(firm.boss), weight_of("city"), weight=50)
    assert login(firm.ops).get("/settings/completeness/").text.count("/edit/") == len(ITEMS)
    login(firm.ops).post(f"/settings/completeness/{weight_of('city').pk}/edit/", {"weight": 50})
    assert weights()["city"] == 50
    assert scores(account)[-1][1:3] == (10, WHOLE)
    with on_day(16):
        rescore_all()
    assert scores(account)[-1][1:3] == (50, WHOLE + 40)
    for item in ITEMS:
        if item != "city":
            weigh(operator, weight_of(item), weight=0)
    with pytest.raises(ValidationError, match="Something must be asked for"):
        weigh(operator, weight_of("city"), weight=0)


def test_the_metric_follows_the_days(firm):
    account = accounts.create(actor_of(firm.wang), name="Acme")
    with on_day(17):
        accounts.edit(actor_of(firm.wang), account, phone="021-5555", city="上海")

    def at(day: int):
        period = Period(dt.date(2026, 6, 1), dt.date(2026, 6, day))
        return compute(["account_completeness"], actor_of(firm.boss), period).cell("account_completeness")

    assert (at(15).value, at(15).n) == (None, 0)
    assert (at(17).value, at(17).n) == (0, 1)
    assert (float(at(18).value), at(18).n) == (20 / WHOLE, 1)


def test_the_page_says_what_is_missing_and_where_it_is_filled_in(firm, login):
    account = accounts.create(actor_of(firm.wang), name="Acme", city="上海")
    page = login(firm.wang).get(f"/customers/{account.pk}/completeness/").text
    assert f"/customers/{account.pk}/edit/#id_website" in page
    assert f"/contacts/new/?account={account.pk}" in page
    assert "10 of 105 by weight" in page
    assert login(firm.other).get(f"/customers/{account.pk}/completeness/").status_code == 404


def test_lists_trend_and_api(firm, login):
    low = accounts.create(actor_of(firm.wang), name="Low")
    high = accounts.create(actor_of(firm.wang), name="High", city="上海", phone="021-5")
    accounts.create(actor_of(firm.li), name="Other")
    client = login(firm.wang)
    answer = client.get("/api/v1/account-scores").json()["items"]
    assert [(one["account"]["id"], one["percent"]) for one in answer] == [(low.pk, 0), (high.pk, 19)]
    assert len(client.get("/api/v1/account-scores?below=10").json()["items"]) == 1
    assert "High" in client.get("/customers/completeness/").text
    page = login(firm.boss).get("/customers/completeness/trend/").text
    assert "Wang" in page
    assert "6.3%" in page, "20 of 315"
    row = weight_of("city")
    assert (
        login(firm.ops)
        .post(f"/api/v1/completeness-weights/{row.pk}/weigh", {"weight": 7}, "application/json")
        .status_code
        == 200
    )
    assert (
        login(firm.wang)
        .post(f"/api/v1/completeness-weights/{row.pk}/weigh", {"weight": 7}, "application/json")
        .status_code
        == 403
    )


def test_archived_and_ownerless_customers_count_no_longer(firm):
    account = accounts.create(actor_of(firm.wang), name="Acme")
    other = accounts.create(actor_of(firm.wang), name="Bolt")
    accounts.archive(actor_of(firm.wang), account)
    Account.objects.unscoped("tests").filter(pk=other.pk).update(owner=None)
    with on_day(16):
        rescore_all()
    assert [scores(one)[-1][-1] for one in (account, other)] == [16, 16]


# -- fields of the firm's own --------------------------------------------------------------------------------------


def ask(item: str, weight: int = 20) -> CompletenessWeight:
    operator.custom.clear()
    return ask_for(operator, item=item, weight=weight)


def test_a_field_of_the_firms_own_is_asked_for_where_somebody_says_so(firm):
    field("brand", record="crm.account")
    actor, account = actor_of(firm.wang), make_account(firm.wang, "Acme")
    assert score_for(actor, account).asked == WHOLE, "nobody asked for it yet"
    ask("custom-brand")
    assert (score_for(actor, account).asked, score_for(actor, account).missing[0].label) == (WHOLE + 20, "Brand")
    accounts.edit(actor_of(firm.wang), account, **{"custom.brand": "Spark"})
    assert score_for(actor_of(firm.wang), account).filled == 20
    for wrong in ("custom-brand", "custom-none", "city"):
        with pytest.raises(ValidationError):
            ask(wrong)


def test_it_is_not_asked_of_customers_it_is_not_for_nor_of_owners_who_may_not_see_it(firm):
    field("brand", record="crm.account", kinds=["level:key"])
    field("secret", record="crm.account", sensitive=True)
    FieldRule.objects.unscoped("tests").filter(model="crm.account").delete()
    ask("custom-brand")
    CompletenessWeight(item="custom-secret", weight=30).save()
    small, key = make_account(firm.wang, "Small"), make_account(firm.wang, "Key", level="key")
    actor = actor_of(firm.wang)
    assert (score_for(actor, small).asked, score_for(actor, key).asked) == (WHOLE, WHOLE + 20)
    rescore_all()
    kept = AccountScore.objects.unscoped("tests").get(account=key, valid_to=None)
    assert kept.asked == WHOLE + 20


def test_a_field_that_is_retired_is_asked_for_no_longer(firm):
    spec = field("brand", record="crm.account")
    ask("custom-brand")
    custom_fields.archive(operator, spec)
    assert score_for(actor_of(firm.wang), make_account(firm.wang)).asked == WHOLE


def test_sales_operations_choose_fields_and_weights_on_the_page_and_over_the_api(firm, login):
    field("brand", record="crm.account")
    field("fleet", record="crm.account")
    ops = login(make_member("Ops", role="salesops"))
    assert "Ask for a field of your own" in ops.get("/settings/completeness/").content.decode()
    assert ops.post("/settings/completeness/new/", {"item": "custom-brand", "weight": "7"}).status_code == 302
    sent = {"item": "custom-fleet", "weight": 5}
    assert ops.post("/api/v1/completeness-weights", sent, "application/json").status_code == 201
    page = ops.get("/settings/completeness/").content.decode()
    assert "Brand" in page
    assert "Ask for a field of your own" not in page, "nothing is left to ask for"
    assert login(firm.wang).post("/settings/completeness/new/", {}).status_code == 403
