"""Tasks that did not end well are handed out again: one whose worker is gone, and one that failed, later each time.

A worker says every few seconds that it is alive; that is the lease on its tasks, however long they take. Tasks are
written so that repeating them does nothing more: a worker may die between a task's effect and our note of its end.
(A task is what the queue holds. A `Job` has one for each of its tries, and its own lease: see `run`.)
"""

import datetime as dt
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from muster.core.jobs.lease import LEASE, MOST_TRIES, wait
from muster.core.jobs.models import Job, Worker
from muster.core.jobs.schedule import chore

__all__ = ["LEASE", "beat", "parked", "parked_redis", "prune", "reap", "reap_redis", "retry_failed"]
WORKER_KEPT = dt.timedelta(days=1)
KEPT = dt.timedelta(days=30)


def beat(worker: str) -> None:
    """WORKER is alive: its lease begins anew."""
    now = timezone.now()
    Worker.objects.update_or_create(name=worker, defaults={"seen_at": now})
    Worker.objects.filter(seen_at__lt=now - WORKER_KEPT).delete()


def reap(silent: dt.timedelta = LEASE) -> int:
    """Put back the tasks of workers not seen for as long as SILENT; give up after five tries. How many."""
    now = timezone.now()
    alive = set(Worker.objects.filter(seen_at__gte=now - silent).values_list("name", flat=True))
    running = DBTaskResult.objects.filter(status="RUNNING", started_at__lt=now - silent)
    return sum(_again(one, 0) for one in running if not one.worker_ids or one.worker_ids[-1] not in alive)


def retry_failed() -> int:
    """Put back what failed, later each time; what failed five times stays, with its error. How many."""
    failed = DBTaskResult.objects.filter(status="FAILED", finished_at__gt=timezone.now() - KEPT).defer("traceback")
    return sum(_again(one, wait(_tries(one))) for one in failed if _tries(one) < MOST_TRIES)


def _tries(one: DBTaskResult) -> int:
    return len(one.worker_ids)  # each that took it up wrote its name down


def _again(one: DBTaskResult, seconds: float) -> int:
    rows = DBTaskResult.objects.filter(pk=one.pk, status=one.status, started_at=one.started_at)
    if _tries(one) >= MOST_TRIES:
        rows.update(status="FAILED", finished_at=timezone.now(), traceback="The worker died at every try.")
        return 0
    later = timezone.now() + dt.timedelta(seconds=seconds)
    return rows.update(status="READY", started_at=None, finished_at=None, run_after=later)


def parked() -> Iterator[tuple[str, str, str]]:
    """Tasks that were given up: key, what, and the last line of the error."""
    for one in DBTaskResult.objects.filter(status="FAILED").order_by("finished_at"):
        if _tries(one) >= MOST_TRIES:
            yield str(one.pk), one.task_path, _last_line(one.traceback)


def reap_redis(queue: Any) -> int:
    """The same where tasks live in Redis: RQ itself marks as failed what a dead worker had in hand. How many."""
    from rq.exceptions import InvalidJobOperation, NoSuchJobError  # noqa: PLC0415 - only with the extra “redis”

    queue.started_job_registry.cleanup()
    failed, again = queue.failed_job_registry, 0
    for key in failed.get_job_ids():
        one = queue.fetch_job(key)
        if one is None or not _due_redis(one):
            continue
        with suppress(InvalidJobOperation, NoSuchJobError):  # another worker was quicker
            one.meta["tries"] = _tries_redis(one) + 1
            failed.requeue(one)  # saves the count with it
            again += 1
    return again


def _due_redis(one: Any) -> bool:
    tries = _tries_redis(one)
    if tries >= MOST_TRIES:
        return False
    return one.ended_at is None or (timezone.now() - one.ended_at.replace(tzinfo=dt.UTC)).total_seconds() >= wait(tries)


def _tries_redis(one: Any) -> int:
    return int(one.meta.get("tries", 1))


def parked_redis(queue: Any) -> Iterator[tuple[str, str, str]]:
    """The same as `parked` where tasks live in Redis."""
    for key in queue.failed_job_registry.get_job_ids():
        one = queue.fetch_job(key)
        if one is not None and _tries_redis(one) >= MOST_TRIES:
            result = one.latest_result()
            yield key, one.func_name, _last_line(result.exc_string if result else "")


def _last_line(text: str | None) -> str:
    return ((text or "").strip().splitlines() or [""])[-1]


@chore("core.prune_jobs", dt.timedelta(days=1))
def prune() -> None:
    """What ended a month ago is forgotten."""
    before = timezone.now() - KEPT
    Job.objects.filter(finished_at__lt=before).delete()
    DBTaskResult.objects.filter(finished_at__lt=before).delete()
