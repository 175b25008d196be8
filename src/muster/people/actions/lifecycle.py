"""A member's way through the firm: leaving is planned, done on its day, complete when nothing is left behind."""

import datetime as dt
import logging
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop

from muster.access.action import action, append, make_event
from muster.access.actions.bounds import has_keys
from muster.access.actions.role import keep_somebody_with_the_keys
from muster.access.actions.user import end_access
from muster.access.actors import actor_for
from muster.access.scope import Actor
from muster.core.periods import today
from muster.people import holdings
from muster.people.actions import checklist, territory, vacancy
from muster.people.actions.detail import verified
from muster.people.actions.present import in_force, project
from muster.people.models import Assignment, Kind, Member

log = logging.getLogger(__name__)
Status = Member.Status
HERE = (Status.ONBOARDING, Status.ACTIVE, Status.ON_LEAVE, Status.LEAVING)


@action("people.member.leave", gettext_lazy("Plan members' leaving"), Member)
def plan_leaving(actor: Actor, member: Member, *, left_on: dt.date, reason: str = "") -> None:
    """LEFT_ON is the first day he is no longer here. Until then he works on, marked as leaving, and gets nothing new;
    on that day his login ends. Raises ValidationError for a day before hiring or a member who has left."""
    if member.status not in HERE:
        raise ValidationError(_("%(name)s is not here: nothing to plan.") % {"name": member})
    if member.hired_on and left_on <= member.hired_on:
        raise ValidationError(
            {"left_on": _("%(name)s was hired on %(day)s.") % {"name": member, "day": member.hired_on}}
        )
    member.left_on, member.status = left_on, Status.LEAVING
    member.save(update_fields=["left_on", "status"])
    verified(member, ["status"], actor.name)
    _end_assignments(member, left_on)
    checklist.begin(member, Kind.LEAVER, left_on)
    if left_on <= today():
        end_login(member)
        complete(member)


@action("people.member.stay", gettext_lazy("Call off members' leaving"), Member)
def call_off_leaving(actor: Actor, member: Member) -> None:
    """He stays after all; what ended on the leaving day runs on."""
    if member.status != Status.LEAVING or member.left_on is None or member.left_on <= today():
        raise ValidationError(_("Leaving can be called off until its day."))
    ends = Assignment.objects.unscoped("leaving called off").filter(member=member, valid_to=member.left_on)
    ends.update(valid_to=None)
    territory.resume(member, member.left_on)
    checklist.drop(member, Kind.LEAVER, member.left_on)
    member.left_on, member.status = None, Status.ACTIVE
    member.save(update_fields=["left_on", "status"])
    verified(member, ["status"], actor.name)


@action("people.member.rehire", gettext_lazy("Take members on again"), Member)
def rehire(actor: Actor, member: Member, *, hired_on: dt.date) -> None:
    """The same person with the same number and history, from a day on. His login is opened by an administrator, his
    place given by a move."""
    if member.status != Status.LEFT:
        raise ValidationError(_("%(name)s is here already.") % {"name": member})
    if member.left_on and hired_on < member.left_on:
        raise ValidationError({"hired_on": _("%(name)s left on %(day)s.") % {"name": member, "day": member.left_on}})
    member.status, member.hired_on, member.left_on = Status.ONBOARDING, hired_on, None
    member.save(update_fields=["status", "hired_on", "left_on"])
    verified(member, ["status"], actor.name)
    checklist.begin(member, Kind.JOINER, hired_on)


def _end_assignments(member: Member, day: dt.date) -> None:
    rows = Assignment.objects.unscoped("assignments of a leaver").filter(member=member)
    rows.filter(valid_from__gte=day).delete()
    rows.filter(in_force(day)).update(valid_to=day)
    territory.end_of(member, day)
    if day <= today():
        project([member.pk], today(), emptied=True)


def end_login(member: Member) -> None:
    """Nobody logs in as this member any more; sessions and tokens are dead at once. Raises ValidationError where he is
    the last who can give out rights."""
    user = member.user
    if user is None or not user.is_active:
        return
    had_keys = has_keys(actor_for(user))
    with transaction.atomic():
        user.is_active = False
        user.save(update_fields=["is_active"])
        end_access(user)
        if had_keys:
            keep_somebody_with_the_keys()


def obstacles(member: Member) -> dict[str, int]:
    """What keeps a member from having left: live records by kind, and 'people.member' who report to him."""
    found = holdings.kept_by(member)
    if followers := holdings.followers(member).count():
        found["people.member"] = followers
    return found


def refuse_while_holding(member: Member) -> None:
    """Nobody has left while records or people are still his."""
    if found := obstacles(member):
        names = {one.key: str(one.label) for one in holdings.holdings()} | {"people.member": _("reports")}
        said = ", ".join(f"{names[kind]} {count}" for kind, count in found.items())
        raise ValidationError(
            {
                "status": _("Hand over first, then %(name)s has left. Still held: %(what)s.")
                % {"name": member, "what": said}
            }
        )


def complete(member: Member) -> bool:
    """Left for good, if nothing is left behind."""
    if obstacles(member):
        return False
    member.status = Status.LEFT
    member.save(update_fields=["status"])
    leaving = Actor.operator(gettext_noop("leaving day"))
    holdings.end_all(leaving, member)
    vacancy.end_acting(leaving, member)
    return True


def end_service(day: dt.date | None = None) -> int:
    """What a leaving day brings by itself: logins end, and who holds nothing has left. How many changed. Running it
    twice does nothing more."""
    on, changed = day or today(), 0
    actor = Actor.operator(gettext_noop("leaving day"))
    gone: Any = Member.objects.unscoped("leaving day").filter(left_on__lte=on).select_related("user")
    for member in gone.exclude(status=Status.LEFT, user__is_active=False).exclude(status=Status.LEFT, user=None):
        try:
            with transaction.atomic():
                login = member.user is not None and member.user.is_active
                end_login(member)
                before = member.status
                left = before != Status.LEFT and complete(member)
                if left or login:
                    changed += 1
                    said = {"status": [before, member.status]} if left else {}
                    append([make_event(actor, "people.member.left", member, said, login_ended=login)])
        except ValidationError as error:  # the last one with the keys: said in the log until somebody else has them
            log.error("%s cannot leave: %s", member, " ".join(error.messages))
    return changed
