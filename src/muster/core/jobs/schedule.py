"""What happens by itself: functions with a rhythm, each due moment done once however many workers there are."""

import datetime as dt
import logging
from collections.abc import Callable
from dataclasses import dataclass

from django.db import IntegrityError, transaction
from django.utils import timezone

from muster.core.jobs.models import Schedule

log = logging.getLogger(__name__)
KEEP = dt.timedelta(days=30)


@dataclass(frozen=True)
class Chore:
    name: str
    every: dt.timedelta
    run: Callable[[], object]

    def due(self, now: dt.datetime) -> dt.datetime:
        """The latest moment of the rhythm that is not after NOW; moments count from midnight of the business time
        zone."""
        midnight = timezone.localtime(now).replace(hour=0, minute=0, second=0, microsecond=0)
        return midnight + (now - midnight) // self.every * self.every


_chores: dict[str, Chore] = {}


def chore(name: str, every: dt.timedelta) -> Callable[[Callable[[], object]], Callable[[], object]]:
    """Run the function below in a rhythm. It must be safe to repeat: a machine may die between its end and our note
    of it."""

    def register(run: Callable[[], object]) -> Callable[[], object]:
        _chores[name] = Chore(name, every, run)
        return run

    return register


def run_due(now: dt.datetime | None = None) -> list[str]:
    """Do what is due and not done; the names of what was done. A chore that fails is tried again at the next call."""
    moment, done = now or timezone.now(), []
    for one in _chores.values():
        try:
            with transaction.atomic():
                if _claimed(one, moment):
                    one.run()
                    done.append(one.name)
        except Exception:
            log.exception("The chore %s failed; it is tried again.", one.name)
    if done:
        Schedule.objects.filter(due_at__lt=moment - KEEP).delete()
    return done


def _claimed(one: Chore, moment: dt.datetime) -> bool:
    """Is the chore's due moment ours? Not if it was done already, here or by another worker."""
    try:
        with transaction.atomic():
            Schedule(name=one.name, due_at=one.due(moment)).save(force_insert=True)
    except IntegrityError:
        return False
    return True
