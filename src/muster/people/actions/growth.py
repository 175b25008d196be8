"""Development plans: goals, the next role, and reminders of what is due."""

import datetime as dt
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from muster.access.action import action, add_event, append, can_see, make_event
from muster.access.crud import crud
from muster.access.scope import Actor, Forbidden, can
from muster.core.periods import today
from muster.people.models import GrowthGoal, Member, NextRole, Position, SkillEvidence
from muster.people.skills.levels import levels_at

DAYS_BEFORE = (14, 3, -1)  # a fortnight, three days, and once it is over


def _check(actor: Actor, row: GrowthGoal, fields: dict[str, Any]) -> None:
    if row._state.adding and not can(actor, "people.growthgoal.create", row.member):
        raise Forbidden("people.growthgoal.create")
    if row._state.adding and row.skill.archived_at:
        raise ValidationError({"skill": _("Choose another skill that is in use.")})
    if ("due_on" in fields or row._state.adding) and row.due_on and row.due_on < today():
        raise ValidationError({"due_on": _("This day is over: choose a later one.")})
    if row.coach_id is not None and row.coach_id == row.member_id:
        raise ValidationError({"coach": _("Somebody else coaches: choose another member, or leave it empty.")})
    if row.coach is not None and row.coach.status == Member.Status.LEFT:
        raise ValidationError({"coach": _("%(name)s has left: choose somebody else.") % {"name": row.coach.name}})
    if "due_on" in fields:
        row.reminded = None


def _tell_coach(actor: Actor, row: GrowthGoal, fields: dict[str, Any]) -> None:
    if fields.get("coach") and row.coach_id != actor.member_id:
        add_event(actor, "people.growthgoal.coach", row, {}, coach=row.coach_id, member=row.member.name)


goals = crud(GrowthGoal, before_save=_check, after_save=_tell_coach)


@action("people.member.aim", gettext_lazy("Set the next role in development plans"), Member)
def set_next_role(actor: Actor, member: Member, *, position: Position | None = None) -> None:
    """MEMBER works towards POSITION; without one towards none. Raises ValidationError for the one he holds."""
    rows = NextRole.objects.unscoped("next role of a member").filter(member=member)
    before = rows.values_list("position", flat=True).first()
    if position is None:
        rows.delete()
    elif position.pk == member.position_id:
        raise ValidationError({"position": _("This is the present position: choose another one, or none.")})
    elif position.archived_at or not can_see(actor, position):
        raise ValidationError({"position": _("Choose another position that is in use.")})
    else:
        row = rows.first() or NextRole(member=member)
        row.position = position
        row.save()
    after = position.pk if position else None
    if after != before:
        add_event(actor, "people.member.aim", member, {"next_role": [before, after]})


def remind_of_goals(day: dt.date | None = None) -> int:
    """Say 14 and 3 days before, and the day after, that a goal is due and not reached, each once; how many."""
    on, found = day or today(), 0
    rows = GrowthGoal.objects.unscoped("goals that are due").filter(
        archived_at=None, due_on__range=(on - dt.timedelta(days=30), on + dt.timedelta(days=max(DAYS_BEFORE)))
    )
    rows = rows.exclude(member__status=Member.Status.LEFT).select_related("member", "skill").order_by("pk")
    held = levels_at(SkillEvidence.objects.unscoped("goals that are due").filter(member__in=rows.values("member")), on)
    for row in rows:
        left = (row.due_on - on).days
        step = min(days for days in DAYS_BEFORE if left <= days) if left >= 0 else DAYS_BEFORE[-1]
        known = held.get((row.member_id, row.skill_id))
        reached = known is not None and known.level >= row.level
        if reached or (row.reminded is not None and row.reminded <= step):
            continue
        with transaction.atomic():
            GrowthGoal.objects.unscoped("goals that are due").filter(pk=row.pk).update(reminded=step)
            actor = Actor.operator("reminder", via="chore")
            append([make_event(actor, "people.growthgoal.due", row, {}, days=left, coach=row.coach_id)])
        found += 1
    return found
