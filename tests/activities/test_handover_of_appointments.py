"""A leaver's appointments: handed over or called off with the counts said before, and none is left when he has gone."""

import datetime as dt

import pytest
from django.test import Client
from django.utils import timezone, translation

from muster.access.models import Event
from muster.access.scope import Actor
from muster.activities.actions.appointment import make_appointment
from muster.activities.models import Appointment
from muster.activities.queries.calendar import Window, blocks_of, guests_shown
from muster.core.periods import today
from muster.people.actions import handover as actions
from muster.people.actions.lifecycle import end_service, obstacles, plan_leaving
from muster.people.models import Handover, Member
from muster.people.tasks import run_handover
from tests.factories import actor_of, make_account, make_member

pytestmark = pytest.mark.django_db
OPERATOR = Actor.operator("tests")
KIND = "activities.appointment"


def at(days: int) -> dt.datetime:
    return timezone.now().replace(minute=0, second=0, microsecond=0) + dt.timedelta(days=days)


def appointment(owner: Member, title: str, days: int, **fields) -> Appointment:
    begin = at(days)
    fields = {"starts_at": begin, "ends_at": begin + dt.timedelta(hours=1), **fields}
    return make_appointment(actor_of(owner), title=title, **fields)


class Team:
    """Wang leaves; Li and Zhao take over."""

    def __init__(self) -> None:
        self.boss = make_member("Boss", role="director")
        self.wang = make_member("Wang", manager=self.boss, role="rep")
        self.li, self.zhao = (make_member(name, manager=self.boss, role="rep") for name in ("Li", "Zhao"))
        self.account = make_account(self.wang, "Shanghai Ltd")
        self.review = appointment(self.wang, "Review", 3, account=self.account, members=[self.li])
        self.weekly = appointment(self.wang, "Weekly", -30, rule="FREQ=WEEKLY")
        self.past = appointment(self.wang, "Past", -3)
        self.doctor = appointment(self.wang, "Doctor", 4, is_private=True)

    def plan(self, *receivers: Member, **more) -> Handover:
        return actions.plan_handover(OPERATOR, member=self.wang, receivers=list(receivers), **more)

    def carried_out(self, row: Handover) -> Handover:
        actions.start_handover(OPERATOR, row)
        run_handover.call(row.pk)
        return Handover.objects.unscoped("tests").get(pk=row.pk)


@pytest.fixture(autouse=True)
def english():
    with translation.override("en"):
        yield


@pytest.fixture
def team(db) -> Team:
    return Team()


def fresh(row):
    return type(row).objects.unscoped("tests").get(pk=row.pk)


def test_those_to_come_go_to_the_receiver_and_past_and_private_ones_stay(team):
    row = team.carried_out(team.plan(team.li))
    assert actions.proved(row)
    assert [fresh(one).owner for one in (team.review, team.weekly)] == [team.li, team.li]
    assert [fresh(one).owner for one in (team.past, team.doctor)] == [team.wang, team.wang]
    assert fresh(team.review).cancelled_at is None
    event = Event.objects.unscoped("tests").get(action="activities.appointment.edit", object_id=team.review.pk)
    assert event.changes["owner"] == [team.wang.pk, team.li.pk]


def test_who_was_asked_and_took_it_over_has_it_once(team):
    team.carried_out(team.plan(team.li))
    day = at(3).date()
    window = Window(day, day + dt.timedelta(days=2), dt.UTC)
    blocks = blocks_of(actor_of(team.li), [team.li.pk], window)
    assert [one.title for one in blocks if one.pk == team.review.pk] == ["Review"]
    assert guests_shown(fresh(team.review)) == []


def test_called_off_where_that_is_chosen_with_the_counts_said_before(team):
    client = Client(headers={"accept-language": "en"})
    client.force_login(team.boss.user)
    page = client.get(f"/people/{team.wang.pk}/handover/").content.decode()
    assert "Appointments to come 2" in page
    sent = {"receivers": [team.li.pk, team.zhao.pk], "rule": "even", "ends": [KIND]}
    client.post(f"/people/{team.wang.pk}/handover/", sent)
    row = Handover.objects.unscoped("tests").get()
    told = client.get(row.get_absolute_url()).content.decode()
    assert "Called off instead of handed over" in told
    assert "Appointments to come 2" in told
    assert fresh(team.review).cancelled_at is None
    row = team.carried_out(row)
    assert actions.proved(row)
    assert all(fresh(one).cancelled_at and fresh(one).owner == team.wang for one in (team.review, team.weekly))
    assert fresh(team.past).cancelled_at is None
    assert Event.objects.unscoped("tests").filter(action="activities.appointment.cancel").count() == 2


def test_a_receiver_who_has_the_same_from_a_calendar_file_does_not_get_it_twice(team):
    Appointment.objects.unscoped("tests").filter(pk=team.review.pk).update(uid="same@calendar")
    other = appointment(team.li, "Review", 3)
    Appointment.objects.unscoped("tests").filter(pk=other.pk).update(uid="same@calendar")
    team.carried_out(team.plan(team.li))
    assert fresh(team.review).owner == team.wang
    assert fresh(team.weekly).owner == team.li


def test_appointments_keep_nobody_from_leaving_and_are_called_off_when_he_has_left(team):
    team.carried_out(team.plan(team.li, ends=[KIND]))
    late = appointment(team.wang, "Late", 9)
    assert obstacles(team.wang) == {}
    plan_leaving(OPERATOR, fresh(team.wang), left_on=today())
    end_service(today())
    assert fresh(team.wang).status == Member.Status.LEFT
    assert all(fresh(one).cancelled_at for one in (late, team.doctor, team.review))
    assert fresh(team.past).cancelled_at is None


def test_taken_back_within_a_week(team):
    row = team.carried_out(team.plan(team.li))
    actions.undo_handover(OPERATOR, row)
    assert fresh(team.review).owner == team.wang
