"""Checking in: on the spot, elsewhere with a reason, or not to be verified; with consent, and forgotten in time."""

import datetime as dt
import io
import json

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from factories import actor_of, make_account, make_activity
from PIL import Image

from muster.access.models import Event
from muster.access.scope import Forbidden, NotVisible
from muster.activities.actions.visit import (
    check_in,
    check_out,
    correct_check_in,
    forget_positions,
    give_consent,
    withdraw_consent,
)
from muster.activities.models import AccountPoint, Activity, CheckIn, LocationConsent
from muster.core import photos
from muster.core.files import content_of
from muster.core.places import Point, to_gcj02
from muster.crm.actions.merging import merge_accounts

pytestmark = pytest.mark.django_db
HERE = {"latitude": 31.1774276, "longitude": 121.5272106, "accuracy": 12.0, "datum": "wgs84"}
FAR = {**HERE, "latitude": 31.2}
CONSENT = "activities.locationconsent"


@pytest.fixture(autouse=True)
def media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def place(firm):
    """A customer whose place a first visit has fixed."""
    give_consent(actor_of(firm.wang))
    account = make_account(firm.wang, team=(firm.li,))
    first = check_in(actor_of(firm.wang), account=account, **HERE)
    assert first.verdict == "first"
    return account


def again(row: CheckIn) -> CheckIn:
    return CheckIn.objects.unscoped("test").get(pk=row.pk)


def plan(member, account) -> Activity:
    row = make_activity(member, account=account, kind="visit")
    rows = Activity.objects.unscoped("test").filter(pk=row.pk)
    rows.update(status="planned", done_on=None, done_at=None, planned_at=dt.datetime(2026, 6, 15, 4, tzinfo=dt.UTC))
    return rows.get()


def test_the_first_visit_fixes_where_the_customer_is(firm, place):
    point = AccountPoint.objects.unscoped("test").get()
    assert (point.account, point.north, point.east, point.datum) == (place, 31177428, 121527211, "wgs84")


def test_a_planned_visit_is_checked_in_on_the_spot_and_left(firm, place):
    visit = plan(firm.wang, place)
    row = check_in(actor_of(firm.wang), activity=visit, **HERE)
    assert (row.verdict, row.distance, row.accuracy, row.doubt) == ("inside", 0, 12, "")
    with time_machine.travel(dt.datetime(2026, 6, 15, 4, 45, tzinfo=dt.UTC), tick=False):
        check_out(actor_of(firm.wang), row, outcome="Interested")
    visit.refresh_from_db()
    assert (visit.status, visit.minutes, visit.outcome) == ("done", 45, "Interested")
    assert again(row).minutes == 45


def test_the_datum_of_the_device_is_taken_into_account(firm, place):
    there = to_gcj02(Point(HERE["latitude"], HERE["longitude"]))
    said = {**HERE, "latitude": there.latitude, "longitude": there.longitude, "datum": "gcj02"}
    assert check_in(actor_of(firm.wang), account=place, **said).verdict == "inside"


def test_somewhere_else_takes_a_reason_and_nothing_is_half_done(firm, place):
    before = Activity.objects.unscoped("test").count()
    with pytest.raises(ValidationError) as caught:
        check_in(actor_of(firm.wang), account=place, **FAR)
    assert caught.value.message_dict["reason"] == ["You are 2510 m from the customer: say why, then check in again."]
    assert Activity.objects.unscoped("test").count() == before
    row = check_in(actor_of(firm.wang), account=place, reason="Met at their new plant", **FAR)
    assert (row.verdict, row.distance, row.reason) == ("outside", 2510, "Met at their new plant")


def test_what_the_accuracy_leaves_open_is_neither(firm, place):
    row = check_in(actor_of(firm.wang), account=place, **{**HERE, "latitude": 31.1824, "accuracy": 400.0})
    assert (row.verdict, row.distance) == ("unknown", 553)
    assert check_in(actor_of(firm.wang), account=place, **{**HERE, "accuracy": 900.0}).verdict == "unknown"


@pytest.mark.parametrize(("more", "doubt"), [({"mocked": True}, "mock"), ({"accuracy": 0.0}, "exact")])
def test_a_position_that_looks_made_up_is_marked_and_verifies_nothing(firm, place, more, doubt):
    row = check_in(actor_of(firm.wang), account=place, **{**HERE, **more})
    assert (row.verdict, row.doubt) == ("unknown", doubt)


def test_a_made_up_or_rough_position_fixes_no_place(firm):
    give_consent(actor_of(firm.wang))
    for more in ({"mocked": True}, {"accuracy": 300.0}):
        assert check_in(actor_of(firm.wang), account=make_account(firm.wang), **{**HERE, **more}).verdict == "unknown"
    assert not AccountPoint.objects.unscoped("test").exists()


def test_without_consent_a_visit_is_logged_without_a_position(firm):
    row = check_in(actor_of(firm.wang), account=make_account(firm.wang), **HERE)
    kept = CheckIn.objects.unscoped("test").get()
    assert (row.verdict, kept.__dict__["position"], kept.accuracy, kept.distance) == ("unknown", "", None, None)


def test_withdrawing_the_consent_forgets_what_was_kept(firm, place):
    consent = LocationConsent.objects.visible_to(actor_of(firm.wang)).get()
    assert CheckIn.objects.unscoped("test").get().__dict__["position"] == "31.177428,121.527211"
    withdraw_consent(actor_of(firm.wang), consent)
    kept = CheckIn.objects.unscoped("test").get()
    assert (kept.__dict__["position"], kept.verdict) == ("", "first")
    assert kept.forgotten_at
    give_consent(actor_of(firm.wang))  # and may be given again
    assert LocationConsent.objects.unscoped("test").count() == 2


def test_positions_are_forgotten_after_their_days_and_once(firm, place, settings):
    settings.VISIT_KEEP_DAYS = 30
    assert forget_positions(dt.date(2026, 7, 15)) == 0
    assert forget_positions(dt.date(2026, 7, 16)) == 1
    assert forget_positions(dt.date(2026, 7, 16)) == 0
    assert again(CheckIn.objects.unscoped("test").get()).distance == 0


def test_positions_lie_encrypted(firm, place):
    with connection.cursor() as cursor:
        cursor.execute("SELECT position FROM activities_checkin")
        assert "31.17" not in cursor.fetchone()[0]


def test_who_was_where_is_for_the_member_and_his_line(firm, place, login):
    row = CheckIn.objects.unscoped("test").get()
    assert CheckIn.objects.visible_to(actor_of(firm.wang)).get().position == "31.177428,121.527211"
    assert CheckIn.objects.visible_to(actor_of(firm.boss)).get().position == "31.177428,121.527211"
    assert not CheckIn.objects.visible_to(actor_of(firm.li)).exists()  # who sees the customer and the visit
    assert "31.17" not in login(firm.li).get(f"/activities/{row.activity_id}/visit/").content.decode()
    assert CheckIn.objects.visible_to(actor_of(firm.ops)).get().position == ""


def test_times_are_corrected_with_a_history_and_only_ones_own(firm, place):
    row = CheckIn.objects.visible_to(actor_of(firm.wang)).get()
    came, left = (dt.datetime(2026, 6, 15, hour, tzinfo=dt.UTC) for hour in (2, 3))
    correct_check_in(actor_of(firm.wang), row, in_at=came, out_at=left, reason="Forgot to check in")
    event = Event.objects.unscoped("test").get(action="activities.checkin.correct")
    assert event.changes["in_at"] == ["2026-06-15T04:00:00+00:00", "2026-06-15T02:00:00+00:00"]
    with pytest.raises(ValidationError):
        correct_check_in(actor_of(firm.wang), row, in_at=left, out_at=came)
    with pytest.raises((Forbidden, NotVisible)):
        correct_check_in(actor_of(firm.boss), row, in_at=came)


def test_one_checks_in_once_and_only_at_ones_own_visit(firm, place):
    visit = plan(firm.wang, place)
    check_in(actor_of(firm.wang), activity=visit, **HERE)
    for member in (firm.wang, firm.li):
        with pytest.raises(ValidationError):
            check_in(actor_of(member), activity=visit, **HERE)


def test_the_place_goes_along_with_a_merge(firm, place):
    stays = make_account(firm.wang)
    merge_accounts(actor_of(firm.ops), stays, other=place)
    assert AccountPoint.objects.unscoped("test").get().account == stays


def test_the_page_keeps_the_photo_on_the_visit(firm, login):
    give_consent(actor_of(firm.wang))
    account = make_account(firm.wang)
    buffer = io.BytesIO()
    Image.new("RGB", (300, 200), "blue").save(buffer, "JPEG")
    client = login(firm.wang)
    assert "data-checkin" in client.get(f"/visits/here/?account={account.pk}").content.decode()
    sent = {**HERE, "account": account.pk, "photo": SimpleUploadedFile("visit.jpg", buffer.getvalue())}
    assert client.post("/visits/here/", sent).status_code == 302
    row = CheckIn.objects.unscoped("test").select_related("photo").get()
    assert (row.verdict, row.photo.file_name, row.photo.activity_id) == ("first", "visit.jpg", row.activity_id)
    assert "visit.jpg" in client.get(f"/activities/{row.activity_id}/files/").content.decode()


def _photo() -> SimpleUploadedFile:
    buffer = io.BytesIO()
    Image.new("RGB", (640, 480), "white").save(buffer, "JPEG")
    return SimpleUploadedFile("visit.png", buffer.getvalue())


def _written(monkeypatch) -> list[list[str]]:
    """What is written on photos, while it is written on them."""
    said, real = [], photos.stamped
    monkeypatch.setattr(photos, "stamped", lambda content, lines: said.append(lines) or real(content, lines))
    return said


@time_machine.travel(dt.datetime(2026, 6, 15, 9, tzinfo=dt.UTC), tick=False)
def test_time_customer_name_and_address_stand_in_the_picture_itself(firm, monkeypatch):
    """On the server, so that a photo has it whatever sent it; a photo of the offline page gets it there when taken."""
    said = _written(monkeypatch)
    account = make_account(firm.wang, "示例有限公司", city="上海市", address="南京路 1 号")
    row = check_in(actor_of(firm.wang), account=account, photo=_photo(), **HERE)
    assert said == [["2026-06-15 17:00", f"示例有限公司 · {firm.wang}", account.full_address]]
    with Image.open(io.BytesIO(content_of(row.photo))) as kept:
        assert (kept.format, kept.size) == ("JPEG", (640, 480))
        foot = kept.convert("L").crop((0, 380, 640, 480))
    dark, light = foot.getextrema()
    assert dark < 140, "a dark band"
    assert light > 230, "with white letters"


def test_without_an_address_it_says_about_where_one_is_and_without_consent_nothing(firm, monkeypatch):
    said = _written(monkeypatch)
    give_consent(actor_of(firm.wang))
    for member in (firm.wang, firm.li):
        check_in(actor_of(member), account=make_account(member), photo=_photo(), **HERE)
    assert said[0][2] == f"{HERE['latitude']:.2f}, {HERE['longitude']:.2f}"
    assert len(said[1]) == 2


def test_what_is_no_picture_is_no_photo_of_a_visit(firm):
    with pytest.raises(ValidationError, match="cannot be read as a photo"):
        check_in(actor_of(firm.wang), account=make_account(firm.wang), photo=SimpleUploadedFile("a.jpg", b"%PDF-1.7"))


def test_the_page_asks_for_the_reason_and_keeps_what_was_sent(firm, place, login):
    answer = login(firm.wang).post("/visits/here/", {**FAR, "account": place.pk})
    assert answer.status_code == 422
    assert "2510 m from the customer" in answer.content.decode()
    assert 'value="31.2"' in answer.content.decode()


def test_consent_is_given_and_withdrawn_on_its_page(firm, login):
    client = login(firm.wang)
    assert "Without your consent" in client.get("/visits/here/").content.decode()
    for given in (True, False):
        assert client.post("/visits/positions/").status_code == 302
        rows = LocationConsent.objects.unscoped("test").filter(withdrawn_at=None)
        assert rows.exists() is given


def test_the_api_checks_in_once_for_one_key(firm, place, login):
    client, body = login(firm.wang), json.dumps({**HERE, "account": place.pk, "subject": "From the train"})
    sent = [
        client.post("/api/v1/check-ins", body, content_type="application/json", headers={"Idempotency-Key": "k1"})
        for _at in range(2)
    ]
    assert [one.status_code for one in sent] == [201, 201], sent[0].content
    assert sent[0].json()["id"] == sent[1].json()["id"]
    assert CheckIn.objects.unscoped("test").count() == 2  # the first, and this one


def test_three_visits_of_a_day_cost_as_many_queries_as_one(firm, place, login):
    client = login(firm.boss)

    def count() -> int:
        with CaptureQueriesContext(connection) as found:
            page = client.get("/visits/?day=2026-06-15")
        assert place.name in page.content.decode()
        return len(found)

    count()
    few = count()
    for _at in range(2):
        check_in(actor_of(firm.wang), account=make_account(firm.wang), **HERE)
    assert count() == few
    assert "Nobody has checked in" in client.get("/visits/?day=2026-06-14").content.decode()
