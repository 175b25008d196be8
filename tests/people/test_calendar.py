"""Holidays and make-up days as the firm sets them: they win over what is published, at once and everywhere; a file
brings a year of them; in November somebody is told, once, that the next year is missing."""

import datetime as dt
import io

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation

from muster.access.scope import Actor, Forbidden
from muster.core import workdays
from muster.integrations.models import ImportBatch, Notification
from muster.integrations.notifications import read_events, shown
from muster.people.actions.calendar import calendar_days, warn_of_missing_year
from muster.people.models import CalendarDay
from tests import factories

pytestmark = pytest.mark.django_db
OPERATOR = Actor.operator("tests")
DECREE = """日期,类型,节日
2027-02-05,放假,除夕
2027/2/11,休,春节
2027-02-20,补班,
"""


@pytest.fixture(autouse=True)
def _english(settings, tmp_path):
    settings.LANGUAGE_CODE, settings.MEDIA_ROOT = "en", tmp_path
    with translation.override("en"):
        yield


@pytest.fixture
def commits(django_capture_on_commit_callbacks):
    """What happens after a commit happens at the end of the block."""
    return lambda: django_capture_on_commit_callbacks(execute=True)


@pytest.fixture
def ops():
    return factories.make_member("Olga", role="salesops")


def set_day(commits, day: str, counts_as: str = "off", name: str = "", **more):
    with commits():
        return calendar_days.create(OPERATOR, day=dt.date.fromisoformat(day), counts_as=counts_as, name=name, **more)


def rows():
    return CalendarDay.objects.unscoped("tests")


def test_a_spring_festival_shifted_by_decree_moves_what_is_due(commits):
    thursday, friday = dt.date(2027, 2, 11), dt.date(2027, 2, 12)
    assert workdays.shift(dt.date(2027, 2, 4), 1) == thursday  # as the package guesses
    set_day(commits, "2027-02-11", name="春节")
    set_day(commits, "2027-02-12", name="春节")
    assert workdays.shift(dt.date(2027, 2, 4), 1) == dt.date(2027, 2, 15)
    assert workdays.between(thursday, dt.date(2027, 2, 16)) == 1
    assert workdays.special(friday, "zh-hans") == (False, "春节")


def test_a_worked_saturday_counts_and_one_taken_back_does_not(commits, ops):
    saturday = dt.date(2027, 2, 20)
    row = set_day(commits, "2027-02-20", "worked")
    assert workdays.is_workday(saturday)
    assert workdays.special(saturday, "en") == (True, "")
    assert workdays.shift(dt.date(2027, 2, 19), 1) == saturday
    with commits():
        calendar_days.archive(factories.actor_of(ops), row)
    assert not workdays.is_workday(saturday)
    with commits():
        calendar_days.restore(factories.actor_of(ops), row)
    assert workdays.is_workday(saturday)


def test_what_the_firm_says_wins_over_the_package_and_for_one_country_only(commits):
    makeup, holiday = dt.date(2026, 2, 14), dt.date(2026, 10, 7)
    set_day(commits, makeup.isoformat(), name="情人节放假")
    set_day(commits, holiday.isoformat(), "worked")
    set_day(commits, "2026-03-03", country="us")
    assert [workdays.is_workday(one) for one in (makeup, holiday, dt.date(2026, 3, 3))] == [False, True, True]
    assert not workdays.is_workday(dt.date(2026, 3, 3), "US")


def test_a_day_is_set_once_and_for_a_country_that_has_a_calendar(commits):
    first = set_day(commits, "2027-02-11")
    with pytest.raises(ValidationError, match="This day is set already"):
        set_day(commits, "2027-02-11", "worked")
    calendar_days.archive(OPERATOR, first)
    set_day(commits, "2027-02-11", "worked")
    with pytest.raises(ValidationError, match="This day is set already"):
        calendar_days.restore(OPERATOR, first)
    with pytest.raises(ValidationError, match="no calendar of “XX”"):
        set_day(commits, "2027-02-12", country="xx")


def test_a_thousand_questions_cost_one_query_and_within_the_minute_none(commits):
    set_day(commits, "2027-02-11")
    with CaptureQueriesContext(connection) as found:
        assert workdays.between(dt.date(2026, 1, 1), dt.date(2028, 9, 1)) > 600
    assert len(found) == 1
    with CaptureQueriesContext(connection) as found:
        assert not workdays.is_workday(dt.date(2027, 2, 11))
    assert len(found) == 0


def test_what_is_rolled_back_is_not_kept(commits):
    calendar_days.create(OPERATOR, day=dt.date(2027, 2, 11), counts_as="off")  # never committed here
    assert workdays.is_workday(dt.date(2027, 2, 11))


@pytest.mark.parametrize(("role", "may"), [("salesops", True), ("hr", True), ("manager", False), ("rep", False)])
def test_sales_operations_and_human_resources_set_days_and_all_may_read_them(client, commits, role, may):
    row = set_day(commits, "2027-02-11", name="春节")
    who = factories.make_member("Who", role=role)
    client.force_login(who.user)
    assert "春节" in client.get(reverse("calendarday_list")).content.decode()
    sent = {"day": "2027-02-20", "counts_as": "worked", "name": "", "country": "CN"}
    assert (client.post(reverse("calendarday_create"), sent).status_code == 302) == may
    changed = {"day": "2027-02-12", "counts_as": "off", "name": "春节", "country": "CN", "version": row.version}
    assert (client.post(reverse("calendarday_edit", args=[row.pk]), changed).status_code == 302) == may
    assert (client.post(reverse("calendarday_archive", args=[row.pk])).status_code == 302) == may
    assert rows().filter(archived_at=None).count() == 1
    assert rows().filter(day="2027-02-20").exists() == may
    if not may:
        with pytest.raises(Forbidden):
            calendar_days.create(factories.actor_of(who), day=dt.date(2027, 2, 13), counts_as="off")


def test_a_file_brings_the_decree_of_a_year_after_a_dry_run(client, commits, ops):
    client.force_login(ops.user)
    for wanted in ((3, 0), (0, 3)):
        file = io.BytesIO(DECREE.encode())
        file.name = "2027.csv"
        client.post(reverse("import_new"), {"source": "calendar", "uploads": [file]})
        batch = ImportBatch.objects.unscoped("tests").latest("pk")
        assert rows().count() == wanted[1]
        with commits():
            client.post(reverse("import_commit", args=[batch.pk]))
        assert rows().count() == 3
    assert [workdays.is_workday(dt.date(2027, 2, one)) for one in (10, 11, 20)] == [False, False, True]
    assert set(rows().values_list("country", "name")) == {("CN", "除夕"), ("CN", "春节"), ("CN", "")}
    assert workdays.is_known(2027)


def told(member) -> list[str]:
    read_events()
    found = Notification.objects.unscoped("tests").filter(user=member.user).select_related("event")
    return [one["title"] for one in shown(found, factories.actor_of(member))]


def test_in_november_sales_operations_are_told_once_that_the_next_year_is_missing(client, commits, ops):
    rep = factories.make_member("Rep", role="rep")
    assert warn_of_missing_year(dt.date(2026, 10, 31)) == 0
    assert warn_of_missing_year(dt.date(2026, 11, 1)) == 1
    assert warn_of_missing_year(dt.date(2026, 11, 2)) == 0
    assert warn_of_missing_year(dt.date(2027, 1, 4)) == 0
    said = "The holidays and make-up days of 2027 are not known yet: enter or import them"
    assert told(ops).count(said) == 1
    assert said not in told(rep)
    with time_machine.travel(dt.datetime(2026, 11, 5, 4, tzinfo=dt.UTC), tick=False):
        for who, seen in ((ops, True), (rep, False)):
            client.force_login(who.user)
            assert ("make-up days of 2027 are not known" in client.get("/calendar/").content.decode()) == seen
        set_day(commits, "2027-02-11", name="春节")
        client.force_login(ops.user)
        assert "are not known" not in client.get(reverse("calendar")).content.decode()


def test_nobody_is_told_where_the_year_is_known(settings, commits):
    assert warn_of_missing_year(dt.date(2025, 12, 1)) == 0  # published for 2026
    set_day(commits, "2027-02-11", name="春节")
    assert warn_of_missing_year(dt.date(2026, 11, 1)) == 0
    settings.WORK_CALENDAR = "DE"  # by rule, for any year
    assert warn_of_missing_year(dt.date(2040, 11, 1)) == 0
