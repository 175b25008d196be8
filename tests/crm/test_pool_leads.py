"""Leads lie in public pools as customers do: they return by rules, are claimed within limits, and warn before."""

import datetime as dt
import re

import pytest
from django.core.exceptions import ValidationError

from muster.access.action import Refused
from muster.access.models import Event
from muster.access.scope import NotVisible
from muster.activities.actions.activity import activities
from muster.crm.actions.claim import Claimer, claim, looked, reveal
from muster.crm.actions.conversion import convert_lead
from muster.crm.actions.ladder import climb
from muster.crm.actions.lead import disqualify_lead, leads, transfer_lead
from muster.crm.actions.more_time import ask_lead_time, spare_lead
from muster.crm.actions.pool import pool_rules
from muster.crm.actions.recycle import recycle
from muster.crm.actions.router import route_idle
from muster.crm.actions.stay import return_account, return_lead
from muster.crm.listings.pool import reason_of
from muster.crm.models import Lead, LeadReason, LeadSource, LeadStep, PoolStay
from muster.people.actions.approval import approve_request
from muster.people.models import ApprovalRequest
from tests.crm.test_pool import DAY, TODAY, go, pool_of, rule_of, sales  # noqa: F401 - fixtures
from tests.factories import actor_of, make_account, make_member, operator

pytestmark = pytest.mark.django_db


@pytest.fixture
def pool(sales):  # noqa: F811
    _north, head, ann, bob, _eve = sales
    return pool_of(ann, bob, admin=head, kind="crm.lead", name="Leads", cooldown_hours=24)


def lead_of(owner, since=TODAY - 40 * DAY, name="Mr Wang", **fields):
    row = leads.create(operator, name=name, owner=owner, **fields)
    Lead.objects.unscoped("tests").filter(pk=row.pk).update(owned_since=since)
    return again(row)


def again(row):
    return type(row).objects.unscoped("tests").get(pk=row.pk)


def stay_of(row):
    return PoolStay.objects.unscoped("tests").get(kind="crm.lead", object_id=row.pk, left_at=None)


def test_a_lead_nobody_follows_up_returns_after_warnings_and_a_closed_one_never(sales, go, pool):  # noqa: F811
    _north, _head, ann, *_rest = sales
    rule_of(pool, days=30, warns=[3])
    idle, lost, called = (lead_of(ann, TODAY - 28 * DAY, name) for name in ("Idle", "Lost", "Called"))
    disqualify_lead(operator, lost, reason=LeadReason.objects.unscoped("tests").first())
    recycle()
    warned = Event.objects.unscoped("tests").filter(action="crm.lead.due")
    assert sorted(warned.values_list("object_id", flat=True)) == [idle.pk, called.pk]
    activities.create(actor_of(ann), kind="call", subject="Hello", lead=called, status="done")
    assert again(called).due_on is None
    go(TODAY + 3 * DAY)
    assert recycle() == 1
    assert (again(idle).owner_id, again(idle).pool_id) == (None, pool.pk)
    assert (again(lost).owner_id, again(called).owner_id) == (ann.pk, ann.pk)
    assert "No effective follow-up for more than 30 days" in reason_of(stay_of(idle))


def test_the_card_shows_the_company_and_never_who_speaks_for_it(sales, pool):  # noqa: F811
    _north, _head, ann, bob, _eve = sales
    firm = lead_of(ann, company="Acme", phone="13800138000", city="上海")
    alone = lead_of(ann, name="王小明")
    for row in (firm, alone):
        return_lead(actor_of(ann), row, reason="Too far away", pool=pool)
    assert (stay_of(firm).name, stay_of(alone).name) == ("Acme", "王*")
    assert not Lead.objects.visible_to(actor_of(bob)).filter(pk=firm.pk).exists()
    assert looked(actor_of(bob), stay_of(firm)) is None
    with pytest.raises(Refused, match="behind 0 cards"):
        reveal(actor_of(bob), stay_of(firm))


def test_who_claims_has_all_the_days_of_the_ladder_and_the_former_owner_waits(sales, pool):  # noqa: F811
    _north, _head, ann, bob, _eve = sales
    row = lead_of(ann)
    Lead.objects.unscoped("tests").filter(pk=row.pk).update(waiting_since=TODAY - 30 * DAY, reached=7, is_risky=True)
    return_lead(actor_of(ann), again(row), reason="Too far away", pool=pool)
    assert climb() == 0, "in the pool nobody climbs the ladder"
    with pytest.raises(Refused, match="Others come first"):
        claim(actor_of(ann), stay_of(row))
    claim(actor_of(bob), stay_of(row))
    row = again(row)
    assert (row.owner, row.pool, row.waiting_since, row.reached, row.is_risky) == (bob, None, TODAY, 0, False)
    assert row.owned_since == TODAY


def test_open_leads_alone_are_held_and_customers_are_another_kind(sales, pool):  # noqa: F811
    _north, _head, ann, *_rest = sales
    make_account(ann)
    open_lead, lost = lead_of(ann), lead_of(ann)
    disqualify_lead(operator, lost, reason=LeadReason.objects.unscoped("tests").first())
    assert Claimer(ann, pool).held == (1, 0)
    with pytest.raises(Refused, match="No public pool fits"):
        return_account(operator, make_account(ann), reason="Too far away", pool=pool)
    with pytest.raises(Refused, match="closed"):
        return_lead(operator, again(lost), reason="No", pool=pool)
    assert open_lead.is_open


def test_what_lies_in_a_pool_leaves_it_by_a_claim_alone(sales, pool):  # noqa: F811
    _north, _head, ann, bob, _eve = sales
    row = lead_of(ann)
    return_lead(operator, row, reason="Too far away", pool=pool)
    lying = again(row)
    for run in (
        lambda: transfer_lead(operator, lying, owner=bob),
        lambda: convert_lead(operator, lying),
        lambda: disqualify_lead(operator, lying, reason=LeadReason.objects.unscoped("tests").first()),
    ):
        with pytest.raises(ValidationError, match="lies in a public pool"):
            run()
    route_idle()
    assert again(row).owner is None


def test_a_rule_for_leads_asks_for_no_deals(sales, pool, login):  # noqa: F811
    _north, head, *_rest = sales
    with pytest.raises(ValidationError, match="neither deals nor contracts"):
        rule_of(pool, trigger="won")
    page = login(head).get(f"/pools/rules/new/?pool={pool.pk}").text
    assert 'value="held"' in page
    assert 'value="contract"' not in page
    assert "spares_won" not in page
    made = pool_rules.create(operator, pool=pool, name="Held", days=90, trigger="held", asks={"city": "上海"})
    assert made.asks == {"city": "上海"}


def test_more_time_and_exemptions(sales, pool):  # noqa: F811
    _north, head, ann, bob, _eve = sales
    rule_of(pool)
    row = lead_of(ann, TODAY - 28 * DAY)
    ask_lead_time(actor_of(ann), row, reason="They decide next week", days=10)
    asked = ApprovalRequest.objects.unscoped("tests").get()
    assert asked.payload == {"days": 10, "due_on": f"{TODAY + 3 * DAY}"}
    approve_request(actor_of(head), asked)
    assert again(row).spared_until == TODAY + 12 * DAY
    spare_lead(actor_of(head), again(row), until=TODAY + dt.timedelta(days=60), reason="A tender")
    with pytest.raises(NotVisible):
        spare_lead(actor_of(bob), again(row), until=None)
    recycle()
    assert again(row).owner == ann


def test_pages_and_api(sales, pool, login):  # noqa: F811
    _north, _head, ann, bob, _eve = sales
    rule_of(pool)
    row, other = lead_of(ann, TODAY - 29 * DAY, company="Acme"), lead_of(ann, TODAY - 29 * DAY, company="Bolt")
    recycle()
    client = login(ann)
    assert "Returns to “Leads” on" in client.get(f"/leads/{row.pk}/pool/").text
    assert "Mr Wang" in client.get("/pools/due/leads/").text
    assert "Mr Wang" in client.get(f"/pools/{pool.pk}/?tab=due").text
    assert "Mr Wang" in client.get(f"/members/{ann.pk}/pool/").text
    answer = client.post(f"/leads/{row.pk}/return/", {"reason": "Too far away", "pool": pool.pk})
    assert (answer.status_code, again(row).pool_id) == (302, pool.pk)
    answer = client.post(f"/leads/{other.pk}/more-time/", {"reason": "Soon"})
    assert (answer.status_code, ApprovalRequest.objects.unscoped("tests").get().object_id) == (302, other.pk)
    assert "Acme" in login(bob).get(f"/pools/{pool.pk}/").text
    made = client.post(f"/api/v1/leads/{lead_of(ann).pk}/return", {"reason": "Gone"}, content_type="application/json")
    assert made.status_code == 200, made.text
    ops = make_member("Ops", role="salesops")
    assert login(ops).get("/pools/new/?kind=crm.lead").text.count("ask_source") > 0


def test_leads_are_imported_into_a_pool(sales, pool):  # noqa: F811
    from tests.integrations.test_tables import run, wrong

    _north, _head, ann, *_rest = sales
    text = f"姓名,公司名称,负责人,所属公海\n王一,Acme,,Leads\n王二,Bolt,{ann.employee_no},Leads\n"
    assert run("leads", text) == (1, 0, 0, 1)
    assert stay_of(Lead.objects.unscoped("tests").get(name="王一")).name == "Acme"
    assert "With an owner" in wrong("leads", text)


def test_somebody_of_another_unit_sees_nothing(sales, pool):  # noqa: F811
    _north, _head, ann, *_rest = sales
    row = lead_of(ann)
    return_lead(operator, row, reason="Too far away", pool=pool)
    with pytest.raises(NotVisible):
        claim(actor_of(make_member("Stranger")), stay_of(row))


def test_the_form_of_a_pool_for_leads_speaks_of_leads(sales, login):  # noqa: F811
    ops = login(make_member("Ops", role="salesops"))
    page = ops.get("/pools/new/?kind=crm.lead").text
    assert "Most leads held" in page
    labels = " ".join(re.findall(r"<label[^>]*>[^<]*", page))
    for word in ("ustomer", "won_counts", "clears_team"):
        assert word not in labels
    assert "Most customers held" in ops.get("/pools/new/?kind=crm.account").text


def test_days_stand_on_the_cards_as_people_say_them(sales, pool, login):  # noqa: F811
    _north, _head, ann, *_rest = sales
    rule_of(pool)
    row = lead_of(ann, TODAY - 31 * DAY)
    recycle()
    stay = PoolStay.objects.unscoped("tests").get(object_id=row.pk)
    client = login(ann)
    for url in (f"/pools/cards/{stay.pk}/", f"/leads/{row.pk}/pool/"):
        if (page := client.get(url)).status_code == 200:
            assert "2026-" not in page.text.replace("datetime=", "")


def test_archiving_lead_setup_says_what_becomes_of_it(sales, login):  # noqa: F811
    ops = login(make_member("Ops", role="salesops"))
    for kind, model in (("sources", LeadSource), ("reasons", LeadReason), ("steps", LeadStep)):
        row = model.objects.unscoped("tests").first()
        page = ops.get(f"/settings/leads/{kind}/{row.pk}/archive/").text
        assert "no longer be chosen" in page or "nothing happens on this day" in page
