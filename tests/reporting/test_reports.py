"""Reports as their authors and readers know them: drafted, sent once, frozen, read, never typed twice."""

import datetime as dt

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from factories import actor_of, make_account, make_activity, make_deal, make_member, make_task

from muster.access.models import Event
from muster.access.scope import Forbidden, NotVisible
from muster.activities.actions.comment import add_comment
from muster.activities.models import Activity, Comment, Task
from muster.crm.actions.deal import win_deal
from muster.people.actions.absence import absences
from muster.reporting.actions import rounds
from muster.reporting.actions.report import (
    correct_report,
    keep_draft,
    own_report,
    read_report,
    send_report,
)
from muster.reporting.actions.template import exempt, templates
from muster.reporting.models import Report, ReportContent, ReportTemplate
from muster.reporting.queries.content import content_of
from muster.reporting.queries.due import due_day, duties, duty_of
from muster.reporting.queries.missing import roll

pytestmark = pytest.mark.django_db
TODAY = dt.date(2026, 6, 15)


def sent(member, **more) -> Report:
    return send_report(actor_of(member), own_report(actor_of(member), kind="day"), **more)


def body(report) -> dict:
    return ReportContent.objects.unscoped("test").get(report=report).body


def titles(content, key) -> list[str]:
    return [row["title"] for part in content["parts"] if part["key"] == key for row in part["rows"]]


def numbers(content) -> dict[str, int]:
    return {one["key"]: one["value"] for one in content["numbers"]}


# -- what it says by itself --------------------------------------------------------------------------------------------


def test_a_draft_holds_what_was_logged_and_nothing_of_others(firm, daily):
    account = make_account(firm.wang, "Acme")
    make_activity(firm.wang, TODAY, "visit", subject="Went to Acme", account=account)
    make_activity(firm.wang, TODAY, "call", subject="Called", account=account)
    make_activity(firm.wang, TODAY - dt.timedelta(days=1), subject="Yesterday")
    make_activity(firm.li, TODAY, subject="Of another")
    make_task(firm.wang, "Offer", due_on=TODAY, done_on=TODAY)
    make_task(firm.wang, "Forgotten", due_on=TODAY - dt.timedelta(days=3))
    make_task(firm.wang, "Tomorrow", due_on=TODAY + dt.timedelta(days=1))
    content = content_of(actor_of(firm.wang), firm.wang, duty_of(firm.wang.pk, "day", TODAY).period)
    assert titles(content, "work") == ["Went to Acme", "Called"]
    assert titles(content, "tasks") == ["Offer"]
    assert titles(content, "overdue") == ["Forgotten"]
    assert titles(content, "plan") == ["Tomorrow"]
    said = numbers(content)
    assert (said["visits_done"], said["calls_done"], said["accounts_touched"], said["tasks_done"]) == (1, 1, 1, 1)


def test_a_deal_stands_once_with_where_it_came_to(firm, daily):
    deal = make_deal(firm.wang, name="Big", amount=500_00)
    win_deal(actor_of(firm.wang), deal, amount=480_00)
    content = content_of(actor_of(firm.wang), firm.wang, duty_of(firm.wang.pk, "day", TODAY).period)
    rows = [row for part in content["parts"] if part["key"] == "deals" for row in part["rows"]]
    assert [(row["what"], row["amount"], row["stages"]) for row in rows] == [
        ("won", 480_00, [["New", ""], ["Won", ""]])
    ]
    assert (numbers(content)["deals_won"], numbers(content)["revenue_won"]) == (1, 480_00)


def test_on_friday_the_plan_is_for_monday(firm, daily, day):
    day.move_to(dt.datetime(2026, 6, 12, 4, tzinfo=dt.UTC))
    make_task(firm.wang, "On Monday", due_on=TODAY)
    make_task(firm.wang, "On Tuesday", due_on=TODAY + dt.timedelta(days=1))
    content = content_of(actor_of(firm.wang), firm.wang, duty_of(firm.wang.pk, "day", dt.date(2026, 6, 12)).period)
    assert titles(content, "plan") == ["On Monday"]


# -- who has to, until when --------------------------------------------------------------------------------------------


def test_everybody_with_somebody_above_him_reports(firm, daily):
    assert [one.member.name for one in duties("day", TODAY)] == ["Wang", "李雷"]


def test_nobody_reports_on_a_day_off_and_a_make_up_sunday_is_worked(firm, daily):
    assert duties("day", dt.date(2026, 6, 13)) == []  # a Saturday
    assert duties("day", dt.date(2026, 10, 1)) == []  # the national holiday
    assert len(duties("day", dt.date(2026, 10, 10))) == 2  # the Saturday worked for it


def test_the_golden_week_asks_for_no_weekly_report(firm):
    ReportTemplate(name="Weekly", kind="week", due_after=1, due_at=dt.time(10)).save()
    assert duties("week", dt.date(2026, 6, 15))[0].due_on == dt.date(2026, 6, 22)  # the Monday after
    friday = ReportTemplate(name="On Friday", kind="week", due_after=0)
    assert due_day(friday, duties("week", TODAY)[0].period) == dt.date(2026, 6, 18)  # 19 June is a holiday


def test_who_is_away_all_the_while_exempt_or_without_a_login_does_not_report(firm, daily):
    absences.create(actor_of(firm.wang), member=firm.wang, starts_on=TODAY, ends_on=TODAY)
    make_member("No login", manager=firm.boss, role=None)
    assert [one.member.name for one in duties("day", TODAY)] == ["李雷"]
    exempt(actor_of(firm.ops), daily, member=firm.li, until=TODAY)
    assert duties("day", TODAY) == []
    assert [one.member.name for one in duties("day", TODAY + dt.timedelta(days=1))] == ["Wang", "李雷"]


def test_one_day_of_leave_does_not_excuse_from_the_weekly_report(firm):
    ReportTemplate(name="Weekly", kind="week").save()
    absences.create(actor_of(firm.wang), member=firm.wang, starts_on=TODAY, ends_on=TODAY)
    assert duty_of(firm.wang.pk, "week", TODAY) is not None


def test_the_most_particular_template_counts(firm, daily):
    own = ReportTemplate(name="North", kind="day", unit=firm.north, due_at=dt.time(18), reviewer=firm.chief)
    own.save()
    duty = duty_of(firm.wang.pk, "day", TODAY)
    assert (duty.template.name, duty.reviewer_id) == ("North", firm.chief.pk)
    assert duty.due_at == dt.datetime(2026, 6, 15, 10, tzinfo=dt.UTC)  # 18:00 in Shanghai


def test_the_hour_is_that_of_the_member(firm, daily):
    far = make_member("Far", manager=firm.boss, time_zone="Europe/London")
    assert duty_of(far.pk, "day", TODAY).due_at == dt.datetime(2026, 6, 15, 18, tzinfo=dt.UTC)


def test_at_most_three_questions(firm):
    asked = [{"text": f"Question {at}", "required": False} for at in range(4)]
    with pytest.raises(ValidationError) as caught:
        templates.create(actor_of(firm.ops), name="Long", kind="day", questions=asked)
    assert "At most 3 questions" in " ".join(caught.value.messages)
    assert not ReportTemplate.objects.unscoped("test").filter(name="Long").exists()


# -- sending -----------------------------------------------------------------------------------------------------------


def test_what_is_sent_stays_as_it_was(firm, daily):
    call = make_activity(firm.wang, TODAY, "call", subject="Called")
    report = sent(firm.wang, answers=["A car"])
    make_activity(firm.wang, TODAY, "visit", subject="Afterwards")
    Activity.objects.unscoped("test").filter(pk=call.pk).update(subject="Another word")
    assert titles(body(report), "work") == ["Called"]
    assert (report.state, report.is_late, report.reviewer) == ("sent", False, firm.boss)
    assert report.answers == [{"question": "Help?", "answer": "A car"}]


def test_the_reader_sees_what_was_logged_afterwards(firm, daily, login):
    make_activity(firm.wang, TODAY, "call", subject="Called")
    report = sent(firm.wang)
    make_activity(firm.wang, TODAY, "visit", subject="Logged in the evening")
    page = login(firm.boss).get(f"/reports/{report.pk}/").content.decode()
    assert "Changed since it was sent" in page
    assert "Logged in the evening" in page
    assert "0 → 1" in page


@pytest.mark.parametrize(("hour", "late"), [(10, False), (11, False), (12, True)])
def test_after_its_hour_it_is_late_and_still_taken(firm, daily, day, hour, late):
    own_report(actor_of(firm.wang), kind="day")
    day.move_to(dt.datetime(2026, 6, 15, hour, 0, tzinfo=dt.UTC))
    assert sent(firm.wang).is_late is late


def test_a_report_is_sent_once(firm, daily):
    report = sent(firm.wang)
    with pytest.raises(ValidationError) as caught:
        send_report(actor_of(firm.wang), report)
    assert "sent already" in " ".join(caught.value.messages)
    with pytest.raises(ValidationError):
        keep_draft(actor_of(firm.wang), report, answers=["Other"])
    assert ReportContent.objects.unscoped("test").filter(report=report).count() == 1


def test_a_required_answer_is_asked_for(firm, daily):
    daily.questions = [{"text": "Help?", "required": True}]
    daily.save()
    with pytest.raises(ValidationError) as caught:
        sent(firm.wang)
    assert list(caught.value.message_dict) == ["answer_1"]
    assert not Report.objects.unscoped("test").filter(state="sent").exists()
    assert sent(firm.wang, answers=["None"]).state == "sent"


def test_nobody_sends_for_another(firm, daily):
    report = own_report(actor_of(firm.wang), kind="day")
    with pytest.raises(NotVisible):
        send_report(actor_of(firm.boss), report)
    report.refresh_from_db()
    assert report.state == "draft"


def test_asked_for_twice_there_is_one(firm, daily):
    first, again = (own_report(actor_of(firm.wang), kind="day") for _ in range(2))
    assert first.pk == again.pk


def test_two_taps_on_a_phone(firm, daily, login):
    """Open it, send it."""
    make_activity(firm.wang, TODAY, "visit", subject="Went there")
    client = login(firm.wang)
    page = client.get("/reports/write/day/").content.decode()
    assert "Went there" in page
    assert "Send to Chen Boss" in page
    assert not Report.objects.unscoped("test").exists()  # looking keeps nothing
    answer = client.post("/reports/write/day/", {"answer_1": ""})
    report = Report.objects.unscoped("test").get()
    assert (answer.status_code, answer.url, report.state) == (302, f"/reports/{report.pk}/", "sent")


def test_from_home_it_is_one_tap(firm, daily, login):
    make_activity(firm.wang, TODAY, "visit", subject="Went there")
    rounds.make_drafts(dt.datetime(2026, 6, 15, 10, tzinfo=dt.UTC))
    client = login(firm.wang)
    assert f"/reports/of/{firm.wang.pk}/" in client.get("/").content.decode()
    card = client.get(f"/reports/of/{firm.wang.pk}/").content.decode()
    assert "Daily report" in card
    assert "Visits 1" in card
    assert client.post("/reports/write/day/?day=2026-06-15", {"next": "/"}).url == "/"
    assert Report.objects.unscoped("test").get(member=firm.wang).state == "sent"
    assert client.get(f"/reports/of/{firm.boss.pk}/").content == b""


def test_a_kept_draft_is_nobody_elses_business(firm, daily, login):
    report = own_report(actor_of(firm.wang), kind="day")
    before = Event.objects.unscoped("test").count()
    keep_draft(actor_of(firm.wang), report, answers=["Not sure yet"])
    assert Event.objects.unscoped("test").count() == before
    assert login(firm.boss).get(f"/reports/{report.pk}/").status_code == 404
    assert "Not sure yet" in login(firm.wang).get("/reports/write/day/").content.decode()


# -- reading -----------------------------------------------------------------------------------------------------------


def test_author_and_line_read_it_and_nobody_else(firm, daily, login):
    top = make_member("Top", role="manager")
    report = sent(firm.wang)
    answers = {one.name: login(one).get(f"/reports/{report.pk}/").status_code for one in (firm.boss, firm.wang)}
    assert answers == {"Chen Boss": 200, "Wang": 200}
    for one in (firm.li, firm.other, firm.chief, firm.ops, top):
        assert login(one).get(f"/reports/{report.pk}/").status_code == 404, one.name


def test_whom_it_was_sent_to_reads_it_though_he_leads_nobody(firm, daily, login):
    daily.reviewer = firm.other
    daily.save()
    make_activity(firm.wang, TODAY, "visit", subject="Went there")
    report = sent(firm.wang)
    page = login(firm.other).get(f"/reports/{report.pk}/")
    assert page.status_code == 200
    assert "Went there" in page.content.decode()
    assert "Changed since it was sent" not in page.content.decode()


def test_the_first_reading_counts_and_only_the_readers(firm, daily, login):
    report = sent(firm.wang)
    with pytest.raises(Forbidden):
        read_report(actor_of(firm.wang), report)
    assert login(firm.boss).post(f"/reports/{report.pk}/read/").status_code == 302
    report.refresh_from_db()
    assert report.seen_at is not None
    assert login(firm.boss).get("/reports/?to_read=1").content.decode().count("Wang") == 0


def test_a_correction_stands_under_the_report(firm, daily, login):
    report = sent(firm.wang)
    correct_report(actor_of(firm.wang), report, text="It was two visits")
    one = Comment.objects.unscoped("test").get()
    assert (one.kind, one.author, str(one)) == ("correction", firm.wang, "It was two visits")
    panel = login(firm.boss).get(f"/comments/reporting.report/{report.pk}/").content.decode()
    assert "It was two visits" in panel
    assert "Correction" in panel
    with pytest.raises(Forbidden):
        correct_report(actor_of(firm.boss), report, text="No")


def test_an_instruction_on_a_report_becomes_a_task_of_its_author(firm, daily):
    report = sent(firm.wang)
    add_comment(
        actor_of(firm.boss),
        model="reporting.report",
        object_id=report.pk,
        body="Call Acme again",
        kind="instruction",
        due_on=TODAY + dt.timedelta(days=1),
    )
    task = Task.objects.unscoped("test").get()
    assert (task.title, task.owner, task.assigned_by, task.due_on) == (
        "Call Acme again",
        firm.wang,
        firm.boss,
        TODAY + dt.timedelta(days=1),
    )


# -- by itself ---------------------------------------------------------------------------------------------------------

EVENING = dt.datetime(2026, 6, 15, 10, tzinfo=dt.UTC)  # 18:00 in Shanghai
NIGHT = dt.datetime(2026, 6, 15, 12, tzinfo=dt.UTC)  # 20:00


def told(action) -> list:
    return list(Event.objects.unscoped("test").filter(action=action).order_by("pk"))


def test_drafts_are_made_at_their_hour_once(firm, daily):
    rounds.make_drafts(
        dt.datetime(2026, 6, 15, 9, tzinfo=dt.UTC)
    )  # 17:00; of days before the template was there nothing
    assert not Report.objects.unscoped("test").exists()
    rounds.make_drafts(EVENING)
    rounds.make_drafts(EVENING)
    assert [one.member.name for one in Report.objects.unscoped("test").filter(starts_on=TODAY).order_by("pk")] == [
        "Wang",
        "李雷",
    ]


def test_reminded_before_and_after_each_once(firm, daily):
    rounds.make_drafts(EVENING)
    for _again in range(2):
        rounds.remind(EVENING)
    assert [one.owner_id for one in told("reporting.report.remind")] == [firm.wang.pk, firm.li.pk]
    sent(firm.wang)
    for _again in range(2):
        rounds.remind(NIGHT)
    assert [one.owner_id for one in told("reporting.report.overdue")] == [firm.li.pk]


def test_the_manager_gets_one_digest(firm, daily):
    rounds.make_drafts(EVENING)
    sent(firm.wang)
    assert rounds.tell_readers(EVENING) == 0  # not due yet
    assert [rounds.tell_readers(NIGHT) for _again in range(2)] == [1, 0]
    [one] = told("reporting.reportround.missing")
    assert (one.context["receivers"], one.context["missing"], one.context["expected"]) == ([firm.boss.pk], 1, 2)


def test_leave_entered_afterwards_excuses(firm, daily):
    rounds.make_drafts(EVENING)
    absences.create(actor_of(firm.li), member=firm.li, starts_on=TODAY, ends_on=TODAY)
    found = roll(actor_of(firm.boss), "day", TODAY)
    assert [one.member.name for one in found.excused] == ["李雷"]
    rounds.settle_excuses(EVENING)
    assert Report.objects.unscoped("test").get(member=firm.li, starts_on=TODAY).state == "excused"
    assert rounds.remind(NIGHT) == len(told("reporting.report.overdue"))


def test_the_roll_names_who_is_missing(firm, daily, day, login):
    rounds.make_drafts(EVENING)
    day.move_to(EVENING)
    sent(firm.wang)
    day.move_to(NIGHT)
    found = roll(actor_of(firm.boss), "day", TODAY)
    assert ([one.member.name for one in found.sent], [one.member.name for one in found.missing]) == (["Wang"], ["李雷"])
    page = login(firm.boss).get("/reports/missing/").content.decode()
    assert "李雷" in page
    assert roll(actor_of(firm.other), "day", TODAY).sent == []


# -- costs -------------------------------------------------------------------------------------------------------------

QUERIES = {
    "/reports/": 7,
    "/reports/write/day/": 21,
    "/reports/missing/": 8,
    "/reports/statistics/?by=member": 8,
    "/reports/{report}/": 12,
}


@pytest.mark.parametrize("address", QUERIES)
def test_three_rows_cost_as_many_queries_as_one(firm, daily, login, address):
    def more(at: int) -> Report:
        someone = make_member(f"Someone {at}", manager=firm.boss, unit=firm.north)
        make_activity(someone, TODAY, account=make_account(someone), deal=make_deal(someone))
        return sent(someone)

    report = more(0)
    make_activity(report.member, TODAY, account=make_account(report.member))
    who = report.member if "write" in address else firm.boss
    if "write" in address:
        Report.objects.unscoped("test").all().delete()
    client, url = login(who), address.format(report=report.pk)

    def count() -> int:
        with CaptureQueriesContext(connection) as found:
            assert client.get(url).status_code == 200
        return len(found)

    count()
    few = count()
    for at in range(1, 3):
        more(at)
        make_activity(report.member, TODAY, account=make_account(report.member))
    if "write" in address:
        Report.objects.unscoped("test").all().delete()
    assert count() == few
    assert few == QUERIES[address]
