"""Dragging in the calendar: moved and made longer where it stands; a series asks which; who comes second is told."""

import datetime as dt

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from muster.activities.actions.appointment import edit_appointment, make_appointment
from muster.activities.models import Activity, Appointment, AppointmentChange
from tests.factories import actor_of, make_activity, make_member

pytestmark = pytest.mark.django_db
NINE = dt.datetime(2026, 6, 15, 1, tzinfo=dt.UTC)  # nine o'clock in Shanghai, a Monday
HOUR = dt.timedelta(hours=1)


@pytest.fixture(autouse=True)
def english():
    with translation.override("en"):
        yield


@pytest.fixture
def ann():
    return make_member("Ann", role="rep")


@pytest.fixture
def client(ann) -> Client:
    found = Client(headers={"accept-language": "en"})
    found.force_login(ann.user)
    return found


def local(text: str) -> str:
    return f"2026-06-{text}"


def drag(client: Client, row, **said):
    sent = {"kind": "appointment", "pk": row.pk, "version": row.version, "was": local("15T09:00")}
    sent |= {"until": local("15T10:00"), "starts_at": local("16T14:30"), "ends_at": local("16T15:30"), **said}
    return client.post("/calendar/move/", sent)


def appointment(ann, **fields) -> Appointment:
    return make_appointment(actor_of(ann), title="Review", starts_at=NINE, ends_at=NINE + HOUR, **fields)


def test_an_appointment_is_moved_and_made_longer_on_the_readers_clock(ann, client):
    row = appointment(ann)
    answer = drag(client, row, ends_at=local("16T16:00"))
    assert answer.status_code == 200
    assert answer.json()["message"].startswith("Review: now")
    row.refresh_from_db()
    assert row.starts_at == dt.datetime(2026, 6, 16, 6, 30, tzinfo=dt.UTC)
    assert row.lasts == dt.timedelta(minutes=90)


def test_who_drags_what_somebody_else_moved_is_told_and_changes_nothing(ann, client):
    row = appointment(ann)
    later = NINE + 3 * HOUR
    edit_appointment(actor_of(ann), row, starts_at=later, ends_at=later + HOUR)
    answer = drag(client, row)
    assert answer.status_code == 409
    said = answer.json()["detail"]
    assert said.startswith("“Review” was moved by somebody else meanwhile, to ")
    assert said.endswith("Nothing was changed: look at it anew.")
    row.refresh_from_db()
    assert row.starts_at == later


def test_a_series_asks_in_the_drawer_which_of_them_move(ann, client):
    row = appointment(ann, rule="FREQ=WEEKLY")
    week = NINE + dt.timedelta(days=7)
    said = {"at": f"{week:%Y%m%dT%H%M%SZ}", "was": local("22T09:00"), "until": local("22T10:00")}
    said |= {"starts_at": local("23T11:00"), "ends_at": local("23T12:00")}
    answer = drag(client, row, **said).json()
    page = client.get(answer["drawer"])
    form = page.context["form"]
    assert form.initial["which"] == "one"
    assert form.initial["starts_at"] == dt.datetime(2026, 6, 23, 3, tzinfo=dt.UTC)
    sent = {"title": "Review", "starts_at": local("23T11:00"), "ends_at": local("23T12:00"), "which": "following"}
    sent |= {"at": said["at"], "repeats": "FREQ=WEEKLY", "rule": row.rule, "version": row.version}
    assert client.post(answer["drawer"], sent).status_code in (200, 204, 302)
    new = Appointment.objects.unscoped("tests").exclude(pk=row.pk).get()
    assert new.starts_at == dt.datetime(2026, 6, 23, 3, tzinfo=dt.UTC)
    assert not AppointmentChange.objects.unscoped("tests").exists()


def test_a_plan_is_moved_too_and_what_is_done_is_not(ann, client):
    plan = make_activity(ann, kind="visit", status="planned")
    Activity.objects.unscoped("tests").filter(pk=plan.pk).update(planned_at=NINE, minutes=None)
    plan.refresh_from_db()
    assert drag(client, plan, kind="plan").status_code == 200
    plan.refresh_from_db()
    assert (plan.planned_at, plan.minutes) == (dt.datetime(2026, 6, 16, 6, 30, tzinfo=dt.UTC), None)
    again = {"was": local("16T14:30"), "until": local("16T15:30"), "ends_at": local("16T16:30")}
    assert drag(client, plan, kind="plan", **again).status_code == 200
    plan.refresh_from_db()
    assert plan.minutes == 120
    done = make_activity(ann, dt.date(2026, 6, 1))
    assert drag(client, done, kind="plan").status_code == 422


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ({"ends_at": local("16T13:00")}, "It ends before it begins"),
        ({"starts_at": "soon"}, "valid date/time"),
        ({"starts_at": "1900-01-01T00:00", "ends_at": "1900-01-01T01:00"}, "between 1970 and 2200"),
    ],
)
def test_bad_input_gets_a_sentence(ann, client, said, sentence):
    answer = drag(client, appointment(ann), **said)
    assert answer.status_code == 422
    assert sentence in answer.json()["detail"]


def test_others_drag_nothing_of_mine(ann):
    bob = make_member("Bob", role="rep", manager=ann)
    row = appointment(bob)
    leader = Client()
    leader.force_login(ann.user)
    assert drag(leader, row).status_code in (403, 404)
    row.refresh_from_db()
    assert row.starts_at == NINE
    page = leader.get(f"/calendar/?view=week&day=2026-06-15&member={bob.pk}").content.decode()
    assert "data-moves" not in page


def test_the_page_marks_what_may_be_dragged_in_few_questions(ann, client):
    appointment(ann)
    appointment(ann, rule="FREQ=DAILY;COUNT=3")
    with CaptureQueriesContext(connection) as asked:
        page = client.get("/calendar/?view=week&day=2026-06-15").content.decode()
    assert page.count('data-moves="appointment"') == 4
    assert 'data-was="2026-06-15T09:00"' in page
    assert 'data-at="20260616T010000Z"' in page
    first = len(asked)
    for _one in range(5):
        appointment(ann)
    with CaptureQueriesContext(connection) as asked:
        client.get("/calendar/?view=month&day=2026-06-15")
    assert len(asked) <= first + 1


def test_this_and_following_over_the_api(ann, client):
    row = appointment(ann, rule="FREQ=WEEKLY;COUNT=4")
    week = NINE + dt.timedelta(days=7)
    body = {"at": week.isoformat(), "starts_at": (week + HOUR).isoformat(), "title": "Later review"}
    made = client.post(f"/api/v1/appointments/{row.pk}/follow", body, content_type="application/json")
    assert made.status_code == 200, made.content
    new = Appointment.objects.unscoped("tests").exclude(pk=row.pk).get()
    assert (new.title, new.starts_at, new.lasts, new.rule) == ("Later review", week + HOUR, HOUR, "FREQ=WEEKLY;COUNT=3")
    one = {"at": NINE.isoformat(), "starts_at": (NINE + HOUR).isoformat()}
    moved = client.post(f"/api/v1/appointments/{row.pk}/move", one, content_type="application/json")
    assert moved.status_code == 200, moved.content
    assert client.post(f"/api/v1/appointments/{new.pk}/cancel", {}, content_type="application/json").status_code == 200
