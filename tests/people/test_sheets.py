"""The audit sheet of a member: looked at, ticked, corrected, commented and mended on one page."""

import datetime as dt

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.utils import timezone, translation

from muster.access.action import Refused
from muster.access.actors import actor_for, new_token
from muster.access.models import ApiToken, CustomField, Event
from muster.access.scope import Forbidden, NotVisible
from muster.activities.models import Task
from muster.core import workdays
from muster.core.periods import today
from muster.integrations.models import Delivery, DirectoryChange, DirectoryConnection, DirectoryRun
from muster.people import sheets
from muster.people.actions.detail import live_mark_of
from muster.people.actions.sheet import correct, give_fix, remark, tick_point
from muster.people.models import AuditItem, Member, SheetNote, Verification
from muster.people.tasks import begin_audit
from tests.factories import make_activity, make_member, make_unit

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _in_english():
    with translation.override("en"):
        yield


@pytest.fixture
def client():
    return Client(headers={"accept-language": "en"})


@pytest.fixture
def firm():
    unit = make_unit("North")
    boss = make_member("Boss", role="director", unit=unit)
    lead = make_member("Lead", manager=boss, unit=unit, role="manager")
    other = make_member("Other lead", manager=boss, unit=unit, role="manager")
    rep = make_member("Rep", manager=lead, unit=unit, languages="英语", phone="13800001000")
    return {
        "boss": boss,
        "lead": lead,
        "rep": rep,
        "other": other,
        "stranger": make_member("Stranger", manager=other, unit=unit),
        "ops": make_member("Ops", role="salesops"),
    }


def own(member):
    return actor_for(member.user)


def fresh(member) -> Member:
    return Member.objects.unscoped("tests").get(pk=member.pk)


def is_open(member) -> set[str]:
    return {one.key for one in sheets.points_of(member) if one.is_open}


def notes(member):
    rows = SheetNote.objects.unscoped("tests").filter(member=member).order_by("id")
    return list(rows.values_list("kind", "point", "text"))


def test_signs_show_what_is_wrong_and_close_when_it_is_right(firm):
    assert is_open(firm["rep"]) == {"login", "activity"}
    assert is_open(firm["boss"]) == {"login", "activity", "manager"}
    make_activity(firm["rep"], today() - dt.timedelta(days=14))
    firm["rep"].user.last_login = timezone.now() - dt.timedelta(days=29)
    firm["rep"].user.save()
    assert is_open(firm["rep"]) == set()
    firm["rep"].user.last_login = timezone.now() - dt.timedelta(days=32)
    firm["rep"].user.save()
    assert is_open(firm["rep"]) == {"login"}


def test_mail_that_came_back_and_what_a_directory_says_otherwise_are_signs(firm):
    rep, now = firm["rep"], timezone.now()
    for state, age in (("sent", 3), ("failed", 1)):
        Delivery(user=rep.user, state=state, due_at=now - dt.timedelta(days=age), error="550 no such user").save()
    connection = DirectoryConnection(name="Feishu", kind="feishu")
    connection.save()
    for _at in range(2):  # only the newest comparison counts
        run = DirectoryRun(connection=connection)
        run.save()
        DirectoryChange(run=run, kind="changed", key="x", name="Rep", member=rep).save()
    points = {one.key: one.said for one in sheets.points_of(rep)}
    assert "550 no such user" in points["mail"]
    assert points["directory"] == "Feishu says otherwise: Changed people."
    Delivery(user=rep.user, state="sent", due_at=now).save()
    DirectoryChange.objects.unscoped("tests").filter(run=run).update(outcome="done")
    assert is_open(rep) == {"login", "activity"}


def test_a_tick_keeps_a_sign_quiet_for_thirty_days_and_stays_in_the_history(firm):
    tick_point(own(firm["lead"]), firm["rep"], point="login", text="Works in the field")
    assert is_open(firm["rep"]) == {"activity"}
    assert notes(firm["rep"]) == [("tick", "login", "Works in the field")]
    SheetNote.objects.unscoped("tests").update(on=today() - dt.timedelta(days=31))
    assert is_open(firm["rep"]) == {"login", "activity"}


def test_a_ticked_detail_is_found_right_and_answers_the_campaign(firm, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        row = begin_audit(
            own(firm["ops"]), name="Q3", fields=["languages"], due_on=today() + dt.timedelta(days=9), unit=None
        )
    tick_point(own(firm["lead"]), firm["rep"], point="languages")
    seen = Verification.objects.unscoped("tests").get(member=firm["rep"], field="languages")
    assert (seen.on, seen.by) == (today(), own(firm["lead"]).name)
    assert AuditItem.objects.unscoped("tests").get(campaign=row, member=firm["rep"]).answer == "right"
    assert SheetNote.objects.unscoped("tests").get().campaign == row


def test_a_wrong_value_is_corrected_and_two_at_once_do_not_overwrite(firm):
    lead, rep = own(firm["lead"]), firm["rep"]
    seen = live_mark_of(fresh(rep), "languages")
    correct(lead, rep, field="languages", value="英语、日语", seen=seen)
    assert fresh(rep).languages == "英语、日语"
    with pytest.raises(Refused, match="changed meanwhile"):
        correct(lead, rep, field="languages", value="德语", seen=seen)
    assert fresh(rep).languages == "英语、日语"
    event = Event.objects.unscoped("tests").get(action="people.member.correct", object_id=rep.pk)
    assert event.changes["languages"] == ["英语", "英语、日语"]


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("phone", "13900000000", "read this and not change it"),
        ("bank_account", "6222", "not corrected here"),
        ("employee_no", "E1", "not corrected here"),
        ("work_email", "no mail", "valid email"),
        ("languages", "x" * 201, "at most 200"),
    ],
)
def test_what_one_may_not_write_or_is_no_value_is_refused(firm, field, value, said):
    with pytest.raises(ValidationError, match=said):
        correct(own(firm["lead"]), firm["rep"], field=field, value=value)
    assert Event.objects.unscoped("tests").filter(action="people.member.correct").count() == 0


def test_nobody_goes_round_the_rules_of_his_own_details(firm):
    with pytest.raises(Refused, match="My details"):
        correct(own(firm["lead"]), firm["lead"], field="languages", value="法语")


def test_a_fix_is_a_task_due_on_a_working_day_and_closes_the_point_while_it_is_open(firm):
    saturday = dt.date(2027, 3, 20)
    give_fix(own(firm["lead"]), firm["rep"], owner=firm["rep"], text="Log in once", point="login", due_on=saturday)
    task = Task.objects.unscoped("tests").get()
    assert (task.owner, task.due_on, task.assigned_by) == (firm["rep"], dt.date(2027, 3, 22), firm["lead"])
    assert task.title == "Rep · Login: Log in once"
    assert is_open(firm["rep"]) == {"activity"}
    Task.objects.unscoped("tests").update(done_on=today())
    assert is_open(firm["rep"]) == {"login", "activity"}  # done, and still wrong
    give_fix(own(firm["lead"]), firm["rep"], owner=firm["lead"], text="Ask why")
    assert Task.objects.unscoped("tests").order_by("-id").first().due_on == workdays.shift(today(), 3)


def test_a_fix_for_a_day_that_is_over_or_for_somebody_elses_people_is_refused_whole(firm):
    lead = own(firm["lead"])
    with pytest.raises(ValidationError, match="day is over"):
        give_fix(lead, firm["rep"], owner=firm["rep"], text="x", due_on=dt.date(2026, 3, 16))
    with pytest.raises(ValidationError, match="may not give tasks to Stranger"):
        give_fix(lead, firm["rep"], owner=firm["stranger"], text="x")
    assert (Task.objects.unscoped("tests").count(), notes(firm["rep"])) == (0, [])


def test_only_who_leads_a_member_keeps_the_sheet(firm, client):
    url = f"/people/{firm['rep'].pk}/sheet/"
    for who, status in (("lead", 200), ("boss", 200), ("ops", 200), ("other", 404), ("rep", 403)):
        client.force_login(firm[who].user)
        assert client.get(url).status_code == status, who
    for run in (lambda: remark(own(firm["other"]), firm["rep"], text="x"),):
        with pytest.raises((Forbidden, NotVisible)):
            run()
    client.force_login(firm["other"].user)
    assert client.post(f"{url}tick/", {"point": "login"}).status_code == 404
    assert notes(firm["rep"]) == []


def test_everything_happens_on_the_one_page(firm, client):
    url, htmx = f"/people/{firm['rep'].pk}/sheet/", {"HX-Request": "true", "HX-Target": "div#sheet"}
    client.force_login(firm["lead"].user)
    part = client.post(f"{url}tick/", {"point": "login"}, headers=htmx).content.decode()
    assert part.strip().startswith('<div id="sheet"')
    assert "looked at" in part
    part = client.post(f"{url}remark/", {"text": "Moved house", "point": ""}, headers=htmx).content.decode()
    assert "Moved house" in part
    seen = live_mark_of(fresh(firm["rep"]), "languages")
    sent = {"field": "languages", "value": "日语", "seen": seen}
    assert "日语" in client.post(f"{url}correct/", sent, headers=htmx).content.decode()
    sent = {"text": "Enter address", "owner": firm["rep"].pk, "due_on": "2027-03-15", "point": "activity"}
    part = client.post(f"{url}fix/", sent, headers=htmx).content.decode()
    assert "Enter address" in part
    assert "due Mar 15" in part
    assert [one[0] for one in notes(firm["rep"])] == ["tick", "comment", "fix"]
    refused = client.post(f"{url}fix/", {**sent, "due_on": "2020-01-01"}, headers=htmx)
    assert (refused.status_code, "day is over" in refused.content.decode()) == (422, True)
    refused = client.post(f"{url}correct/", {"field": "work_email", "value": "no"}, headers=htmx)
    assert (refused.status_code, "valid email" in refused.content.decode()) == (422, True)
    assert client.post(f"{url}tick/", {"point": "activity"}).url == url  # without scripts


def test_the_list_says_what_is_open_on_each_sheet_and_leads_to_it(firm, client, django_assert_max_num_queries):
    client.force_login(firm["lead"].user)
    page = client.get("/people/audits/sheet/").content.decode()
    assert f'href="/people/{firm["rep"].pk}/sheet/">2: Login · Activity within 14 days</a>' in page
    for at in range(12):
        make_member(f"Member {at}", manager=firm["lead"])
    with django_assert_max_num_queries(24):
        client.get("/people/audits/sheet/")


def test_the_list_stands_beside_fields_of_the_firm(firm, client):
    CustomField(record="people.member", key="shirt", type="text", name="Shirt", name_zh="衬衫").save()
    client.force_login(firm["lead"].user)
    assert "2: Login" in client.get("/people/audits/sheet/").content.decode()


def test_a_sheet_asks_as_often_with_many_notes_as_with_none(firm, client, django_assert_max_num_queries):
    for at in range(20):
        give_fix(own(firm["lead"]), firm["rep"], owner=firm["rep"], text=f"Fix {at}", point="login")
    client.force_login(firm["lead"].user)
    with django_assert_max_num_queries(45):
        client.get(f"/people/{firm['rep'].pk}/sheet/")


def test_a_program_does_the_same(firm, client):
    token, prefix, digest = new_token()
    ApiToken(user=firm["lead"].user, name="t", prefix=prefix, digest=digest, scopes=["*"]).save()
    said = {"content_type": "application/json", "headers": {"authorization": f"Bearer {token}", "host": "localhost"}}
    base = f"/api/v1/members/{firm['rep'].pk}"
    assert client.post(f"{base}/tick", {"point": "login"}, **said).status_code == 200
    assert client.post(f"{base}/remark", {"text": "Note"}, **said).status_code == 200
    assert client.post(f"{base}/correct", {"field": "languages", "value": "法语"}, **said).status_code == 200
    assert client.post(f"{base}/fix", {"text": "Do", "owner": firm["rep"].pk}, **said).status_code == 200
    assert client.post(f"{base}/tick", {"point": "nothing"}, **said).status_code == 422
    rows = client.get("/api/v1/sheet-notes", **said).json()
    assert [one["kind"] for one in rows["items"]] == ["tick", "comment", "fix"]
