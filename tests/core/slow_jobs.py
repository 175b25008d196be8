"""A job for tests: slow enough to be killed in the middle, and safe to repeat."""

import time
from pathlib import Path

from django_tasks import task

from muster.core.jobs.models import Schedule


@task()
def mark_once(begun: str, seconds: float) -> None:
    """Says that it began, takes its time, then has an effect that a repeat does not have again."""
    with Path(begun).open("a", encoding="utf-8") as file:
        file.write("begun\n")
    time.sleep(seconds)
    Schedule.objects.get_or_create(name="effect", due_at="2026-01-01T00:00:00Z")
