"""The org chart and the unit pages."""

import datetime as dt

import pytest
from django.urls import reverse

from muster.access.scope import Actor
from muster.core.periods import today
from muster.people.actions.move import move_member
from muster.people.actions.structure import move_unit, units
from muster.people.queries import headcount, org_tree, team_of

OPERATOR = Actor.operator("test")
pytestmark = pytest.mark.django_db
LATER = dt.date(2099, 1, 1)


def edges(nodes):
    names = {one.id: one.name for one in nodes}
    return {one.name: names.get(one.parent) for one in nodes}


def test_the_chart_by_manager_and_by_unit(firm, actor):
    nodes = org_tree(actor("rep"), today())
    assert edges(nodes)["张三"] == "李明"
    assert edges(nodes)["李明"] == "王大伟"
    assert {one.name: one.count for one in nodes}["王大伟"] == 5
    by_unit = org_tree(actor("rep"), today(), "unit")
    assert edges(by_unit)["张三"] == "华北大区"
    assert edges(by_unit)["华北大区"] == "总公司"
    assert {one.name: one.count for one in by_unit}["总公司"] == 6


def test_a_day_to_come_shows_what_is_planned_to_those_who_may_know(firm, actor):
    move_member(OPERATOR, firm.rep, manager=firm.director, valid_from=LATER)
    assert edges(org_tree(actor("director"), LATER))["张三"] == "王大伟"
    assert edges(org_tree(actor("director"), today()))["张三"] == "李明"
    assert set(edges(org_tree(actor("peer"), LATER))) == {"曾小红"}
    assert set(edges(org_tree(actor("manager"), LATER))) == {"李明", "张三", "曾小红"}


def test_the_tree_of_units_is_as_it_stood(firm, actor):
    south = units.create(OPERATOR, name="华南大区", code="S", parent=firm.company)
    move_unit(OPERATOR, firm.north, parent=south, valid_from=LATER)
    assert edges(org_tree(actor("director"), LATER, "unit"))["华北大区"] == "华南大区"
    assert edges(org_tree(actor("director"), today(), "unit"))["华北大区"] == "总公司"
    assert headcount(actor("director"), LATER)[south.pk] == (0, 3)
    assert headcount(actor("director"), today())[firm.company.pk] == (3, 6)


def test_the_chart_page_and_its_data(firm, as_role):
    client = as_role("rep")
    data = client.get(reverse("org_data")).json()
    assert data["focus"] == f"m{firm.rep.pk}"
    assert {one["name"] for one in data["nodes"]} == {"王大伟", "李明", "张三", "曾小红", "赵六", "孙七"}
    html = client.get(reverse("org_chart")).content.decode()
    assert 'class="org-list"' in html
    assert client.get(reverse("org_chart"), {"day": "tomorrow"}).status_code == 400


def test_the_chart_costs_the_same_however_many_stand_in_it(firm, as_role, django_assert_num_queries):
    client = as_role("rep")
    client.get(reverse("org_data"))
    for by in ("line", "unit"):
        with django_assert_num_queries({"line": 4, "unit": 6}[by]):
            client.get(reverse("org_data"), {"by": by})


def test_team_counts_who_stands_below(firm, actor):
    assert {one.name: one.below for one in team_of(actor("peer"), firm.director)} == {"李明": 2, "赵六": 0, "孙七": 0}


def test_a_unit_page(firm, as_role):
    html = as_role("rep").get(reverse("unit_detail", args=[firm.company.pk])).content.decode()
    assert "华北大区" in html
    assert "王大伟" in html
    assert reverse("unit_edit", args=[firm.company.pk]) not in html
    client = as_role("salesops")
    assert (
        reverse("unit_edit", args=[firm.company.pk])
        in client.get(reverse("unit_detail", args=[firm.company.pk])).content.decode()
    )
    for name in ("unit_edit", "unit_move"):
        assert client.get(reverse(name, args=[firm.north.pk])).status_code == 200
    for name in ("unit_list", "unit_create", "position_list", "position_create", "grade_list", "grade_create"):
        assert client.get(reverse(name)).status_code == 200
    assert client.get(reverse("position_edit", args=[firm.lead.pk])).status_code == 200


def test_a_unit_is_not_moved_under_itself(firm, as_role):
    url = reverse("unit_move", args=[firm.company.pk])
    answer = as_role("salesops").post(url, {"valid_from": "2099-01-01", "parent": firm.north.pk})
    assert answer.status_code == 422
    assert "总公司 → 华北大区 → 总公司" in answer.content.decode()
