"""Calls: what came of them, and recordings that are kept only with consent, listened to on the record, and deleted in
time."""

import datetime as dt
import json

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from factories import actor_of, make_account, make_activity, make_contact

from muster.access.models import Event
from muster.access.scope import Forbidden, NotVisible
from muster.activities.actions.activity import activities
from muster.activities.actions.call import (
    add_details,
    add_recording,
    edit_call,
    erase_old_recordings,
    erase_recording,
    listen,
    log_call,
)
from muster.activities.models import Activity, Call, Recording
from muster.core.audio import audio_of

pytestmark = pytest.mark.django_db
MP3 = b"ID3\x04\x00\x00\x00\x00\x00\x00" + b"\x00" * 64
YES = {"consented": True, "consent_by": "王总", "consent_how": "spoken"}


@pytest.fixture(autouse=True)
def media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def contact(firm):
    return make_contact(make_account(firm.wang, team=(firm.li,)), "Herr Kunde", phone="13800001234")


def sound(name="call.mp3", content=MP3):
    return SimpleUploadedFile(name, content)


def spoken(firm, contact, **more) -> Call:
    return log_call(actor_of(firm.wang), contact=contact, result="connected", seconds=185, **more)


def told(action: str) -> list[Event]:
    return list(Event.objects.unscoped("test").filter(action=action).order_by("pk"))


def test_a_call_is_logged_with_its_customer_its_result_and_how_long_one_talked(firm, contact):
    row = spoken(firm, contact)
    activity = Activity.objects.unscoped("test").get(pk=row.activity_id)
    assert (activity.kind, activity.account_id, activity.subject) == ("call", contact.account_id, "Call to Herr Kunde")
    assert (row.direction, row.result, row.talked, row.on) == ("out", "connected", "3:05", dt.date(2026, 6, 15))
    assert row.__dict__["number"] == "13800001234", "the contact's own number, which he may read"


def test_a_call_that_did_not_come_through_has_no_talk_time(firm, contact):
    with pytest.raises(ValidationError, match="did not come through"):
        log_call(actor_of(firm.wang), contact=contact, result="busy", seconds=5)
    assert not Activity.objects.unscoped("test").exists(), "all or nothing"
    with pytest.raises(ValidationError, match="longer than a day"):
        log_call(actor_of(firm.wang), contact=contact, seconds=90_000)


def test_a_number_that_one_may_not_read_is_not_copied(firm, contact):
    """Li works on the customer and sees no phones of Wang's contacts."""
    row = log_call(actor_of(firm.li), contact=contact, result="no_answer")
    assert row.__dict__["number"] == ""


def test_the_number_is_masked_by_the_rules_for_fields(firm, contact):
    row = spoken(firm, contact)
    assert Call.objects.visible_to(actor_of(firm.boss)).get(pk=row.pk).number == "13800001234"
    assert not Call.objects.visible_to(actor_of(firm.li)).filter(pk=row.pk).exists()
    assert not Call.objects.visible_to(actor_of(firm.admin)).exists()


def test_only_ones_own_call_that_took_place_gets_details_and_once(firm):
    theirs = make_activity(firm.wang, kind="call")
    with pytest.raises(ValidationError, match="somebody else"):
        add_details(actor_of(firm.boss), activity=theirs)
    with pytest.raises(ValidationError, match="took place"):
        add_details(actor_of(firm.wang), activity=make_activity(firm.wang, kind="visit"))
    add_details(actor_of(firm.wang), activity=theirs, result="busy")
    with pytest.raises(ValidationError, match="already"):
        add_details(actor_of(firm.wang), activity=theirs)
    with pytest.raises(ValidationError, match="stays a call"):
        activities.edit(actor_of(firm.wang), theirs, kind="visit")


def test_details_move_and_rest_with_their_call(firm, contact):
    row = spoken(firm, contact)
    wang, activity = actor_of(firm.wang), row.activity
    activities.edit(wang, activity, done_at=dt.datetime(2026, 6, 10, 4, tzinfo=dt.UTC))
    row.refresh_from_db()
    assert row.on == dt.date(2026, 6, 10)
    activities.archive(wang, activity)
    row.refresh_from_db()
    assert row.archived_at
    activities.restore(wang, activity)
    row.refresh_from_db()
    assert row.archived_at is None


def test_a_correction_is_in_the_history_and_not_the_number(firm, contact):
    row = spoken(firm, contact)
    edit_call(actor_of(firm.wang), row, number="13911112222", seconds=200)
    changes = told("activities.call.edit")[0].changes
    assert changes["seconds"] == [185, 200]
    assert changes["number"] == ["•••", "•••"]
    with pytest.raises(NotVisible):
        edit_call(actor_of(firm.other), row, seconds=1)


# -- recordings ------------------------------------------------------------------------------------------------------


def test_without_consent_no_recording_is_kept(firm, contact):
    row = spoken(firm, contact)
    for said in ({}, {"consented": False, "consent_by": "王总"}, {"consented": True, "consent_by": " "}):
        with pytest.raises(ValidationError, match="whoever is heard agreed"):
            add_recording(actor_of(firm.wang), call=row, upload=sound(), **said)
    assert not Recording.objects.unscoped("test").exists()
    assert not default_storage.exists("recordings")
    with pytest.raises(ValidationError, match="whoever is heard agreed"):
        spoken(firm, contact, upload=sound())
    assert Activity.objects.unscoped("test").count() == 1, "the call that came with it is not logged either"


def test_with_consent_it_is_kept_encrypted_until_its_day(firm, contact, settings):
    settings.RECORDING_KEEP_DAYS = 30
    row = add_recording(actor_of(firm.wang), call=spoken(firm, contact), upload=sound("../通话.mp3"), **YES)
    assert (row.file_name, row.content_type, row.keep_until) == ("通话.mp3", "audio/mpeg", dt.date(2026, 7, 15))
    assert (row.consent_by, row.consent_how) == ("王总", "spoken")
    with default_storage.open(str(row.file)) as file:
        assert MP3 not in file.read()
    with pytest.raises(ValidationError, match="has a recording"):
        add_recording(actor_of(firm.wang), call=row.call, upload=sound(), **YES)


@pytest.mark.parametrize(
    ("name", "content"),
    [("call.mp3", b"MZ\x90\x00"), ("call.mp3", b""), ("offer.pdf", b"%PDF-1.4\n"), ("a.wav", b"RIFF")],
)
def test_what_is_no_recording_is_refused(firm, contact, name, content):
    with pytest.raises(ValidationError, match="no recording"):
        add_recording(actor_of(firm.wang), call=spoken(firm, contact), upload=sound(name, content), **YES)


def test_a_recording_that_is_too_large_is_refused(firm, contact, monkeypatch):
    monkeypatch.setattr("muster.core.audio.MOST_BYTES", 10)
    with pytest.raises(ValidationError, match="MB are taken"):
        add_recording(actor_of(firm.wang), call=spoken(firm, contact), upload=sound(), **YES)


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (b"RIFF\x00\x00\x00\x00WAVEfmt ", "audio/wav"),
        (b"\x00\x00\x00\x18ftypM4A ", "audio/mp4"),
        (b"#!AMR\n", "audio/amr"),
        (b"OggS\x00", "audio/ogg"),
        (b"\xff\xfb\x90\x00", "audio/mpeg"),
        (b"\xff\xf1\x50\x80", "audio/aac"),
        (b"<html>", ""),
    ],
)
def test_kinds_of_recordings_are_known_by_their_content(content, kind):
    assert audio_of(content) == kind


def test_who_listened_is_in_the_trail_and_only_the_member_and_his_line_may(firm, contact):
    row = add_recording(actor_of(firm.wang), call=spoken(firm, contact), upload=sound(), **YES)
    assert listen(actor_of(firm.boss), row) == MP3
    [event] = told("activities.recording.listen")
    assert (event.actor_member_id, event.object_id, event.changes) == (firm.boss.pk, row.pk, {})
    for stranger in (firm.li, firm.other, firm.ops):
        with pytest.raises((NotVisible, Forbidden)):
            listen(actor_of(stranger), row)
    with pytest.raises((NotVisible, Forbidden)):
        listen(actor_of(firm.admin), row)
    assert len(told("activities.recording.listen")) == 1


def test_recordings_go_when_their_days_are_over_and_a_trace_stays(
    firm, contact, settings, django_capture_on_commit_callbacks
):
    settings.RECORDING_KEEP_DAYS = 30
    row = add_recording(actor_of(firm.wang), call=spoken(firm, contact), upload=sound(), **YES)
    path = str(row.file)
    assert erase_old_recordings(dt.date(2026, 7, 15)) == 0
    with django_capture_on_commit_callbacks(execute=True):
        assert erase_old_recordings(dt.date(2026, 7, 16)) == 1
    assert not default_storage.exists(path)
    row = Recording.objects.unscoped("test").get(pk=row.pk)
    assert row.erased_at
    assert not row.file
    assert row.consent_by == "王总", "the proof that somebody agreed stays"
    [event] = told("activities.recording.erase")
    assert event.actor_name == "days of recordings are over"
    assert erase_old_recordings(dt.date(2026, 7, 16)) == 0
    with pytest.raises(ValidationError, match="deleted"):
        listen(actor_of(firm.wang), row)


def test_whoever_takes_his_consent_back_has_it_deleted_at_once(firm, contact, django_capture_on_commit_callbacks):
    row = add_recording(actor_of(firm.wang), call=spoken(firm, contact), upload=sound(), **YES)
    with django_capture_on_commit_callbacks(execute=True):
        erase_recording(actor_of(firm.wang), row)
    assert not default_storage.exists(str(row.file))
    again = add_recording(actor_of(firm.wang), call=row.call, upload=sound(), **YES)
    assert again.pk != row.pk


# -- pages and programs ----------------------------------------------------------------------------------------------


def test_a_call_is_logged_on_the_page_with_its_recording(firm, contact, login):
    client = login(firm.wang)
    sent = {"contact": contact.pk, "direction": "in", "result": "connected", "seconds": "3:05", "upload": sound()}
    refused = client.post("/calls/new/", sent)
    assert refused.status_code == 422
    assert "whoever is heard agreed" in refused.content.decode()
    assert not Call.objects.unscoped("test").exists()
    answer = client.post(
        "/calls/new/", {**sent, "upload": sound(), "consented": "on", "consent_by": "王总", "consent_how": "spoken"}
    )
    assert answer.status_code == 302
    row = Call.objects.unscoped("test").get()
    assert (row.seconds, row.direction, row.recordings.unscoped("test").count()) == (185, "in", 1)
    panel = client.get(f"/activities/{row.activity_id}/call/").content.decode()
    assert "talked 3:05" in panel
    assert "王总 agreed" in panel
    assert "deleted after" in panel
    file = client.get(f"/recordings/{row.recordings.unscoped('test').get().pk}/")
    assert (file.content, file["Content-Type"]) == (MP3, "audio/mpeg")
    assert "attachment" in file["Content-Disposition"]
    assert login(firm.li).get(f"/recordings/{row.recordings.unscoped('test').get().pk}/").status_code == 404


def test_the_page_of_a_call_asks_the_same_however_long_the_list(firm, contact, login):
    row = spoken(firm, contact)
    client = login(firm.wang)
    client.get(f"/activities/{row.activity_id}/call/")
    with CaptureQueriesContext(
        connection,
    ) as asked:
        client.get(f"/activities/{row.activity_id}/call/")
    assert len(asked) <= 12, [one["sql"] for one in asked]


@pytest.mark.parametrize(("typed", "seconds"), [("3:05", 185), ("1:02:05", 3725), ("5", 300), ("", 0), ("3：05", 185)])
def test_talk_time_is_read_as_people_write_it(firm, contact, login, typed, seconds):
    login(firm.wang).post(
        "/calls/new/", {"contact": contact.pk, "direction": "out", "result": "connected", "seconds": typed}
    )
    assert Call.objects.unscoped("test").get().seconds == seconds


def test_programs_log_calls_and_send_recordings(firm, contact, login):
    client = login(firm.wang)
    body = {"contact": contact.pk, "direction": "out", "result": "connected", "seconds": 61}
    made = client.post("/api/v1/calls", json.dumps(body), content_type="application/json")
    assert made.status_code == 201, made.content
    assert made.json()["seconds"] == 61
    sent = {"call": made.json()["id"], "file": sound()}
    assert client.post("/api/v1/recordings", sent).status_code == 422
    kept = client.post("/api/v1/recordings", {**sent, "file": sound(), "consented": "true", "consent_by": "王总"})
    assert kept.status_code == 201, kept.content
    assert client.get(f"/api/v1/recordings/{kept.json()['id']}/file").content == MP3
    assert login(firm.other).get("/api/v1/calls").json()["total"] == 0


def test_old_recordings_are_forgotten_at_night(firm, contact, settings):
    settings.RECORDING_KEEP_DAYS = 1
    add_recording(actor_of(firm.wang), call=spoken(firm, contact), upload=sound(), **YES)
    with time_machine.travel(dt.datetime(2026, 6, 20, 4, tzinfo=dt.UTC), tick=False):
        from muster.activities.tasks import erase_recordings

        assert erase_recordings() == 1
