"""Pages of the public pool: what each sees and may do, in as many queries for three rows as for one."""

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from muster.crm.actions.claim import claim
from muster.crm.actions.pool import pool_rules, pool_seats, pools, switch_pool_rule
from muster.crm.actions.recycle import recycle
from muster.crm.actions.stay import return_account
from muster.crm.models import Account, ClaimLimit, Pool, PoolRule, PoolSeat, PoolStay
from muster.people.models import ApprovalRequest
from tests.factories import actor_of, make_account, make_contact, make_deal, operator

pytestmark = pytest.mark.django_db
TODAY = dt.date(2026, 6, 15)


@pytest.fixture
def pool(firm):
    """Wang belongs to it, the boss looks after it."""
    pool = pools.create(operator, name="North pool", kind="crm.account", about="For everybody in the north")
    pool_seats.create(operator, pool=pool, member=firm.wang)
    pool_seats.create(operator, pool=pool, member=firm.boss, is_admin=True)
    return Pool.objects.unscoped("tests").get(pk=pool.pk)


def put(pool, owner, name="Acme"):
    row = make_account(owner, name, phone="010-77778888", city="Beijing")
    make_contact(row, "Mr Li", phone="13812345678")
    return_account(operator, row, reason="Moved away", pool=pool)
    return PoolStay.objects.unscoped("tests").get(object_id=row.pk, left_at=None)


def due(owner, pool, days=29, name="Soon"):
    if not PoolRule.objects.unscoped("tests").exists():
        rule = pool_rules.create(operator, pool=pool, name="Thirty", days=30, grace_days=0)
        switch_pool_rule(operator, rule, on=True)
    row = make_account(owner, name)
    Account.objects.unscoped("tests").filter(pk=row.pk).update(owned_since=TODAY - dt.timedelta(days=days))
    recycle()
    return row


def text(response):
    return response.content.decode()


def count(client, url):
    client.get(url)
    with CaptureQueriesContext(connection) as found:
        assert client.get(url).status_code == 200
    return len(found)


def test_a_member_sees_the_card_and_no_number_and_claims_it(firm, pool, login):
    stay, client = put(pool, firm.other), login(firm.wang)
    for url in ("/pools/", f"/pools/{pool.pk}/", f"/pools/{pool.pk}/?tab=log", f"/pools/cards/{stay.pk}/"):
        page = text(client.get(url))
        assert "010-77778888" not in page
        assert "13812345678" not in page
    assert "Acme" in text(client.get(f"/pools/{pool.pk}/"))
    assert "Returned by tests: Moved away" in text(client.get(f"/pools/cards/{stay.pk}/"))
    assert client.get(f"/customers/{stay.object_id}/").status_code == 404
    answer = client.post(f"/pools/cards/{stay.pk}/claim/")
    assert answer.headers["Location"] == f"/customers/{stay.object_id}/"
    assert "13812345678" in text(client.get(f"/customers/{stay.object_id}/"))


def test_who_does_not_belong_finds_no_pool_and_no_card(firm, pool, login):
    stay, client = put(pool, firm.wang), login(firm.other)
    for url in (f"/pools/{pool.pk}/", f"/pools/cards/{stay.pk}/", f"/pools/cards/{stay.pk}/claim/"):
        assert client.get(url).status_code == 404
    assert "North pool" not in text(client.get("/pools/"))
    assert "Acme" not in text(client.get("/pools/log/"))
    late = client.post(f"/pools/cards/{stay.pk}/claim/", follow=True)
    assert "Somebody was faster" in text(late)
    assert "Acme" not in text(late)
    assert PoolStay.objects.unscoped("tests").get(pk=stay.pk).left_at is None


def test_several_are_shown_first_and_then_claimed(firm, pool, login):
    pools.edit(operator, pool, cooldown_hours=24)
    mine, others, client = put(pool, firm.wang, "Mine"), put(pool, firm.other, "Other"), login(firm.wang)
    keys = {"pk": [mine.pk, others.pk]}
    page = text(client.post("/pools/cards/claim/", keys))
    assert "1 will be yours" in page
    assert "1 will not" in page
    assert "Others come first" in page
    assert PoolStay.objects.unscoped("tests").filter(left_at=None).count() == 2, "a preview claims nothing"
    done = text(client.post("/pools/cards/claim/", {**keys, "confirmed": "1"}, follow=True))
    assert "1 record claimed." in done
    assert list(PoolStay.objects.unscoped("tests").filter(left_at=None)) == [mine]


def test_a_customer_says_when_it_returns_and_its_owner_asks_for_more_time(firm, pool, login):
    row, client = due(firm.wang, pool), login(firm.wang)
    panel = text(client.get(f"/customers/{row.pk}/pool/"))
    assert '<strong class="num">Jun 17</strong>' in panel
    assert "No effective follow-up for more than 30 days" in panel
    assert "Soon" in text(client.get(f"/members/{firm.wang.pk}/pool/"))
    assert "Soon" in text(client.get("/pools/due/"))
    client.post(f"/customers/{row.pk}/more-time/", {"reason": "They decide in July", "days": ""})
    asked = ApprovalRequest.objects.unscoped("tests").get()
    assert asked.payload["days"] == 14
    assert "They decide in July" in text(login(firm.boss).get(f"/approvals/{asked.pk}/"))
    assert "More time is asked for" in text(client.get(f"/customers/{row.pk}/pool/"))
    assert "?kind=more_time" in text(client.get("/pools/"))
    assert login(firm.other).post(f"/approvals/{asked.pk}/yes/", {}).status_code == 404
    login(firm.boss).post(f"/approvals/{asked.pk}/yes/", {})
    assert Account.objects.unscoped("tests").get(pk=row.pk).spared_until == dt.date(2026, 6, 30)
    assert "They decide in July" in text(client.get(f"/customers/{row.pk}/pool/"))


def test_customers_are_returned_one_by_one_and_several_at_once(firm, pool, login):
    client, rows = login(firm.wang), [make_account(firm.wang, name) for name in ("One", "Two", "Selling")]
    make_deal(firm.wang, account=rows[2])
    client.post(f"/customers/{rows[0].pk}/return/", {"reason": "Too far", "pool": ""})
    answer = client.post(
        "/customers/return/",
        {"pk": [rows[1].pk, rows[2].pk], "confirmed": "1", "reason": "Too far", "pool": pool.pk},
        follow=True,
    )
    assert "Selling: There are deals in progress" in text(answer)
    assert sorted(PoolStay.objects.unscoped("tests").values_list("name", flat=True)) == ["One", "Two"]


def test_who_looks_after_a_pool_sets_it_up_and_a_member_cannot(firm, pool, login):
    boss, wang = login(firm.boss), login(firm.wang)
    rule = {
        "pool": pool.pk, "name": "Small ones", "rank": 5, "trigger": "follow_up", "days": 15, "counts": "working",
        "touches": ["visit", "call"], "warns": ["7", "1"], "grace_days": 3, "extension_days": 7, "ask_level": "small",
        "freezes_on_leave": "on",
    }  # fmt: skip
    assert wang.post("/pools/rules/new/", rule).status_code == 422
    assert boss.post("/pools/rules/new/", rule).status_code == 302
    made = PoolRule.objects.unscoped("tests").get()
    assert (made.asks, made.touches, made.warns, made.is_on) == ({"level": "small"}, ["visit", "call"], [7, 1], False)
    assert wang.post(f"/pools/rules/{made.pk}/on/").status_code == 404 or made.is_on is False
    boss.post(f"/pools/rules/{made.pk}/on/")
    assert PoolRule.objects.unscoped("tests").get().is_on
    boss.post("/pools/seats/new/", {"pool": pool.pk, "member": firm.li.pk})
    assert PoolSeat.objects.unscoped("tests").filter(member=firm.li, is_admin=False).exists()
    page = text(boss.get(f"/pools/{pool.pk}/?tab=settings"))
    assert "Small ones" in page
    assert "after 15 working days: no effective follow-up" in page
    hours = {"cooldown_hours": 24, "team_cooldown_hours": 0, "looks_per_day": 0}
    fields = {"name": "North", "kind": "crm.account", "rank": 1, "is_claimable": "on", "per_day": 4, **hours}
    boss.post(f"/pools/{pool.pk}/edit/", {**fields, "version": pool.version})
    assert Pool.objects.unscoped("tests").get().per_day == 4
    assert wang.get(f"/pools/{pool.pk}/edit/").status_code == 403


def test_two_things_at_once_in_a_seat_are_refused_with_a_sentence(firm, pool, login):
    answer = login(firm.boss).post(
        "/pools/seats/new/", {"pool": pool.pk, "member": firm.li.pk, "position": "", "unit": ""}
    )
    assert answer.status_code == 302
    answer = login(firm.boss).post("/pools/seats/new/", {"pool": pool.pk})
    assert answer.status_code == 422
    assert "Choose one: a unit, a position or a member." in text(answer)


def test_limits_are_set_by_sales_operations(firm, login):
    login(firm.ops).post("/settings/claim-limits/new/", {"per_day": 5, "most_held": 100})
    limit = ClaimLimit.objects.unscoped("tests").get()
    assert (str(limit), limit.per_day, limit.won_counts) == ("Everybody", 5, False)
    again = login(firm.ops).post("/settings/claim-limits/new/", {"per_day": 7})
    assert "There is a limit for these already" in text(again)
    assert login(firm.wang).get("/settings/claim-limits/").status_code == 403


def test_contacts_are_looked_at_against_a_count(firm, pool, login):
    stay, client = put(pool, firm.other), login(firm.wang)
    assert "Show contacts" not in text(client.get(f"/pools/cards/{stay.pk}/"))
    pools.edit(operator, pool, looks_per_day=1)
    client.post(f"/pools/cards/{stay.pk}/reveal/")
    assert "13812345678" in text(client.get(f"/pools/cards/{stay.pk}/"))


def test_the_former_owner_reads_why_it_was_taken_and_who_has_it(firm, pool, login):
    row = due(firm.li, pool, days=40, name="Lost")
    stay = PoolStay.objects.unscoped("tests").get(object_id=row.pk)
    claim(actor_of(firm.wang), stay)
    page = text(login(firm.li).get(f"/pools/cards/{stay.pk}/"))
    assert "Why it was taken" in page
    assert "No effective follow-up for more than 30 days" in page
    assert "Wang" in page
    assert "Lost" in text(login(firm.li).get("/pools/log/"))


def test_everything_can_be_done_over_the_api(firm, pool, login):
    stay, client = put(pool, firm.other), login(firm.wang)
    rows = client.get("/api/v1/pool-stays").json()["items"]
    assert [one["name"] for one in rows] == ["Acme"]
    assert "010-77778888" not in str(rows)
    assert client.post(f"/api/v1/pool-stays/{stay.pk}/claim", {}, "application/json").status_code == 200
    assert (
        client.post(f"/api/v1/accounts/{stay.object_id}/return", {"reason": "No"}, "application/json").status_code
        == 200
    )
    assert PoolStay.objects.unscoped("tests").filter(left_at=None).count() == 1


QUERIES = (
    "/pools/{pool}/",
    "/pools/{pool}/?tab=log",
    "/pools/{pool}/?tab=due",
    "/pools/due/",
    "/pools/log/",
)


@pytest.mark.parametrize("url", QUERIES)
def test_three_rows_take_as_many_queries_as_one(firm, pool, login, url):
    client, url = login(firm.boss), url.format(pool=pool.pk)

    def fill(name):
        put(pool, firm.wang, name)
        due(firm.wang, pool, name=f"Due {name}")

    fill("A")
    one = count(client, url)
    fill("B"), fill("C")
    assert count(client, url) == one


def test_a_member_is_offered_the_claim_and_not_what_is_for_who_looks_after_the_pool(firm, pool, login):
    stay = put(pool, firm.other)
    offered = {
        name: [verb for verb in ("claim", "assign", "move") if f"/pools/cards/{stay.pk}/{verb}/" in page]
        for name in ("wang", "boss", "ops")
        for page in [text(login(getattr(firm, name)).get(f"/pools/cards/{stay.pk}/"))]
    }
    assert offered == {"wang": ["claim"], "boss": ["assign", "move"], "ops": ["assign", "move"]}
