"""Setting up sales briefings, and sending them."""

import datetime as dt

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop

from muster.access.action import action, add_event
from muster.access.actors import actor_for
from muster.access.crud import check_links, crud
from muster.access.scope import Actor
from muster.core.periods import Period
from muster.people.models import Member
from muster.reporting.models import Briefing, BriefingExclusion, BriefingIssue
from muster.reporting.queries.briefing import FRESH, leaders, numbers_of, period_due

MOST_EXCLUDED = 500
SYSTEM = gettext_noop("sales briefing")

briefings = crud(Briefing)


@action("reporting.briefing.exclude", gettext_lazy("Exclude members from sales briefings"), Briefing)
def exclude_member(actor: Actor, row: Briefing, *, member: Member) -> None:
    """MEMBER gets it no more and his work is not counted in it."""
    check_links(actor, BriefingExclusion(briefing=row), {"member": member})
    rows = BriefingExclusion.objects.unscoped("exclusions of a briefing").filter(briefing=row)
    if rows.filter(member=member).exists():
        return
    if rows.count() >= MOST_EXCLUDED:
        raise ValidationError(_("So many are excluded that a unit of its own says it better."))
    BriefingExclusion(briefing=row, member=member).save()


@action("reporting.briefing.include", gettext_lazy("Include members in sales briefings again"), BriefingExclusion)
def include_member(actor: Actor, row: BriefingExclusion) -> None:
    add_event(actor, "reporting.briefing.include", row, {"member": [str(row.member), None]})
    row.delete()


def send_due(now: dt.datetime | None = None) -> int:
    """Send every briefing whose hour has come to everybody who gets it; how many went out. Safe to repeat: one leader
    gets one issue for a period."""
    at, sent = now or timezone.now(), 0
    for briefing in Briefing.objects.unscoped("briefings to send").filter(is_on=True, archived_at=None):
        had = _had(briefing, at)
        for leader in leaders(briefing):
            period = period_due(briefing, leader.time_zone, at)
            if period is not None and (leader.pk, period.start) not in had:
                sent += _send(briefing, leader, period)
    return sent


def _had(briefing: Briefing, at: dt.datetime) -> set[tuple[int, dt.date]]:
    rows = BriefingIssue.objects.unscoped("briefings to send").filter(briefing=briefing)
    return set(rows.filter(created_at__gt=at - 2 * FRESH).values_list("member_id", "starts_on"))


def _send(briefing: Briefing, leader: Member, period: Period) -> bool:
    """The issue of PERIOD for LEADER and the event that tells him: both or neither, and once whoever is faster."""
    if leader.user is None:
        return False
    numbers = numbers_of(actor_for(leader.user, via="job"), briefing, period, leader.pk)
    issue = BriefingIssue(briefing=briefing, member=leader, starts_on=period.start, numbers=numbers)
    try:
        with transaction.atomic():
            issue.save()
            add_event(Actor.operator(SYSTEM, via="job"), "reporting.briefingissue.send", issue, {})
    except IntegrityError:
        return False
    return True
