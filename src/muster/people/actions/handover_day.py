"""Handovers that run by themselves on their day. What is in hand is counted anew, and what no longer fits stops the
whole: either all of it runs or nothing has changed."""

import datetime as dt

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from muster.access.action import Refused, append, make_event
from muster.access.actors import actor_for
from muster.access.scope import Actor, can
from muster.core.periods import today
from muster.people import holdings
from muster.people.actions.handover import allot, check_receivers, receivers_of, start_handover
from muster.people.models import Handover, HandoverItem

Outcome = HandoverItem.Outcome


def due_handovers(day: dt.date | None = None) -> list[int]:
    """Planned handovers whose day has come."""
    rows = Handover.objects.unscoped("handovers whose day has come")
    found = rows.filter(status=Handover.Status.DRAFT, runs_on__lte=day or today())
    return list(found.order_by("runs_on", "pk").values_list("pk", flat=True))


def begin_on_its_day(pk: int) -> bool:
    """Count anew what is in hand and mark the handover as running. Where it no longer fits it stays a plan without a
    day, says why, and whoever planned it is told. Has it begun? Doing it twice does nothing more."""
    rows = Handover.objects.unscoped("handovers whose day has come").filter(status=Handover.Status.DRAFT, pk=pk)
    with transaction.atomic():
        row = rows.select_for_update(of=("self",)).select_related("member", "user").exclude(runs_on=None).first()
        if row is None:
            return False
        language = row.user.language if row.user else settings.LANGUAGE_CODE
        with translation.override(language):
            try:
                with transaction.atomic():
                    _begin(row)
            except ValidationError as error:
                _stop(rows.select_related("member", "user").get(), " ".join(error.messages))
                return False
    return True


def _begin(row: Handover) -> None:
    actor = actor_for(row.user) if row.user else Actor.operator(gettext_noop("handover"))
    if row.user and not (row.user.is_active and can(actor, "people.handover.run", row)):
        raise Refused(_("%(name)s, who planned it, may not carry it out any more.") % {"name": row.user.name})
    check_receivers(actor, row.member, receivers_of(row))
    given = set(row.items.filter(outcome=Outcome.WAITING).values_list("kind", "object_id"))
    row.items.all().delete()
    allot(row)
    barred = row.items.filter(outcome=Outcome.BARRED).values_list("kind", "object_id")
    if lost := sorted(given & set(barred)):
        raise Refused(_("No receiver holds the certificate any more for: %(what)s.") % {"what": _named(lost)})
    start_handover(actor, row)


def _named(records: list[tuple[str, int]]) -> str:
    """How many of each kind."""
    counts = [(one.label, sum(kind == one.key for kind, _pk in records)) for one in holdings.holdings()]
    return _(", ").join(f"{label} {n}" for label, n in counts if n)


def _stop(row: Handover, why: str) -> None:
    row.runs_on, row.stopped = None, why[:500]
    row.version += 1
    row.save(update_fields=["runs_on", "stopped", "version"])
    actor = Actor.operator(gettext_noop("handover"), via="chore")
    planner = actor_for(row.user).member_id if row.user and row.user.is_active else row.member.manager_id
    append(
        [make_event(actor, "people.handover.stopped", row, {}, why=row.stopped, receivers=[planner] if planner else [])]
    )
