"""From whom somebody could learn: with the reason and the number of cases, and only of those the reader may judge."""

import datetime as dt

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import translation

from muster.metrics.mentors import needs_of
from muster.people.actions.growth import goals
from muster.people.models import Member, Position, Skill, SkillCategory, SkillEvidence, SkillRequirement
from tests.factories import actor_of, make_account, make_deal, make_member, make_pipeline

pytestmark = pytest.mark.django_db
DAY = dt.date(2026, 3, 2)


@pytest.fixture(autouse=True)
def day():
    with time_machine.travel(dt.datetime(2026, 6, 15, 4, tzinfo=dt.UTC), tick=False), translation.override("en"):
        yield


@pytest.fixture
def team():
    """Ann wins 1 of 6 hospitals, Bob 5 of 6, Far (of another team) all; the position asks for negotiation at 3."""
    make_pipeline()
    position = Position(name="Rep", code="REP")
    position.save()
    boss, other = make_member("Boss", role="manager"), make_member("Other", role="manager")
    people = [make_member("Ann", manager=boss), make_member("Bob", manager=boss), make_member("Far", manager=other)]
    Member.objects.unscoped("tests").filter(pk__in=[one.pk for one in people]).update(position=position)
    skill = Skill(name="Negotiation", category=SkillCategory.objects.unscoped("tests").first())
    skill.save()
    SkillRequirement(position=position, skill=skill, level=3).save()
    for member, level, won in zip(people, (1, 4, 5), (1, 5, 6), strict=True):
        SkillEvidence(member=member, skill=skill, source="manager", level=level, on=DAY).save()
        hospital = make_account(member, industry="医疗")
        for at in range(6):
            make_deal(member, account=hospital, **({"won": DAY} if at < won else {"lost": DAY}))
    return boss, *(Member.objects.unscoped("tests").get(pk=one.pk) for one in people), skill


def said(needs):
    return [(one.label, one.why, [(who.member.name, who.reason) for who in one.mentors]) for one in needs]


def test_gaps_and_weak_industries_find_who_is_better_with_reason_and_number(team):
    boss, ann, _bob, _far, _skill = team
    gap, weak = said(needs_of(actor_of(boss), ann))
    assert gap == (
        "Negotiation",
        "asked for at 3, held at 1",
        [("Bob", "holds it at 4 (Manager, Mar 2)")],
    )
    assert weak[0] == "医疗"
    assert weak[1].startswith("wins 17% of 6 deals (likely ")
    assert "peers 83% of 6" in weak[1]
    ((who, reason),) = weak[2]
    assert who == "Bob"
    assert reason.startswith("wins 83%: 5 of 6 deals (likely ")


def test_one_sees_of_oneself_what_is_missing_and_nobody_whose_results_one_may_not_see(team):
    _boss, ann, *_rest = team
    assert said(needs_of(actor_of(ann), ann)) == [("Negotiation", "asked for at 3, held at 1", [])]


def test_too_few_cases_name_nobody(team, settings):
    boss, ann, *_rest = team
    settings.STRENGTH_FLOOR = 7
    assert [one.label for one in needs_of(actor_of(boss), ann)] == ["Negotiation"]


def test_a_goal_asks_for_more_than_the_position_and_who_leaves_is_no_mentor(team):
    boss, ann, bob, _far, skill = team
    goals.create(actor_of(boss), member=ann, skill=skill, level=4, due_on=dt.date(2026, 9, 1))
    assert needs_of(actor_of(boss), ann)[0].why == "asked for at 4, held at 1"
    Member.objects.unscoped("tests").filter(pk=bob.pk).update(status="leaving")
    assert [one.mentors for one in needs_of(actor_of(boss), ann)] == [[], []]


def test_the_growth_tab_shows_them_and_makes_a_goal_with_the_coach(team, django_assert_max_num_queries):
    boss, ann, bob, far, skill = team
    client = Client(headers={"accept-language": "en"})
    client.force_login(boss.user)
    url = reverse("member_mentors", args=[ann.pk])
    assert url in client.get(ann.get_absolute_url(), {"tab": "growth"}).content.decode()
    with django_assert_max_num_queries(40):
        page = client.get(url).content.decode()
    link = f"{reverse('growth_goal_create', args=[ann.pk])}?skill={skill.pk}&amp;level=3&amp;coach={bob.pk}"
    assert link in page
    assert f'value="{bob.pk}" selected' in client.get(link.replace("&amp;", "&")).content.decode()
    assert client.get(reverse("member_mentors", args=[far.pk])).status_code == 404
