"""Many records at once: first it is said what would happen to each, then it is done row by row, and taken back."""

import datetime as dt
from urllib.parse import urlencode

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation

from muster.access.actions.bulk import MOST_ROWS, begin_bulk, commit_bulk, stop_bulk
from muster.access.actions.bulk_run import work
from muster.access.bulk import jobs
from muster.access.models import BulkChange, BulkRow, Event, RoleAssignment
from muster.access.queries import counts
from muster.access.scope import Forbidden, NotVisible
from muster.core.jobs.models import Job
from muster.core.periods import today
from muster.crm.actions.account import accounts
from muster.people.actions.move import move_member
from muster.people.models import Assignment
from tests.custom.helpers import choices, field
from tests.factories import actor_of, make_account, make_deal, make_member, make_unit, operator, stage
from tests.web.test_api import program, send

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def english():
    with translation.override("en"):
        yield


@pytest.fixture
def boss():
    return make_member("Boss", role="manager")


@pytest.fixture
def rep(boss):
    return make_member("Rep", manager=boss)


def now(row):
    return type(row).objects.unscoped("tests").get(pk=row.pk)


def begin(actor, listing, rows, **values):
    said = {name: one if isinstance(one, list) else [str(one)] for name, one in values.items()}
    chosen = [name for name in said if name not in ("valid_from", "reason")]
    return jobs.begin(actor, listing=listing, ids=[one.pk for one in rows], values={**said, "change": chosen})


def row(change, of):
    return BulkRow.objects.unscoped("tests").get(change=change, object_id=of.pk)


def events(action):
    return list(Event.objects.unscoped("tests").filter(action=action).order_by("pk"))


def test_the_preview_counts_and_says_why_and_writes_nothing(rep):
    group = make_account(rep, city="上海")
    mine, already = make_account(rep, city="上海"), make_account(rep, city="北京", parent=group)
    before = Event.objects.unscoped("tests").filter(model="crm.account").count()
    change = begin(actor_of(rep), "customers", [mine, already, group], city="北京", parent=group.pk)
    assert change.status == "checked"
    assert counts(change) == {"will": 1, "same": 1, "refused": 1}
    assert row(change, group).problem == f"This would make a circle: {group.name} → {group.name}."
    assert (now(mine).city, now(mine).parent_id) == ("上海", None)
    assert Event.objects.unscoped("tests").filter(model="crm.account").count() == before


def test_carried_out_each_row_has_its_own_entry_in_the_trail(rep):
    rows = [make_account(rep, city="上海") for _ in range(3)]
    actor = actor_of(rep)
    change = begin(actor, "customers", rows, city="北京", level="key")
    jobs.commit(actor, change)
    assert [(now(one).city, now(one).level) for one in rows] == [("北京", "key")] * 3
    assert counts(change) == {"done": 3}
    found = events("crm.account.edit")
    assert [one.object_id for one in found] == [one.pk for one in rows]
    assert found[0].changes == {"city": ["上海", "北京"], "level": ["normal", "key"]}
    assert len(events("access.bulkchange.commit")) == 1


def test_only_what_nobody_changed_since_is_taken_back(rep):
    first, second = make_account(rep, city="上海"), make_account(rep, city="上海")
    actor = actor_of(rep)
    change = begin(actor, "customers", [first, second], city="北京", level="key")
    jobs.commit(actor, change)
    accounts.edit(operator, now(second), city="广州")
    jobs.undo(actor, now(change))
    assert (now(first).city, now(first).level) == ("上海", "normal")
    assert (now(second).city, now(second).level) == ("广州", "normal")
    assert row(change, first).outcome == "undone"
    assert (row(change, second).outcome, row(change, second).problem) == (
        "kept",
        "Changed since by somebody, and left so: city.",
    )
    with pytest.raises(ValidationError):
        jobs.undo(actor, now(change))


def test_what_somebody_changes_between_preview_and_doing_is_refused(rep):
    account = make_account(rep, city="上海")
    actor = actor_of(rep)
    change = begin(actor, "customers", [account], city="北京")
    accounts.edit(operator, now(account), city="广州")
    jobs.commit(actor, change)
    assert now(account).city == "广州"
    assert row(change, account).outcome == "refused"
    assert "meanwhile" in row(change, account).problem


def test_another_change_in_between_is_no_hindrance(rep):
    account = make_account(rep, city="上海")
    actor = actor_of(rep)
    change = begin(actor, "customers", [account], city="北京")
    accounts.edit(operator, now(account), industry="医疗")
    jobs.commit(actor, change)
    assert (now(account).city, now(account).industry) == ("北京", "医疗")


def test_what_one_does_not_see_is_not_even_named(rep):
    other = make_account(make_member("Other"))
    with pytest.raises(ValidationError, match="nothing to change"):
        begin(actor_of(rep), "customers", [other], city="北京")


def test_who_loses_the_right_meanwhile_changes_nothing(boss, rep):
    deal = make_deal(rep)
    change = begin(actor_of(boss), "deals", [deal], next_step="call")
    RoleAssignment.objects.unscoped("tests").filter(user=boss.user).delete()
    with pytest.raises((Forbidden, NotVisible)):
        jobs.commit(actor_of(boss), change)
    assert now(deal).next_step == ""


def test_a_member_is_moved_from_a_day_on_and_back(boss):
    director = make_member("Director", role="director")
    unit, people = make_unit("North"), [make_member(f"M{at}", manager=boss) for at in range(3)]
    actor, day = actor_of(director), today() + dt.timedelta(days=5)
    change = begin(actor, "members", people, unit=unit.pk, valid_from=day.isoformat(), reason="reorganisation")
    assert counts(change) == {"will": 3}
    assert Assignment.objects.unscoped("tests").filter(unit=unit).count() == 0
    jobs.commit(actor, change)
    made = Assignment.objects.unscoped("tests").filter(unit=unit)
    assert {(one.valid_from, one.reason, one.manager_id) for one in made} == {(day, "reorganisation", boss.pk)}
    move_member(operator, now(people[0]), valid_from=day + dt.timedelta(days=9), manager=director)
    jobs.undo(actor, now(change))
    assert row(change, people[0]).outcome == "kept"
    assert {one.member_id for one in made.all()} == {people[0].pk}, "who was moved on since keeps what he has"
    assert Assignment.objects.unscoped("tests").get(member=people[1]).valid_to is None


def test_a_move_that_holds_today_is_taken_back_too(boss):
    director = make_member("Director", role="director")
    unit, member = make_unit("North"), make_member("M", manager=boss)
    actor = actor_of(director)
    change = begin(actor, "members", [member], unit=unit.pk, work_place="苏州", valid_from=today().isoformat())
    jobs.commit(actor, change)
    assert (now(member).unit_id, now(member).work_place) == (unit.pk, "苏州")
    again = begin(actor, "members", [member], unit=unit.pk, valid_from=today().isoformat())
    assert counts(again) == {"same": 1}
    jobs.undo(actor, now(change))
    assert (now(member).unit_id, now(member).manager_id, now(member).work_place) == (None, boss.pk, "")
    assert events("people.member.unmove")[0].object_id is not None


def test_a_rule_refuses_a_row_by_its_sentence(boss):
    director = make_member("Director", role="director")
    report = make_member("Report", manager=boss)
    change = begin(actor_of(director), "members", [boss, report], manager=report.pk, valid_from=today().isoformat())
    assert counts(change) == {"refused": 2}
    assert all(row(change, one).problem for one in (boss, report))


def test_the_owner_changes_last_and_comes_back(boss, rep):
    other, rows = make_member("Other", manager=boss), [make_deal(rep), make_deal(rep)]
    actor = actor_of(boss)
    change = begin(actor, "deals", rows, next_step="call", owner=other.pk, stage=stage("offer").pk)
    jobs.commit(actor, change)
    assert {(now(one).owner_id, now(one).next_step, now(one).stage.key) for one in rows} == {
        (other.pk, "call", "offer")
    }
    jobs.undo(actor, now(change))
    assert {(now(one).owner_id, now(one).next_step, now(one).stage.key) for one in rows} == {(rep.pk, "", "new")}


def test_closed_deals_are_refused_a_stage(rep):
    won, open_ = make_deal(rep, won=today()), make_deal(rep)
    change = begin(actor_of(rep), "deals", [won, open_], stage=stage("offer").pk)
    assert row(change, won).outcome == "refused"
    assert "closed" in row(change, won).problem
    assert row(change, open_).outcome == "will"


def test_custom_fields_are_changed_and_taken_back(rep):
    field("tier", "choice", "crm.account", choices=choices("a", "b"))
    field("tax", "text", "crm.account", sensitive=True)
    field("only", "text", "crm.account", unique=True)
    account = make_account(rep)
    actor = actor_of(rep)
    change = begin(actor, "customers", [account], **{"custom.tier": "a"})
    jobs.commit(actor, change)
    assert now(account).custom == {"tier": "a"}
    jobs.undo(actor, now(change))
    assert not now(account).custom
    for key in ("tax", "only"):
        with pytest.raises(ValidationError, match="cannot be changed for many"):
            begin(actor_of(rep), "customers", [account], **{f"custom.{key}": "x"})


@pytest.mark.parametrize("name", ["phone", "name", "id", "nonsense", "personal_email"])
def test_what_belongs_to_one_alone_cannot_be_given_to_many(name):
    director = make_member("Director", role="director")
    with pytest.raises(ValidationError, match="cannot be changed for many"):
        begin(actor_of(director), "members", [director], **{name: "x"})


def test_nothing_ticked_and_a_wrong_value_are_said(rep):
    account = make_account(rep)
    with pytest.raises(ValidationError, match="Tick at least one field"):
        begin(actor_of(rep), "customers", [account])
    with pytest.raises(ValidationError, match="valid choice"):
        begin(actor_of(rep), "customers", [account], level="huge")
    assert not BulkChange.objects.unscoped("tests").exists()


def test_all_that_match_the_filter_are_meant_and_no_others(rep):
    meant = [make_account(rep, city="上海") for _ in range(2)]
    rest = make_account(rep, city="北京")
    change = jobs.begin(
        actor_of(rep),
        listing="customers",
        where={"city": "上海", "sort": "name"},
        values={"change": ["level"], "level": ["key"]},
    )
    assert {one.object_id for one in change.rows.model.objects.unscoped("tests").filter(change=change)} == {
        one.pk for one in meant
    }
    jobs.commit(actor_of(rep), change)
    assert now(rest).level == "normal"


def test_too_many_are_refused_before_anything_is_noted(rep, monkeypatch):
    monkeypatch.setattr("muster.access.actions.bulk.MOST_ROWS", 2)
    rows = [make_account(rep) for _ in range(3)]
    with pytest.raises(ValidationError, match="More than 2 records match"):
        begin_bulk(actor_of(rep), listing="customers", where={}, values={"change": ["level"], "level": ["key"]})
    assert not BulkRow.objects.unscoped("tests").exists()
    assert MOST_ROWS == 5_000
    assert rows


def test_many_rows_are_a_job_that_can_be_watched_and_stopped(rep, django_capture_on_commit_callbacks, monkeypatch):
    monkeypatch.setattr("muster.access.bulk.jobs.AT_ONCE", 2)
    rows, actor = [make_account(rep) for _ in range(4)], actor_of(rep)
    with django_capture_on_commit_callbacks(execute=True):
        change = begin(actor, "customers", rows, level="key")
        assert now(change).status == "checking"
    assert now(change).status == "checked"
    seen = []

    def step(done, _total):
        seen.append(done)
        if done == 2:
            stop_bulk(actor, now(change))

    work(commit_bulk(actor, now(change)), actor, step)
    assert (counts(change), now(change).status) == ({"done": 2, "will": 2}, "done")
    with django_capture_on_commit_callbacks(execute=True):
        jobs.commit(actor, now(change))
    assert counts(change) == {"done": 4}
    assert {one.state for one in Job.objects.all()} == {"done"}
    assert len(events("crm.account.edit")) == 4


def test_a_job_cut_off_half_way_does_no_row_twice(rep):
    rows, actor = [make_account(rep) for _ in range(3)], actor_of(rep)
    change = commit_bulk(actor, begin(actor, "customers", rows, level="key"))

    def die(done, _total):
        if done == 1:
            raise RuntimeError("power cut")

    with pytest.raises(RuntimeError):
        work(now(change), actor, die)
    work(now(change), actor, lambda _done, _total: None)
    assert len(events("crm.account.edit")) == 3
    assert now(change).status == "done"


def test_the_page_from_ticks_to_taking_back(rep):
    account = make_account(rep, city="上海")
    client = Client(headers={"accept-language": "en"})
    client.force_login(rep.user)
    listed = client.get(reverse("account_list")).content.decode()
    url = reverse("bulk_new", args=["customers"])
    assert url in listed
    asked = client.post(url, {"pk": [account.pk]})
    assert asked.status_code == 200
    assert 'name="change" value="city"' in asked.content.decode()
    wrong = client.post(url, {"pk": [account.pk], "sent": "1"})
    assert (wrong.status_code, "Tick at least one field" in wrong.content.decode()) == (422, True)
    sent = client.post(url, {"pk": [account.pk], "sent": "1", "change": "city", "city": "北京"})
    change = BulkChange.objects.unscoped("tests").get()
    assert (sent.status_code, sent["Location"]) == (302, change.get_absolute_url())
    page = client.get(change.get_absolute_url()).content.decode()
    assert "Change 1 record" in page
    assert account.name in page
    client.post(reverse("bulk_commit", args=[change.pk]))
    assert now(account).city == "北京"
    client.post(reverse("bulk_undo", args=[change.pk]))
    assert now(account).city == "上海"
    stranger = Client(headers={"accept-language": "en"})
    stranger.force_login(make_member("Admin", role="sysadmin").user)
    assert stranger.get(change.get_absolute_url()).status_code == 404


def test_all_that_match_is_offered_under_the_list(rep):
    for _ in range(3):
        make_account(rep, city="上海")
    client = Client(headers={"accept-language": "en"})
    client.force_login(rep.user)
    query = urlencode({"city": "上海"})
    page = client.get(f"{reverse('account_list')}?{query}").content.decode()
    url = f"{reverse('bulk_new', args=['customers'])}?{query}"
    assert f'href="{url}"' in page
    assert "3 records are chosen" in client.get(url).content.decode()
    client.post(url, {"sent": "1", "change": "level", "level": "key"})
    assert BulkRow.objects.unscoped("tests").count() == 3


def test_the_page_asks_no_more_for_three_rows_than_for_one(rep):
    client = Client(headers={"accept-language": "en"})
    client.force_login(rep.user)
    asked = []
    for many in (1, 3):
        change = begin(actor_of(rep), "customers", [make_account(rep) for _ in range(many)], level="key")
        client.get(change.get_absolute_url())
        with CaptureQueriesContext(connection) as queries:
            client.get(change.get_absolute_url())
        asked.append(len(queries))
    assert asked[0] == asked[1]


def test_a_program_can_do_the_same_within_its_token(rep):
    account = make_account(rep)
    client = program(rep)
    body = {"listing": "customers", "ids": [account.pk], "values": {"level": "key", "city": None}}
    made = send(client, "post", "/bulk-changes", body)
    assert (made.status_code, made.json()["status"]) == (201, "checked")
    pk = made.json()["id"]
    rows = send(client, "get", f"/bulk-rows?change={pk}").json()["items"]
    assert [(one["object_id"], one["outcome"]) for one in rows] == [(account.pk, "will")]
    assert "memory" not in rows[0]
    assert send(client, "post", f"/bulk-changes/{pk}/commit", {}).status_code == 200
    assert now(account).level == "key"
    assert send(client, "post", f"/bulk-changes/{pk}/undo", {}).status_code == 200
    assert now(account).level == "normal"
    both = send(client, "post", "/bulk-changes", {**body, "where": {}})
    assert both.status_code == 422


def test_a_token_for_bulk_changes_alone_changes_no_customer(rep, monkeypatch, django_capture_on_commit_callbacks):
    monkeypatch.setattr("muster.access.bulk.jobs.AT_ONCE", 0)
    account = make_account(rep)
    client = program(rep, ["access.bulkchange.*", "*.view"])
    body = {"listing": "customers", "ids": [account.pk], "values": {"level": "key"}}
    with django_capture_on_commit_callbacks(execute=True):
        made = send(client, "post", "/bulk-changes", body)
    assert made.status_code == 422  # there is no field he could choose
    assert now(account).level == "normal"


def test_members_are_changed_by_whoever_may_edit_them_only(rep):
    with pytest.raises(ValidationError, match="There is no list"):
        begin(actor_of(rep), "members", [rep], work_place="苏州")
    assert now(rep).work_place == ""
