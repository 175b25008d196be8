"""Chores of the reporting room."""

import datetime as dt

from muster.core.jobs.schedule import chore
from muster.reporting.actions import analysis, briefing, rounds


@chore("reporting.drafts", dt.timedelta(minutes=10))
def make_drafts() -> None:
    """Drafts whose hour has come, and who is excused."""
    rounds.make_drafts()
    rounds.settle_excuses()


@chore("reporting.remind", dt.timedelta(minutes=5))
def remind() -> None:
    """Reminders to authors, and one digest to each reader."""
    rounds.remind()
    rounds.tell_readers()


@chore("reporting.briefings", dt.timedelta(minutes=5))
def send_briefings() -> int:
    """Sales briefings whose hour has come."""
    return briefing.send_due()


@chore("reporting.analyses", dt.timedelta(minutes=5))
def send_analyses() -> int:
    """Analyses whose hour has come, to everybody who gets them by mail."""
    return analysis.send_due()
