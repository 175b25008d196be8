"""Logging, planning and finishing work, in the words of those who do it."""

import datetime as dt
import json
import re

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from factories import actor_of, make_account, make_activity, make_contact, make_deal, make_member, make_task

from muster.access.scope import Forbidden
from muster.activities.actions.activity import activities, complete_activity, log_activity
from muster.activities.actions.task import complete_task, reopen_task, tasks
from muster.activities.listings.records import ACTIVITIES
from muster.activities.models import Activity, Task
from muster.core.periods import Period
from muster.crm.models import Account, AccountMember
from muster.metrics.compute import compute

pytestmark = pytest.mark.django_db
TODAY = dt.date(2026, 6, 15)
NOW = dt.datetime(2026, 6, 15, 4, tzinfo=dt.UTC)
QUERIES = {
    "/activities/": 8,
    "/tasks/": 5,
    "/tasks/?view=table": 6,
    "/activities/new/": 6,
    "/customers/{account}/timeline/": 8,
    "/customers/{account}/tasks/": 5,
}
COUNTED = {"/activities/"}  # more than a page in the end, so how many there are is one question more


def fresh(row):
    return type(row).objects.unscoped("test").get(pk=row.pk)


def sentence(caught) -> str:
    return " ".join(caught.value.messages)


@pytest.mark.parametrize(("days", "late"), [(0, False), (2, False), (3, True), (30, True)])
def test_what_is_entered_three_days_later_is_flagged_and_never_refused(firm, days, late):
    row = activities.create(actor_of(firm.wang), kind="call", subject="Hello", done_at=NOW - dt.timedelta(days=days))
    assert (row.is_late, row.status, row.done_on) == (late, "done", TODAY - dt.timedelta(days=days))


def test_the_day_is_the_members_own_day(firm):
    row = activities.create(
        actor_of(firm.wang), kind="call", subject="Late call", done_at=dt.datetime(2026, 6, 14, 20, tzinfo=dt.UTC)
    )
    assert row.done_on == dt.date(2026, 6, 15)


def test_what_lies_in_the_future_is_a_plan(firm):
    with pytest.raises(ValidationError) as caught:
        activities.create(actor_of(firm.wang), kind="call", subject="Hello", done_at=NOW + dt.timedelta(hours=1))
    assert sentence(caught) == "What is done cannot lie in the future: save it as planned."
    with pytest.raises(ValidationError) as caught:
        activities.create(actor_of(firm.wang), kind="call", subject="Hello", status="planned")
    assert sentence(caught) == "Say when it is planned for."


def test_a_plan_becomes_a_record_once(firm):
    actor = actor_of(firm.wang)
    account = make_account(firm.wang)
    plan = activities.create(
        actor, kind="visit", subject="Demo", status="planned", planned_at=NOW + dt.timedelta(days=1), account=account
    )
    complete_activity(actor, plan, outcome="Interested")
    done = fresh(plan)
    assert (done.status, done.done_at, done.done_on, done.outcome) == ("done", NOW, TODAY, "Interested")
    assert fresh(account).last_activity_on == TODAY
    with pytest.raises(ValidationError, match="This is done already"):
        complete_activity(actor, plan)


def test_an_older_entry_does_not_take_the_last_contact_back(firm):
    account = make_account(firm.wang)
    for days in (1, 9):
        activities.create(
            actor_of(firm.wang), kind="call", subject="Hi", account=account, done_at=NOW - dt.timedelta(days=days)
        )
    assert fresh(account).last_activity_on == dt.date(2026, 6, 14)


def test_the_customer_follows_from_deal_and_contact_and_cannot_contradict_them(firm):
    account, other = make_account(firm.wang), make_account(firm.wang)
    deal = make_deal(firm.wang, name="Pumps", account=account)
    row = activities.create(actor_of(firm.wang), kind="call", subject="Hi", deal=deal)
    assert row.account == account
    with pytest.raises(ValidationError) as caught:
        activities.create(actor_of(firm.wang), kind="call", subject="Hi", deal=deal, account=other)
    assert sentence(caught) == "“Pumps” belongs to another customer."
    with pytest.raises(ValidationError):
        activities.create(actor_of(firm.wang), kind="call", subject="Hi", deal=deal, contact=make_contact(other))


def test_who_works_a_customer_joins_its_team(firm):
    account = make_account(firm.wang)
    activities.create(actor_of(firm.boss), kind="visit", subject="With Wang", account=account)
    assert AccountMember.objects.unscoped("test").filter(account=account, member=firm.boss).exists()


def test_a_customer_one_does_not_see_cannot_be_worked(firm):
    with pytest.raises(ValidationError, match="no such account"):
        activities.create(actor_of(firm.li), kind="call", subject="Hi", account=make_account(firm.wang))


def test_a_follow_up_is_noted_with_the_activity_or_neither_is(firm):
    account = make_account(firm.wang)
    log_activity(
        actor_of(firm.wang),
        kind="call",
        subject="Hi",
        account=account,
        follow_up="Send offer",
        follow_up_on=dt.date(2026, 6, 20),
    )
    [task] = Task.objects.unscoped("test")
    assert (task.title, task.owner, task.account, task.due_on) == (
        "Send offer",
        firm.wang,
        account,
        dt.date(2026, 6, 20),
    )
    with pytest.raises(ValidationError):
        log_activity(actor_of(firm.wang), kind="call", subject="Again", follow_up="x" * 300)
    assert Activity.objects.unscoped("test").count() == 1


def test_a_task_is_ticked_once_and_the_tick_can_be_taken_back(firm):
    task, actor = make_task(firm.wang), actor_of(firm.wang)
    complete_task(actor, task)
    assert fresh(task).done_on == TODAY
    with pytest.raises(ValidationError, match="This is done already"):
        complete_task(actor, task)
    reopen_task(actor, task)
    assert fresh(task).done_on is None


def test_a_manager_gives_tasks_to_his_people_and_a_peer_does_not(firm):
    task = tasks.create(actor_of(firm.boss), title="Call Liu", owner=firm.wang)
    assert (task.owner, task.assigned_by) == (firm.wang, firm.boss)
    with pytest.raises(Forbidden):
        tasks.create(actor_of(firm.li), title="Call Liu", owner=firm.wang)
    gone = make_member("Gone", manager=firm.boss, status="left")
    with pytest.raises(ValidationError, match="Gone has left"):
        tasks.create(actor_of(firm.boss), title="Call Liu", owner=gone)


@pytest.mark.parametrize(
    ("who", "whose"), [("wang", {"wang"}), ("boss", {"wang", "li"}), ("other", set()), ("ops", {"wang", "li", "ops"})]
)
def test_each_sees_exactly_the_work_of_his_people(firm, login, who, whose):
    work = {name: make_activity(getattr(firm, name)) for name in ("wang", "li", "ops")}
    jobs = {name: make_task(getattr(firm, name)) for name in ("wang", "li", "ops")}
    client = login(getattr(firm, who))

    def listed(url: str, kind: str) -> set[int]:
        return {int(one) for one in re.findall(rf'href="/{kind}/(\d+)/"', client.get(url).content.decode())}

    assert listed("/activities/", "activities") == {work[name].pk for name in whose}
    assert listed("/tasks/?view=table", "tasks") == {jobs[name].pk for name in whose}
    assert listed("/tasks/?view=all", "tasks") == {jobs[name].pk for name in whose}
    assert listed("/tasks/", "tasks") == {jobs[name].pk for name in whose & {who}}
    for name, row in work.items():
        assert client.get(f"/activities/{row.pk}/").status_code == (200 if name in whose else 404)
        assert client.get(f"/tasks/{jobs[name].pk}/").status_code == (200 if name in whose else 404)
    assert login(firm.admin).get("/activities/").status_code == 403


@pytest.mark.parametrize("address", QUERIES)
def test_thirty_rows_cost_as_many_queries_as_one(firm, login, address):
    account = make_account(firm.wang)

    def more() -> None:
        other = make_account(firm.wang)
        make_activity(firm.wang, account=account)
        make_activity(firm.wang, account=other)
        make_activity(firm.wang, account=account, status="planned")
        make_task(firm.wang, account=account, due_on=TODAY)

    def count() -> int:
        client.get(url)
        with CaptureQueriesContext(connection) as found:
            assert client.get(url).status_code == 200
        return len(found)

    client, url = login(firm.wang), address.format(account=account.pk)
    more()
    few = count()
    for _number in range(29):
        more()
    assert (count(), few) == (QUERIES[address], QUERIES[address] - (address in COUNTED))


def test_the_phone_form_logs_with_a_kind_a_recent_customer_and_one_sentence(firm, login):
    account = make_account(firm.wang, "Acme")
    make_activity(firm.wang, account=account)
    client = login(firm.wang)
    html = client.get("/activities/new/").content.decode()
    assert f'name="recent" id="recent-{account.pk}"' in html
    sent = {"kind": "visit", "recent": account.pk, "subject": "Tea", "outcome": "Interested", "account": ""}
    assert client.post("/activities/new/", sent).status_code == 302
    row = Activity.objects.unscoped("test").latest("id")
    assert (row.kind, row.account, row.subject, row.outcome, row.status, row.done_at, row.is_late) == (
        "visit",
        account,
        "Tea",
        "Interested",
        "done",
        timezone.now(),
        False,
    )


def test_one_tap_finishes_a_plan_and_a_task_and_the_page_beneath_refreshes(firm, login):
    plan, task = make_activity(firm.wang, status="planned"), make_task(firm.wang)
    client = login(firm.wang)
    for url, row in (("activities", plan), ("tasks", task)):
        answer = client.post(f"/{url}/{row.pk}/complete/", headers={"HX-Request": "true"})
        assert answer.status_code == 204
        assert "saved" in json.loads(answer.headers["HX-Trigger"])
    assert (fresh(plan).status, fresh(task).done_on) == ("done", TODAY)


def test_tasks_stand_in_groups_by_urgency_with_their_true_numbers(firm, login):
    for title, due in [("Old", -1), ("Now", 0), ("Soon", 3), ("Far", 30)]:
        make_task(firm.wang, title, due_on=TODAY + dt.timedelta(days=due))
    make_task(firm.wang, "Never")
    make_task(firm.wang, "Finished", done_on=TODAY)
    html = login(firm.wang).get("/tasks/").content.decode()
    heads = re.findall(r'card-heading">([^<]+)<', html)
    assert heads == ["Overdue", "Today", "Next 7 days", "Later", "Without a day"]
    assert "Finished" not in html


def test_filters_of_activities(firm, login):
    account = make_account(firm.wang)
    call = make_activity(firm.wang, account=account)
    visit = make_activity(firm.wang, kind="visit", on=dt.date(2026, 5, 1))
    plan = make_activity(firm.li, status="planned")
    client = login(firm.boss)

    def found(query: str) -> set[int]:
        html = client.get(f"/activities/?{query}").content.decode()
        return {int(one) for one in re.findall(r'href="/activities/(\d+)/"', html)}

    assert found("kind=visit") == {visit.pk}
    assert found("period=month") == {call.pk, plan.pk}
    assert found("status=planned") == {plan.pk}
    assert found(f"account={account.pk}") == {call.pk}
    assert found(f"owner={firm.li.pk}") == {plan.pk}
    assert client.get("/activities/?period=never").status_code == 400


def test_recent_customers_are_those_one_still_sees(firm, login):
    account = make_account(firm.wang, "Acme")
    make_activity(firm.li, account=account)
    assert "recent-" not in login(firm.li).get("/activities/new/").content.decode()
    assert not Account.objects.visible_to(actor_of(firm.li)).exists()


def test_the_owner_of_a_customer_sees_what_others_did_with_it_and_nothing_of_it_counts_as_his(firm, login):
    account = make_account(firm.wang)
    visit = make_activity(firm.other, TODAY, subject="Visit by another", account=account)
    unseen = make_activity(firm.other, TODAY, subject="Elsewhere", account=make_account(firm.other))
    mine = actor_of(firm.wang)
    assert set(Activity.objects.visible_to(mine).values_list("pk", flat=True)) == {visit.pk}
    assert not Activity.objects.visible_to(mine, "activities.activity.edit").exists()
    assert not Activity.objects.counted_for(mine).exists()
    assert ACTIVITIES.page(mine, {}).rows == []
    assert unseen.pk not in Activity.objects.visible_to(mine).values_list("pk", flat=True)
    page = login(firm.wang).get(f"/customers/{account.pk}/timeline/").content.decode()
    assert "Visit by another" in page
    assert "Visit by another" not in login(firm.li).get("/activities/").content.decode()
    with pytest.raises(Forbidden):
        activities.edit(mine, visit, subject="Mine now")
    counted = compute(("activities_done",), mine, Period(TODAY, TODAY + dt.timedelta(days=1)))
    assert counted.cell("activities_done").n == 0
