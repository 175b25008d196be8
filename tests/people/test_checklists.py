"""Checklists: begun by themselves when somebody joins, moves or leaves; due on working days; ticked by who may."""

import datetime as dt

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import translation

from muster.access.scope import Actor, NotVisible
from muster.people.actions.checklist import (
    begin,
    begin_checklist,
    complete_item,
    ensure_default_templates,
    reopen_item,
    steps,
    templates,
)
from muster.people.actions.lifecycle import call_off_leaving, plan_leaving
from muster.people.actions.member import members
from muster.people.actions.move import move_member
from muster.people.models import Checklist, ChecklistItem, ChecklistStep, ChecklistTemplate, Kind, Position
from tests import factories

pytestmark = pytest.mark.django_db
OPERATOR = Actor.operator("tests")
TODAY = dt.date(2026, 3, 10)


@pytest.fixture(autouse=True)
def _one_day():
    with time_machine.travel(dt.datetime(2026, 3, 10, 4, tzinfo=dt.UTC), tick=False), translation.override("en"):
        ensure_default_templates()
        yield


@pytest.fixture
def boss():
    return factories.make_member("Boss", role="manager")


@pytest.fixture
def wang(boss):
    return factories.make_member("Wang", manager=boss)


def lists(member):
    return list(Checklist.objects.unscoped("tests").filter(member=member))


def items(member):
    return ChecklistItem.objects.unscoped("tests").filter(member=member)


def test_an_installation_begins_with_a_template_of_each_kind_and_only_once():
    ensure_default_templates()
    kinds = sorted(ChecklistTemplate.objects.unscoped("tests").values_list("kind", flat=True))
    assert kinds == ["joiner", "leaver", "mover"]


def test_who_joins_today_gets_a_list_and_who_came_long_ago_none():
    fresh = members.create(OPERATOR, name="New", employee_no="N1", hired_on=TODAY)
    old = members.create(OPERATOR, name="Old", employee_no="N2", hired_on=dt.date(2020, 1, 1))
    assert [one.kind for one in lists(fresh)] == ["joiner"]
    assert lists(old) == []


def test_steps_are_due_on_working_days_and_have_their_people(wang, boss):
    begin(wang, Kind.LEAVER, dt.date(2026, 10, 9))  # right after the golden week
    first = items(wang).order_by("due_on").first()
    assert first.due_on == dt.date(2026, 9, 24)  # five working days before
    assert first.assignee == boss
    assert all(one.assignee is None for one in items(wang).filter(by="it"))


def test_planning_to_leave_begins_a_list_and_staying_takes_it_back(wang):
    plan_leaving(OPERATOR, wang, left_on=TODAY + dt.timedelta(days=30))
    assert [one.kind for one in lists(wang)] == ["leaver"]
    wang.refresh_from_db()
    call_off_leaving(OPERATOR, wang)
    assert lists(wang) == []


def test_a_list_on_which_something_was_done_stays(wang):
    plan_leaving(OPERATOR, wang, left_on=TODAY + dt.timedelta(days=30))
    complete_item(OPERATOR, items(wang).first())
    wang.refresh_from_db()
    call_off_leaving(OPERATOR, wang)
    assert len(lists(wang)) == 1


def test_a_new_position_begins_a_list_and_a_new_manager_alone_does_not(wang, boss):
    other = factories.make_member("Other", role="manager")
    Position(name="Rep", code="R1").save()
    move_member(OPERATOR, wang, manager=other, valid_from=TODAY)
    assert lists(wang) == []
    unit = factories.make_unit("North")
    move_member(OPERATOR, wang, unit=unit, valid_from=TODAY + dt.timedelta(days=1))
    assert [one.kind for one in lists(wang)] == ["mover"]


def test_beginning_twice_for_the_same_day_makes_one_list(wang):
    assert begin(wang, Kind.JOINER, TODAY) == begin(wang, Kind.JOINER, TODAY)
    assert len(lists(wang)) == 1


def test_a_template_for_the_position_goes_first(wang):
    position = Position(name="Key account rep", code="KA")
    position.save()
    wang.position = position
    wang.save()
    own = templates.create(OPERATOR, title="Key account joiner", kind=Kind.JOINER, position=position)
    steps.create(OPERATOR, template=own, title="Meet the ten largest customers", by="manager", offset=5)
    begin(wang, Kind.JOINER, TODAY)
    assert [str(one) for one in items(wang)] == ["Meet the ten largest customers"]


def test_without_a_template_one_is_told(wang):
    ChecklistTemplate.objects.unscoped("tests").all().delete()
    with pytest.raises(ValidationError, match="no template"):
        begin_checklist(OPERATOR, member=wang, kind=Kind.MOVER, day=TODAY)


def test_a_step_lies_within_a_year():
    row = ChecklistTemplate.objects.unscoped("tests").first()
    with pytest.raises(ValidationError, match="within a year"):
        steps.create(OPERATOR, template=row, title="Some day", by="hr", offset=900)


def test_who_may_tick(wang, boss):
    begin(wang, Kind.JOINER, TODAY)
    peer = factories.make_member("Peer", manager=boss)
    item = items(wang).first()
    complete_item(factories.actor_of(boss), item)
    done = items(wang).get(pk=item.pk)
    assert (done.done_on, done.done_by) == (TODAY, str(boss.user))
    reopen_item(factories.actor_of(wang), done)
    assert items(wang).get(pk=item.pk).done_on is None
    with pytest.raises(NotVisible):
        complete_item(factories.actor_of(peer), item)
    assert ChecklistItem.objects.visible_to(factories.actor_of(peer)).filter(member=wang).count() == 0


def test_the_pages(wang, boss, client, django_assert_num_queries):
    begin(wang, Kind.JOINER, TODAY)
    client.force_login(boss.user)
    tab = client.get(reverse("member_detail", args=[wang.pk]), {"tab": "checklists"})
    assert reverse("member_checklists", args=[wang.pk]) in tab.content.decode()
    assert client.get(reverse("member_checklists", args=[wang.pk])).status_code == 200
    assert client.get(reverse("checklist_items"), {"open": "1", "overdue": "0"}).status_code == 200
    item = items(wang).first()
    client.post(reverse("checklist_item_tick", args=[item.pk]))
    assert items(wang).get(pk=item.pk).done_on == TODAY
    ops = factories.make_member("Ops", role="salesops")
    client.force_login(ops.user)
    row = ChecklistTemplate.objects.unscoped("tests").first()
    for name, pk in [("checklist_templates", None), ("checklist_template", row.pk), ("checklist_step_create", row.pk)]:
        assert client.get(reverse(name, args=[pk] if pk else [])).status_code == 200
    step = ChecklistStep.objects.unscoped("tests").first()
    assert client.get(reverse("checklist_step_edit", args=[step.pk])).status_code == 200
