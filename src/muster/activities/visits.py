"""Reads about visits on the spot."""

import datetime as dt
from typing import Any

from django.conf import settings

from muster.access.scope import Actor
from muster.activities.models import CheckIn

MOST_OF_A_DAY = 300


def radius() -> int:
    return int(settings.VISIT_RADIUS)


def keep_days() -> int:
    return int(settings.VISIT_KEEP_DAYS)


def of_day(actor: Actor, day: dt.date) -> list[CheckIn]:
    """Check-ins of DAY as far as ACTOR sees them, by the hour."""
    rows = CheckIn.objects.visible_to(actor).filter(on=day, activity__archived_at=None)
    return list(rows.select_related("member", "activity__account", "photo").order_by("in_at", "pk")[:MOST_OF_A_DAY])


def counted(rows: list[CheckIn]) -> list[dict[str, Any]]:
    """How many of ROWS, those on the page, have each verdict."""
    return [
        {"label": label, "n": sum(one.verdict == key for one in rows), "tone": TONES[key]}
        for key, label in CheckIn.Verdict.choices
    ]


TONES = {"inside": "green", "outside": "red", "first": "blue", "unknown": "amber"}
