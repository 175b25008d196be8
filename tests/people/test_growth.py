"""Development plans: goals by evidence, the gap to the next role, who may see them, and reminders of what is due."""

import datetime as dt

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.test import Client
from django.utils import translation

from muster.access.scope import Forbidden, NotVisible
from muster.integrations.models import Notification
from muster.integrations.notifications import read_events
from muster.people.actions.growth import goals, remind_of_goals, set_next_role
from muster.people.models import GrowthGoal, Member, Position, Skill, SkillCategory, SkillEvidence, SkillRequirement
from muster.people.skills.plan import coaches_for, plan_of
from tests.factories import actor_of, make_member, make_unit

pytestmark = pytest.mark.django_db
TODAY = dt.date(2026, 6, 15)


@pytest.fixture(autouse=True)
def day():
    with time_machine.travel(dt.datetime(2026, 6, 15, 4, tzinfo=dt.UTC), tick=False), translation.override("en"):
        yield


@pytest.fixture
def firm():
    """A manager over Ann and Cora. A lead negotiates at 4 and coaches at 3; Ann negotiates at 2, Cora at 5."""
    unit = make_unit("North")
    boss = make_member("Boss", unit=unit, role="manager")
    ann = make_member("Ann", unit=unit, manager=boss)
    cora = make_member("Cora", unit=unit, manager=boss)
    shelf = SkillCategory.objects.unscoped("tests").first()
    talks, coaching = (Skill(name=name, category=shelf) for name in ("Negotiation", "Coaching"))
    lead = Position(name="Lead", code="LEAD")
    for row in (talks, coaching, lead):
        row.save()
    SkillRequirement(position=lead, skill=talks, level=4).save()
    SkillRequirement(position=lead, skill=coaching, level=3).save()
    say(ann, talks, 2)
    say(cora, talks, 5)
    return boss, ann, cora, talks, coaching, lead


def say(member, skill, level, on=TODAY):
    SkillEvidence(member=member, skill=skill, source="manager", level=level, on=on).save()


def goal(actor, member, skill, **fields):
    given = {"level": 4, "due_on": dt.date(2026, 9, 30), **fields}
    return goals.create(actor_of(actor), member=member, skill=skill, **given)


def test_a_member_sets_his_own_goal_and_it_is_reached_when_the_evidence_says_so(firm):
    _boss, ann, _cora, talks, *_rest = firm
    goal(ann, ann, talks, doing="Tender course")
    (one,) = plan_of(actor_of(ann), ann).goals
    assert (one.level, one.percent, one.is_reached, one.is_late) == (2, 50, False, False)
    say(ann, talks, 4)
    (one,) = plan_of(actor_of(ann), ann).goals
    assert (one.percent, one.is_reached) == (100, True)


def test_the_next_role_gives_the_gap_widest_first(firm):
    boss, ann, _cora, talks, coaching, lead = firm
    set_next_role(actor_of(boss), ann, position=lead)
    goal(boss, ann, talks)
    plan = plan_of(actor_of(ann), ann)
    assert [(one.skill, one.gap, one.is_planned) for one in plan.steps] == [(coaching, 3, False), (talks, 2, True)]
    assert (plan.position, plan.met) == (lead, 0)
    set_next_role(actor_of(ann), ann)
    assert plan_of(actor_of(ann), ann).position is None


def test_the_present_position_is_no_next_role(firm):
    boss, ann, *_rest, lead = firm
    Member.objects.unscoped("tests").filter(pk=ann.pk).update(position=lead)
    with pytest.raises(ValidationError, match="present position"):
        set_next_role(actor_of(boss), Member.objects.unscoped("tests").get(pk=ann.pk), position=lead)


def test_what_cannot_be_is_refused_in_a_sentence(firm):
    _boss, ann, _cora, talks, *_rest = firm
    with pytest.raises(ValidationError, match="This day is over"):
        goal(ann, ann, talks, due_on=TODAY - dt.timedelta(days=1))
    with pytest.raises(ValidationError, match="Somebody else coaches"):
        goal(ann, ann, talks, coach=ann)
    goal(ann, ann, talks)
    with pytest.raises(ValidationError, match="has a goal for this skill already"):
        goal(ann, ann, talks, level=5)
    assert GrowthGoal.objects.unscoped("tests").count() == 1


def test_self_line_and_coach_see_a_plan_and_peers_do_not(firm):
    boss, ann, cora, talks, *_rest = firm
    row = goal(ann, ann, talks)
    peer = actor_of(cora)
    assert plan_of(peer, ann).goals == []
    assert len(plan_of(actor_of(boss), ann).goals) == 1
    with pytest.raises((Forbidden, NotVisible)):
        goals.create(peer, member=ann, skill=talks, level=5, due_on=dt.date(2026, 9, 1))
    row = goals.edit(actor_of(boss), row, coach=cora)
    assert [one.row for one in plan_of(peer, ann).goals] == [row]
    with pytest.raises((Forbidden, NotVisible)):
        goals.edit(peer, row, level=1)


def test_who_is_named_as_coach_hears_of_it(firm):
    boss, ann, cora, talks, *_rest = firm
    goal(boss, ann, talks, coach=cora)
    read_events()
    told = Notification.objects.unscoped("tests").filter(event__action="people.growthgoal.coach")
    assert [one.user_id for one in told] == [cora.user_id]


def test_member_and_coach_are_reminded_a_fortnight_and_three_days_before_and_once_it_is_over(firm):
    boss, ann, cora, talks, *_rest = firm
    goal(boss, ann, talks, coach=cora, due_on=TODAY + dt.timedelta(days=20))
    assert remind_of_goals() == 0
    days = [TODAY + dt.timedelta(days=one) for one in (6, 7, 16, 17, 18, 20, 21, 22)]
    assert [remind_of_goals(day) for day in days] == [1, 0, 0, 1, 0, 0, 1, 0]
    read_events()
    told = Notification.objects.unscoped("tests").filter(event__action="people.growthgoal.due")
    assert {one.user_id for one in told} == {ann.user_id, cora.user_id}


def test_of_what_is_reached_nobody_is_reminded(firm):
    boss, ann, _cora, talks, *_rest = firm
    goal(boss, ann, talks, due_on=TODAY + dt.timedelta(days=10))
    say(ann, talks, 5)
    assert remind_of_goals() == 0


def test_who_holds_the_skill_is_proposed_as_coach(firm):
    boss, ann, cora, talks, *_rest = firm
    assert [(one, held.level) for one, held in coaches_for(actor_of(boss), ann, talks, 4)] == [(cora, 5)]


def test_the_growth_tab_shows_the_plan_and_makes_a_gap_a_goal(firm):
    boss, ann, _cora, talks, coaching, lead = firm
    set_next_role(actor_of(boss), ann, position=lead)
    client = Client(headers={"accept-language": "en"})
    client.force_login(boss.user)
    page = client.get(f"/people/{ann.pk}/plan/").content.decode()
    assert "0 of 2 skills met" in page
    assert f"/people/{ann.pk}/plan/goals/new/?skill={coaching.pk}&level=3" in page
    form = client.get(f"/people/{ann.pk}/plan/goals/new/?skill={talks.pk}&level=4").content.decode()
    assert "Could coach this, with their level: Cora (5)" in form
    client.post(f"/people/{ann.pk}/plan/goals/new/", {"skill": coaching.pk, "level": 3, "due_on": "2026-12-01"})
    assert [str(one) for one in GrowthGoal.objects.unscoped("tests")] == ["Coaching 3"]
