"""Jobs that did not end well are handed out again: one whose worker is gone, and one that failed, later each time.

A worker says every few seconds that it is alive; that is the lease on its jobs, however long they take. Jobs are
written so that repeating them does nothing more: a worker may die between a job's effect and our note of its end.
"""

import datetime as dt
from random import uniform
from typing import Any

from django.db.models import F
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from muster.core.jobs.models import Worker

LEASE = dt.timedelta(seconds=60)
MOST_TRIES = 5
FIRST_WAIT = 10  # seconds; doubled with each try
KEEP = dt.timedelta(days=1)


def beat(worker: str) -> None:
    """WORKER is alive: its lease begins anew."""
    now = timezone.now()
    Worker.objects.update_or_create(name=worker, defaults={"seen_at": now})
    Worker.objects.filter(seen_at__lt=now - KEEP).delete()


def wait(tries: int) -> float:
    """Seconds until the next try: doubled each time, and spread so that what failed together does not come back so."""
    return FIRST_WAIT * 2 ** max(tries - 1, 0) * uniform(0.75, 1.25)  # noqa: S311 - no secret


def reap(lease: dt.timedelta = LEASE) -> int:
    """Put back the jobs of workers not seen for LEASE, and failed ones; give up after five tries. How many."""
    now = timezone.now()
    alive = set(Worker.objects.filter(seen_at__gte=now - lease).values_list("name", flat=True))
    running = DBTaskResult.objects.filter(status="RUNNING", started_at__lt=now - lease)
    lost = [job for job in running if not job.worker_ids or job.worker_ids[-1] not in alive]
    failed = DBTaskResult.objects.filter(status="FAILED", finished_at__gt=now - dt.timedelta(hours=1))
    return sum(_again(job) for job in [*lost, *failed])


def _again(job: DBTaskResult) -> int:
    tries = len(job.worker_ids)
    rows = DBTaskResult.objects.filter(pk=job.pk, status=job.status, started_at=job.started_at)
    if tries >= MOST_TRIES:
        return rows.filter(status="RUNNING").update(status="FAILED", finished_at=F("started_at"))
    later = timezone.now() + dt.timedelta(seconds=wait(tries))
    return rows.update(status="READY", started_at=None, finished_at=None, run_after=later)


def reap_redis(queue: Any) -> int:
    """The same where jobs live in Redis: RQ itself marks as failed what a dead worker had in hand. How many."""
    queue.started_job_registry.cleanup()
    failed = queue.failed_job_registry
    again = 0
    for key in failed.get_job_ids():
        job = queue.fetch_job(key)
        tries = job.meta.get("tries", 1) if job else MOST_TRIES
        ended = job.ended_at.replace(tzinfo=dt.UTC) if job and job.ended_at else timezone.now() - dt.timedelta(days=1)
        if tries < MOST_TRIES and (timezone.now() - ended).total_seconds() >= wait(tries):
            job.meta["tries"] = tries + 1
            job.save_meta()
            failed.requeue(job)
            again += 1
    return again
