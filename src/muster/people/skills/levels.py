"""How good somebody is: which of several sources counts, and what is missing for the position.

Level of a member in a skill = the newest valid level of the source that counts most: manager, then test, then
self-assessment. Valid is what is not withdrawn, not dated later and not past its last valid day. Results stand beside
(`skills.results`) and are no level.
Gap = level the position asks for − that level (0 without any evidence); 0 or less is met.
"""

import datetime as dt
from dataclasses import dataclass, field

from django.db.models import Q, QuerySet

from muster.access.scope import Actor
from muster.core.periods import today
from muster.people.models import Member, Skill, SkillEvidence, SkillRequirement, Source
from muster.people.models.skill import HIGHEST
from muster.people.skills.results import Results, results_of

ORDER = list(Source.values)  # the most counting first
STALE = dt.timedelta(days=365)


@dataclass(frozen=True)
class Held:
    """A level with its source and day."""

    level: int
    source: str
    on: dt.date

    @property
    def label(self) -> str:
        return str(Source(self.source).label)

    @property
    def is_stale(self) -> bool:
        return today() - self.on > STALE


BySource = dict[str, Held]
Pair = tuple[int, int]  # member, skill


def counting(found: BySource) -> Held | None:
    """The one that counts."""
    return next((found[source] for source in ORDER if source in found), None)


def valid(day: dt.date) -> Q:
    return Q(archived_at=None, on__lte=day) & (Q(valid_until=None) | Q(valid_until__gte=day))


def standing(actor: Actor, *narrow: Q) -> dict[Pair, BySource]:
    """What each source says today of members' skills, as far as ACTOR may know."""
    rows = SkillEvidence.objects.visible_to(actor).filter(valid(today()), *narrow, skill__archived_at=None)
    found: dict[Pair, BySource] = {}
    values = rows.order_by("on", "pk").values_list("member_id", "skill_id", "source", "level", "on")
    for member, skill, source, level, on in values.iterator():
        found.setdefault((member, skill), {})[source] = Held(level, source, on)
    return found


def levels_at(evidence: QuerySet[SkillEvidence], day: dt.date) -> dict[Pair, Held]:
    """The level that counts on DAY by what EVIDENCE says, for jobs that see all of it."""
    found: dict[Pair, BySource] = {}
    values = evidence.filter(valid(day)).order_by("on", "pk").values_list("member", "skill", "source", "level", "on")
    for member, skill, source, level, on in values:
        found.setdefault((member, skill), {})[source] = Held(level, source, on)
    return {pair: held for pair, one in found.items() if (held := counting(one))}


def levels(actor: Actor, *narrow: Q) -> dict[Pair, Held]:
    """The level that counts today."""
    return {pair: held for pair, found in standing(actor, *narrow).items() if (held := counting(found))}


@dataclass
class Line:
    """One skill of one member against what the position asks for."""

    skill: Skill
    needed: int = 0
    sources: BySource = field(default_factory=dict)
    results: Results | None = None

    @property
    def held(self) -> Held | None:
        return counting(self.sources)

    @property
    def gap(self) -> int:
        return self.needed - (self.held.level if self.held else 0)

    @property
    def cells(self) -> list[tuple[str, Held | None]]:
        return [(str(Source(one).label), self.sources.get(one)) for one in ORDER]


def lines_of(actor: Actor, member: Member) -> list[Line]:
    """Every skill that MEMBER has or should have, the widest gap first."""
    known = {skill: found for (_member, skill), found in standing(actor, Q(member=member.pk)).items()}
    asked = required(actor, [member.position_id] if member.position_id else []).get(member.position_id or 0, {})
    rows = Skill.objects.visible_to(actor).filter(pk__in={*known, *asked}, archived_at=None).select_related("category")
    found = [Line(one, asked.get(one.pk, 0), known.get(one.pk, {})) for one in rows]
    return sorted(found, key=lambda one: -one.gap if one.needed else HIGHEST)


def lines_with_results(actor: Actor, member: Member) -> list[Line]:
    """As `lines_of`, each with what results say; and at the end the skills of which results alone say enough."""
    lines = lines_of(actor, member)
    skills = list(Skill.objects.visible_to(actor).filter(archived_at=None).select_related("category"))
    found = results_of(actor, member, skills)
    for line in lines:
        line.results = found.get(line.skill.pk)
    known = {one.skill.pk for one in lines}
    others = [one for one in skills if one.pk not in known and one.pk in found and found[one.pk].enough]
    return lines + [Line(one, results=found[one.pk]) for one in others]


def required(actor: Actor, positions: list[int]) -> dict[int, dict[int, int]]:
    """position -> skill -> level."""
    rows = SkillRequirement.objects.visible_to(actor).filter(position__in=positions, skill__archived_at=None)
    found: dict[int, dict[int, int]] = {}
    for position, skill, level in rows.values_list("position_id", "skill_id", "level"):
        found.setdefault(position, {})[skill] = level
    return found
