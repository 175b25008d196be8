"""Calendars as files: the address that programs fetch, and .ics files taken in."""

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from django.core import mail
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from factories import actor_of, make_activity
from icalendar import Calendar

from muster.activities.actions.appointment import cancel_appointment, make_appointment, move_occurrence, skip_occurrence
from muster.activities.actions.calendar_file import take_file
from muster.activities.actions.feed import make_feed, take_feed_back
from muster.activities.models import Appointment, AppointmentChange, CalendarFeed, Guest
from muster.activities.queries.calendar import Window, blocks_of
from muster.core import ical
from muster.integrations.mail import send_due
from muster.integrations.models import Notification
from muster.integrations.notifications import read_events, shown

pytestmark = pytest.mark.django_db
SHANGHAI = ZoneInfo("Asia/Shanghai")
TEN = dt.datetime(2026, 6, 16, 10, tzinfo=SHANGHAI)
HOUR, DAY = dt.timedelta(hours=1), dt.timedelta(days=1)
LONG = "与华东医疗设备有限公司讨论下半年框架协议的付款条件与交付计划，请各位带上各自负责区域的最新数据"


def keep(member, title="Weekly", **fields):
    return make_appointment(actor_of(member), title=title, starts_at=TEN, ends_at=TEN + HOUR, **fields)


def fetch(client, feed, **headers):
    return client.get(f"/calendar/feed/{feed.token}.ics", headers=headers)


def events(answer):
    return Calendar.from_ical(answer.content).walk("VEVENT")


def ics(*lines):
    return "\r\n".join(["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//x//x//EN", *lines, "END:VCALENDAR", ""]).encode()


def event(uid="a@x", title="Review", sequence=0, *more, start="DTSTART;TZID=Asia/Shanghai:20260616T100000"):
    head = ["BEGIN:VEVENT", f"UID:{uid}", f"SUMMARY:{title}", f"SEQUENCE:{sequence}", "DTSTAMP:20260101T000000Z"]
    return [*head, start, "DURATION:PT1H", *more, "END:VEVENT"]


def verdicts(member, content, dry_run=False):
    return [one.verdict for one in take_file(actor_of(member), content=content, dry_run=dry_run).lines]


def days(member):
    window = Window(dt.date(2026, 6, 1), dt.date(2026, 7, 31), SHANGHAI)
    return [
        f"{one.starts_at.astimezone(SHANGHAI):%m-%d %H:%M}" for one in blocks_of(actor_of(member), [member.pk], window)
    ]


def test_the_address_gives_the_calendar_and_can_be_read_back(firm, client):
    row = keep(firm.wang, LONG, rule="FREQ=DAILY;COUNT=4", place="三楼会议室")
    move_occurrence(actor_of(firm.wang), row, at=TEN + DAY, starts_at=TEN + DAY + HOUR)
    skip_occurrence(actor_of(firm.wang), Appointment.objects.unscoped("test").get(), at=TEN + 2 * DAY)
    feed = make_feed(actor_of(firm.wang), name="Phone", shows="details")
    answer = fetch(client, feed)
    assert answer["Content-Type"] == "text/calendar; charset=utf-8"
    series, moved = events(answer)
    assert (series["SUMMARY"], series["LOCATION"]) == (LONG, "三楼会议室")
    assert series["RRULE"].to_ical() == b"FREQ=DAILY;COUNT=4"
    assert series["DTSTART"].dt == TEN
    assert series["DTSTART"].params["TZID"] == "Asia/Shanghai"
    assert [one.dt for one in series["EXDATE"].dts] == [TEN + 2 * DAY]
    assert (moved["RECURRENCE-ID"].dt, moved["DTSTART"].dt) == (TEN + DAY, TEN + DAY + HOUR)
    assert all(len(line) <= 75 for line in answer.content.split(b"\r\n"))
    assert len(Calendar.from_ical(answer.content).walk("VTIMEZONE")) == 1


def test_an_unchanged_calendar_is_not_sent_again(firm, client):
    keep(firm.wang)
    feed = make_feed(actor_of(firm.wang), name="Phone")
    first = fetch(client, feed)
    again = fetch(client, feed, if_none_match=first["ETag"])
    assert (again.status_code, again.content) == (304, b"")
    cancel_appointment(actor_of(firm.wang), Appointment.objects.unscoped("test").get())
    assert fetch(client, feed, if_none_match=first["ETag"]).status_code == 200


def test_an_address_shows_what_it_was_made_for(firm, client):
    keep(firm.wang, "Doctor", is_private=True, place="Clinic")
    keep(firm.wang, "Sales meeting")
    visit = make_activity(firm.wang, kind="visit", subject="At Orient")
    rows = type(visit).objects.unscoped("test").filter(pk=visit.pk)
    rows.update(status="planned", done_on=None, done_at=None, planned_at=TEN)
    said = {
        shows: {
            str(one["SUMMARY"])
            for one in events(fetch(client, make_feed(actor_of(firm.wang), name=shows, shows=shows)))
        }
        for shows in ("busy", "details", "all")
    }
    assert said == {
        "busy": {"Busy"},
        "details": {"Busy", "Sales meeting", "At Orient"},
        "all": {"Doctor", "Sales meeting", "At Orient"},
    }


def test_an_address_taken_back_answers_nobody_and_is_kept_as_a_digest(firm, client, login):
    feed = make_feed(actor_of(firm.wang), name="Phone")
    kept = CalendarFeed.objects.unscoped("test").get()
    assert feed.token not in str(vars(kept))
    assert fetch(client, feed).status_code == 200
    assert login(firm.boss).post(f"/calendar/addresses/{feed.pk}/archive/").status_code == 404
    take_feed_back(actor_of(firm.wang), kept)
    assert fetch(client, feed).status_code == 404
    assert client.get("/calendar/feed/nonsense.ics").status_code == 404


def test_an_address_ends_with_the_login(firm, client):
    feed = make_feed(actor_of(firm.wang), name="Phone")
    firm.wang.user.is_active = False
    firm.wang.user.save()
    assert fetch(client, feed).status_code == 404


def test_a_file_is_tried_first_and_then_taken_in_once(firm):
    content = ics(
        *event(), *event("b@x", "Series", 0, "RRULE:FREQ=WEEKLY;COUNT=3", "EXDATE;TZID=Asia/Shanghai:20260623T100000")
    )
    assert verdicts(firm.wang, content, dry_run=True) == ["new", "new"]
    assert not Appointment.objects.unscoped("test").exists()
    assert verdicts(firm.wang, content) == ["new", "new"]
    assert days(firm.wang) == ["06-16 10:00", "06-16 10:00", "06-30 10:00"]
    assert verdicts(firm.wang, content) == ["same", "same"]
    assert Appointment.objects.unscoped("test").count() == 2


def test_a_newer_edition_changes_and_an_older_one_does_not(firm):
    assert verdicts(firm.wang, ics(*event(sequence=2))) == ["new"]
    assert verdicts(firm.wang, ics(*event(title="Old", sequence=1))) == ["same"]
    later = event(title="New", sequence=3, start="DTSTART;TZID=Asia/Shanghai:20260617T090000")
    assert verdicts(firm.wang, ics(*later)) == ["changed"]
    row = Appointment.objects.unscoped("test").get()
    assert (row.title, row.sequence, days(firm.wang)) == ("New", 3, ["06-17 09:00"])


def test_an_occurrence_is_moved_and_one_is_cancelled_by_a_file(firm):
    series = event("s@x", "Series", 0, "RRULE:FREQ=DAILY;COUNT=3")
    moved = event(
        "s@x",
        "Series",
        1,
        "RECURRENCE-ID;TZID=Asia/Shanghai:20260617T100000",
        start="DTSTART;TZID=Asia/Shanghai:20260617T150000",
    )
    gone = event("s@x", "Series", 1, "RECURRENCE-ID;TZID=Asia/Shanghai:20260618T100000", "STATUS:CANCELLED")
    content = ics(*series, *moved, *gone)
    assert verdicts(firm.wang, content) == ["new"]
    assert days(firm.wang) == ["06-16 10:00", "06-17 15:00"]
    assert verdicts(firm.wang, content) == ["same"]
    assert AppointmentChange.objects.unscoped("test").count() == 2


def test_what_a_file_cancels_is_cancelled(firm):
    assert verdicts(firm.wang, ics(*event())) == ["new"]
    assert verdicts(firm.wang, ics("METHOD:CANCEL", *event(sequence=1))) == ["cancelled"]
    assert days(firm.wang) == []
    assert verdicts(firm.wang, ics("METHOD:CANCEL", *event(sequence=1))) == ["same"]


def test_ones_own_address_taken_in_changes_nothing(firm, client):
    row = keep(firm.wang, "Series", rule="FREQ=DAILY;COUNT=3", place="Room 3")
    move_occurrence(actor_of(firm.wang), row, at=TEN + DAY, starts_at=TEN + DAY + HOUR)
    content = fetch(client, make_feed(actor_of(firm.wang), name="Phone", shows="all")).content
    before = days(firm.wang)
    verdicts(firm.wang, content)
    assert verdicts(firm.wang, content) == ["same"]
    assert (days(firm.wang), Appointment.objects.unscoped("test").count()) == (before, 1)


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"name,phone\nWang,138", "This is no calendar file (.ics): it has no BEGIN:VCALENDAR."),
        (b"\xff\xfe\x00\x01", "This is no calendar file (.ics): it has no BEGIN:VCALENDAR."),
        (b"x" * 1_000_001, "The file is larger than 1 MB: export a shorter time."),
    ],
)
def test_what_is_no_calendar_is_refused_with_a_sentence(firm, content, sentence):
    with pytest.raises(ValidationError) as caught:
        take_file(actor_of(firm.wang), content=content)
    assert caught.value.messages == [sentence]


def test_one_broken_entry_does_not_take_the_others_with_it(firm):
    bad = event("c@x", "Too often", 0, "RRULE:FREQ=SECONDLY")
    found = take_file(actor_of(firm.wang), content=ics(*event(), *bad), dry_run=False).lines
    assert [(one.verdict, one.title) for one in found] == [("new", "Review"), ("refused", "Too often")]
    assert "repeats by days, weeks, months or years" in found[1].said
    assert Appointment.objects.unscoped("test").count() == 1


def test_real_files_are_taken_in_or_refused_and_twice_is_once(firm, test_data):
    """The collection of the icalendar project, broken ones included: nothing fails, and a repeat changes nothing."""
    taken = refused = 0
    for path in sorted((test_data / "calendar_mail" / "icalendar").glob("*.ics")):
        content = path.read_bytes()
        try:
            first = take_file(actor_of(firm.wang), content=content, dry_run=False)
        except ValidationError:
            refused += 1
            continue
        count = Appointment.objects.unscoped("test").count()
        again = take_file(actor_of(firm.wang), content=content, dry_run=False)
        assert {one.verdict for one in again.lines} <= {"same", "refused"}, path.name
        assert Appointment.objects.unscoped("test").count() == count
        taken += first.count("new")
    assert taken >= 40
    assert refused >= 1


def test_a_file_comes_in_on_the_page_after_a_look(firm, login):
    client = login(firm.wang)
    file = SimpleUploadedFile("x.ics", ics(*event()))
    page = client.post("/calendar/file/", {"file": file}).content.decode()
    assert "Nothing is done yet" in page
    assert not Appointment.objects.unscoped("test").exists()
    content = page.split('name="content" value="')[1].split('"')[0]
    assert client.post("/calendar/file/", {"content": content}).status_code == 302
    assert Appointment.objects.unscoped("test").get().title == "Review"
    said = client.post("/calendar/file/", {"file": SimpleUploadedFile("x.ics", b"no")})
    assert (said.status_code, "This is no calendar file" in said.content.decode()) == (422, True)


def test_who_is_invited_is_told_with_a_calendar_file(firm, settings):
    settings.MAIL_IS_ON = True
    firm.li.work_email, firm.wang.work_email = "li@example.com", "wang@example.com"
    firm.li.save()
    firm.wang.save()
    row = keep(firm.wang, "Review", members=[firm.li], is_private=True)
    read_events()
    note = Notification.objects.unscoped("test").get(event__action="activities.guest.create")
    assert note.user == firm.li.user
    assert [one["title"].partition(" ")[2] for one in shown([note], actor_of(firm.li))] == ["invites you: Review"]
    assert send_due(dt.datetime(2026, 6, 16, 4, tzinfo=dt.UTC)) == 1
    (name, content, kind) = mail.outbox[0].attachments[0]
    entry = Calendar.from_ical(content).walk("VEVENT")[0]
    assert (name, kind, str(entry["ORGANIZER"])) == ("invite.ics", "text/calendar", "mailto:wang@example.com")
    assert (str(entry["ATTENDEE"]), entry["UID"]) == ("mailto:li@example.com", row.uid)
    assert Guest.objects.unscoped("test").count() == 1


def test_a_long_line_is_folded_between_letters():
    entry = ical.Entry("a@x", TEN, TEN + HOUR, LONG * 3, "Asia/Shanghai")
    content = ical.write([entry])
    assert all(len(line) <= 75 for line in content.split(b"\r\n"))
    assert [one.title for one in ical.read(content)[0]] == [(LONG * 3)[:200]]
