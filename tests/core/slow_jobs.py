"""Jobs for tests: slow enough to be killed before or after their effect, and safe to repeat."""

import time
from pathlib import Path

from django.utils import timezone
from django_tasks import task

from muster.core.jobs.models import Schedule
from muster.core.jobs.run import Run, job


@task()
def mark_once(begun: str, before: float, after: float = 0) -> None:
    """Says that it began, takes its time, has an effect that a repeat does not have again, says so, takes its time; a
    repeat is quick."""
    _say(begun, "begun")
    if _tries(begun) > 1:
        before = after = 0
    time.sleep(before)
    noon = "2026-01-01T00:00:00Z"
    Schedule.objects.get_or_create(name="effect", due_at=noon, defaults={"claimed_at": noon})
    _say(begun, "effect")
    time.sleep(after)


@task()
def fail_twice(begun: str) -> None:
    """Fails until it was begun three times."""
    _say(begun, "begun")
    if _tries(begun) < 3:
        raise RuntimeError("not yet")


@job("Effect")
def effect(run: Run, said: str, before: float = 0, after: float = 0) -> str:
    """Has an effect, the number of times kept, that could be repeated; the first try takes its time before it and
    after."""
    _say(said, "begun")
    if _tries(said) > 1:
        before = after = 0
    time.sleep(before)
    with run.once("effect") as first:
        if first:
            now = timezone.now()
            Schedule.objects.create(name="effect", due_at=now, claimed_at=now)
    _say(said, "effect")
    time.sleep(after)
    return "done"


@job("Flaky")
def fail_once(run: Run, said: str) -> None:
    _say(said, "begun")
    if _tries(said) < 2:
        raise RuntimeError("not yet")


def _tries(path: str) -> int:
    return Path(path).read_text(encoding="utf-8").count("begun")


def _say(path: str, word: str) -> None:
    with Path(path).open("a", encoding="utf-8") as file:
        file.write(f"{word}\n")
