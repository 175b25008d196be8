"""Results as evidence of a skill: counted from deals, shown beside what people say, entered by nobody."""

import datetime as dt

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import translation

from muster.crm.models import Product
from muster.people.actions.skill import assess_skill, categories, skills
from muster.people.models import SkillEvidence
from muster.people.skills.levels import levels, lines_with_results
from tests.factories import actor_of, make_account, make_deal, make_member, make_pipeline, operator

pytestmark = pytest.mark.django_db
DAY = dt.date(2026, 3, 2)


@pytest.fixture(autouse=True)
def day():
    with time_machine.travel(dt.datetime(2026, 6, 15, 4, tzinfo=dt.UTC), tick=False), translation.override("en"):
        yield


@pytest.fixture
def firm():
    make_pipeline()
    shelf = categories.create(operator, name="What we know", code="know")
    medical = skills.create(operator, name="Medical", name_zh="医疗", category=shelf)
    cloud = skills.create(operator, name="Cloud", category=shelf, aliases="Cloud Suite")
    boss = make_member("Boss", role="manager")
    return medical, cloud, boss, make_member("Ann", manager=boss)


def closed(owner, won, lost, **fields):
    for at in range(won + lost):
        make_deal(owner, **({"won": DAY} if at < won else {"lost": DAY}), **fields)


def test_what_somebody_won_in_an_industry_or_with_a_product_stands_beside_what_is_said(firm):
    medical, _cloud, boss, ann = firm
    suite = Product(name="Cloud Suite", code="CS")
    suite.save()
    closed(ann, 4, 1, account=make_account(ann, industry="医疗"), product=suite)
    closed(ann, 0, 3, product=suite)
    assess_skill(actor_of(boss), member=ann, skill=medical, source="manager", level=2)
    by_skill = {str(one.skill): one for one in lines_with_results(actor_of(boss), ann)}
    results = by_skill["Medical"].results
    assert (results.hits, results.n, results.text, results.range, results.enough) == (4, 5, "80%", "38%–96%", True)
    assert (results.since, results.until) == (dt.date(2024, 6, 15), dt.date(2026, 6, 15))
    assert by_skill["Medical"].held.level == 2, "results are no level"
    assert (by_skill["Cloud"].results.hits, by_skill["Cloud"].results.n) == (4, 8), "though nobody said anything of it"
    assert by_skill["Cloud"].held is None
    assert {pair[1] for pair in levels(actor_of(boss))} == {medical.pk}
    assert SkillEvidence.objects.unscoped("tests").count() == 1, "nothing is written down"


def test_below_the_floor_it_says_so_and_peers_read_no_results(firm, client):
    medical, _cloud, boss, ann = firm
    closed(ann, 3, 1, account=make_account(ann, industry="医疗"))
    assess_skill(actor_of(boss), member=ann, skill=medical, source="manager", level=2)
    page = reverse("member_growth", args=[ann.pk])
    client.force_login(boss.user)
    html = client.get(page, headers={"accept-language": "en"}).content.decode()
    assert "not enough data (4)" in html
    assert "75%" not in html
    peer = make_member("Peer", manager=boss)
    (line,) = lines_with_results(actor_of(peer), ann) or [None]
    assert line is None or line.results is None


def test_nobody_enters_results(firm, client):
    medical, _cloud, boss, ann = firm
    with pytest.raises(ValidationError):
        assess_skill(actor_of(boss), member=ann, skill=medical, source="results", level=5)
    client.force_login(boss.user)
    assert 'value="results"' not in client.get(reverse("skill_assess", args=[ann.pk])).content.decode()
