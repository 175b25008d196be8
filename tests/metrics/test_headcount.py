"""Seats planned and filled, comings and goings, spans: as the structure was on the day."""

import datetime as dt

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from muster.core.periods import Period
from muster.metrics.compute import compute
from muster.metrics.headcount import Headcount
from muster.people.actions.headcount import plan_seats
from muster.people.models import HeadcountPlan, Member
from tests.metrics.conftest import OPERATOR

pytestmark = pytest.mark.django_db
TODAY = dt.date(2026, 2, 17)


@pytest.fixture(autouse=True)
def _one_day():
    with time_machine.travel(dt.datetime(2026, 2, 17, 4, tzinfo=dt.UTC), tick=False):
        yield


def dates(firm, who: str, hired: str | None, left: str | None = None) -> None:
    rows = Member.objects.unscoped("tests").filter(pk=firm.members[who].pk)
    rows.update(hired_on=hired, left_on=left, status="left" if left and left <= str(TODAY) else "active")


def line(firm, code: str):
    return next(one for one in Headcount(OPERATOR).lines() if one.unit.pk == firm.units[code].pk)


def test_a_unit_counts_itself_and_all_below(firm):
    assert [line(firm, code).here for code in ("HQ", "N", "N1", "S")] == [5, 3, 1, 1]


def test_vacant_is_planned_less_here_and_the_latest_plan_counts(firm):
    plan_seats(OPERATOR, firm.units["N"], seats=4, valid_from=dt.date(2026, 1, 1))
    plan_seats(OPERATOR, firm.units["N1"], seats=3, valid_from=dt.date(2026, 1, 1))
    plan_seats(OPERATOR, firm.units["N"], seats=9, valid_from=dt.date(2026, 6, 1))  # not yet
    assert (line(firm, "N").planned, line(firm, "N").vacant) == (7, 4)
    assert line(firm, "S").planned is None
    plan_seats(OPERATOR, firm.units["N"], seats=5, valid_from=dt.date(2026, 1, 1))
    assert HeadcountPlan.objects.unscoped("tests").count() == 3
    assert line(firm, "N").planned == 8


def test_who_left_is_counted_where_he_stood_on_his_last_day(firm):
    dates(firm, "bob", "2025-03-01", "2026-02-01")
    n1, keys = firm.units["N1"].pk, ["headcount", "leavers"]
    january = compute(keys, OPERATOR, Period(dt.date(2026, 1, 1), dt.date(2026, 2, 1)), by="unit")
    assert [january.cell(key, n1).n for key in keys] == [1, 0]  # on 31 January he was still here
    february = compute(keys, OPERATOR, Period(dt.date(2026, 2, 1), dt.date(2026, 3, 1)), by="unit")
    assert [february.cell(key, n1).n for key in keys] == [0, 1]
    assert (line(firm, "HQ").here, line(firm, "HQ").left) == (4, 1)


def test_a_candidate_is_nobody_yet(firm):
    Member(name="Maybe", employee_no="C1", status="candidate", hired_on=TODAY).save()
    assert compute(["headcount"], OPERATOR, Period(TODAY, TODAY + dt.timedelta(days=1))).cell("headcount").n == 5


def test_tenure_is_the_mean_of_those_present(firm):
    for who in ("director", "manager", "bob", "eve"):
        dates(firm, who, None)
    dates(firm, "ann", "2025-02-17")
    assert round(line(firm, "HQ").tenure) == 12
    assert line(firm, "S").tenure is None


def test_spans_name_leaders_with_too_few(firm):
    found = Headcount(OPERATOR).spans()
    assert (found["leaders"], found["mean"]) == (2, 2.0)
    assert {leader.pk for leader, n in found["odd"]} == {firm.members["director"].pk, firm.members["manager"].pk}


def test_the_trend_has_a_year_of_months(firm):
    dates(firm, "ann", "2026-01-15")
    found = Headcount(OPERATOR).trend()
    assert found["labels"][0] == "2025-03"
    assert found["labels"][-1] == "2026-02"
    assert found["joiners"][-2:] == [1, 0]
    assert found["headcount"][-3:] == [4, 5, 5]


def test_seats_below_nought_are_refused(firm):
    with pytest.raises(ValidationError):
        plan_seats(OPERATOR, firm.units["N"], seats=-1, valid_from=TODAY)


def test_the_page_costs_the_same_however_many_units_there_are(firm, django_assert_num_queries):
    client, address = firm.client("manager"), reverse("headcount")
    client.get(address)
    with CaptureQueriesContext(connection) as few:
        assert client.get(address).status_code == 200
    for at in range(20):
        firm.units["N"].__class__(name=f"U{at}", code=f"U{at}", parent=firm.units["N"]).save()
    with django_assert_num_queries(len(few)):
        client.get(address)
    assert firm.client("ann").get(address).status_code == 403
    assert firm.client("manager").get(reverse("headcount_plan", args=[firm.units["N"].pk])).status_code == 403
    assert firm.client("director").get(reverse("headcount_plan", args=[firm.units["N"].pk])).status_code == 200
