"""What happens by itself each day."""

import datetime as dt

from django_tasks import task

from muster.access.actors import actor_for
from muster.access.models import User
from muster.access.scope import Actor
from muster.core.jobs.schedule import chore
from muster.core.periods import today
from muster.people.actions.draft import settle_drafts
from muster.people.actions.handover import carry_out
from muster.people.actions.lifecycle import end_service
from muster.people.actions.present import apply_moves
from muster.people.actions.structure import project_units
from muster.people.models import Handover


@chore("people.project_present", dt.timedelta(hours=1))
def project_present(day: dt.date | None = None) -> int:
    """Let the moves of members and units whose day has come take effect. Running it twice does nothing more."""
    on = day or today()
    return apply_moves(on) + project_units(on) + settle_drafts(on)


@chore("people.end_service", dt.timedelta(hours=1))
def end_service_today() -> int:
    """Logins of leavers end on their day, and who holds nothing has left."""
    return end_service()


@task()
def run_handover(handover: int) -> None:
    """Carry out one handover; run again, it goes on where it stopped."""
    row = Handover.objects.unscoped("handover job").select_related("member", "user").filter(pk=handover).first()
    if row is not None and row.status == Handover.Status.RUNNING:
        carry_out(row, _behind(row.user))


def _behind(user: User | None) -> Actor:
    """All that was planned may be moved, which the permission to run it says; the trail names who did."""
    actor = Actor.operator("handover")
    if user is not None:
        known = actor_for(user)
        actor.user_id, actor.member_id, actor.name = known.user_id, known.member_id, known.name
    return actor
