"""The development plan of a member: his goals with how far they are, and what the next role asks for."""

from dataclasses import dataclass

from django.db.models import Q

from muster.access.scope import Actor
from muster.core.periods import today
from muster.people.models import GrowthGoal, Member, NextRole, Position, Skill
from muster.people.models.skill import HIGHEST
from muster.people.queries import present
from muster.people.skills.levels import Held, Line, levels, required

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


@dataclass
class Gap:
    """A skill that is asked for, by the position, the next role or a goal, and not held at that level yet."""

    skill: Skill
    needed: int
    held_level: int
    is_planned: bool = False


def gaps_of(actor: Actor, member: Member, lines: list[Line]) -> list[Gap]:
    """What MEMBER lacks, the widest gap first. LINES are his skills against the position he has."""
    plan = plan_of(actor, member)
    levels_held = {one.skill.pk: one.held.level for one in lines if one.held}
    asked: dict[int, tuple[Skill, int]] = {}
    wanted = [(one.skill, one.needed) for one in lines]
    wanted += [(one.skill, one.needed) for one in plan.steps or []]
    wanted += [(one.row.skill, one.row.level) for one in plan.goals]
    for skill, level in wanted:
        if level > asked.get(skill.pk, (skill, 0))[1]:
            asked[skill.pk] = (skill, level)
    planned = {one.row.skill_id for one in plan.goals}
    found = [Gap(skill, needed, levels_held.get(skill.pk, 0), skill.pk in planned) for skill, needed in asked.values()]
    found = [one for one in found if one.needed > one.held_level]
    return sorted(found, key=lambda one: (one.held_level - one.needed, str(one.skill)))


def mentors_for(actor: Actor, member: Member, wanted: dict[int, int]) -> dict[int, list[tuple[Member, Held]]]:
    """For each skill of WANTED (skill → level) who holds it that high and could coach MEMBER, as far as ACTOR may
    know: the best first, of these those of his own unit first. Two questions, however many skills."""
    found: dict[int, dict[int, Held]] = {}
    for (pk, skill), held in levels(actor, Q(skill__in=wanted)).items() if wanted else ():
        if held.level >= min(wanted[skill], HIGHEST):
            found.setdefault(skill, {})[pk] = held
    people = present(actor).filter(pk__in={pk for holders in found.values() for pk in holders}).exclude(pk=member.pk)
    rows = people.exclude(status=Member.Status.LEAVING).select_related("position", "unit").in_bulk() if found else {}
    return {
        skill: [(rows[pk], held) for pk, held in _in_order(holders, rows, member)][:MOST_PROPOSED]
        for skill, holders in found.items()
    }


def _in_order(holders: dict[int, Held], rows: dict[int, Member], member: Member) -> list[tuple[int, Held]]:
    known = [(pk, held) for pk, held in holders.items() if pk in rows]
    return sorted(
        known, key=lambda one: (-one[1].level, rows[one[0]].unit_id != member.unit_id, rows[one[0]].sort_name)
    )


def coaches_for(actor: Actor, member: Member, skill: Skill, level: int) -> list[tuple[Member, Held]]:
    """Who holds SKILL at LEVEL or above and could coach MEMBER, as far as ACTOR may know: the best first, of these
    those of his own unit first."""
    return mentors_for(actor, member, {skill.pk: level}).get(skill.pk, [])
