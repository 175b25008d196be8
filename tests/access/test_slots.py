"""Panels that other apps hang on a page: nobody is shown a tab that leads nowhere for him."""

import re

import pytest

from muster.core.slots import Slot
from muster.core.slots import register as hang
from tests.contracts.world import client_of
from tests.factories import make_account, make_member, make_unit

pytestmark = pytest.mark.django_db


@pytest.fixture
def team():
    unit = make_unit()
    lead = make_member("Lead", unit=unit, role="manager")
    return {
        "lead": lead,
        "rep": make_member("Rep", manager=lead, unit=unit),
        "mate": make_member("Mate", manager=lead, unit=unit),
    }


def links(viewer, member) -> set[str]:
    page = client_of(viewer).get(f"/people/{member.pk}/").content.decode()
    return {one.removeprefix("?tab=") for one in re.findall(r'href="(\?tab=\w+)"', page)}


def test_a_peer_is_shown_no_performance_of_his_colleague(team):
    assert "performance" not in links(team["mate"], team["rep"])
    assert "performance" in links(team["rep"], team["rep"])
    assert "performance" in links(team["lead"], team["rep"])


@pytest.mark.parametrize("viewer", ["lead", "rep", "mate"])
@pytest.mark.parametrize("shown", ["lead", "rep", "mate"])
def test_every_panel_on_a_members_page_opens(team, viewer, shown):
    client = client_of(team[viewer])
    page = client.get(f"/people/{team[shown].pk}/").content.decode()
    panels = set(re.findall(r'hx-get="(/[^"]+)"', page))
    for tab in links(team[viewer], team[shown]):
        part = client.get(f"/people/{team[shown].pk}/?tab={tab}")
        assert part.status_code == 200
        panels |= set(re.findall(r'hx-get="(/[^"]+)"', part.content.decode()))
    assert panels
    assert {path: client.get(path).status_code for path in panels} == dict.fromkeys(panels, 200)


def test_a_panel_of_a_customer_needs_its_permission_on_that_customer(team, monkeypatch):
    """Two customers, both seen; the panel's permission reaches only one's own."""
    monkeypatch.setattr("muster.core.slots._slots", {"crm.account": []})
    hang(Slot("crm.account", "tasks", "Promises", "account_tasks", "crm.account.edit", "main"))
    viewer = team["rep"]
    mine, theirs = make_account(viewer), make_account(team["mate"])
    from muster.access.models import Grant, Role

    role = Role.objects.unscoped("tests").get(key="rep")
    Grant(role=role, permission="crm.account.view", scope="all").save()
    client = client_of(viewer)
    assert "Promises" in client.get(f"/customers/{mine.pk}/").content.decode()
    assert "Promises" not in client.get(f"/customers/{theirs.pk}/").content.decode()
