"""The garbage collector during a large job: it goes through all living objects again and again, and finds nothing."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager

AFTER = 5_000  # new objects; Python begins after 700


@contextmanager
def seldom() -> Iterator[None]:
    """What is let go in circles waits longer within."""
    before = gc.get_threshold()
    gc.set_threshold(AFTER)
    try:
        yield
    finally:
        gc.set_threshold(*before)
