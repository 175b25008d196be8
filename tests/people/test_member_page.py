"""The member's page: who sees which tab and card, and that each says something."""

import datetime as dt
import re

import pytest
from django.urls import reverse

from muster.access.actors import actor_for
from muster.access.models import Event, FieldRule
from muster.access.scope import Actor
from muster.people.actions.detail import approve_change, change_own
from muster.people.actions.member import members
from muster.people.actions.skill import declare_skill
from muster.people.models import ChangeRequest, Grade, Member, Skill, SkillCategory
from tests.factories import make_task
from tests.people.conftest import login

OPERATOR = Actor.operator("test")
pytestmark = pytest.mark.django_db
OVERVIEW_QUERIES = 32


@pytest.fixture(autouse=True)
def office(firm):
    firm.hr = Member(name="周敏", employee_no="E900")
    firm.hr.save()
    login(firm.hr, "hr")


def tabs(html: str) -> list[str]:
    return re.findall(r'class="tab(?: active)?" href="\?(?:tab=)?(\w*)"', html)


def page(client, member, tab: str = "") -> str:
    return client.get(reverse("member_detail", args=[member.pk]), {"tab": tab} if tab else {}).content.decode()


@pytest.mark.parametrize(
    ("role", "expected"),
    [
        ("rep", ["", "work", "performance", "growth", "career", "documents", "changes"]),
        ("manager", ["", "work", "performance", "growth", "career", "documents", "changes"]),
        ("director", ["", "work", "performance", "growth", "career", "documents", "changes"]),
        ("peer", []),
        ("hr", ["", "growth", "career", "documents", "changes"]),
    ],
)
def test_each_role_has_its_tabs_in_one_order(firm, as_role, role, expected):
    assert tabs(page(as_role(role), firm.rep)) == expected


def test_a_colleague_sees_a_card_and_no_empty_ones(firm, as_role):
    html = page(as_role("peer"), firm.rep)
    for absent in ("panel-owed", "Good at", "Changed lately", "panel-standing", "panel-serves", "Team</h2>"):
        assert absent not in html, absent
    assert "panel-absences" in html


def test_only_who_leads_has_a_team_card(firm, as_role):
    assert ">Team<" not in page(as_role("rep"), firm.rep)
    assert ">Team<" in page(as_role("manager"), firm.manager)


@pytest.mark.parametrize(
    ("old", "new"),
    [("private", "documents"), ("checklists", "documents"), ("history", "changes"), ("strength", "performance")],
)
def test_addresses_of_former_tabs_still_lead_there(firm, as_role, old, new):
    html = page(as_role("rep"), firm.rep, old)
    assert f'class="tab active" href="?tab={new}"' in html


def test_a_change_to_approve_is_owed_by_who_decides_and_by_nobody_else(firm, as_role):
    change_own(actor_for(firm.rep.user), firm.rep, work_place="Beijing")
    url = reverse("member_owed", args=[firm.rep.pk])
    assert url in page(as_role("manager"), firm.rep)
    assert "1 change of details to approve" in as_role("manager").get(url).content.decode()
    assert "change of details to approve" not in as_role("rep").get(url).content.decode()
    assert url not in page(as_role("peer"), firm.rep)
    assert as_role("peer").get(url).status_code == 404


def test_owed_are_reports_to_read_overdue_tasks_and_skills_to_confirm(firm, as_role):
    make_task(firm.rep, due_on=dt.date(2026, 1, 5))
    declare_skill(actor_for(firm.rep.user), member=firm.rep, skill=make_skill(), level=3)
    found = as_role("manager").get(reverse("member_owed", args=[firm.rep.pk])).content.decode()
    assert found.index("1 task is overdue") < found.index("1 skill to confirm"), "the overdue first"
    own = as_role("rep").get(reverse("member_owed", args=[firm.rep.pk])).content.decode()
    assert "1 task is overdue" in own
    assert "skill to confirm" not in own


def make_skill() -> Skill:
    row = Skill(name="Negotiation", category=SkillCategory.objects.unscoped("test").first())
    row.save()
    return row


def test_human_resources_read_the_history_they_may_restore_from(firm, as_role):
    members.edit(OPERATOR, firm.rep, work_place="Tianjin")
    assert "Work place: " in page(as_role("hr"), firm.rep, "changes")
    assert "Tianjin" in page(as_role("hr"), firm.rep)


def test_the_pay_band_stands_in_the_career_for_those_whose_rules_say_so(firm, as_role):
    grade = Grade(code="P9", name="P9", pay_band="58–90k")
    grade.save()
    rows = firm.rep.assignments.model.objects.unscoped("test").filter(member=firm.rep)
    rows.update(grade=grade)
    assert "58–90k" in page(as_role("hr"), firm.rep, "career")
    assert "58–90k" in page(as_role("director"), firm.rep, "career")
    for role in ("rep", "manager", "salesops"):
        html = page(as_role(role), firm.rep, "career")
        assert "P9" in html
        assert "58–90k" not in html
    assert not FieldRule.objects.unscoped("test").filter(model="people.grade", role__key="sysadmin").exists()


def test_the_overview_costs_the_same_however_large_the_team(firm, as_role, django_assert_max_num_queries):
    client = as_role("manager")
    page(client, firm.rep)
    with django_assert_max_num_queries(OVERVIEW_QUERIES):
        page(client, firm.rep)


def test_a_change_says_why_and_human_resources_restore_it_with_a_reason(firm, as_role):
    client = as_role("hr")
    url = reverse("member_edit", args=[firm.rep.pk])
    said = {
        "name": "张三",
        "employee_no": "E002",
        "status": "active",
        "time_zone": "Asia/Shanghai",
        "phone": "13800001002",
    }
    sent = {**said, "work_email": "rep@firm.example", "work_place": "Tianjin", "reason": "moved house"}
    assert client.post(url, sent).status_code == 302
    told = page(client, firm.rep, "changes")
    assert "Tianjin" in told
    assert "(reason: moved house)" in told
    event = Event.objects.unscoped("test").filter(action="people.member.edit", object_id=firm.rep.pk).latest("pk")
    assert event.context["reason"] == "moved house"
    back = reverse("member_revert", args=[firm.rep.pk])
    assert "Tianjin" in client.get(back, {"event": event.pk}).content.decode()
    sent = {"event": event.pk, "fields_back": ["work_place"], "reason": "typed into the wrong page"}
    assert client.post(back, sent).status_code == 302
    assert Member.objects.unscoped("test").get(pk=firm.rep.pk).work_place == ""
    assert "reason: typed into the wrong page" in page(client, firm.rep, "changes")
    assert "reason:" not in page(as_role("peer"), firm.rep, "changes")


def test_a_reason_ends_with_the_change_it_is_about(firm):
    members.edit(OPERATOR, firm.rep, work_place="A", reason="first")
    members.edit(OPERATOR, firm.rep, work_place="B")
    first, second = Event.objects.unscoped("test").filter(action="people.member.edit").order_by("pk")
    assert (first.context.get("reason"), second.context.get("reason")) == ("first", None)


def test_the_reason_of_a_request_stands_with_the_change_once_it_is_approved(firm, as_role):
    change_own(actor_for(firm.rep.user), firm.rep, reason="new office", work_place="Beijing")
    approve_change(OPERATOR, ChangeRequest.objects.unscoped("test").get())
    assert "Beijing (reason: new office)" in page(as_role("rep"), firm.rep, "changes")
