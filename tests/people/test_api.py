"""Members and units over HTTP: the same rules as on the pages."""

import json

import pytest
from django.test import Client

from muster.access.actions.token import create_token
from muster.access.actors import actor_for
from muster.people.models import Assignment, Member

pytestmark = pytest.mark.django_db


@pytest.fixture
def call(firm):
    def calling(role: str, method: str, path: str, **body):
        user = getattr(firm, role).user
        made = create_token(actor_for(user), name="test", scopes=["*"])
        client = Client(headers={"authorization": f"Bearer {made.plain}", "accept-language": "en"})
        return client.generic(method, f"/api/v1/{path}", json.dumps(body) if body else "", "application/json")

    return calling


def test_members_are_listed_with_their_masks(firm, call):
    rows = call("peer", "GET", "members?sort=name").json()["items"]
    assert {row["phone"] for row in rows if row["name"] == "张三"} == {"138****1002"}
    assert {row["personal_email"] for row in rows if row["name"] == "张三"} == {""}


def test_a_move_over_http_carries_over_what_is_not_sent(firm, call):
    answer = call("director", "POST", f"members/{firm.rep.pk}/move", unit=firm.company.pk, valid_from="2099-01-01")
    assert answer.status_code == 200, answer.content
    row = Assignment.objects.unscoped("test").get(member=firm.rep, valid_from="2099-01-01")
    assert (row.unit, row.manager_id, row.position) == (firm.company, firm.manager.pk, firm.position)
    assert call("manager", "POST", f"members/{firm.rep.pk}/move", valid_from="2099-01-02").status_code == 403


def test_a_circle_is_refused_with_the_sentence(firm, call):
    answer = call("director", "POST", f"members/{firm.manager.pk}/move", manager=firm.rep.pk, valid_from="2099-01-01")
    assert answer.status_code == 422
    assert "李明 → 张三 → 李明" in json.dumps(answer.json(), ensure_ascii=False)


def test_a_member_is_made_and_edited(firm, call):
    answer = call(
        "salesops", "POST", "members", name="钱八", employee_no="E100", status="active", time_zone="Asia/Shanghai"
    )
    assert answer.status_code == 201, answer.content
    pk = answer.json()["id"]
    assert call("salesops", "PATCH", f"members/{pk}", work_place="北京").status_code == 200
    made = Member.objects.unscoped("test").get(pk=pk)
    assert (made.work_place, made.lines_up.unscoped("test").get().depth) == ("北京", 0)
    assert call("rep", "PATCH", f"members/{pk}", work_place="上海").status_code == 403
