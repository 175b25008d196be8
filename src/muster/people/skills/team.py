"""Skills of many: the matrix of a team, and what only one person can do."""

from dataclasses import dataclass, field

from django.db.models import Q

from muster.access.scope import Actor
from muster.people.models import Member, Skill
from muster.people.policies import units_below
from muster.people.queries import present
from muster.people.skills.levels import Held, levels, required

MOST_MEMBERS = 200
SOLID = 3  # from this level on somebody can do it alone


@dataclass
class Cell:
    held: Held | None
    needed: int

    @property
    def is_short(self) -> bool:
        return self.needed > (self.held.level if self.held else 0)


@dataclass
class Matrix:
    skills: list[Skill]
    rows: list[tuple[Member, list[Cell]]]
    cut: bool = False  # there are more members than are shown
    solid: list[int] = field(default_factory=list)  # by skill, how many hold it at SOLID or above


def assessed(actor: Actor) -> Q:
    """Members whose skills ACTOR may know."""
    rows = Member.objects.visible_to(actor, "people.skillevidence.view")
    return Q(pk__in=rows.values("pk"))


def matrix(actor: Actor, unit: int | None = None, category: int | None = None) -> Matrix:
    """Members of a unit and below against the skills of a category; without either, of all that ACTOR may know."""
    people = present(actor).filter(assessed(actor)).exclude(status=Member.Status.CANDIDATE)
    people = people.filter(unit__in=units_below(unit)) if unit else people
    members = list(people.select_related("position").order_by("sort_name", "pk")[: MOST_MEMBERS + 1])
    cut, members = len(members) > MOST_MEMBERS, members[:MOST_MEMBERS]
    skills = Skill.objects.visible_to(actor).filter(archived_at=None).select_related("category")
    skills = skills.filter(category=category) if category else skills
    found = levels(actor, Q(member__in=[one.pk for one in members]))
    asked = required(actor, [one.position_id for one in members if one.position_id])
    seen = {skill for _member, skill in found} | {skill for one in asked.values() for skill in one}
    columns = [one for one in skills if category or one.pk in seen]
    rows = [
        (
            who,
            [Cell(found.get((who.pk, one.pk)), asked.get(who.position_id or 0, {}).get(one.pk, 0)) for one in columns],
        )
        for who in members
    ]
    solid = [
        sum(1 for _who, cells in rows if (held := cells[at].held) and held.level >= SOLID) for at in range(len(columns))
    ]
    return Matrix(columns, rows, cut, solid)


@dataclass
class Single:
    """A skill that one person alone holds."""

    skill: Skill
    member: Member
    held: Held


def single_holders(actor: Actor) -> list[Single]:
    """Skills that exactly one of the members ACTOR may know holds at level 3 or above; who is about to leave first."""
    people = present(actor).filter(assessed(actor)).exclude(status=Member.Status.CANDIDATE)
    holders: dict[int, list[tuple[int, Held]]] = {}
    for (member, skill), held in levels(actor, Q(member__in=people.values("pk"))).items():
        if held.level >= SOLID:
            holders.setdefault(skill, []).append((member, held))
    alone = {skill: found[0] for skill, found in holders.items() if len(found) == 1}
    members = people.select_related("position", "unit").in_bulk({member for member, _held in alone.values()})
    skills = Skill.objects.visible_to(actor).filter(pk__in=alone).select_related("category")
    found = [Single(one, members[alone[one.pk][0]], alone[one.pk][1]) for one in skills]
    return sorted(found, key=lambda one: one.member.status != Member.Status.LEAVING)
