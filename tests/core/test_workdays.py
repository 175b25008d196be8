"""Working days: holidays, and the weekends worked instead of them (published by the State Council for 2025)."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from muster.core import workdays

DAYS = st.dates(dt.date(2024, 1, 1), dt.date(2026, 12, 31))


@pytest.mark.parametrize(
    ("day", "worked"),
    [
        ("2025-01-26", True),  # Sunday, worked for the Spring Festival
        ("2025-01-28", False),  # New Year's Eve
        ("2025-10-08", False),  # day off for 11 October
        ("2025-10-11", True),  # Saturday
        ("2025-10-12", False),  # an ordinary Sunday
        ("2025-10-13", True),
    ],
)
def test_chinese_holidays_and_make_up_days(day, worked):
    assert workdays.is_workday(dt.date.fromisoformat(day)) is worked


def test_a_step_due_in_three_working_days_skips_the_golden_week():
    assert workdays.shift(dt.date(2025, 9, 30), 3) == dt.date(2025, 10, 11)
    assert workdays.shift(dt.date(2025, 10, 9), -1) == dt.date(2025, 9, 30)
    assert workdays.shift(dt.date(2025, 10, 1), 0) == dt.date(2025, 10, 9)


@given(DAYS, st.integers(1, 60))
def test_there_and_back_again(day, count):
    first = workdays.shift(day, 0)
    assert workdays.shift(workdays.shift(first, count), -count) == first
    assert workdays.between(first, workdays.shift(first, count)) == count


@given(DAYS, DAYS)
def test_counting_backwards_is_the_negative(one, other):
    assert workdays.between(one, other) == -workdays.between(other, one)
