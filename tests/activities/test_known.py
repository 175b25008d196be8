"""What hangs on one person: customers with whom nobody else was in contact in the last twelve months."""

import datetime as dt

import pytest
from django.utils import translation

from muster.activities.queries import knowers, known_to
from muster.core.periods import today
from muster.people.models import Member, Skill, SkillCategory, SkillEvidence
from tests.factories import actor_of, make_account, make_activity, make_member, make_unit

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def english():
    with translation.override("en"):
        yield


@pytest.fixture
def team():
    """Ann alone knows Alone; Both is known to Bob too; Old was touched by Bob two years ago, by Ann lately."""
    unit = make_unit("North")
    boss = make_member("Boss", unit=unit, role="manager")
    ann, bob = (make_member(name, unit=unit, manager=boss) for name in ("Ann", "Bob"))
    alone, both, old = (make_account(ann, name) for name in ("Alone", "Both", "Old"))
    for _ in range(2):
        make_activity(ann, account=alone, on=today() - dt.timedelta(days=9))
    for member in (ann, bob):
        make_activity(member, account=both)
    make_activity(bob, account=old, on=today() - dt.timedelta(days=700))
    make_activity(ann, account=old, on=today())
    make_account(ann, "Never")
    return boss, ann, bob


def test_a_manager_sees_who_alone_knows_how_many_customers(team):
    boss, ann, _bob = team
    assert knowers(actor_of(boss)) == [(ann, 2)]
    count, lines = known_to(actor_of(boss), ann)
    assert count == 2
    assert [(one.account.name, one.times) for one in lines] == [("Alone", 2), ("Old", 1)]


def test_customers_one_does_not_see_do_not_count(team):
    _boss, ann, _bob = team
    stranger = make_member("Stranger", role="manager")
    assert knowers(actor_of(stranger)) == []
    assert known_to(actor_of(stranger), ann) == (0, [])


def test_who_is_about_to_leave_stands_first(team):
    boss, _ann, bob = team
    make_activity(bob, account=make_account(bob, "Own"))
    Member.objects.unscoped("tests").filter(pk=bob.pk).update(status="leaving")
    assert [one.name for one, _n in knowers(actor_of(boss))] == ["Bob", "Ann"]


def test_the_pages_open_the_rows_and_the_member_page_says_so(team, login, django_assert_max_num_queries):
    boss, ann, bob = team
    skill = Skill(name="Japanese", category=SkillCategory.objects.unscoped("tests").first())
    skill.save()
    SkillEvidence(member=bob, skill=skill, source="manager", level=4, on=today()).save()
    client = login(boss)
    with django_assert_max_num_queries(45):
        page = client.get("/people/known/").content.decode()
    assert f'href="/people/{ann.pk}/known/">2</a>' in page
    assert "Japanese 4" in page
    rows = client.get(f"/people/{ann.pk}/known/").content.decode()
    assert "Alone" in rows
    assert "Both" not in rows
    assert "Only Ann knows these 2 customers" in client.get(f"/people/{ann.pk}/known/panel/").content.decode()
    assert login(bob).get(f"/people/{ann.pk}/known/").status_code == 404
