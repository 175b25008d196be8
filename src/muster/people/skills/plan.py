"""The development plan of a member: his goals with how far they are, and what the next role asks for."""

from dataclasses import dataclass

from django.db.models import Q

from muster.access.scope import Actor
from muster.core.periods import today
from muster.people.models import GrowthGoal, Member, NextRole, Position, Skill
from muster.people.models.skill import HIGHEST
from muster.people.queries import present
from muster.people.skills.levels import Held, levels, required

MOST_PROPOSED = 3


@dataclass
class Goal:
    row: GrowthGoal
    held: Held | None

    @property
    def level(self) -> int:
        return self.held.level if self.held else 0

    @property
    def is_reached(self) -> bool:
        return self.level >= self.row.level

    @property
    def is_late(self) -> bool:
        return not self.is_reached and self.row.due_on < today()

    @property
    def percent(self) -> int:
        return min(100, 100 * self.level // self.row.level)


@dataclass
class Step:
    """A skill the next role asks for."""

    skill: Skill
    needed: int
    held: Held | None
    is_planned: bool

    @property
    def gap(self) -> int:
        return self.needed - (self.held.level if self.held else 0)


@dataclass
class Plan:
    goals: list[Goal]
    position: Position | None = None
    steps: list[Step] | None = None

    @property
    def met(self) -> int:
        return sum(one.gap <= 0 for one in self.steps or [])


def plan_of(actor: Actor, member: Member) -> Plan:
    """What ACTOR may know of the plan of MEMBER; the widest gap of the next role first."""
    rows = GrowthGoal.objects.visible_to(actor).filter(member=member, archived_at=None)
    rows = rows.select_related("skill", "coach").order_by("due_on", "pk")
    known = {skill: held for (_member, skill), held in levels(actor, Q(member=member.pk)).items()}
    goals = [Goal(one, known.get(one.skill_id)) for one in rows]
    aim = NextRole.objects.visible_to(actor).filter(member=member).select_related("position").first()
    if aim is None:
        return Plan(goals)
    asked = required(actor, [aim.position_id]).get(aim.position_id, {})
    planned = {one.row.skill_id for one in goals}
    skills = Skill.objects.visible_to(actor).filter(pk__in=asked).select_related("category")
    steps = [Step(one, asked[one.pk], known.get(one.pk), one.pk in planned) for one in skills]
    return Plan(goals, aim.position, sorted(steps, key=lambda one: -one.gap))


def coaches_for(actor: Actor, member: Member, skill: Skill, level: int) -> list[tuple[Member, Held]]:
    """Who holds SKILL at LEVEL or above and could coach MEMBER, as far as ACTOR may know: the best first, of these
    those of his own unit first."""
    found = {
        pk: held for (pk, _skill), held in levels(actor, Q(skill=skill.pk)).items() if held.level >= min(level, HIGHEST)
    }
    people = present(actor).filter(pk__in=found).exclude(pk=member.pk).exclude(status=Member.Status.LEAVING)
    order = sorted(people, key=lambda one: (-found[one.pk].level, one.unit_id != member.unit_id, one.sort_name))
    return [(one, found[one.pk]) for one in order[:MOST_PROPOSED]]
