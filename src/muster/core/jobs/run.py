"""Jobs that people look after: begun with `start`, shown by their `Job`, stopped by `cancel`.

    @job(_("Recount of visits"))
    def recount(run: Run, year: int) -> int:
        for done, member in enumerate(members):
            run.step(done, len(members))
            with run.once(f"member {member.pk}") as first:
                if first:
                    ...
        return len(members)

    start(recount, {"year": 2026}, user=request.user, about="2026")

Whoever does a job says every few seconds that he is alive. Only one who was silent for a whole lease loses it, and from
then on can note nothing more: his try is not the last one. A failed job is tried again, later each time; one that
failed too often is given up, with its error. A `ValidationError` is an answer and not a failure: it ends
the job at once.
"""

import datetime as dt
import logging
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import DatabaseError, connection, transaction
from django.db.models import F, QuerySet
from django.utils import timezone, translation
from django.utils.functional import Promise
from django.utils.translation import gettext_noop
from django_tasks import default_task_backend, task
from django_tasks.base import TaskResultStatus
from django_tasks.exceptions import TaskResultDoesNotExist

from muster.core.jobs.lease import BEAT, LEASE, MOST_TRIES, wait
from muster.core.jobs.models import Job, JobEffect

log = logging.getLogger(__name__)
State = Job.State
NOTE_EVERY = 1.0  # seconds between two notes of how far a job is
DIED = gettext_noop("The worker died while it did this.")
AT_ONCE = 100  # handed out in one round


class Cancelled(Exception):
    """Somebody asked that the job be stopped."""


class Lost(Exception):
    """The job was handed to somebody else meanwhile; nothing may be noted any more."""


def job(title: str | Promise) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """The function below is a job: its first argument is a `Run`, the others and what it returns are JSON. It may be
    begun again from the start at any point, so what must not happen twice goes into `Run.once`."""

    def mark(function: Callable[..., Any]) -> Callable[..., Any]:
        function.title = title  # type: ignore[attr-defined]
        return function

    return mark


def start(function: Any, arguments: dict[str, Any], *, user: Any = None, about: str = "") -> Job:
    """Ask for a job, done once the present transaction is committed."""
    path = f"{function.__module__}.{function.__qualname__}"
    new = Job.objects.create(function=path, arguments=arguments, user=user, about=about, due_at=timezone.now())
    transaction.on_commit(partial(_hand_out, new.pk))
    return new


def of_user(user: Any) -> "QuerySet[Job]":
    """The jobs that USER asked for, newest first: nobody looks after another's."""
    return Job.objects.filter(user=user).order_by("-pk")


def cancel(pk: int) -> None:
    """Stop a job: at once if it waits, at its next step if it runs; one that ended stays as it is."""
    if not _ended(Job.objects.filter(pk=pk, state=State.WAITING), State.CANCELLED, cancel_asked=True):
        Job.objects.filter(pk=pk, state=State.RUNNING).update(cancel_asked=True)


def retry(pk: int) -> bool:
    """Try a job again that was given up; whether there was one."""
    rows = Job.objects.filter(pk=pk, state=State.FAILED)
    return bool(rows.update(state=State.WAITING, tries=0, due_at=timezone.now(), task_id="", finished_at=None))


class Run:
    """One try of a job, in the hands of the function that does it."""

    def __init__(self, row: Job) -> None:
        self.job = row
        self._noted = 0.0

    def step(self, done: int, total: int = 0) -> None:
        """Note that DONE of TOTAL is done, at most once a second; raises Cancelled if that was asked for, and Lost."""
        if done != total and time.monotonic() - self._noted < NOTE_EVERY:
            return
        self._noted = time.monotonic()
        mine = self._mine()
        if mine.filter(cancel_asked=False).update(done=done, total=total, seen_at=timezone.now()):
            return
        raise Cancelled if mine.exists() else Lost

    @contextmanager
    def once(self, key: str) -> Iterator[bool]:
        """A transaction for an effect in the database that must happen once in the life of the job; whether it has yet
        to happen. The note that it has is committed with it. Raises Lost. What leaves the database (a mail) cannot be
        rolled back: hand `key` on to a service that refuses repeats."""
        with transaction.atomic():
            if not self._mine().select_for_update().first():
                raise Lost
            yield JobEffect.objects.get_or_create(job=self.job, key=key)[1]

    def _mine(self) -> "QuerySet[Job]":
        return Job.objects.filter(pk=self.job.pk, state=State.RUNNING, started_at=self.job.started_at)

    def carry_out(self) -> None:
        row = self.job
        try:
            result = row.body(self, **row.arguments)
            _ended(self._mine(), State.DONE, result=result, error="")
        except Cancelled:
            _ended(self._mine(), State.CANCELLED)
        except Lost:
            log.warning("The job %s was handed to somebody else.", row.pk)
        except ValidationError as refusal:
            _ended(self._mine(), State.FAILED, error=" ".join(refusal.messages))
        except Exception as error:
            log.exception("The job %s failed.", row.pk)
            _again(self._mine(), row, f"{type(error).__name__}: {error}", wait(row.tries))

    def beat(self, stop: threading.Event) -> None:
        """Say that we are alive until STOP."""
        while not stop.wait(BEAT):
            try:
                self._mine().update(seen_at=timezone.now())
            except DatabaseError:
                log.exception("No sign of life could be given for the job %s.", self.job.pk)
            finally:
                connection.close()


@task()
def perform(pk: int) -> None:
    """Do a job if it waits; one that runs, or ended, is left alone, however often it was handed out."""
    row = _claimed(pk)
    if row is None:
        return
    run, stop = Run(row), threading.Event()
    sign = threading.Thread(target=run.beat, args=(stop,), daemon=True)
    sign.start()
    try:
        with translation.override(
            getattr(row.user, "language", "") or settings.LANGUAGE_CODE
        ):  # what it says is for him
            run.carry_out()
    finally:
        stop.set()
        sign.join()


def _claimed(pk: int) -> Job | None:
    now = timezone.now()
    rows = Job.objects.filter(pk=pk, state=State.WAITING, due_at__lte=now)
    if not rows.update(state=State.RUNNING, tries=F("tries") + 1, started_at=now, seen_at=now):
        return None
    return Job.objects.filter(pk=pk, started_at=now).first()


def take_back(silent: dt.timedelta = LEASE) -> int:
    """Jobs of those who were SILENT wait again; how many. A row that is locked has somebody alive behind it."""
    running = Job.objects.filter(state=State.RUNNING, seen_at__lt=timezone.now() - silent)
    with transaction.atomic():
        lost = list(running.select_for_update(skip_locked=True))
        return sum(_again(running.filter(pk=row.pk), row, DIED, 0) for row in lost)


def hand_out_due() -> int:
    """Put into the queue what waits, is due and is not there: later tries, and what a machine died before queueing."""
    due = Job.objects.filter(state=State.WAITING, due_at__lte=timezone.now()).order_by("due_at")
    missing = [row.pk for row in due[:AT_ONCE] if not _queued(row.task_id)]
    for pk in missing:
        _hand_out(pk)
    return len(missing)


def _queued(task_id: str) -> bool:
    try:
        status = default_task_backend.get_result(task_id).status if task_id else None
    except TaskResultDoesNotExist:
        return False
    return status in {TaskResultStatus.READY, TaskResultStatus.RUNNING}


def _hand_out(pk: int) -> None:
    given = perform.enqueue(pk)
    Job.objects.filter(pk=pk).update(task_id=given.id)


def _again(rows: "QuerySet[Job]", row: Job, why: str, seconds: float) -> int:
    if row.tries >= MOST_TRIES:
        _ended(rows, State.FAILED, error=why)
        return 0
    if _ended(rows.filter(cancel_asked=True), State.CANCELLED, error=why):
        return 0
    due = timezone.now() + dt.timedelta(seconds=seconds)
    return rows.update(state=State.WAITING, due_at=due, task_id="", error=why)


def _ended(rows: "QuerySet[Job]", state: str, **more: Any) -> int:
    return rows.update(state=state, finished_at=timezone.now(), **more)
