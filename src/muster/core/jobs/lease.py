"""How long a worker may be silent, and when what failed is tried again."""

import datetime as dt
import time
from random import uniform

BEAT = 10.0  # seconds between two signs of life
LEASE = dt.timedelta(seconds=45)
MOST_TRIES = 5
FIRST_WAIT = 10.0  # seconds; doubled with each try


def wait(tries: int) -> float:
    """Seconds until the next try: doubled each time, and spread so that what failed together does not come back so."""
    return FIRST_WAIT * 2 ** max(tries - 1, 0) * uniform(0.75, 1.25)  # noqa: S311 - no secret


class Pulse:
    """Our own signs of life. A database that was locked or away stops everybody's, so only one whose own were steady
    for a whole lease may call others dead."""

    def __init__(self) -> None:
        self._since = self._last = time.monotonic()

    def felt(self) -> None:
        """A sign of life was given just now."""
        now = time.monotonic()
        if now - self._last > BEAT * 2:
            self._since = now
        self._last = now

    def steady(self) -> bool:
        now = time.monotonic()
        return now - self._last <= BEAT * 2 and now - self._since >= LEASE.total_seconds()
