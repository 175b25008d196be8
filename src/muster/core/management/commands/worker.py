"""`muster worker`: does the jobs, and what happens by itself. Any number may run; each job and each moment is done
once."""

import logging
import threading
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand
from django.db import close_old_connections

from muster.core.jobs.reaper import reap
from muster.core.jobs.schedule import run_due

EVERY_SECONDS = 15
log = logging.getLogger(__name__)


class Command(BaseCommand):
    help = "Do background work until told to stop."

    def handle(self, *args: Any, **options: Any) -> None:
        stop = threading.Event()
        clock = threading.Thread(target=keep_time, args=(stop,), daemon=True)
        clock.start()
        try:
            if settings.REDIS_URL:
                call_command("rqworker", "default", job_class="django_tasks_rq.Job")
            else:
                call_command("db_worker", interval=1, verbosity=0)
        finally:
            stop.set()
            clock.join(timeout=EVERY_SECONDS)


def keep_time(stop: threading.Event) -> None:
    """Chores when they are due, and lost jobs back into the queue."""
    while not stop.is_set():
        try:
            close_old_connections()
            run_due()
            if not settings.REDIS_URL:
                reap()
        except Exception:  # a database that is away for a moment must not stop the clock for good
            log.exception("Chores could not be done; they are tried again.")
        stop.wait(EVERY_SECONDS)
