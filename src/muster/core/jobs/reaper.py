"""Jobs that did not end well are handed out again: one whose worker was killed stays marked as running for ever, and
one
that failed is tried later. Jobs are therefore written so that repeating them does nothing more."""

import datetime as dt

from django.db.models import F
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

LEASE = dt.timedelta(minutes=15)  # longer than any job may take without an end
MOST_TRIES = 5
FIRST_WAIT = 10  # seconds; doubled with each try


def reap(lease: dt.timedelta = LEASE) -> int:
    """Put back jobs that have been running longer than LEASE, and failed ones; give up after five tries. How many."""
    now = timezone.now()
    lost = DBTaskResult.objects.filter(status="RUNNING", started_at__lt=now - lease)
    failed = DBTaskResult.objects.filter(status="FAILED", finished_at__gt=now - dt.timedelta(hours=1))
    return sum(_again(job) for job in [*lost, *failed])


def _again(job: DBTaskResult) -> int:
    tries = len(job.worker_ids)
    if tries >= MOST_TRIES:
        return DBTaskResult.objects.filter(pk=job.pk, status="RUNNING").update(
            status="FAILED", finished_at=F("started_at")
        )
    later = timezone.now() + dt.timedelta(seconds=FIRST_WAIT * 2 ** max(tries - 1, 0))
    rows = DBTaskResult.objects.filter(pk=job.pk, status=job.status, started_at=job.started_at)
    return rows.update(status="READY", started_at=None, finished_at=None, run_after=later)
