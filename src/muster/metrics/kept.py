"""Answers that took long to find are kept a while.

Where the firm has millions of rows, a number over all of them takes seconds, and twenty people ask for it in the same
minute. An answer is kept a hundred times as long as it took, at most a minute; a quick one is not kept at all, so that
a firm of usual size sees every change at once. The key is the statement with its parameters, and these hold the
viewer's own rows: nobody is given what was counted for eyes that see more. A page says of when its oldest number is.
"""

import datetime as dt
import time
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from django.conf import settings
from django.core.cache import cache
from django.db import connection
from django.utils import timezone

QUICK = 0.05  # seconds
TIMES = 100
LONGEST = 60


@dataclass(frozen=True)
class Answer:
    rows: list[tuple[Any, ...]]
    at: dt.datetime


def answer(sql: str, params: list[Any]) -> Answer:
    """The rows of SQL with PARAMS, counted now or within the last minute."""
    key = "metrics-" + sha256(repr((sql, params)).encode()).hexdigest()
    found: Answer | None = cache.get(key)
    if found is not None:
        return found
    begun = time.monotonic()
    at = timezone.now()
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        counted = Answer(list(cursor.fetchall()), at)
    spent = time.monotonic() - begun
    if settings.METRICS_KEPT and spent > QUICK:
        cache.set(key, counted, min(spent * TIMES, LONGEST))
    return counted
