"""`muster worker`: does the jobs, and what happens by itself. Any number may run; each job and each moment is done
once."""

import logging
import os
import secrets
import socket
import threading
from collections.abc import Callable
from importlib import import_module
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand
from django.db import close_old_connections

from muster.core.jobs.lease import BEAT, Pulse
from muster.core.jobs.reaper import beat, reap, reap_redis, retry_failed
from muster.core.jobs.run import hand_out_due, take_back
from muster.core.jobs.schedule import run_due

log = logging.getLogger(__name__)
RQ = {"job_class": "django_tasks_rq.Job", "worker_class": "muster.core.jobs.redis_worker.OneProcess"}


class Command(BaseCommand):
    help = "Do background work until told to stop."

    def handle(self, *args: Any, **options: Any) -> None:
        stop, name = threading.Event(), f"{socket.gethostname()[:30]}-{os.getpid()}-{secrets.token_hex(4)}"
        beat(name)
        clock = threading.Thread(target=keep_time, args=(stop, name), daemon=True)
        clock.start()
        try:
            if settings.REDIS_URL:
                call_command("rqworker", "default", **RQ, verbosity=0)
            else:
                call_command("db_worker", interval=1, verbosity=0, worker_id=name)
        finally:
            stop.set()
            clock.join(timeout=BEAT)


def keep_time(stop: threading.Event, name: str) -> None:
    """Signs of life, and besides them chores when they are due and lost jobs back into the queue: none of them waits
    for another, for a chore that takes long must not look like death."""
    pulse = Pulse()

    def alive() -> None:
        beat(name)
        pulse.felt()

    each = [alive, lambda: put_back(pulse), run_due]
    rounds = [threading.Thread(target=_rounds, args=(stop, do), daemon=True) for do in each]
    for one in rounds:
        one.start()
    for one in rounds:
        one.join()


def put_back(pulse: Pulse) -> None:
    """What failed is tried again when its time has come; what a dead worker had in hand, once we may judge."""
    if pulse.steady():
        take_back()
    if settings.REDIS_URL:
        reap_redis(import_module("django_rq").get_queue("default"))
    else:
        if pulse.steady():
            reap()
        retry_failed()
    hand_out_due()


def _rounds(stop: threading.Event, do: Callable[[], object]) -> None:
    while not stop.is_set():
        try:
            close_old_connections()
            do()
        except Exception:  # a database that is away for a moment must not stop the clock for good
            log.exception("Chores could not be done; they are tried again.")
        stop.wait(BEAT)
