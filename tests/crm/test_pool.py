"""The public pool: what nobody looks after goes back into it, fairly and with a reason, and who claims from it does so
within limits that hold."""

import datetime as dt
import json
from contextlib import ExitStack

import pytest
import time_machine
from django.core.exceptions import ValidationError

from muster.access.action import Refused
from muster.access.models import Event
from muster.access.scope import Forbidden, NotVisible
from muster.activities.actions.activity import activities
from muster.crm.actions.account import accounts, transfer_account
from muster.crm.actions.claim import Claimer, assign, claim, claim_many, looked, reveal
from muster.crm.actions.more_time import ask_account_time, due_of, lapse_gone, spare_account
from muster.crm.actions.pool import claim_limits, pool_rules, pool_seats, pools, switch_pool_rule
from muster.crm.actions.recycle import recycle
from muster.crm.actions.router import route_idle
from muster.crm.actions.stay import move_stay, return_account
from muster.crm.clocks import Allowance, batch_fits, free_slots
from muster.crm.models import Account, Contact, Pool, PoolRule, PoolStay
from muster.crm.pooled import kind_of
from muster.crm.routing import Reason
from muster.integrations.models import Notification
from muster.integrations.notifications import read_events, shown
from muster.people.actions.approval import approval_rules, approval_steps, approve_request, reject_request
from muster.people.actions.handover import plan_handover, start_handover
from muster.people.models import Absence, ApprovalRequest, ApprovalSeat
from muster.people.tasks import run_handover
from tests.factories import (
    actor_of,
    make_account,
    make_activity,
    make_contact,
    make_deal,
    make_member,
    make_product,
    make_unit,
    operator,
)

pytestmark = pytest.mark.django_db
TODAY = dt.date(2026, 6, 15)
DAY = dt.timedelta(days=1)


@pytest.fixture
def go():
    """Go to another day, noon in Shanghai, for the rest of the test."""
    with ExitStack() as journeys:
        yield lambda day: journeys.enter_context(
            time_machine.travel(dt.datetime.combine(day, dt.time(4), tzinfo=dt.UTC), tick=False)
        )


@pytest.fixture
def sales():
    """A unit with a head and two who sell; somebody of another unit."""
    north, south = make_unit("North"), make_unit("South")
    head = make_member("Head", unit=north, role="manager")
    ann, bob = (make_member(name, unit=north, manager=head) for name in ("Ann", "Bob"))
    return north, head, ann, bob, make_member("Eve", unit=south)


def pool_of(*members, admin=None, unit=None, **fields):
    pool = pools.create(operator, **{"name": "North pool", "kind": "crm.account", **fields})
    for member in members:
        pool_seats.create(operator, pool=pool, member=member)
    if unit:
        pool_seats.create(operator, pool=pool, unit=unit)
    if admin:
        pool_seats.create(operator, pool=pool, member=admin, is_admin=True)
    return Pool.objects.unscoped("tests").get(pk=pool.pk)


def rule_of(pool, on=True, **fields):
    given = {"name": "30 days", "days": 30, "grace_days": 0, "trigger": "follow_up", **fields}
    rule = pool_rules.create(operator, pool=pool, **given)
    if on:
        switch_pool_rule(operator, rule, on=True)
    return PoolRule.objects.unscoped("tests").get(pk=rule.pk)


def owned(owner, since, name="", **fields):
    """A customer that OWNER has since a day."""
    row = make_account(owner, name, **fields)
    Account.objects.unscoped("tests").filter(pk=row.pk).update(owned_since=since)
    return Account.objects.unscoped("tests").get(pk=row.pk)


def fresh(row):
    return type(row).objects.unscoped("tests").get(pk=row.pk)


def stay_of(row):
    return PoolStay.objects.unscoped("tests").get(object_id=row.pk, left_at=None)


def lying(pool, *names, **fields):
    """Customers in POOL, as they came with a return."""
    rows = []
    for name in names:
        row = make_account(fields.get("owner") or make_member(), name)
        return_account(operator, row, reason="Too far away", pool=pool)
        rows.append(row)
    return rows


def example(test_data, key):
    found = json.loads((test_data / "worked_examples.json").read_text(encoding="utf-8"))
    return next(one for one in found if one["id"] == key)


def names_in(pool):
    return sorted(PoolStay.objects.unscoped("tests").filter(pool=pool, left_at=None).values_list("name", flat=True))


# -- worked examples ---------------------------------------------------------------------------------------------------


def test_after_exactly_the_days_it_stays_and_a_day_later_it_goes(sales, go, test_data):
    one = example(test_data, "G01")
    go(dt.date.fromisoformat(one["inputs"]["today"]))
    _north, _head, ann, *_rest = sales
    rule_of(pool_of(ann), days=one["inputs"]["limit_day"])
    rows = {}
    for line in one["inputs"]["customers"]:
        row = owned(ann, dt.date.fromisoformat(line["claimed"]))
        Account.objects.unscoped("tests").filter(pk=row.pk).update(last_call_on=line["last_follow"])
        rows[line["id"]] = row
    recycle()
    assert [key for key, row in rows.items() if fresh(row).owner_id is None] == one["expected"]["recycled"]


def test_a_batch_over_a_days_claims_is_refused_whole(sales, test_data):
    one = example(test_data, "G03")["inputs"]
    said = [batch_fits(one["receive_num_per_day"], one["claimed_today"], wanted) for wanted in one["batches"]]
    assert [not why for why in said] == [True, False, False]
    assert said == ["", "day", "batch"], "above the limit itself it is another sentence"
    _north, _head, ann, *_rest = sales
    pool = pool_of(ann, per_day=5)
    lying(pool, *"ABCDEFGHI")
    first = list(PoolStay.objects.unscoped("tests").filter(left_at=None).order_by("pk"))
    assert len(claim_many(actor_of(ann), first[:3]).fits) == 3
    refused = claim_many(actor_of(ann), first[3:6])
    assert refused.fits == []
    assert {why for _stay, why in refused.refused} == {"Today's limit of 5 claims is reached: 2 are left today."}
    assert len(claim_many(actor_of(ann), first[3:5]).fits) == 2


def test_each_level_has_its_own_days(sales, go, test_data):
    one = example(test_data, "G05")
    go(dt.date(2026, 6, 15))
    _north, _head, ann, *_rest = sales
    pool, levels = pool_of(ann), {"A": "key", "B": "normal", "C": "small"}
    for at, (level, days) in enumerate(one["inputs"]["levels"].items()):
        rule_of(pool, name=level, rank=at, days=days, asks={"level": levels[level]})
    rows = [owned(ann, TODAY - DAY * line["days"], level=levels[line["level"]]) for line in one["inputs"]["idle_days"]]
    recycle()
    assert [fresh(row).owner_id is None for row in rows] == one["expected"]["recycled"]


def test_the_former_owner_waits_before_he_claims_again(sales, go, test_data):
    one = example(test_data, "G06")
    _north, _head, ann, *_rest = sales
    found, noon = [], dt.datetime(2026, 6, 15, 4, tzinfo=dt.UTC)
    for line in one["inputs"]["released_hours_ago"]:
        pool = pool_of(ann, cooldown_hours=one["inputs"]["cooldown_hours"][line["kind"]])
        with time_machine.travel(noon - dt.timedelta(hours=line["h"]), tick=False):
            (row,) = lying(pool, "X", owner=ann)
        with time_machine.travel(noon, tick=False):
            found.append(not Claimer(ann, pool).waits(stay_of(row)))
    assert found == one["expected"]["previous_owner_may_claim"]


def test_customers_who_bought_take_no_place(sales, test_data):
    one = example(test_data, "G08")
    asked, won = one["inputs"], one["inputs"]["of_which_won"]
    assert free_slots(asked["limit"], asked["holding"], won, asked["won_counts"]) == one["expected"]["free_slots"]
    _north, _head, ann, *_rest = sales
    pool = pool_of(ann, most_held=10, won_counts=False)
    for at in range(10):
        row = make_account(ann)
        if at < won:
            make_deal(ann, account=row, won=TODAY)
    assert Claimer(ann, pool).slots() == 3
    pools.edit(operator, pool, won_counts=True)
    assert Claimer(ann, fresh(pool)).slots() == 0


# -- days --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("counts", "away", "start", "ends"),
    [
        ("calendar", (), dt.date(2026, 6, 1), dt.date(2026, 6, 12)),
        ("working", (), dt.date(2026, 6, 1), dt.date(2026, 6, 16)),
        # 1 to 8 October 2025 were holidays; 28 September and 11 October were worked for them
        ("working", (), dt.date(2025, 9, 24), dt.date(2025, 10, 15)),
        ("no_holidays", (), dt.date(2025, 9, 24), dt.date(2025, 10, 11)),
        ("calendar", ((dt.date(2026, 6, 3), dt.date(2026, 6, 7)),), dt.date(2026, 6, 1), dt.date(2026, 6, 17)),
    ],
)
def test_days_are_counted_as_the_rule_says(counts, away, start, ends):
    allowance = Allowance(10, counts, away)
    assert allowance.ends(start) == ends
    for ahead in range(-20, 20):
        day = ends + DAY * ahead
        assert (allowance.latest(day) >= start) == (day >= ends), "what is asked forwards and backwards agrees"


def test_nothing_is_taken_while_the_owner_is_away_and_his_days_stand_still(sales, go):
    _north, _head, ann, bob, _eve = sales
    go(dt.date(2026, 6, 12))
    rule_of(pool_of(ann, bob), days=10)
    mine, his = owned(ann, dt.date(2026, 6, 1)), owned(bob, dt.date(2026, 6, 1))
    Absence(member=ann, starts_on=dt.date(2026, 6, 8), ends_on=dt.date(2026, 6, 14)).save()
    recycle()
    assert (fresh(mine).owner_id, fresh(his).owner_id) == (ann.pk, None)
    assert fresh(mine).due_on == dt.date(2026, 6, 19)
    go(dt.date(2026, 6, 18))
    assert recycle() == 0
    go(dt.date(2026, 6, 19))
    assert recycle() == 1


# -- what moves the clock ----------------------------------------------------------------------------------------------


def test_a_visit_is_a_follow_up_and_a_note_is_none(sales):
    _north, _head, ann, *_rest = sales
    rule_of(pool_of(ann))
    visited, noted = owned(ann, TODAY - DAY * 29), owned(ann, TODAY - DAY * 29)
    recycle()
    assert fresh(visited).due_on == fresh(noted).due_on == TODAY + DAY * 2
    eyes = actor_of(ann)
    activities.create(eyes, kind="visit", subject="Seen", account=visited)
    activities.create(eyes, kind="note", subject="Thought of it", account=noted)
    assert fresh(visited).last_visit_on == TODAY
    assert fresh(visited).due_on is None
    assert fresh(noted).due_on == TODAY + DAY * 2
    planned = activities.create(
        eyes,
        kind="visit",
        subject="Plan",
        account=noted,
        status="planned",
        planned_at=dt.datetime(2026, 6, 20, 4, tzinfo=dt.UTC),
    )
    assert planned.pk
    assert fresh(noted).due_on == TODAY + DAY * 2, "what is only planned moves nothing"


def test_only_the_kinds_a_rule_names_move_its_clock(sales):
    _north, _head, ann, *_rest = sales
    rule_of(pool_of(ann), touches=["visit"])
    row = owned(ann, TODAY - DAY * 40)
    activities.create(actor_of(ann), kind="call", subject="Rang", account=row)
    assert recycle() == 1


def test_a_transfer_begins_anew_also_where_it_was_done_in_bulk(sales):
    _north, _head, ann, bob, _eve = sales
    rule_of(pool_of(ann, bob))
    given, moved = owned(ann, TODAY - DAY * 90), owned(ann, TODAY - DAY * 90)
    transfer_account(operator, given, owner=bob)
    Account.objects.unscoped("tests").filter(pk=moved.pk).update(owner=bob)
    assert recycle() == 0
    assert fresh(moved).owned_since == TODAY


def test_deals_and_contracts_keep_a_customer(sales, go):
    _north, _head, ann, *_rest = sales
    rule_of(pool_of(ann), days=10)
    quiet, selling, bought, bound = (
        owned(ann, TODAY - DAY * 90, name) for name in ("Quiet", "Selling", "Bought", "Bound")
    )
    make_deal(ann, account=selling)
    make_deal(ann, account=bought, won=TODAY - DAY * 80)
    accounts.edit(operator, bound, contract_ends_on=TODAY + DAY)
    recycle()
    left = [row.name for row in map(fresh, (quiet, selling, bought, bound)) if row.owner_id is None]
    assert left == ["Quiet"]
    go(TODAY + DAY * 2)
    recycle()
    assert fresh(bound).owner_id is None


@pytest.mark.parametrize(
    ("trigger", "deals", "goes"),
    [
        ("deal", [], True),
        ("deal", [{"opened_on": TODAY - DAY * 5, "lost": TODAY}], False),
        ("won", [{"opened_on": TODAY - DAY * 5}], True),
        ("won", [{"won": TODAY - DAY * 5}], False),
        ("held", [{"won": TODAY - DAY * 5}], True),
    ],
)
def test_other_triggers_look_at_other_things(sales, trigger, deals, goes):
    _north, _head, ann, *_rest = sales
    rule_of(pool_of(ann), trigger=trigger, days=30, spares_open=False, spares_won=False)
    row = owned(ann, TODAY - DAY * 31)
    for one in deals:
        make_deal(ann, account=row, **one)
    make_activity(ann, TODAY, account=row)
    recycle()
    assert (fresh(row).owner_id is None) == goes


def test_so_many_days_after_the_end_of_a_contract(sales):
    _north, _head, ann, *_rest = sales
    rule_of(pool_of(ann), trigger="contract", days=10, spares_won=False)
    gone, kept, never = (owned(ann, dt.date(2025, 1, 1)) for _ in range(3))
    accounts.edit(operator, gone, contract_ends_on=TODAY - DAY * 11)
    accounts.edit(operator, kept, contract_ends_on=TODAY - DAY * 10)
    recycle()
    assert [fresh(row).owner_id is None for row in (gone, kept, never)] == [True, False, False]


def test_rules_ask_for_product_and_the_first_that_fits_decides(sales):
    _north, _head, ann, *_rest = sales
    pool, product = pool_of(ann), make_product()
    rule_of(pool, name="Robots", rank=1, days=90, asks={"product": str(product.pk)}, spares_open=False)
    rule_of(pool, name="Others", rank=2, days=30, spares_open=False)
    robots, others = owned(ann, TODAY - DAY * 60), owned(ann, TODAY - DAY * 60)
    make_deal(ann, account=robots, product=product)
    recycle()
    assert [fresh(row).owner_id is None for row in (robots, others)] == [False, True]
    assert Reason.read(stay_of(others).reason).values == {"days": 30, "since": dt.date(2026, 4, 16), "rule": "Others"}


# -- the night ---------------------------------------------------------------------------------------------------------


def test_a_night_that_is_run_twice_takes_and_tells_nothing_twice(sales):
    _north, _head, ann, *_rest = sales
    rule_of(pool_of(ann))
    owned(ann, TODAY - DAY * 31), owned(ann, TODAY - DAY * 28)
    assert recycle() == 1
    events = Event.objects.unscoped("tests").filter(action__in=("crm.account.recycle", "crm.account.due")).count()
    assert recycle() == 0
    assert events == 2
    assert Event.objects.unscoped("tests").filter(action__in=("crm.account.recycle", "crm.account.due")).count() == 2


def test_warnings_come_seven_three_and_one_day_before_and_a_missed_night_is_made_good(sales, go):
    _north, _head, ann, *_rest = sales
    row = owned(ann, TODAY)
    rule_of(pool_of(ann))
    said = {}
    for ahead in [*range(20, 26), 28, 29, 30, 31]:  # the nights of day 26 and 27 were missed
        go(TODAY + DAY * ahead)
        before = Event.objects.unscoped("tests").filter(action="crm.account.due").count()
        recycle()
        if Event.objects.unscoped("tests").filter(action="crm.account.due").count() > before:
            said[ahead] = Event.objects.unscoped("tests").filter(action="crm.account.due").latest("pk").context["days"]
    assert said == {24: 7, 28: 3, 30: 1}
    assert fresh(row).owner_id is None


def test_the_owner_hears_of_it_and_afterwards_reads_why(sales, go):
    _north, _head, ann, *_rest = sales
    owned(ann, TODAY - DAY * 24, "Acme")
    rule_of(pool_of(ann))
    recycle()
    go(TODAY + DAY * 7)
    recycle()
    read_events()
    bell = (
        Notification.objects.unscoped("tests")
        .filter(user=ann.user, event__model__startswith="crm.")
        .select_related("event")
        .order_by("pk")
    )
    titles = [one["title"] for one in shown(bell, actor_of(ann))]
    assert titles == ["Acme went back to the public pool"], "the warning is about what he sees no longer"
    stay = PoolStay.objects.visible_to(actor_of(ann)).get()
    assert str(Reason.read(stay.reason)) == "No effective follow-up for more than 30 days, the last on May 22 (30 days)"


def test_a_rule_that_is_switched_on_gives_days_of_grace(sales, go):
    _north, _head, ann, *_rest = sales
    row = owned(ann, TODAY - DAY * 400)
    rule_of(pool_of(ann), grace_days=7)
    assert recycle() == 0
    assert fresh(row).due_on == TODAY + DAY * 7
    go(TODAY + DAY * 7)
    assert recycle() == 1


def test_what_is_done_while_the_night_runs_saves_the_customer(sales, monkeypatch):
    from muster.crm.actions import recycle as night

    _north, _head, ann, *_rest = sales
    rule_of(pool_of(ann))
    row, kept = owned(ann, TODAY - DAY * 31), night.keep

    def meanwhile(*args, **kwargs):
        kept(*args, **kwargs)
        monkeypatch.setattr(night, "keep", kept)
        activities.create(actor_of(ann), kind="call", subject="Rang", account=row)

    monkeypatch.setattr(night, "keep", meanwhile)
    assert recycle() == 0
    assert fresh(row).owner_id == ann.pk


def test_contacts_go_with_the_customer_and_its_team_is_taken_off(sales):
    _north, _head, ann, bob, _eve = sales
    rule_of(pool_of(ann, bob))
    row = owned(ann, TODAY - DAY * 31)
    contact = make_contact(row)
    row.team.create(member=bob)
    recycle()
    assert Contact.objects.unscoped("tests").get(pk=contact.pk).owner_id is None
    assert not Account.objects.visible_to(actor_of(bob)).filter(pk=row.pk).exists()
    claim(actor_of(bob), stay_of(row))
    assert Contact.objects.unscoped("tests").get(pk=contact.pk).owner_id == bob.pk


def test_routing_leaves_alone_what_lies_in_a_pool(sales):
    from tests.crm.test_router import rule_of as routing

    north, _head, ann, *_rest = sales
    (row,) = lying(pool_of(ann), "Acme")
    routing(north, named=(ann,), only_named=True)
    assert route_idle() == 0
    assert fresh(row).owner_id is None
    with pytest.raises(ValidationError, match="assign it there"):
        transfer_account(operator, fresh(row), owner=ann)


# -- more time ---------------------------------------------------------------------------------------------------------


def hand_over(giver, taker) -> None:
    row = plan_handover(operator, member=giver, receivers=[taker])
    start_handover(operator, row)
    run_handover.call(row.pk)


def ask_time(owner, row, **said) -> ApprovalRequest:
    ask_account_time(actor_of(owner), row, **{"reason": "They decide in July", **said})
    return ApprovalRequest.objects.unscoped("tests").filter(object_id=row.pk).latest("pk")


def asked_are(asked) -> list[str]:
    seats = ApprovalSeat.objects.unscoped("tests").filter(request=asked, state="open")
    return sorted(seats.values_list("member__name", flat=True))


def test_more_time_is_granted_by_who_looks_after_the_pool(sales, go):
    _north, head, ann, bob, _eve = sales
    rule_of(pool_of(ann, bob, admin=bob), extension_days=14)
    row = owned(ann, TODAY - DAY * 29)
    asked = ask_time(ann, row)
    assert (asked.payload, asked_are(asked)) == ({"days": 14, "due_on": "2026-06-17"}, ["Bob"])
    with pytest.raises(Refused, match="asked already"):
        ask_time(ann, row)
    for other in (ann, head):
        with pytest.raises((Refused, Forbidden, NotVisible)):
            approve_request(actor_of(other), asked)
    approve_request(actor_of(bob), asked)
    assert due_of(kind_of("crm.account"), fresh(row)).on == TODAY + DAY * 16
    go(TODAY + DAY * 15)
    assert recycle() == 0
    go(TODAY + DAY * 16)
    assert recycle() == 1


def test_a_refused_request_changes_nothing_and_another_may_follow(sales):
    _north, _head, ann, bob, _eve = sales
    rule_of(pool_of(ann, admin=bob))
    row = owned(ann, TODAY - DAY * 29)
    asked = ask_time(ann, row)
    reject_request(actor_of(bob), asked, note="Call them first")
    assert fresh(row).spared_until is None
    with pytest.raises((Refused, Forbidden)):
        approve_request(actor_of(bob), fresh(asked))
    assert ask_time(ann, row, days=3).status == "open"


def test_a_rule_of_the_firm_says_who_decides_and_without_a_keeper_the_manager_does(sales):
    _north, _head, ann, _bob, eve = sales
    rule_of(pool_of(ann, admin=ann))
    row = owned(ann, TODAY - DAY * 29)
    assert asked_are(ask_time(ann, row)) == ["Head"], "nobody decides about what he asked himself"
    rule = approval_rules.create(operator, kind="more_time", name="More time")
    approval_steps.create(operator, rule=rule, who="member", member=eve)
    other = owned(ann, TODAY - DAY * 29)
    assert asked_are(ask_time(ann, other)) == ["Eve"]


def test_what_changed_hands_meanwhile_is_asked_for_no_longer(sales):
    _north, _head, ann, bob, _eve = sales
    rule_of(pool_of(ann, bob, admin=bob))
    row = owned(ann, TODAY - DAY * 29)
    asked = ask_time(ann, row)
    transfer_account(operator, row, owner=bob)
    assert fresh(asked).status == "lapsed", "at once"
    with pytest.raises(Forbidden):
        approve_request(actor_of(bob), fresh(asked))
    for change in (
        lambda row: return_account(operator, row, reason="No need"),
        lambda row: accounts.edit(operator, row, owner=bob),
        lambda row: hand_over(ann, bob),
    ):
        row = owned(ann, TODAY - DAY * 29)
        asked = ask_time(ann, row)
        change(fresh(row))
        assert fresh(asked).status == "lapsed"


def test_what_changed_hands_past_all_actions_is_asked_for_no_longer_from_the_night_on(sales):
    _north, _head, ann, bob, _eve = sales
    rule_of(pool_of(ann, bob, admin=bob))
    row = owned(ann, TODAY - DAY * 29)
    asked = ask_time(ann, row)
    Account.objects.unscoped("tests").filter(pk=row.pk).update(owner=bob)
    with pytest.raises(Refused, match="has changed since"):
        approve_request(actor_of(bob), asked)
    assert (lapse_gone(), lapse_gone()) == (1, 0)
    assert fresh(asked).status == "lapsed"


def test_more_time_is_asked_for_by_the_owner_and_when_it_is_needed(sales):
    _north, head, ann, bob, _eve = sales
    rule_of(pool_of(ann, admin=bob))
    with pytest.raises((Refused, Forbidden, NotVisible)):
        ask_time(head, owned(ann, TODAY - DAY * 29))
    far = owned(ann, TODAY)
    rule = PoolRule.objects.unscoped("tests").get()
    pool_rules.edit(operator, rule, days=90)
    with pytest.raises(Refused, match="within the next 30 days"):
        ask_time(ann, far)


def test_an_exemption_has_a_reason_and_an_end(sales, go):
    _north, head, ann, *_rest = sales
    rule_of(pool_of(ann))
    row = owned(ann, TODAY - DAY * 40)
    with pytest.raises(ValidationError, match="Say why"):
        spare_account(actor_of(head), row, until=TODAY + DAY * 9)
    with pytest.raises(Forbidden):
        spare_account(actor_of(ann), row, until=TODAY + DAY * 9, reason="Mine")
    spare_account(actor_of(head), row, until=TODAY + DAY * 9, reason="Tender runs")
    go(TODAY + DAY * 9)
    assert recycle() == 0
    go(TODAY + DAY * 10)
    assert recycle() == 1


# -- claiming ----------------------------------------------------------------------------------------------------------


def test_members_see_a_card_and_no_phone_and_after_the_claim_the_whole_customer(sales):
    _north, _head, ann, _bob, eve = sales
    pool = pool_of(ann)
    row = make_account(eve, "Acme", phone="010-88886666", city="Beijing")
    make_contact(row, phone="13812345678")
    return_account(operator, row, reason="Moved north", pool=pool)
    assert not Account.objects.visible_to(actor_of(ann)).exists()
    assert not Contact.objects.visible_to(actor_of(ann)).exists()
    stay = PoolStay.objects.visible_to(actor_of(ann)).get()
    assert (stay.name, stay.city) == ("Acme", "Beijing")
    claim(actor_of(ann), stay)
    mine = Account.objects.visible_to(actor_of(ann)).get()
    assert (mine.phone, mine.owner_id, mine.pool_id, mine.owned_since) == ("010-88886666", ann.pk, None, TODAY)
    assert Contact.objects.visible_to(actor_of(ann)).get().phone == "13812345678"
    event = Event.objects.unscoped("tests").get(action="crm.account.claimed")
    assert event.changes == {"owner": [None, ann.pk], "pool": [pool.pk, None]}


def test_who_belongs_to_no_pool_sees_and_claims_nothing(sales):
    _north, _head, ann, _bob, eve = sales
    (row,) = lying(pool_of(ann), "Acme")
    assert not PoolStay.objects.visible_to(actor_of(eve)).exists()
    with pytest.raises(NotVisible):
        claim(actor_of(eve), stay_of(row))


def test_from_a_pool_that_only_assigns_nobody_claims(sales):
    _north, _head, ann, bob, eve = sales
    (row, other) = lying(pool_of(ann, admin=bob, is_claimable=False), "Acme", "Bolt")
    stay = stay_of(row)
    with pytest.raises(Forbidden):
        claim(actor_of(ann), stay)
    with pytest.raises(Forbidden):
        assign(actor_of(ann), stay, owner=ann)
    with pytest.raises(ValidationError, match="no member of this pool"):
        assign(actor_of(bob), stay, owner=eve)
    assign(actor_of(bob), stay, owner=ann)
    assert fresh(row).owner_id == ann.pk
    with pytest.raises(Forbidden):
        claim(actor_of(bob), stay_of(other)), "who looks after a pool assigns and does not help himself"


def test_the_second_reads_a_sentence_and_learns_nothing(sales):
    _north, _head, ann, bob, _eve = sales
    (row,) = lying(pool_of(ann, bob), "Acme")
    stay = stay_of(row)
    claim(actor_of(ann), stay)
    late = claim_many(actor_of(bob), [stay])
    assert late.fits == []
    assert [why for _stay, why in late.refused] == ["Somebody was faster: this is no longer in the pool."]
    assert fresh(row).owner_id == ann.pk


def test_the_unit_of_the_former_owner_waits_and_others_do_not(sales, go):
    _north, _head, ann, bob, eve = sales
    pool = pool_of(bob, eve, team_cooldown_hours=48)
    (row,) = lying(pool, "Acme", owner=ann)
    with pytest.raises(Refused, match="Others come first"):
        claim(actor_of(bob), stay_of(row))
    assert Claimer(eve, pool).waits(stay_of(row)) == ""
    go(TODAY + DAY * 2)
    claim(actor_of(bob), stay_of(row))


def test_limits_of_a_pool_over_all_pools_and_of_one_person(sales):
    north, _head, ann, bob, _eve = sales
    first, second = pool_of(ann, bob, per_day=1), pool_of(ann, bob, name="Second")
    a, b = lying(first, "A", "B")
    c, d = lying(second, "C", "D")
    claim(actor_of(ann), stay_of(a))
    with pytest.raises(Refused, match="Today's limit of 1 claims"):
        claim(actor_of(ann), stay_of(b))
    claim_limits.create(operator, unit=north, per_day=2)
    claim(actor_of(ann), stay_of(c))
    with pytest.raises(Refused, match="Today's limit of 2 claims"):
        claim(actor_of(ann), stay_of(d))
    claim_limits.create(operator, member=ann, per_day=3)
    claim(actor_of(ann), stay_of(d))
    claim_limits.create(operator, member=bob, most_held=0)
    with pytest.raises(Refused, match="most that may be held"):
        claim(actor_of(bob), stay_of(b))


def test_contacts_are_shown_before_the_claim_only_so_often_a_day(sales, go):
    _north, _head, ann, _bob, eve = sales
    pool = pool_of(ann, looks_per_day=1)
    rows = [make_account(eve, name, phone="021-1") for name in ("A", "B")]
    for row in rows:
        make_contact(row, "Mr Li", phone="13812345678")
        return_account(operator, row, reason="–", pool=pool)
    first, second = map(stay_of, rows)
    assert looked(actor_of(ann), first) is None
    reveal(actor_of(ann), first)
    reveal(actor_of(ann), first)
    assert [one["phone"] for one in looked(actor_of(ann), first)] == ["021-1", "13812345678"]
    with pytest.raises(Refused, match="behind 1 cards a day"):
        reveal(actor_of(ann), second)
    assert looked(actor_of(ann), second) is None
    go(TODAY + DAY)
    assert looked(actor_of(ann), first) is None
    reveal(actor_of(ann), second)
    assert Event.objects.unscoped("tests").filter(action="crm.poolstay.reveal").count() == 3


# -- returning, moving -------------------------------------------------------------------------------------------------


def test_a_return_goes_where_it_belongs_or_where_one_chooses(sales):
    _north, _head, ann, *_rest = sales
    south = pool_of(name="South", rank=1, asks={"city": "Guangzhou"})
    rest, other = pool_of(name="Rest", rank=2), pool_of(ann, name="Other", rank=3)
    rows = [make_account(ann, city=city) for city in ("Guangzhou", "Harbin", "Harbin")]
    for row in rows[:2]:
        return_account(actor_of(ann), row, reason="Too far away")
    return_account(actor_of(ann), rows[2], reason="Too far away", pool=other)
    assert [fresh(row).pool_id for row in rows] == [south.pk, rest.pk, other.pk]
    assert str(Reason.read(stay_of(rows[0]).reason)).endswith(": Too far away")
    with pytest.raises(NotVisible):
        return_account(actor_of(ann), rows[0], reason="Again")


def test_nothing_with_a_deal_in_progress_is_returned(sales):
    _north, _head, ann, *_rest = sales
    pool_of(ann)
    row = make_account(ann)
    make_deal(ann, account=row)
    with pytest.raises(Refused, match="deals in progress"):
        return_account(actor_of(ann), row, reason="No more")
    assert fresh(row).owner_id == ann.pk


def test_from_pool_to_pool_with_a_line_in_the_log_of_each(sales):
    _north, _head, ann, bob, _eve = sales
    first, second = pool_of(ann, admin=bob), pool_of(bob, name="Second")
    (row,) = lying(first, "Acme", owner=ann)
    move_stay(actor_of(bob), stay_of(row), pool=second, reason="Belongs there")
    assert (names_in(first), names_in(second), fresh(row).pool_id) == ([], ["Acme"], second.pk)
    log = [(one.came_by, one.left_by, one.former_owner_id) for one in PoolStay.objects.unscoped("tests").order_by("pk")]
    assert log == [("returned", "moved", ann.pk), ("moved", "", ann.pk)]


def test_who_looks_after_a_pool_changes_it_and_no_other(sales):
    _north, _head, ann, bob, _eve = sales
    mine, other = pool_of(ann, admin=bob), pool_of(ann, name="Other")
    pools.edit(actor_of(bob), mine, per_day=3)
    for refused in (ann, bob):
        with pytest.raises((Forbidden, ValidationError)):
            pool_rules.create(actor_of(refused), pool=other, name="Mine", days=1)
    with pytest.raises(Forbidden):
        pools.edit(actor_of(ann), mine, per_day=9)
    assert fresh(mine).per_day == 3


def test_what_gets_an_owner_past_the_pool_or_goes_lies_in_it_no_longer(sales):
    _north, _head, ann, *_rest = sales
    pool = pool_of(ann)
    given, gone, kept = lying(pool, "Given", "Gone", "Kept")
    Account.objects.unscoped("tests").filter(pk=given.pk).update(owner=ann)
    Account.objects.unscoped("tests").filter(pk=gone.pk).delete()
    recycle()
    assert names_in(pool) == ["Kept"]
    assert fresh(given).pool_id is None
    assert fresh(kept).pool_id == pool.pk


def test_accounts_are_imported_into_a_pool(sales):
    from tests.integrations.test_tables import run, wrong

    _north, _head, ann, bob, _eve = sales
    pool = pool_of(ann, admin=bob)
    text = f"客户名称,负责人,所属公海\nAcme,,North pool\nBolt,{ann.employee_no},North pool\nCask,,\n"
    assert run("accounts", text) == (2, 0, 0, 1)
    assert names_in(pool) == ["Acme"]
    assert (stay_of(Account.objects.unscoped("tests").get(name="Acme")).came_by) == "imported"
    assert "With an owner it lies in no public pool" in wrong("accounts", text)
    assert "North pool" in wrong("accounts", "客户名称,所属公海\nDell,North pool\n", actor_of(ann)), "not his to fill"
    assert run("accounts", "客户名称,所属公海\nAcme,North pool\n") == (0, 0, 1, 0)
