"""`muster jobs`: what waits, runs or was given up; try again or stop one."""

from collections.abc import Iterator
from importlib import import_module
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from muster.core.jobs import reaper, run
from muster.core.jobs.models import Job

ENDED = [Job.State.DONE, Job.State.CANCELLED]


class Command(BaseCommand):
    help = "Show the jobs that wait, run or were given up, with their errors."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--retry", type=int, metavar="JOB", help="try a job again that was given up")
        parser.add_argument("--cancel", type=int, metavar="JOB", help="stop a job")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["retry"] and not run.retry(options["retry"]):
            raise CommandError(f"No job {options['retry']} was given up; muster jobs lists those that were.")
        if options["cancel"]:
            run.cancel(options["cancel"])
        for line in lines():
            self.stdout.write(line)


def lines() -> Iterator[str]:
    for one in Job.objects.exclude(state__in=ENDED).order_by("pk"):
        yield f"{one.pk} {one.state} {one.done}/{one.total} {one.function} {one.about} {one.error}".rstrip()
    queue = import_module("django_rq").get_queue("default") if settings.REDIS_URL else None
    for key, what, error in reaper.parked_redis(queue) if queue else reaper.parked():
        yield f"{key} failed {what} {error}"
