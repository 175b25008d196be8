"""Appointments: once and again and again, with others, private; when people are busy, and when all are free."""

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from factories import actor_of, make_account, make_activity, make_contact, make_member, make_task
from hypothesis import given
from hypothesis import strategies as st

from muster.access.models import Event
from muster.access.scope import Forbidden, NotVisible
from muster.activities.actions.appointment import (
    cancel_appointment,
    change_following,
    edit_appointment,
    end_before,
    make_appointment,
    move_occurrence,
    skip_occurrence,
)
from muster.activities.actions.guest import answer
from muster.activities.models import Appointment, Guest
from muster.activities.queries.calendar import Window, blocks_of, free_slots
from muster.core import recurrence
from muster.people.models import Absence

SHANGHAI = ZoneInfo("Asia/Shanghai")
HOUR, DAY = dt.timedelta(hours=1), dt.timedelta(days=1)
TEN = dt.datetime(2026, 6, 16, 10, tzinfo=SHANGHAI)  # a Tuesday; today is Monday the 15th
WEEK = Window(dt.date(2026, 6, 15), dt.date(2026, 6, 22), SHANGHAI)
MONTH = Window(dt.date(2026, 6, 1), dt.date(2026, 7, 1), SHANGHAI)


def keep(member, title="Weekly", at=TEN, **fields):
    return make_appointment(actor_of(member), title=title, starts_at=at, ends_at=at + HOUR, **fields)


def seen(viewer, whose, window=WEEK):
    return [(f"{one.starts_at.astimezone(SHANGHAI):%m-%d %H:%M}", one.title) for one in blocks(viewer, whose, window)]


def blocks(viewer, whose, window=WEEK):
    return blocks_of(actor_of(viewer), [whose.pk], window)


def again(row):
    return Appointment.objects.unscoped("test").get(pk=row.pk)


@pytest.mark.django_db
def test_a_series_is_one_row_and_stands_on_each_of_its_days(firm):
    row = keep(firm.wang, rule="FREQ=WEEKLY;COUNT=3")
    assert seen(firm.wang, firm.wang, MONTH) == [
        ("06-16 10:00", "Weekly"),
        ("06-23 10:00", "Weekly"),
        ("06-30 10:00", "Weekly"),
    ]
    assert Appointment.objects.unscoped("test").count() == 1
    assert again(row).last_at == TEN + 14 * DAY + HOUR


@pytest.mark.django_db
def test_one_is_moved_one_is_cancelled_and_the_rest_stays(firm):
    row = keep(firm.wang, rule="FREQ=DAILY;COUNT=4")
    move_occurrence(actor_of(firm.wang), row, at=TEN + DAY, starts_at=TEN + DAY + 3 * HOUR, title="Moved")
    skip_occurrence(actor_of(firm.wang), again(row), at=TEN + 2 * DAY)
    assert seen(firm.wang, firm.wang) == [
        ("06-16 10:00", "Weekly"),
        ("06-17 13:00", "Moved"),
        ("06-19 10:00", "Weekly"),
    ]
    with pytest.raises(ValidationError, match="This occurrence is cancelled"):
        move_occurrence(actor_of(firm.wang), again(row), at=TEN + 2 * DAY, starts_at=TEN)
    with pytest.raises(ValidationError, match="Nothing of this series takes place then"):
        skip_occurrence(actor_of(firm.wang), again(row), at=TEN + HOUR)


@pytest.mark.django_db
def test_this_and_following_is_a_series_of_its_own(firm):
    row = keep(firm.wang, rule="FREQ=WEEKLY;COUNT=4", members=[firm.li])
    at = TEN + 14 * DAY
    new = change_following(
        actor_of(firm.wang), row, at=at, starts_at=at + 4 * HOUR, ends_at=at + 5 * HOUR, title="Late"
    )
    far = Window(dt.date(2026, 6, 1), dt.date(2026, 7, 31), SHANGHAI)
    expected = [("06-16 10:00", "Weekly"), ("06-23 10:00", "Weekly"), ("06-30 14:00", "Late"), ("07-07 14:00", "Late")]
    assert seen(firm.wang, firm.wang, far) == expected == seen(firm.li, firm.li, far)
    assert (new.rule, new.pk != row.pk) == ("FREQ=WEEKLY;COUNT=2", True)


@pytest.mark.django_db
def test_changing_all_keeps_one_row_and_takes_single_changes_back(firm):
    row = keep(firm.wang, rule="FREQ=DAILY;COUNT=2")
    move_occurrence(actor_of(firm.wang), row, at=TEN, title="Special")
    edit_appointment(actor_of(firm.wang), again(row), starts_at=TEN + HOUR, ends_at=TEN + 2 * HOUR)
    assert seen(firm.wang, firm.wang) == [("06-16 11:00", "Weekly"), ("06-17 11:00", "Weekly")]


@pytest.mark.django_db
def test_a_series_ends_before_one_of_its_days(firm):
    row = keep(firm.wang, rule="FREQ=DAILY")
    end_before(actor_of(firm.wang), row, at=TEN + 2 * DAY)
    assert [day for day, _title in seen(firm.wang, firm.wang)] == ["06-16 10:00", "06-17 10:00"]
    with pytest.raises(ValidationError, match="first one"):
        end_before(actor_of(firm.wang), again(row), at=TEN)


@pytest.mark.django_db
@pytest.mark.parametrize(
    "rule",
    [
        *("FREQ=SECONDLY", "FREQ=DAILY;BYHOUR=1", "EVERY DAY", "FREQ=DAILY;COUNT=100000", "FREQ=DAILY;INTERVAL=0"),
        *("FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30", "FREQ=DAILY;FREQ=DAILY", "FREQ=WEEKLY;BYDAY=XX"),
        "FREQ=DAILY;UNTIL=soon",
    ],
)
def test_a_rule_that_cannot_be_kept_is_refused_with_a_sentence(firm, rule):
    with pytest.raises(ValidationError, match="This rule of repetition cannot be read"):
        keep(firm.wang, rule=rule)
    assert not Appointment.objects.unscoped("test").exists()


def test_the_hour_of_the_place_is_kept_through_summer_time():
    zone = ZoneInfo("America/New_York")
    first = dt.datetime(2026, 3, 1, 9, tzinfo=zone)  # clocks go forward on 8 March
    found = list(recurrence.starts("FREQ=WEEKLY", first, zone, first, first + 15 * DAY))
    assert [one.hour for one in found] == [14, 13, 13]  # UTC
    assert {one.astimezone(zone).hour for one in found} == {9}


def test_an_hour_that_a_night_leaves_out_is_meant_by_the_clock_before():
    zone = ZoneInfo("America/New_York")
    first = dt.datetime(2026, 3, 7, 2, 30, tzinfo=zone)
    found = list(recurrence.starts("FREQ=DAILY;COUNT=2", first, zone, first, first + 9 * DAY))
    assert [f"{one:%d %H:%M}" for one in found] == ["07 07:30", "08 07:30"]


@given(
    st.sampled_from(
        ["FREQ=DAILY", "FREQ=WEEKLY;BYDAY=MO,FR", "FREQ=MONTHLY;BYDAY=-1FR", "FREQ=DAILY;INTERVAL=3;COUNT=9"]
    ),
    st.integers(0, 60),
    st.sampled_from(["Asia/Shanghai", "Europe/Berlin", "America/New_York"]),
)
def test_two_windows_hold_what_the_whole_holds(rule, cut, name):
    zone = ZoneInfo(name)
    first = dt.datetime(2026, 2, 20, 9, tzinfo=zone)
    end, middle = first + 60 * DAY, first + cut * DAY
    whole = list(recurrence.starts(rule, first, zone, first, end))
    parts = [*recurrence.starts(rule, first, zone, first, middle), *recurrence.starts(rule, first, zone, middle, end)]
    assert whole == parts == sorted(set(whole))


@pytest.mark.django_db
def test_of_a_private_one_others_learn_only_that_the_time_is_taken(firm, login):
    row = keep(firm.wang, "Doctor", is_private=True, place="Clinic")
    for viewer in (firm.boss, firm.li, firm.other):
        assert seen(viewer, firm.wang) == [("06-16 10:00", "")]
        client = login(viewer)
        assert client.get(f"/appointments/{row.pk}/").status_code == 404
        assert client.get(f"/appointments/{row.pk}/file/").status_code == 404
        assert client.get(f"/api/v1/appointments/{row.pk}").status_code == 404
        for url in (
            f"/calendar/?member={firm.wang.pk}&day=2026-06-16",
            "/calendar/?view=team&day=2026-06-16",
            f"/api/v1/calendar?start=2026-06-15&end=2026-06-22&members={firm.wang.pk}",
            "/search/?q=Doctor",
            "/audit/?format=csv",
            f"/members/{firm.wang.pk}/timeline/",
        ):
            said = client.get(url)
            page = b"".join(said.streaming_content) if said.streaming else said.content
            assert b"Clinic" not in page
            assert b"Doctor" not in page or "q=Doctor" in url
    assert seen(firm.wang, firm.wang) == [("06-16 10:00", "Doctor")]


@pytest.mark.django_db
def test_the_trail_of_a_private_one_is_its_owners(firm):
    keep(firm.wang, "Doctor", is_private=True)
    keep(firm.wang, "Sales meeting", at=TEN + 2 * HOUR)
    for viewer, names in [
        (firm.wang, {"Doctor", "Sales meeting"}),
        (firm.boss, {"Sales meeting"}),
        (firm.admin, set()),
    ]:
        rows = Event.objects.visible_to(actor_of(viewer)).filter(model="activities.appointment")
        assert set(rows.values_list("object_name", flat=True)) == names


@pytest.mark.django_db
def test_who_leads_reads_and_who_does_not_sees_busy(firm):
    keep(firm.wang, "Review")
    assert seen(firm.boss, firm.wang) == [("06-16 10:00", "Review")]
    assert seen(firm.li, firm.wang) == [("06-16 10:00", "")]


@pytest.mark.django_db
def test_only_who_invites_changes_it(firm):
    row = keep(firm.wang, members=[firm.li])
    for viewer, error in [(firm.boss, Forbidden), (firm.li, Forbidden), (firm.other, NotVisible)]:
        with pytest.raises(error):
            cancel_appointment(actor_of(viewer), row)
    assert again(row).cancelled_at is None


@pytest.mark.django_db
def test_who_is_asked_answers_and_is_free_after_a_no(firm):
    row = keep(firm.wang, "Review", members=[firm.li, firm.wang])
    guest = Guest.objects.unscoped("test").get()
    assert guest.member == firm.li  # who invites is no guest of his own
    assert seen(firm.li, firm.li) == [("06-16 10:00", "Review")]
    with pytest.raises(Forbidden):
        answer(actor_of(firm.wang), guest, answer="accepted")
    answer(actor_of(firm.li), guest, answer="declined")
    assert seen(firm.li, firm.li) == []
    assert Guest.objects.unscoped("test").get().answer == "declined"
    edit_appointment(actor_of(firm.wang), row, members=[])
    assert Guest.objects.unscoped("test").get().archived_at is not None


@pytest.mark.django_db
def test_a_contact_that_the_writer_does_not_see_is_not_asked(firm, login):
    contact = make_contact(make_account(firm.other))
    body = {"title": "Lunch", "starts_at": "2026-06-16T12:00:00+08:00", "ends_at": "2026-06-16T13:00:00+08:00"}
    client = login(firm.wang)
    said = client.post("/api/v1/appointments", {**body, "contacts": [contact.pk]}, content_type="application/json")
    assert said.status_code == 422
    assert not Appointment.objects.unscoped("test").exists()
    own = make_contact(make_account(firm.wang))
    said = client.post("/api/v1/appointments", {**body, "contacts": [own.pk]}, content_type="application/json")
    assert said.status_code == 201, said.content
    assert Guest.objects.unscoped("test").get().contact == own


@pytest.mark.django_db
def test_plans_tasks_and_leave_stand_in_the_calendar(firm):
    account = make_account(firm.wang, "Orient")
    row = make_activity(firm.wang, kind="visit", subject="First visit", account=account)
    rows = type(row).objects.unscoped("test").filter(pk=row.pk)
    rows.update(status="planned", done_on=None, done_at=None, planned_at=TEN, minutes=90)
    make_task(firm.wang, "Send the quote", due_on=dt.date(2026, 6, 17))
    Absence(member=firm.wang, starts_on=dt.date(2026, 6, 18), ends_on=dt.date(2026, 6, 19)).save()
    found = [(one.kind, one.title, one.free, one.ends_at) for one in blocks(firm.wang, firm.wang)]
    assert found == [
        ("visit", "First visit", False, TEN + dt.timedelta(minutes=90)),
        ("task", "Send the quote", True, dt.datetime(2026, 6, 18, tzinfo=SHANGHAI)),
        ("absence", "Away", False, dt.datetime(2026, 6, 20, tzinfo=SHANGHAI)),
    ]
    assert [(one.kind, one.title) for one in blocks(firm.li, firm.wang)] == [("appointment", ""), ("absence", "Away")]


@pytest.mark.django_db
def test_the_next_common_time_lies_in_working_hours_and_on_no_day_off(firm):
    keep(firm.wang, "Morning", at=TEN - HOUR, rule="FREQ=DAILY;COUNT=2")  # 9 to 10 on Tuesday and Wednesday
    keep(firm.li, "Long", at=TEN, rule="")
    Absence(member=firm.li, starts_on=dt.date(2026, 6, 17), ends_on=dt.date(2026, 6, 18)).save()
    after = dt.datetime(2026, 6, 15, 17, 30, tzinfo=SHANGHAI)
    found = free_slots(actor_of(firm.wang), [firm.wang.pk, firm.li.pk], 60, after, SHANGHAI, most=9)
    said = [f"{one.starts_at.astimezone(SHANGHAI):%m-%d %H:%M}" for one in found]
    assert said[:2] == ["06-16 11:00", "06-16 12:00"]
    assert said[6] == "06-16 17:00"
    # Wednesday and Thursday he is away, Friday to Sunday are the Dragon Boat Festival.
    assert said[7:] == ["06-22 09:00", "06-22 10:00"]


@pytest.mark.django_db
def test_colleagues_far_away_meet_when_both_are_at_work(firm):
    berlin = make_member("Anna", manager=firm.boss, time_zone="Europe/Berlin")
    after = dt.datetime(2026, 6, 15, 20, tzinfo=SHANGHAI)
    found = free_slots(actor_of(firm.wang), [firm.wang.pk, berlin.pk], 60, after, SHANGHAI, most=3)
    assert [f"{one.starts_at.astimezone(SHANGHAI):%d %H:%M}" for one in found] == ["16 15:00", "16 16:00", "16 17:00"]


@pytest.mark.django_db
def test_the_pages_answer_with_as_many_queries_for_one_as_for_many(firm, login):
    client = login(firm.wang)
    keep(firm.wang, "One", members=[firm.li])

    def count(url):
        client.get(url)
        with CaptureQueriesContext(
            connection,
        ) as found:
            assert client.get(url).status_code == 200
        return len(found)

    urls = [f"/calendar/?view={view}&day=2026-06-16" for view in ("month", "week", "day", "agenda", "team")]
    few = {url: count(url) for url in urls}
    for at in range(6):
        row = keep(firm.wang, f"More {at}", at=TEN + at * HOUR, members=[firm.li], rule="FREQ=DAILY;COUNT=3")
        move_occurrence(actor_of(firm.wang), row, at=TEN + at * HOUR + DAY, title="Else")
    assert {url: count(url) for url in urls} == few
    assert max(few.values()) <= 24


@pytest.mark.django_db
def test_a_meeting_is_made_on_the_page_at_a_proposed_time(firm, login):
    client = login(firm.wang)
    times = client.get("/calendar/times/", {"members": [firm.li.pk], "starts_at": "2026-06-16T10:00"})
    assert times.status_code == 200
    assert "2026-06-16T10:00:00+08:00/2026-06-16T11:00:00+08:00" in times.content.decode()
    sent = {"title": "Review", "members": [firm.li.pk], "slot": "2026-06-16T10:00:00+08:00/2026-06-16T11:00:00+08:00"}
    said = client.post("/appointments/new/", sent)
    row = Appointment.objects.unscoped("test").get()
    assert (said.status_code, row.starts_at, row.ends_at, row.owner) == (302, TEN, TEN + HOUR, firm.wang)
    page = login(firm.li).get(f"/appointments/{row.pk}/").content.decode()
    assert "I come" in page
    login(firm.li).post(f"/appointments/{row.pk}/answer/", {"answer": "accepted"})
    assert Guest.objects.unscoped("test").get().answer == "accepted"


@pytest.mark.django_db
def test_on_the_page_one_of_a_series_is_changed_and_one_cancelled(firm, login):
    row = keep(firm.wang, rule="FREQ=DAILY;COUNT=3")
    client, at = login(firm.wang), "20260617T020000Z"
    page = client.get(f"/appointments/{row.pk}/edit/?at={at}").content.decode()
    assert "Only this one" in page
    assert 'value="2026-06-17T10:00"' in page
    sent = {"title": "Once", "starts_at": "2026-06-17T16:00", "ends_at": "2026-06-17T17:00", "repeats": row.rule}
    said = client.post(f"/appointments/{row.pk}/edit/?at={at}", {**sent, "which": "one", "at": "2026-06-17T02:00:00Z"})
    assert said.status_code == 302, said.content.decode()[:3000]
    url = f"/appointments/{row.pk}/cancel/?at=20260618T020000Z"
    kept = client.get(url).content.decode().split('name="at" value="')[1].split('"')[0]
    assert client.post(url, {"which": "one", "at": kept}).status_code == 302
    assert seen(firm.wang, firm.wang) == [("06-16 10:00", "Weekly"), ("06-17 16:00", "Once")]


@pytest.mark.django_db
def test_the_calendar_shows_holidays_and_make_up_days(firm, login):
    client = login(firm.wang)
    june = client.get("/calendar/?view=month&day=2026-06-15").content.decode()
    assert "Dragon Boat Festival" in june
    assert "Make-up day" in client.get("/calendar/?view=month&day=2026-02-15").content.decode()


@pytest.mark.django_db
def test_over_the_api_a_series_is_moved_and_ended(firm, login):
    row = keep(firm.wang, rule="FREQ=DAILY;COUNT=5")
    client = login(firm.wang)

    def send(verb, **body):
        return client.post(f"/api/v1/appointments/{row.pk}/{verb}", body, content_type="application/json").status_code

    at = (TEN + DAY).isoformat()
    assert send("move", at=at, starts_at=(TEN + DAY + HOUR).isoformat()) == 200
    assert send("end", at=(TEN + 3 * DAY).isoformat()) == 200
    assert send("skip", at=(TEN + 2 * DAY).isoformat()) == 200
    assert seen(firm.wang, firm.wang) == [("06-16 10:00", "Weekly"), ("06-17 11:00", "Weekly")]
    free = client.get("/api/v1/calendar/free?minutes=60&after=2026-06-16T01:00:00Z").json()
    assert free[0]["starts_at"].startswith("2026-06-16T01:00:00")
    assert client.get("/api/v1/calendar?start=2026-06-15&end=2027-06-15").status_code == 400
