"""The pages of the people room: which parts each role sees, and how contact data is masked for it."""

import datetime as dt
import re

import pytest
from django.urls import reverse

from muster.access.models import Event, FieldRule, Grant, Role
from muster.access.scope import Actor
from muster.people.actions.member import members
from muster.people.actions.move import move_member
from muster.people.models import Assignment, Member
from tests.factories import make_member

OPERATOR = Actor.operator("test")
pytestmark = pytest.mark.django_db
LIST_QUERIES = 6  # of which three say who asks, one which fields the firm added, one which views there are


def tabs(html: str) -> set[str]:
    return set(re.findall(r'class="tab(?: active)?" href="\?(?:tab=)?(\w*)"', html))


def buttons(html: str) -> set[str]:
    found = re.findall(r'href="/people/\d+/(move|edit)/"', html)
    return set(found)


@pytest.mark.parametrize(
    ("role", "parts", "acts", "phone", "personal"),
    [
        ("rep", {"", "career", "documents", "changes"}, set(), "13800001002", True),
        ("peer", set(), set(), "138****1002", False),
        ("manager", {"", "career", "documents", "changes"}, set(), "13800001002", False),
        ("director", {"", "career", "documents", "changes"}, {"move", "edit"}, "13800001002", False),
        ("salesops", {"", "career", "documents", "changes"}, {"move", "edit"}, "13800001002", False),
        ("sysadmin", {"", "changes"}, set(), "138****1002", False),
    ],
)
def test_each_role_sees_its_parts_of_a_member(firm, as_role, role, parts, acts, phone, personal):
    html = as_role(role).get(reverse("member_detail", args=[firm.rep.pk])).content.decode()
    own = {one for one in tabs(html) if one in {"", "career", "documents", "changes"}}
    assert own == parts
    assert buttons(html) == acts
    assert phone in html
    assert ("rep@home.example" in html) is personal
    for hidden in {"career", "documents", "changes"} - parts:
        answer = as_role(role).get(reverse("member_detail", args=[firm.rep.pk]) + f"?tab={hidden}")
        assert "110101199001011234" not in answer.content.decode()
        assert 'class="career' not in answer.content.decode()


def test_private_details_are_for_the_member_alone(firm, as_role):
    url = reverse("member_private", args=[firm.rep.pk])
    assert "110101199001011234" in as_role("rep").get(url).content.decode()
    for role in ("peer", "manager", "director", "salesops", "sysadmin"):
        assert as_role(role).get(url).status_code == 404


def test_the_chain_of_managers_is_on_the_page(firm, as_role):
    html = as_role("peer").get(reverse("member_detail", args=[firm.rep.pk])).content.decode()
    assert html.index("王大伟") < html.rindex("李明")


@pytest.mark.parametrize("text", ["张三", "zhangsan", "zs", "E002", "1002", "Sam", "sam@", "rep@firm"])
def test_members_are_found_by_what_people_type(firm, as_role, text):
    html = as_role("peer").get(reverse("member_list"), {"q": text}).content.decode()
    assert (f'href="/people/{firm.rep.pk}/"' in html) is (text != "sam@")


def test_a_surname_with_several_readings_is_found_by_each(firm, as_role):
    for text in ("zengxiaohong", "cengxiaohong", "zxh"):
        html = as_role("rep").get(reverse("member_list"), {"q": text}).content.decode()
        assert f'href="/people/{firm.peer.pk}/"' in html


def test_the_unit_filter_counts_what_is_below(firm, as_role):
    client = as_role("sysadmin")

    def found(**asked):
        html = client.get(reverse("member_list"), asked).content.decode()
        return {key for key in ("director", "manager", "rep", "peer") if getattr(firm, key).employee_no in html}

    assert found(unit=firm.company.pk) == {"director", "manager", "rep", "peer"}
    assert found(unit=firm.north.pk) == {"manager", "rep", "peer"}
    assert found(unit=firm.north.pk, position=firm.lead.pk) == {"manager"}
    assert found(manager=firm.manager.pk) == {"rep", "peer"}


def test_leavers_are_listed_only_when_asked_for(firm, as_role):
    Member.objects.unscoped("test").filter(pk=firm.peer.pk).update(status="left")
    link = f'href="/people/{firm.peer.pk}/"'
    client = as_role("rep")
    assert link not in client.get(reverse("member_list")).content.decode()
    assert link in client.get(reverse("member_list"), {"status": "left"}).content.decode()
    assert link in client.get(reverse("member_list"), {"status": "all"}).content.decode()


@pytest.mark.parametrize("view", ["", "cards"])
def test_the_directory_costs_the_same_however_many_it_shows(firm, as_role, django_assert_num_queries, view):
    client = as_role("rep")
    client.get(reverse("member_list"))
    for more in (0, 3, 30):
        for at in range(more):
            Member(name=f"M{more}-{at}", employee_no=f"M{more}-{at}", unit=firm.north, manager=firm.manager).save()
        with django_assert_num_queries(LIST_QUERIES):
            html = client.get(reverse("member_list"), {"view": view} if view else {}).content.decode()
        assert ("people-card" in html) is (view == "cards")


def test_the_export_is_for_those_who_may_and_holds_their_masks(firm, as_role):
    assert as_role("rep").get(reverse("member_list"), {"format": "csv"}).status_code == 403
    answer = as_role("manager").get(reverse("member_list"), {"format": "csv"})
    text = b"".join(answer.streaming_content).decode()
    assert "张三" in text
    assert "E000" not in text  # exports reach as far as the permission to export
    assert Event.objects.unscoped("test").filter(action="people.member.export").get().context["rows"] == 3


def test_moving_is_previewed_and_nothing_is_written(firm, as_role):
    client, url = as_role("director"), reverse("member_move", args=[firm.manager.pk])
    assert client.get(url).status_code == 200
    asked = {"valid_from": "2099-01-01", "unit": firm.company.pk, "position": firm.lead.pk, "manager": firm.director.pk}
    html = client.post(url + "?preview=1", asked).content.decode()
    assert "华北大区" in html
    assert "总公司" in html
    assert "2 people below 李明 come along." in html
    assert Assignment.objects.unscoped("test").filter(member=firm.manager).count() == 1
    html = client.post(url + "?preview=1", {**asked, "manager": firm.rep.pk}).content.decode()
    assert "李明 → 张三 → 李明" in html
    assert client.post(url, asked).status_code == 302
    assert Assignment.objects.unscoped("test").filter(member=firm.manager).count() == 2


def test_a_refused_move_says_why_in_the_form(firm, as_role):
    url = reverse("member_move", args=[firm.manager.pk])
    answer = as_role("director").post(url, {"valid_from": "2099-01-01", "manager": firm.rep.pk})
    assert answer.status_code == 422
    assert "李明 → 张三 → 李明" in answer.content.decode()
    assert as_role("manager").get(url).status_code == 403


def test_a_planned_move_is_called_off_from_the_career(firm, as_role):
    move_member(OPERATOR, firm.rep, unit=firm.company, valid_from=dt.date(2099, 1, 1))
    planned = Assignment.objects.unscoped("test").get(member=firm.rep, unit=firm.company)
    client = as_role("director")
    url = reverse("assignment_cancel", args=[planned.pk])
    html = client.get(reverse("member_detail", args=[firm.rep.pk]) + "?tab=career").content.decode()
    assert url in html
    assert (
        url not in as_role("manager").get(reverse("member_detail", args=[firm.rep.pk]) + "?tab=career").content.decode()
    )
    assert client.post(url).status_code == 302
    assert Assignment.objects.unscoped("test").filter(member=firm.rep).count() == 1


def test_history_shows_names_and_hides_fields_the_reader_may_not_see(firm, as_role):
    members.edit(OPERATOR, firm.rep, personal_email="new@home.example")
    answer = as_role("salesops").post(
        reverse("member_edit", args=[firm.rep.pk]),
        {
            "name": "张三",
            "employee_no": "E002",
            "status": "on_leave",
            "time_zone": "Asia/Shanghai",
            "phone": "13911112222",
        },
    )
    assert answer.status_code == 302
    html = as_role("manager").get(reverse("member_detail", args=[firm.rep.pk]) + "?tab=history").content.decode()
    assert "Status: Active → On leave" in html
    assert "Mobile phone: ••• → •••" in html
    assert "Personal e-mail" not in html
    assert "Unit: 华北大区" in html


def test_what_a_member_edits_is_limited_to_writable_fields(firm, as_role):
    html = as_role("director").get(reverse("member_edit", args=[firm.rep.pk])).content.decode()
    assert 'name="work_email"' in html
    assert 'name="phone"' not in html
    assert 'name="personal_email"' not in html


def test_a_photo_is_shown_only_where_there_is_one(firm, as_role):
    assert as_role("rep").get(reverse("member_photo", args=[firm.rep.pk])).status_code == 404


def test_the_member_sees_who_looked_at_the_private_details(firm, as_role):
    url = reverse("member_private", args=[firm.rep.pk])
    assert "Nobody but you." in as_role("rep").get(url).content.decode()
    role = Role.objects.unscoped("tests").get(key="salesops")
    Grant.objects.unscoped("tests").filter(role=role, permission="people.memberprivate.view").update(scope="all")
    FieldRule(role=role, model="people.memberprivate", field="id_number", scope="all", level="read").save()
    Grant(role=role, permission="people.memberprivate.reveal", scope="all").save()
    page = as_role("salesops").get(url).content.decode()
    assert "110101199001011234" not in page
    assert "Nobody but you." in as_role("rep").get(url).content.decode()
    assert as_role("salesops").post(url, {"reason": ""}).status_code == 422
    page = as_role("salesops").post(url, {"reason": "Social insurance"}).content.decode()
    assert "110101199001011234" in page
    html = as_role("rep").get(url).content.decode()
    assert firm.salesops.name in html
    assert "Social insurance" in html
    assert "Nobody but you." not in html


@pytest.mark.parametrize(("role", "is_link"), [("manager", False), ("salesops", True)])
def test_who_may_not_open_a_position_reads_its_name_without_a_link(firm, as_role, role, is_link):
    html = as_role(role).get(reverse("position_list")).content.decode()
    assert str(firm.lead) in html
    assert (f'href="{firm.lead.get_absolute_url()}"' in html) is is_link


def test_a_name_read_otherwise_is_sorted_and_found_as_its_owner_says(as_role):
    client = as_role("salesops")
    row = make_member("覃勇")
    page = client.get(reverse("member_edit", args=[row.pk])).content.decode()
    assert 'name="reading"' in page
    members.edit(OPERATOR, row, reading="Tan Yong")
    row.refresh_from_db()
    assert row.sort_name == "tan yong"
    assert {"tanyong", "ty", "qinyong"} <= set(row.search_text.split())
