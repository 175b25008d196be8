"""Comments reach whom they concern; an instruction becomes a task; nobody learns by them of what is not for him."""

import datetime as dt
import json

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from factories import actor_of, make_account, make_activity, make_member

from muster.access.models import Event
from muster.access.scope import Forbidden, NotVisible
from muster.activities.actions.comment import add_comment, instruct, take_back, whom_to_tell
from muster.activities.models import Comment, Task
from muster.integrations.models import Notification
from muster.integrations.notifications import read_events, shown

pytestmark = pytest.mark.django_db
TODAY = dt.date(2026, 6, 15)


def said(member, row, body="Well done", **more) -> Comment:
    return add_comment(actor_of(member), model=row._meta.label_lower, object_id=row.pk, body=body, **more)


def bell(member) -> list[str]:
    read_events()
    rows = Notification.objects.unscoped("test").filter(user=member.user).select_related("event").order_by("-pk")
    said = [one["title"].partition(" ")[2] for one in shown(rows, actor_of(member))]  # without who did it
    return [one for one in said if "changed where" not in one]


def test_a_comment_reaches_the_owner_and_who_works_on_the_customer(firm):
    row = make_activity(firm.wang, TODAY, account=make_account(firm.wang, team=(firm.li,)))
    comment = said(firm.boss, row)
    assert sorted(whom_to_tell(comment.pk)) == sorted([firm.wang.pk, firm.li.pk])
    assert bell(firm.wang) == ["commented: Well done"]
    assert bell(firm.li) == ["commented: Well done"]
    assert bell(firm.boss) == []


def test_who_commented_before_is_told_too(firm):
    row = make_activity(firm.wang, TODAY)
    said(firm.boss, row)
    assert whom_to_tell(said(firm.wang, row, "Thanks").pk) == [firm.boss.pk]


def test_who_is_named_is_told_if_he_sees_the_record(firm):
    wenjing = make_member("欧阳文静", manager=firm.boss)
    row = make_activity(firm.wang, TODAY, account=make_account(firm.wang, team=(wenjing,)))
    comment = said(firm.boss, row, "请@欧阳文静帮忙看一下，@Zhao 知道吗？")
    assert comment.mentions == [wenjing.pk]  # Zhao sees nothing of it
    assert firm.other.pk not in whom_to_tell(comment.pk)


def test_one_comments_only_what_one_sees(firm):
    row = make_activity(firm.wang, TODAY)
    with pytest.raises(ValidationError):
        said(firm.other, row)
    assert not Comment.objects.unscoped("test").exists()


def test_a_comment_is_seen_with_its_record_and_nowhere_else(firm, login):
    row = make_activity(firm.wang, TODAY)
    said(firm.boss, row, "For us only")
    assert "For us only" in login(firm.wang).get(f"/comments/activities.activity/{row.pk}/").content.decode()
    assert login(firm.other).get(f"/comments/activities.activity/{row.pk}/").status_code == 404
    assert login(firm.boss).get(f"/comments/crm.account/{row.pk}/").status_code == 404  # nothing one comments on
    assert list(Comment.objects.visible_to(actor_of(firm.other))) == []


def test_an_instruction_is_a_task_of_the_owner_and_he_is_told_once(firm):
    account = make_account(firm.wang)
    row = make_activity(firm.wang, TODAY, account=account)
    comment = said(firm.boss, row, "Visit them again", kind="instruction", due_on=TODAY)
    task = Task.objects.unscoped("test").get()
    assert (task.title, task.owner, task.assigned_by, task.account, task.due_on) == (
        "Visit them again",
        firm.wang,
        firm.boss,
        account,
        TODAY,
    )
    assert comment.task == task
    assert bell(firm.wang) == ["gave you a task: Visit them again"]


def test_a_comment_becomes_an_instruction_once(firm):
    comment = said(firm.boss, make_activity(firm.wang, TODAY), "Visit them again")
    instruct(actor_of(firm.boss), comment)
    with pytest.raises(ValidationError) as caught:
        instruct(actor_of(firm.boss), comment)
    assert "only once" in " ".join(caught.value.messages)
    assert Task.objects.unscoped("test").count() == 1


def test_nobody_instructs_his_manager(firm):
    row = make_activity(firm.boss, TODAY, account=make_account(firm.boss, team=(firm.wang,)))
    with pytest.raises(ValidationError) as caught:
        said(firm.wang, row, "Do it", kind="instruction")
    assert "cannot give Chen Boss tasks" in " ".join(caught.value.messages)
    assert not Task.objects.unscoped("test").exists()
    assert not Comment.objects.unscoped("test").exists()


def test_ones_own_comment_is_taken_back_and_only_that(firm, login):
    row = make_activity(firm.wang, TODAY)
    comment = said(firm.boss, row)
    with pytest.raises((Forbidden, NotVisible)):
        take_back(actor_of(firm.wang), comment)
    take_back(actor_of(firm.boss), comment)
    assert "Well done" not in login(firm.wang).get(f"/comments/activities.activity/{row.pk}/").content.decode()
    assert whom_to_tell(comment.pk) == []


def test_the_form_in_the_page_and_the_api_do_the_same(firm, login):
    row = make_activity(firm.wang, TODAY)
    client = login(firm.boss)
    page = client.post(f"/comments/activities.activity/{row.pk}/", {"body": "From the page"})
    assert (page.status_code, "From the page" in page.content.decode()) == (200, True)
    empty = client.post(f"/comments/activities.activity/{row.pk}/", {"body": " "})
    assert empty.status_code == 422
    body = {"model": "activities.activity", "object_id": row.pk, "body": "From a program", "kind": "comment"}
    made = client.post("/api/v1/comments", json.dumps(body), content_type="application/json")
    assert made.status_code == 201, made.content
    assert [one.body for one in Comment.objects.unscoped("test").order_by("pk")] == ["From the page", "From a program"]
    assert Event.objects.unscoped("test").filter(action="activities.comment.create").count() == 2


def test_three_comments_cost_as_many_queries_as_one(firm, login):
    row = make_activity(firm.wang, TODAY, account=make_account(firm.wang))
    client, url = login(firm.boss), f"/comments/activities.activity/{row.pk}/"

    def count() -> int:
        with CaptureQueriesContext(connection) as found:
            assert client.get(url).status_code == 200
        return len(found)

    said(firm.boss, row, kind="instruction")
    count()
    few = count()
    for _at in range(2):
        said(firm.boss, row, kind="instruction")
    assert count() == few == 5
