"""Slow answers are kept a while; nobody is given another's."""

import datetime as dt
import re

import pytest
from django.core.cache import cache
from django.urls import reverse

from muster.core.periods import Period
from muster.metrics import kept
from muster.metrics.compute import compute

pytestmark = pytest.mark.django_db
FEBRUARY = Period(dt.date(2026, 2, 1), dt.date(2026, 3, 1))


@pytest.fixture(autouse=True)
def slow(settings, monkeypatch):
    """Every answer counts as slow."""
    settings.METRICS_KEPT = True
    monkeypatch.setattr(kept, "QUICK", -1)
    monkeypatch.setattr(kept, "TIMES", 1_000_000)
    yield
    cache.clear()


def won(firm, who: str) -> int:
    return compute(["deals_won"], firm.actor(who), FEBRUARY).cell("deals_won").n


def test_a_slow_number_is_not_counted_again_within_the_minute(firm):
    firm.deal("ann", "won", 1, closed_on=dt.date(2026, 2, 5))
    assert won(firm, "director") == 1
    firm.deal("ann", "won", 1, closed_on=dt.date(2026, 2, 6))
    assert won(firm, "director") == 1
    cache.clear()
    assert won(firm, "director") == 2


def test_a_quick_number_is_always_counted(firm, monkeypatch):
    monkeypatch.setattr(kept, "QUICK", 3600)
    firm.deal("ann", "won", 1, closed_on=dt.date(2026, 2, 5))
    assert won(firm, "director") == 1
    firm.deal("ann", "won", 1, closed_on=dt.date(2026, 2, 6))
    assert won(firm, "director") == 2


def test_what_was_counted_for_one_is_not_given_to_another(firm):
    firm.deal("ann", "won", 1, closed_on=dt.date(2026, 2, 5))
    assert (won(firm, "director"), won(firm, "bob"), won(firm, "ann")) == (1, 0, 1)


def test_the_dashboard_says_of_when_its_numbers_are(firm, monkeypatch):
    client = firm.client("director")
    assert not re.search(r"as of \d\d:", client.get(reverse("dashboard")).content.decode())
    monkeypatch.setattr("muster.metrics.queries.FRESH", dt.timedelta(seconds=-1))
    assert re.search(r"as of \d\d:", client.get(reverse("dashboard")).content.decode())
