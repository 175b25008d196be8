"""How who leads a unit stands: own results, those of the team, and both together, no deal counted twice."""

import datetime as dt

import pytest
import time_machine
from django.urls import reverse
from django.utils import translation

from muster.metrics.standing import of_team
from muster.people.models import Unit
from tests.factories import actor_of, make_deal, make_member, make_pipeline, make_unit

pytestmark = pytest.mark.django_db
DAY = dt.date(2026, 4, 20)


@pytest.fixture(autouse=True)
def day():
    with time_machine.travel(dt.datetime(2026, 6, 15, 4, tzinfo=dt.UTC), tick=False), translation.override("en"):
        yield


@pytest.fixture
def firm():
    make_pipeline()
    unit = make_unit("North")
    chief = make_member("Chief", role="director")
    lead = make_member("Lead", unit=unit, manager=chief, role="manager")
    Unit.objects.unscoped("tests").filter(pk=unit.pk).update(head=lead)
    rep = make_member("Rep", unit=unit, manager=lead)
    for owner, amount in ((lead, 1_000_00), (rep, 2_000_00), (rep, 4_000_00)):
        make_deal(owner, amount=amount, won=DAY)
    make_deal(rep, lost=DAY)
    return chief, lead, rep, unit


def test_own_and_team_are_the_total(firm):
    chief, lead, rep, unit = firm
    found = of_team(actor_of(chief), lead)
    said = {one["label"]: [text for text, _href in one["cells"]] for one in found["lines"]}
    assert said["Revenue won"] == ["¥1,000", "¥6,000", "¥7,000"]
    assert said["Deals won"] == ["1", "2", "3"]
    assert said["Win rate"] == ["100.0%", "66.7%", "75.0%"], "of all cases together, no average of averages"
    assert found["unit"] == unit
    assert of_team(actor_of(lead), lead)["lines"] == found["lines"], "the leader reads the same"
    assert of_team(actor_of(chief), rep) is None, "who leads nobody has no team"


def test_each_part_opens_its_rows(firm, client):
    chief, lead, _rep, _unit = firm
    client.force_login(chief.user)
    page = client.get(reverse("member_standing", args=[lead.pk]), headers={"accept-language": "en"}).content.decode()
    assert "Team without Lead" in page
    deals = next(one for one in of_team(actor_of(chief), lead)["lines"] if one["label"] == "Deals won")
    for (text, href), count in zip(deals["cells"], (1, 2, 3), strict=True):
        rows = client.get(href, headers={"accept-language": "en"}).content.decode()
        assert text == str(count)
        assert f'<div class="h2 mb-1 num">{count}</div>' in rows
