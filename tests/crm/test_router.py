"""Rules give what nobody has: to whom they should, with a reason, never twice, and what finds nobody waits visibly."""

import datetime as dt
from contextlib import ExitStack

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.utils import timezone

from muster.access.action import Refused
from muster.access.models import Event
from muster.access.scope import Forbidden, NotVisible
from muster.activities.actions.task import route_task, tasks
from muster.activities.models import Task
from muster.crm.actions.account import accounts, transfer_account
from muster.crm.actions.router import route_idle
from muster.crm.actions.routing import (
    require_of_rule,
    route_account,
    rules,
    seat_member,
    settle_routing,
    switch_rule,
    unseat_member,
)
from muster.crm.actions.trial import shown_refusals, simulate
from muster.crm.models import Account, Routing, RoutingRule, RoutingSeat
from muster.crm.routing import Reason
from muster.integrations.models import Notification
from muster.integrations.notifications import read_events
from muster.people.actions.absence import absences
from muster.people.actions.territory import give_territory, territories
from muster.people.models import Member, Skill, SkillCategory, SkillEvidence
from tests.factories import actor_of, make_account, make_member, make_task, make_unit, operator

pytestmark = pytest.mark.django_db
NOON = dt.datetime(2026, 6, 15, 4, tzinfo=dt.UTC)  # a Monday, 12:00 in Shanghai


@pytest.fixture
def time_machine_at():
    """Go to another moment for the rest of the test."""
    with ExitStack() as journeys:
        yield lambda moment: journeys.enter_context(time_machine.travel(moment, tick=False))


@pytest.fixture
def firm():
    """A head over two who sell, in one unit."""
    unit = make_unit("North")
    head = make_member("Head", unit=unit, role="manager")
    people = [make_member(name, unit=unit, manager=head) for name in ("Ann", "Bob")]
    unit.head = head
    unit.save()
    return unit, head, *people


def rule_of(unit, on=True, named=(), **fields):
    row = rules.create(
        operator, **{"name": "North", "kind": "crm.account", "unit": unit, "mode": "round_robin", **fields}
    )
    for member in named:
        seat_member(operator, row, member=member)
    if on:
        switch_rule(operator, row, on=True)
    return RoutingRule.objects.unscoped("tests").get(pk=row.pk)


def owners(*rows):
    found = dict(Account.objects.unscoped("tests").values_list("pk", "owner__name"))
    return [found[row.pk] for row in rows]


def routings(**narrow):
    return list(Routing.objects.unscoped("tests").filter(**narrow).order_by("pk"))


def skilled(member, name, level):
    category = SkillCategory.objects.unscoped("tests").first() or SkillCategory(name="Languages", code="lang")
    category.save()
    skill = Skill.objects.unscoped("tests").filter(name=name).first() or Skill(name=name, category=category)
    skill.save()
    if member:
        SkillEvidence(member=member, skill=skill, source="manager", level=level, on=dt.date(2026, 1, 1)).save()
    return skill


def test_what_nobody_has_is_given_in_turn_and_nothing_twice(firm):
    unit, _head, ann, bob = firm
    rule_of(unit, named=(ann, bob), only_named=True)
    waiting, mine = [make_account() for _ in range(3)], make_account(bob)
    assert route_idle() == 3
    assert owners(*waiting, mine) == ["Ann", "Bob", "Ann", "Bob"]
    assert route_idle() == 0
    assert [one.status for one in routings()] == ["given"] * 3
    more = make_account()
    route_idle()
    assert owners(more) == ["Bob"], "the rule remembers whose turn it is"


def test_the_trail_and_the_new_owner_hear_which_rule_it_was(firm):
    unit, _head, ann, _bob = firm
    rule_of(unit, named=(ann,), only_named=True)
    account = make_account()
    route_idle()
    event = Event.objects.unscoped("tests").get(action="crm.account.transfer", object_id=account.pk)
    assert event.changes["owner"] == [None, ann.pk]
    assert event.actor_name == "规则：North"
    assert event.user_id is None
    read_events()
    told = Notification.objects.unscoped("tests").filter(event=event)
    assert [one.user_id for one in told] == [ann.user_id]
    assert str(Reason.read(routings()[0].reason)) in ("next in turn", "按顺序轮到")


def test_a_rule_that_is_off_or_archived_gives_nothing(firm):
    unit, *_rest = firm
    rule = rule_of(unit, on=False)
    account = make_account()
    assert route_idle() == 0
    rules.archive(operator, rule)
    with pytest.raises(Refused):
        switch_rule(operator, rule, on=True)
    assert owners(account) == [None]


def test_the_first_rule_that_fits_decides(firm):
    unit, _head, ann, bob = firm
    rule_of(unit, name="Key accounts", rank=1, named=(ann,), only_named=True, asks={"level": "key"})
    rule_of(unit, name="All others", rank=2, named=(bob,), only_named=True)
    small, key = make_account(level="small"), make_account(level="key")
    route_idle()
    assert owners(small, key) == ["Bob", "Ann"]


def test_who_lacks_the_skill_or_has_an_expired_certificate_gets_nothing(firm):
    unit, _head, ann, bob = firm
    skill = skilled(ann, "Medical", 2)
    skilled(bob, "Medical", 4)
    rule = rule_of(unit)
    require_of_rule(operator, rule, skill=skill, level=3)
    account = make_account()
    route_idle()
    assert owners(account) == ["Bob"]
    SkillEvidence.objects.unscoped("tests").update(valid_until=dt.date(2026, 6, 14))
    late = make_account()
    route_idle()
    assert owners(late) == [None]
    require_of_rule(operator, rule, skill=skill, level=0)
    route_idle()
    assert owners(late) != [None]


def test_nobody_who_is_away_leaving_or_gone_gets_anything(firm):
    unit, head, ann, bob = firm
    rule_of(unit, named=(ann, bob), only_named=True)
    absences.create(operator, member=ann, starts_on=dt.date(2026, 6, 15), ends_on=dt.date(2026, 6, 19))
    Member.objects.unscoped("tests").filter(pk=bob.pk).update(status="leaving")
    account = make_account()
    route_idle()
    assert owners(account) == [None]
    found = routings()[0]
    assert (found.status, found.owner_id) == ("waiting", head.pk)
    Member.objects.unscoped("tests").filter(pk=bob.pk).update(status="left")
    route_idle()
    assert owners(account) == [None]


def test_what_waits_raises_one_alarm_and_goes_to_who_comes_back(firm, time_machine_at):
    unit, head, ann, _bob = firm
    rule_of(unit, named=(ann,), only_named=True)
    absences.create(operator, member=ann, starts_on=dt.date(2026, 6, 15), ends_on=dt.date(2026, 6, 15))
    account = make_account()
    route_idle()
    route_idle()
    alarms = Event.objects.unscoped("tests").filter(action="crm.routing.wait")
    assert len(alarms) == 1
    assert len(routings()) == 1
    read_events()
    assert Notification.objects.unscoped("tests").get(event=alarms[0]).user_id == head.user_id
    time_machine_at(NOON + dt.timedelta(days=1))
    assert route_idle() == 1
    assert owners(account) == ["Ann"]
    assert [one.status for one in routings()] == ["given"]


def test_the_head_sees_what_waits_and_gives_it_by_hand(firm):
    unit, head, ann, bob = firm
    rule = rule_of(unit, named=(ann,), only_named=True)
    switch = absences.create(operator, member=ann, starts_on=dt.date(2026, 6, 15), ends_on=dt.date(2026, 6, 19))
    assert switch.pk
    account = make_account()
    boss, rep = actor_of(head), actor_of(bob)
    assert not Account.objects.visible_to(boss).filter(pk=account.pk).exists()
    route_idle()
    assert Account.objects.visible_to(boss).filter(pk=account.pk).exists()
    assert not Account.objects.visible_to(rep).filter(pk=account.pk).exists()
    row = Routing.objects.visible_to(boss).get(rule=rule)
    assert next((str(one), str(why)) for one, why in shown_refusals(boss, row))[0] == "Ann"
    with pytest.raises((Forbidden, NotVisible)):
        settle_routing(rep, row, owner=bob)
    settle_routing(boss, row, owner=bob)
    assert owners(account) == ["Bob"]
    assert routings()[0].status == "settled"
    with pytest.raises(Refused):
        settle_routing(boss, row, owner=ann)


def test_what_was_given_otherwise_or_archived_waits_no_longer(firm):
    unit, _head, ann, bob = firm
    rule_of(unit, named=(ann,), only_named=True)
    absences.create(operator, member=ann, starts_on=dt.date(2026, 6, 15), ends_on=dt.date(2026, 6, 19))
    taken, archived = make_account(), make_account()
    route_idle()
    transfer_account(operator, taken, owner=bob)
    accounts.archive(operator, archived)
    route_idle()
    assert {one.status for one in routings()} == {"gone"}


def test_capacity_cap_and_hours_hold(firm, time_machine_at):
    unit, _head, ann, bob = firm
    rule_of(unit, named=(ann, bob), only_named=True, capacity=2, works_from=dt.time(9), works_to=dt.time(18))
    make_account(ann)
    make_account(ann)
    found = [make_account() for _ in range(3)]
    route_idle()
    assert owners(*found) == ["Bob", "Bob", None]
    time_machine_at(NOON + dt.timedelta(hours=10))
    late = make_account()
    route_idle()
    assert owners(late) == [None]
    assert "working hours" in str(Reason.read(routings(object_id=late.pk)[0].reason)) or "工作时间" in str(
        Reason.read(routings(object_id=late.pk)[0].reason)
    )


def test_no_more_than_the_cap_is_given_on_a_day_and_nothing_is_made_up_for(firm, time_machine_at):
    unit, _head, ann, _bob = firm
    rule_of(unit, named=(ann,), only_named=True, cap=2, cap_per="day")
    found = [make_account() for _ in range(5)]
    route_idle()
    route_idle()
    assert owners(*found).count("Ann") == 2
    time_machine_at(NOON + dt.timedelta(days=1))
    route_idle()
    assert owners(*found).count("Ann") == 4


def test_a_territory_counts_with_all_that_lies_in_it(firm):
    unit, _head, ann, bob = firm
    east = territories.create(operator, name="华东", code="EAST")
    territories.create(operator, name="苏州", code="SZ", parent=east)
    north = territories.create(operator, name="华北", code="NORTH")
    give_territory(operator, member=ann, territory=east)
    give_territory(operator, member=bob, territory=north)
    rule_of(unit, same_territory=True)
    inside, outside = make_account(city="苏州市"), make_account(city="广州")
    route_idle()
    assert owners(inside, outside) == ["Ann", None]


def test_weights_hold_over_many_records(firm):
    unit, _head, ann, bob = firm
    rule = rule_of(unit, mode="ratio", only_named=True, on=False)
    seat_member(operator, rule, member=ann, weight=3)
    seat_member(operator, rule, member=bob, weight=1)
    switch_rule(operator, rule, on=True)
    found = [make_account() for _ in range(8)]
    route_idle()
    assert owners(*found).count("Ann") == 6
    assert owners(*found).count("Bob") == 2


def test_an_account_with_an_owner_is_not_routed_on_demand(firm):
    unit, head, ann, bob = firm
    rule_of(unit, named=(bob,), only_named=True)
    with pytest.raises(Refused):
        route_account(actor_of(head), make_account(ann))
    free = make_account()
    with pytest.raises(NotVisible):
        route_account(actor_of(head), free)
    row = route_account(operator, free)
    assert row.owner_id == bob.pk


def test_a_task_goes_to_who_has_the_skill_and_stays_where_it_is_if_nobody_has(firm):
    unit, head, ann, bob = firm
    skill = skilled(bob, "Cantonese", 4)
    rule = rule_of(unit, name="Calls", kind="activities.task", asks={"words": "call"})
    require_of_rule(operator, rule, skill=skill, level=3)
    task = make_task(head, "Please call Kowloon")
    assert route_task(actor_of(head), task).owner_id == bob.pk
    other = make_task(head, "Write a letter")
    with pytest.raises(Refused):
        route_task(actor_of(head), other)
    skilled(None, "Cantonese", 0)
    SkillEvidence.objects.unscoped("tests").update(level=1)
    again = make_task(head, "Another call")
    assert route_task(actor_of(head), again).owner_id == head.pk
    assert routings(status="waiting")[0].object_id == again.pk
    tasks.edit(operator, Task.objects.unscoped("tests").get(pk=again.pk), owner=ann)
    assert Task.objects.unscoped("tests").get(pk=other.pk).owner_id == head.pk


def test_a_trial_gives_nothing_and_says_what_it_would_have_given(firm):
    unit, _head, ann, bob = firm
    rule = rule_of(unit, on=False, named=(ann, bob), only_named=True, cap=1, cap_per="day")
    rows = [make_account(ann), make_account(), make_account()]
    old = make_account()
    Account.objects.unscoped("tests").filter(pk=old.pk).update(created_at=NOON - dt.timedelta(days=60))
    before = Event.objects.unscoped("tests").count()
    trial = simulate(operator, rule, dt.date(2026, 6, 1), dt.date(2026, 6, 16))
    assert [one.row.pk for one in trial.lines] == [one.pk for one in rows]
    assert [one.member.name if one.member else None for one in trial.lines] == ["Ann", "Bob", None]
    assert trial.nobody == 1
    assert [(one.name, would, have) for one, would, have in trial.table] == [("Ann", 1, 1), ("Bob", 1, 0)]
    assert owners(*rows) == ["Ann", None, None]
    assert not routings()
    assert Event.objects.unscoped("tests").count() == before
    assert RoutingRule.objects.unscoped("tests").get(pk=rule.pk).memory == {}


def test_a_trial_shows_only_records_one_sees(firm):
    unit, head, ann, _bob = firm
    rule = rule_of(unit, on=False)
    mine, theirs = make_account(ann), make_account(make_member("Far"))
    trial = simulate(actor_of(head), rule, dt.date(2026, 6, 1), dt.date(2026, 6, 16))
    assert [one.row.pk for one in trial.lines] == [mine.pk]
    assert theirs.pk


def test_a_rule_that_cannot_be_is_refused_in_a_sentence(firm):
    unit, *_rest = firm
    for wrong in (
        {"kind": "people.member"},
        {"asks": {"colour": "red"}},
        {"works_from": dt.time(9)},
        {"capacity": 0},
    ):
        with pytest.raises(ValidationError):
            rule_of(unit, **wrong)
    empty = make_unit("Empty")
    with pytest.raises(Refused):
        rule_of(empty)
    assert RoutingRule.objects.unscoped("tests").filter(is_on=True).count() == 0


def test_a_member_taken_out_of_a_rule_is_as_before(firm):
    unit, _head, ann, bob = firm
    rule = rule_of(unit, on=False)
    seat_member(operator, rule, member=ann, takes_part=False)
    seat_member(operator, rule, member=bob, takes_part=False)
    seats = list(RoutingSeat.objects.unscoped("tests").filter(rule=rule))
    unseat_member(operator, seats[0])
    assert RoutingSeat.objects.unscoped("tests").filter(rule=rule).count() == 1


def test_two_absences_of_one_member_do_not_overlap(firm):
    _unit, _head, ann, bob = firm
    absences.create(operator, member=ann, starts_on=dt.date(2026, 4, 1), ends_on=dt.date(2026, 4, 5))
    with pytest.raises(ValidationError) as refused:
        absences.create(operator, member=ann, starts_on=dt.date(2026, 4, 5), ends_on=dt.date(2026, 4, 6))
    assert "2026-04-01" in str(refused.value)
    with pytest.raises(ValidationError):
        absences.create(operator, member=ann, starts_on=dt.date(2026, 5, 5), ends_on=dt.date(2026, 5, 4))
    absences.create(actor_of(bob), member=bob, starts_on=dt.date(2026, 4, 5), ends_on=dt.date(2026, 4, 6))
    with pytest.raises((Forbidden, NotVisible)):
        absences.create(actor_of(bob), member=ann, starts_on=dt.date(2026, 8, 5), ends_on=dt.date(2026, 8, 6))


def test_the_screens_of_routing_open(firm, login):
    unit, head, ann, _bob = firm
    rule = rule_of(unit, named=(ann,), only_named=True)
    make_account(city="上海", industry="医疗")
    absences.create(operator, member=ann, starts_on=dt.date(2026, 6, 15), ends_on=dt.date(2026, 6, 19))
    route_idle()
    client = login(head)
    page = client.get("/routing/")
    assert page.status_code == 200
    assert "Ann" in page.content.decode()
    assert client.get("/routing/rules/").status_code == 403
    ops = make_member("Ops", unit=unit, role="salesops")
    client = login(ops)
    for address in ("/routing/rules/", rule.get_absolute_url(), f"/routing/rules/{rule.pk}/try/", "/routing/"):
        assert client.get(address).status_code == 200, address
    form = client.get("/routing/rules/new/?kind=crm.account").content.decode()
    assert 'name="ask_level"' in form
    assert 'name="ask_industry"' in form
    sent = {"name": "Key", "kind": "crm.account", "rank": 1, "unit": unit.pk, "mode": "best", "cap_per": "day"}
    done = client.post("/routing/rules/new/", {**sent, "ask_level": "key"})
    assert done.status_code == 302
    assert RoutingRule.objects.unscoped("tests").get(name="Key").asks == {"level": "key"}
    assert timezone.now() == NOON
