"""Directory sync: differences first, nothing by itself, nobody deleted; one identity, whoever comes back."""

import datetime as dt
import json

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command
from django.db import connection as database
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation

from muster.access.actors import new_token
from muster.access.models import ApiToken, Event
from muster.access.scope import Actor, Forbidden
from muster.integrations.directory import actions
from muster.integrations.directory.http import Api
from muster.integrations.models import DirectoryChange, DirectoryConnection, DirectoryRun, ExternalKey
from muster.integrations.tasks import compare_directories
from muster.people.actions.lifecycle import complete
from muster.people.actions.territory import give_territory, territories
from muster.people.models import Assignment, Member, Position, TerritoryAssignment, Unit
from tests import factories
from tests.integrations.fake_directories import SECRET, FakeFeishu, FakeWeCom, Worker, firm

pytestmark = pytest.mark.django_db
OPERATOR = Actor.operator("tests")
TODAY = dt.date(2026, 3, 10)
DAY = dt.timedelta(days=1)
LIST_QUERIES, RUNS_QUERIES, RUN_QUERIES = 5, 5, 7


@pytest.fixture(autouse=True)
def _one_day(monkeypatch, settings):
    settings.LANGUAGE_CODE = "en"
    monkeypatch.setattr(Api, "wait", staticmethod(lambda _seconds: None))
    with time_machine.travel(dt.datetime(2026, 3, 10, 4, tzinfo=dt.UTC), tick=False), translation.override("en"):
        yield


@pytest.fixture
def client():
    return Client(headers={"accept-language": "en"})


@pytest.fixture
def fake():
    server = FakeFeishu(firm())
    yield server
    server.close()


@pytest.fixture
def ours(fake):
    return actions.create_connection(
        OPERATOR, name="feishu", kind="feishu", account="corp", new_secret=SECRET, address=fake.url
    )


def compared(ours) -> DirectoryRun:
    run = actions.begin_run(OPERATOR, connection=ours)
    actions.read_and_compare(run)
    return run


def found(run, *kinds) -> dict[str, DirectoryChange]:
    rows = DirectoryChange.objects.unscoped("tests").filter(run=run)
    return {one.key.removeprefix("od-"): one for one in (rows.filter(kind__in=kinds) if kinds else rows)}


def apply(run, *kinds, actor=OPERATOR, sure=False, answers=None) -> DirectoryRun:
    rows = found(run, *kinds) if kinds else {key: one for key, one in found(run).items() if one.kind != "gone"}
    chosen = {one.pk for one in rows.values()}
    run = actions.start_apply(actor, run, chosen=chosen, answers=answers or {}, sure=sure)
    actions.carry_out(run, actor)
    return run


def taken(ours) -> DirectoryRun:
    return apply(compared(ours))


def member(number: str) -> Member:
    return (
        Member.objects.unscoped("tests").select_related("unit", "manager", "position", "user").get(employee_no=number)
    )


def key_of(ours, one: Member) -> str:
    return (
        ExternalKey.objects.unscoped("tests")
        .get(source=ours.source, model="people.member", object_id=one.pk)
        .external_id
    )


def problems(run) -> list[str]:
    return [one.problem for one in found(run).values() if one.outcome == "refused"]


# -- the first time ----------------------------------------------------------------------------------------------------


def test_differences_are_shown_first_and_nothing_is_written(ours):
    run = compared(ours)
    assert (run.status, run.people, len(found(run, "new")), len(found(run, "unit_new"))) == ("compared", 4, 4, 3)
    assert not Member.objects.unscoped("tests").exists()
    assert not Unit.objects.unscoped("tests").exists()


def test_what_is_ticked_comes_with_units_managers_positions_and_history(ours):
    run = taken(ours)
    assert problems(run) == []
    zhang = member("A4")
    assert (zhang.name, str(zhang.unit), str(zhang.manager), str(zhang.position)) == (
        "张三",
        "华东",
        "王芳",
        "销售代表",
    )
    assert (zhang.hired_on, zhang.__dict__["phone"]) == (dt.date(2020, 3, 1), "13800000004")
    assert Assignment.objects.unscoped("tests").get(member=zhang).valid_from == dt.date(2020, 3, 1)
    south = Unit.objects.unscoped("tests").select_related("head", "parent").get(name="华南")
    assert (str(south.head), str(south.parent)) == ("李雷", "总公司")
    assert str(member("A3").unit) == "华南"  # who stands in two departments stands in the main one
    names = set(Event.objects.unscoped("tests").values_list("action", flat=True))
    assert {"people.member.create", "people.member.move", "people.unit.create", "people.position.create"} <= names


def test_repeating_changes_nothing(ours):
    taken(ours)
    before = (Member.objects.unscoped("tests").count(), Assignment.objects.unscoped("tests").count())
    run = compared(ours)
    assert found(run) == {}
    assert (Member.objects.unscoped("tests").count(), Assignment.objects.unscoped("tests").count()) == before


def test_only_what_is_ticked_is_taken_over(ours):
    run = compared(ours)
    run = apply(run, "unit_new")
    assert Unit.objects.unscoped("tests").count() == 3
    assert not Member.objects.unscoped("tests").exists()


def test_people_here_already_are_found_by_number_mail_or_phone_and_said_so(ours):
    by_number = factories.make_member("Wang F", role=None)
    Member.objects.unscoped("tests").filter(pk=by_number.pk).update(employee_no="A2")
    by_mail = factories.make_member("Li L", role=None, work_email="LI@example.com")
    by_phone = factories.make_member("Zhang S", role=None, phone="+86 138-0000-0004")
    run = compared(ours)
    why = {key: one.reason for key, one in found(run, "found").items()}
    assert why == {
        "wang": "Found by the employee number.",
        "li": "Found by the mail address.",
        "zhang": "Found by the phone.",
    }
    apply(run)
    assert [key_of(ours, one) for one in (by_number, by_mail, by_phone)] == ["wang", "li", "zhang"]
    assert Member.objects.unscoped("tests").count() == 4
    assert Member.objects.unscoped("tests").get(pk=by_phone.pk).name == "张三"


def test_who_could_be_several_or_is_alike_by_name_alone_is_for_somebody_to_decide(ours, fake):
    one, two = (factories.make_member("张三", role=None) for _at in range(2))
    for at, pk in enumerate((one.pk, two.pk)):
        Member.objects.unscoped("tests").filter(pk=pk).update(phone="13800000004" if at else "")
    twin = factories.make_member("李雷", role=None)
    Member.objects.unscoped("tests").filter(pk=one.pk).update(work_email="zhang@example.com")
    run = compared(ours)
    review = found(run, "review")
    assert sorted(review) == ["li", "zhang"]
    assert sorted(review["zhang"].candidates) == sorted([one.pk, two.pk])
    assert "same name" in review["li"].reason
    answers = {review["zhang"].pk: {"member": two.pk}, review["li"].pk: {}}
    run = apply(run, "review", "unit_new", "new", answers=answers)
    assert key_of(ours, two) == "zhang"
    assert Member.objects.unscoped("tests").filter(name="李雷").count() == 2  # somebody new, as it was decided
    assert not ExternalKey.objects.unscoped("tests").filter(object_id=twin.pk, model="people.member").exists()


def test_a_decision_for_somebody_who_was_not_offered_is_refused(ours):
    factories.make_member("张三", role=None)
    other = factories.make_member("Other", role=None)
    run = compared(ours)
    row = found(run, "review")["zhang"]
    with pytest.raises(ValidationError, match="one of those offered"):
        actions.start_apply(OPERATOR, run, chosen={row.pk}, answers={row.pk: {"member": other.pk}})
    assert DirectoryRun.objects.unscoped("tests").get(pk=run.pk).status == "compared"


def test_a_phone_that_two_share_there_says_nothing(ours, fake):
    here = factories.make_member("Zhang", role=None, phone="13800000004")
    fake.company.people[2].phone = "13800000004"
    fake.company.people[2].email = fake.company.people[3].email = ""
    run = compared(ours)
    assert {"li", "zhang"} <= set(found(run, "new"))
    assert not any(one.member_id == here.pk for one in found(run).values())


# -- afterwards --------------------------------------------------------------------------------------------------------


def test_changes_are_shown_field_by_field_and_phones_never_whole(ours, fake):
    taken(ours)
    zhang = fake.company.people[3]
    zhang.phone, zhang.title, zhang.departments, zhang.leader = "13999990000", "主管", ["3"], "li"
    run = compared(ours)
    lines = {label: (before, after) for label, before, after in found(run, "changed")["zhang"].lines}
    assert lines == {
        "Mobile phone": ("138****0004", "139****0000"),
        "Unit": ("华东", "华南"),
        "Position": ("销售代表", "主管"),
        "Manager": ("王芳", "李雷"),
    }
    with database.cursor() as cursor:
        cursor.execute("SELECT phone, said, 'values' FROM integrations_directorychange")
        assert "13999990000" not in str(cursor.fetchall())
    apply(run)
    now = member("A4")
    assert (str(now.unit), str(now.manager), now.__dict__["phone"]) == ("华南", "李雷", "13999990000")
    rows = Assignment.objects.unscoped("tests").filter(member=now).order_by("valid_from")
    assert [(str(one.unit), one.valid_from, one.valid_to) for one in rows] == [
        ("华东", dt.date(2020, 3, 1), TODAY),
        ("华南", TODAY, None),
    ]


def test_what_muster_decides_is_left_alone(ours, fake):
    taken(ours)
    actions.edit_connection(OPERATOR, ours, rules=["phone"])
    zhang = fake.company.people[3]
    zhang.name, zhang.title, zhang.phone = "张三丰", "主管", "13999990000"
    run = compared(DirectoryConnection.objects.unscoped("tests").get(pk=ours.pk))
    assert [label for label, _b, _a in found(run, "changed")["zhang"].lines] == ["Mobile phone"]
    apply(run)
    assert (member("A4").name, str(member("A4").position)) == ("张三", "销售代表")


def test_what_a_directory_does_not_tell_is_not_wiped_out(ours, fake):
    taken(ours)
    for one in fake.company.people:
        one.phone = one.email = one.number = one.title = ""
    assert found(compared(ours)) == {}
    assert member("A4").__dict__["phone"] == "13800000004"


def test_two_who_change_places_do_not_stand_in_each_others_way(ours, fake):
    taken(ours)
    _boss, wang, _li, zhang = fake.company.people
    wang.leader, zhang.leader = "zhang", "boss"
    run = apply(compared(ours))
    assert problems(run) == []
    assert (str(member("A2").manager), str(member("A4").manager)) == ("张三", "赵总")


def test_a_circle_of_managers_is_refused_with_its_sentence_and_the_rest_goes_on(ours, fake):
    taken(ours)
    boss, _wang, li, _zhang = fake.company.people
    boss.leader, li.title = "wang", "总监"
    run = apply(compared(ours))
    assert "circle" in problems(run)[0]
    assert member("A1").manager is None
    assert str(member("A3").position) == "总监"


def test_units_are_renamed_and_moved_with_a_date_and_never_deleted(ours, fake):
    taken(ours)
    fake.company.departments["2"] = ("华东大区", "3", ["wang"])
    apply(compared(ours))
    east = Unit.objects.unscoped("tests").select_related("parent").get(name="华东大区")
    assert str(east.parent) == "华南"
    del fake.company.departments["2"]
    for one in fake.company.people:
        one.departments = [key for key in one.departments if key != "2"] or ["1"]
    run = compared(ours)
    assert "no “华东大区” any more; the unit stays here" in " ".join(run.remarks)
    apply(run)
    assert Unit.objects.unscoped("tests").filter(name="华东大区", archived_at=None).exists()


def test_the_top_of_the_directory_can_be_a_unit_that_is_here(ours, fake):
    company = factories.make_unit("Our company")
    actions.edit_connection(OPERATOR, ours, unit=company)
    taken(DirectoryConnection.objects.unscoped("tests").get(pk=ours.pk))
    assert Unit.objects.unscoped("tests").count() == 3
    assert str(Unit.objects.unscoped("tests").select_related("parent").get(name="华东").parent) == "Our company"


# -- who is gone, and who is back --------------------------------------------------------------------------------------


def many(fake, count: int = 20) -> None:
    fake.company.people += [
        Worker(f"p{at}", f"员工{at}", ["2"], number=f"P{at}", leader="wang", joined=1583020800) for at in range(count)
    ]


def leaves(fake, *keys: str) -> None:
    fake.company.people = [one for one in fake.company.people if one.key not in keys]


def test_who_is_gone_is_proposed_and_leaves_only_when_somebody_says_so(ours, fake):
    many(fake)
    taken(ours)
    leaves(fake, "p3")
    run = compared(ours)
    assert found(run, "gone")["p3"].reason == "The directory knows this id no longer."
    assert member("P3").status == "active"
    row = found(run, "gone")["p3"]
    apply(run, "gone", answers={row.pk: {"left_on": TODAY + 20 * DAY}})
    assert (member("P3").status, member("P3").left_on) == ("leaving", TODAY + 20 * DAY)
    assert "gone" not in {one.kind for one in found(compared(ours)).values()}  # asked once


def test_a_leaver_really_stops(ours, fake, client):
    many(fake)
    taken(ours)
    one = member("P3")
    user = factories.make_user("p3")
    Member.objects.unscoped("tests").filter(pk=one.pk).update(user=user)
    _plain, prefix, digest = new_token()
    ApiToken(user=user, name="Robot", prefix=prefix, digest=digest, scopes=["*"]).save()
    give_territory(OPERATOR, member=one, territory=territories.create(OPERATOR, name="East", code="E"))
    client.force_login(user)
    assert client.get(reverse("member_list")).status_code == 200
    deal = factories.make_deal(one)
    leaves(fake, "p3")
    apply(compared(ours), "gone")
    user.refresh_from_db()
    assert not user.is_active
    assert client.get(reverse("member_list")).status_code == 302  # the session is dead at once
    assert not ApiToken.objects.unscoped("tests").filter(user=user, revoked_at=None).exists()
    assert not TerritoryAssignment.objects.unscoped("tests").filter(member=one, valid_to=None).exists()
    assert member("P3").unit is None
    assert (member("P3").status, deal.owner_id) == ("leaving", one.pk)  # what he holds is to be handed over first
    type(deal).objects.unscoped("tests").filter(pk=deal.pk).update(owner=member("A2"))
    assert complete(member("P3"))


def test_an_account_that_is_switched_off_is_gone_too(ours, fake):
    many(fake)
    taken(ours)
    next(one for one in fake.company.people if one.key == "p1").active = False
    assert found(compared(ours), "gone")["p1"].reason == "The account is switched off there."


def test_who_is_back_is_the_same_person_with_the_same_number(ours, fake):
    many(fake)
    taken(ours)
    pk, worker = member("P3").pk, next(one for one in fake.company.people if one.key == "p3")
    leaves(fake, "p3")
    apply(compared(ours), "gone")
    assert member("P3").status == "left"
    worker.key, worker.title = "p3-again", "主管"  # a new account, and the same employee number
    fake.company.people.append(worker)
    run = compared(ours)
    assert [one.kind for one in found(run).values()] == ["back"]
    apply(run)
    again = member("P3")
    assert (again.pk, again.status, again.left_on, str(again.unit)) == (pk, "onboarding", None, "华东")
    assert key_of(ours, again) == "p3-again"
    assert found(compared(ours)) == {}


def test_a_new_id_of_the_same_person_is_no_leaver_and_no_newcomer(ours, fake):
    taken(ours)
    fake.company.people[3].key = "zhang.san"
    run = compared(ours)
    assert {key: one.kind for key, one in found(run).items()} == {"zhang.san": "found"}
    apply(run)
    assert key_of(ours, member("A4")) == "zhang.san"
    assert Member.objects.unscoped("tests").count() == 4


def test_more_leavers_than_usual_stop_everything_until_somebody_is_sure(ours, fake):
    many(fake, 16)
    taken(ours)  # twenty people
    leaves(fake, "p1", "p2", "p3")
    fake.company.people[3].title = "主管"
    run = compared(ours)
    assert (run.linked, run.gone, run.braked) == (20, 3, True)
    with pytest.raises(ValidationError, match="3 of 20 would leave"):
        apply(run, "changed")
    assert str(member("A4").position) == "销售代表"
    apply(run, "gone", "changed", sure=True)
    assert member("P1").status == "left"


def test_just_as_many_as_allowed_do_not_stop(ours, fake):
    many(fake, 16)
    taken(ours)
    leaves(fake, "p1", "p2")
    run = compared(ours)
    assert (run.gone, run.braked) == (2, False)
    apply(run, "gone")
    assert member("P2").status == "left"


# -- half a directory --------------------------------------------------------------------------------------------------


def test_a_directory_that_breaks_off_changes_nothing(ours, fake):
    taken(ours)
    leaves(fake, "zhang")
    fake.broken = "od-3"
    run = compared(ours)
    assert (run.status, found(run)) == ("failed", {})
    assert "refuses: 60011" in run.problem
    assert SECRET not in run.problem
    with pytest.raises(ValidationError, match="compare anew"):
        actions.start_apply(OPERATOR, run, chosen={1}, answers={})
    assert member("A4").status == "active"


def test_only_the_newest_comparison_of_today_can_be_taken_over(ours, fake):
    old = compared(ours)
    compared(ours)
    with pytest.raises(ValidationError, match="newer comparison"):
        apply(old, "unit_new")
    run = compared(ours)
    DirectoryRun.objects.unscoped("tests").filter(pk=run.pk).update(created_at=timezone.now() - 2 * DAY)
    run.refresh_from_db()
    with pytest.raises(ValidationError, match="older than a day"):
        apply(run, "unit_new")
    assert not Unit.objects.unscoped("tests").exists()


def test_what_was_cut_off_goes_on_where_it_stopped(ours):
    run = compared(ours)
    chosen = {one.pk for one in found(run).values()}
    run = actions.start_apply(OPERATOR, run, chosen=chosen, answers={})
    steps = []

    def dies(done: int, total: int) -> None:
        steps.append(done)
        if done == 3:
            raise RuntimeError("the power is gone")

    with pytest.raises(RuntimeError):
        actions.carry_out(run, OPERATOR, dies)
    actions.carry_out(run, OPERATOR)
    assert Member.objects.unscoped("tests").count() == 4
    assert problems(run) == []
    assert str(member("A4").manager) == "王芳"


def test_one_that_cannot_be_is_refused_alone(ours, fake):
    taken(ours)
    fake.company.people += [
        Worker("good", "新人", ["2"], number="N1"),
        Worker("bad", "坏人", ["2"], email="not a mail", number="N2"),
    ]
    run = apply(compared(ours))
    assert len(problems(run)) == 1
    assert member("N1").name == "新人"
    assert not Member.objects.unscoped("tests").filter(employee_no="N2").exists()


def test_who_comes_without_a_number_gets_one(ours, fake):
    for one in fake.company.people:
        one.number = ""
    taken(ours)
    numbers = set(Member.objects.unscoped("tests").values_list("employee_no", flat=True))
    assert numbers == {"M00001", "M00002", "M00003", "M00004"}


# -- rights, secrets, pages --------------------------------------------------------------------------------------------


def test_taking_over_takes_the_rights_that_it_uses(ours):
    admin = factories.actor_of(factories.make_member("Admin", role="sysadmin"))
    run = actions.begin_run(admin, connection=ours)
    actions.read_and_compare(run)
    with pytest.raises(Forbidden):
        apply(run, actor=admin)
    rep = factories.actor_of(factories.make_member("Rep"))
    with pytest.raises((Forbidden, ValidationError)):
        actions.begin_run(rep, connection=ours)
    assert not Unit.objects.unscoped("tests").filter(name="华东").exists()


def test_the_secret_is_encrypted_and_nowhere_shown(ours, client, fake):
    with database.cursor() as cursor:
        cursor.execute("SELECT secret FROM integrations_directoryconnection")
        assert SECRET not in str(cursor.fetchall())
    ops = factories.make_member("Ops", role="salesops")
    client.force_login(ops.user)
    for name in ("directory_detail", "directory_edit"):
        page = client.get(reverse(name, args=[ours.pk])).content.decode()
        assert SECRET not in page
    events = Event.objects.unscoped("tests").filter(model="integrations.directoryconnection")
    assert SECRET not in str(list(events.values_list("changes", "context")))
    with pytest.raises(ValidationError, match="Enter the secret again"):  # it must not be sent to whoever asks for it
        actions.edit_connection(OPERATOR, ours, address="https://evil.example.com")
    actions.edit_connection(OPERATOR, ours, name="renamed")
    assert compared(DirectoryConnection.objects.unscoped("tests").get(pk=ours.pk)).status == "compared"


def test_bad_input_says_what_and_how_to_mend_it():
    with pytest.raises(ValidationError, match="https"):
        actions.create_connection(OPERATOR, name="a", kind="wecom", address="http://example.com")
    with pytest.raises(ValidationError, match="ldap://"):
        actions.create_connection(OPERATOR, name="a", kind="ldap", address="https://example.com")
    with pytest.raises(ValidationError, match="Enter the base"):
        actions.create_connection(OPERATOR, name="a", kind="ldap", address="ldaps://example.com")
    with pytest.raises(ValidationError, match="phone=telephoneNumber"):
        actions.create_connection(OPERATOR, name="a", kind="wecom", attributes="phone")
    with pytest.raises(ValidationError, match="Unknown: pay"):
        actions.create_connection(OPERATOR, name="a", kind="wecom", rules=["pay"])
    assert not DirectoryConnection.objects.unscoped("tests").exists()


def test_the_pages_from_connecting_to_taking_over(
    client, fake, django_capture_on_commit_callbacks, django_assert_num_queries
):
    many(fake)
    twin = factories.make_member("李雷", role=None)
    ops = factories.make_member("Ops", role="salesops")
    client.force_login(ops.user)
    sent = {"name": "Feishu", "kind": "feishu", "account": "corp", "new_secret": SECRET, "address": fake.url}
    sent |= {"rules": ["name", "phone", "unit", "position", "manager", "units", "heads"], "most_gone": 10}
    assert client.post(reverse("directory_create"), sent).status_code == 302
    ours = DirectoryConnection.objects.unscoped("tests").get()
    with django_capture_on_commit_callbacks(execute=True):
        client.post(reverse("directory_compare", args=[ours.pk]))
    run = DirectoryRun.objects.unscoped("tests").get()
    assert (run.status, run.user) == ("compared", ops.user)
    with django_assert_num_queries(RUN_QUERIES):
        page = client.get(reverse("directory_run", args=[run.pk])).content.decode()
    assert "Take over what is ticked" in page
    assert "13800000004" not in page
    rows = found(run)
    sent = {"change": [one.pk for one in rows.values() if one.kind != "review"], f"member-{rows['li'].pk}": twin.pk}
    with django_capture_on_commit_callbacks(execute=True):
        client.post(reverse("directory_apply", args=[run.pk]), sent)
    run.refresh_from_db()
    assert (run.status, problems(run)) == ("applied", [])
    assert key_of(ours, twin) == "li"
    assert "Taken over: 27" in client.get(reverse("directory_run", args=[run.pk])).content.decode()
    leaves(fake, "p1")
    with django_capture_on_commit_callbacks(execute=True):
        client.post(reverse("directory_compare", args=[ours.pk]))
    last = DirectoryRun.objects.unscoped("tests").latest("pk")
    gone = found(last, "gone")["p1"]
    wrong = client.post(reverse("directory_apply", args=[last.pk]), {"change": [gone.pk], f"left_on-{gone.pk}": "soon"})
    assert wrong.status_code == 302
    assert member("P1").status == "active"
    with django_capture_on_commit_callbacks(execute=True):
        client.post(
            reverse("directory_apply", args=[last.pk]), {"change": [gone.pk], f"left_on-{gone.pk}": "2026-03-31"}
        )
    assert member("P1").left_on == dt.date(2026, 3, 31)
    with django_assert_num_queries(LIST_QUERIES):
        client.get(reverse("directory_list"))
    with django_assert_num_queries(RUNS_QUERIES):
        client.get(reverse("directory_runs"))
    assert client.get(reverse("directory_progress", args=[run.pk])).status_code == 204
    assert client.get(reverse("directory_detail", args=[ours.pk])).status_code == 200
    client.post(reverse("directory_archive", args=[ours.pk]))
    assert DirectoryConnection.objects.unscoped("tests").get().archived_at


def test_a_rep_finds_no_directories(client, ours):
    client.force_login(factories.make_member("Rep").user)
    for name, args in (("directory_list", []), ("directory_detail", [ours.pk]), ("directory_create", [])):
        assert client.get(reverse(name, args=args)).status_code in (403, 404)


def test_each_day_it_is_compared_and_nothing_taken_over(ours, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        compare_directories()
    run = DirectoryRun.objects.unscoped("tests").get()
    assert (run.status, run.user, len(found(run, "new"))) == ("compared", None, 4)
    assert not Member.objects.unscoped("tests").exists()
    actions.edit_connection(OPERATOR, ours, daily=False)
    compare_directories()
    assert DirectoryRun.objects.unscoped("tests").count() == 1


def test_from_the_command_line_leavers_leave_only_when_told(ours, fake, capsys):
    many(fake)
    call_command("directory", "diff", "feishu", json=True)
    said = json.loads(capsys.readouterr().out)
    assert (said["new"], said["unit_new"]) == (24, 3)
    assert not Member.objects.unscoped("tests").exists()
    call_command("directory", "apply", "feishu")
    assert Member.objects.unscoped("tests").count() == 24
    leaves(fake, "p1")
    call_command("directory", "apply", "feishu")
    assert member("P1").status == "active"
    call_command("directory", "apply", "feishu", leavers=True, left_on=dt.date(2026, 3, 20))
    assert member("P1").left_on == dt.date(2026, 3, 20)
    leaves(fake, *(f"p{at}" for at in range(2, 12)))
    with pytest.raises(CommandError, match="would leave"):
        call_command("directory", "apply", "feishu", leavers=True)
    fake.broken = "od-3"
    with pytest.raises(CommandError, match="refuses"):
        call_command("directory", "diff", "feishu")
    with pytest.raises(CommandError, match="There are: feishu"):
        call_command("directory", "diff", "other")
    call_command("directory", "list")
    assert member("P5").status == "active"


def test_wecom_of_today_without_phones_keeps_ours_and_matches_nobody_by_guess():
    server = FakeWeCom(firm())
    server.open_fields = False
    try:
        ours = actions.create_connection(
            OPERATOR, name="wecom", kind="wecom", account="corp", new_secret=SECRET, address=server.url
        )
        here = factories.make_member("王芳", role=None, phone="13811112222")
        run = compared(ours)
        assert found(run, "review")["wang"].candidates == [here.pk]
        assert "WeCom tells no phones" in run.remarks[0]
        apply(run, "unit_new", "new", "review", answers={found(run, "review")["wang"].pk: {"member": here.pk}})
        assert Member.objects.unscoped("tests").get(pk=here.pk).__dict__["phone"] == "13811112222"
        assert [one.kind for one in found(compared(ours)).values()] == []
    finally:
        server.close()


def test_positions_that_are_here_are_used_by_either_name(ours):
    Position(name="Sales representative", name_zh="销售代表", code="SR").save()
    taken(ours)
    assert member("A4").position.code == "SR"
    assert Position.objects.unscoped("tests").count() == 3
