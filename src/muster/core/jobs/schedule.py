"""What happens by itself: functions with a rhythm, each due moment done once however many workers there are."""

import datetime as dt
import logging
from collections.abc import Callable
from dataclasses import dataclass

from django.utils import timezone

from muster.core.jobs.models import Schedule

log = logging.getLogger(__name__)
KEEP = dt.timedelta(days=30)
LEASE = dt.timedelta(minutes=30)  # longer than any chore may take; what is larger becomes a job


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
    """Do what is due and not done; the names of what was done. A chore that fails is tried again at the next call, one
    whose worker died after `LEASE`. No transaction is held meanwhile."""
    moment, done = now or timezone.now(), []
    for one in _chores.values():
        claim = _claimed(one, moment)
        if claim is None:
            continue
        try:
            one.run()
        except Exception:
            log.exception("The chore %s failed; it is tried again.", one.name)
            claim.delete()
        else:
            done.append(one.name)
            Schedule.objects.filter(pk=claim.pk).update(done_at=timezone.now())
    if done:
        Schedule.objects.filter(due_at__lt=moment - KEEP).delete()
    return done


def _claimed(one: Chore, moment: dt.datetime) -> Schedule | None:
    """The chore's due moment, if it is ours: not done, and in no living worker's hands."""
    fresh = {"claimed_at": moment}
    found, made = Schedule.objects.get_or_create(name=one.name, due_at=one.due(moment), defaults=fresh)
    if made:
        return found
    stale = Schedule.objects.filter(pk=found.pk, done_at=None, claimed_at__lt=moment - LEASE)
    return found if stale.update(**fresh) else None
