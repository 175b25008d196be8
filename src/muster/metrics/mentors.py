"""Whom somebody could learn from: for a skill he lacks who holds it, for a kind of customer he wins little of who wins
most, each with the reason and the number of cases. Only people the reader may judge are named."""

from collections import defaultdict
from dataclasses import dataclass, field
from urllib.parse import urlencode

from django.conf import settings
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from muster.access.scope import Actor
from muster.core.templatetags.ui import day_name
from muster.metrics.compute import compute
from muster.metrics.strength import Share, Strength, interval, percent
from muster.people.models import Member, Skill
from muster.people.queries import present
from muster.people.skills.levels import lines_of
from muster.people.skills.plan import MOST_PROPOSED, gaps_of, mentors_for

PERFORMANCE = "people.member.performance"
MOST_NEEDS = 4


@dataclass
class Mentor:
    member: Member
    reason: str
    url: str = ""  # makes it a goal with this coach


@dataclass
class Need:
    """What could be learned, and why."""

    label: str
    why: str
    mentors: list[Mentor] = field(default_factory=list)


def needs_of(actor: Actor, member: Member) -> list[Need]:
    """The gaps in skills, the widest first, then the industries in which MEMBER wins less than his peers."""
    return [*_of_gaps(actor, member), *_of_industries(actor, member)]


def _of_gaps(actor: Actor, member: Member) -> list[Need]:
    wanted = gaps_of(actor, member, lines_of(actor, member))[:MOST_NEEDS]
    found = mentors_for(actor, member, {one.skill.pk: one.needed for one in wanted})
    return [
        Need(
            str(one.skill),
            _("asked for at %(needed)s, held at %(held)s") % {"needed": one.needed, "held": one.held_level},
            [
                Mentor(
                    who,
                    _("holds it at %(level)s (%(source)s, %(day)s)")
                    % {"level": held.level, "source": held.label, "day": day_name(held.on)},
                    "" if one.is_planned else _goal_url(member, one.skill.pk, one.needed, who),
                )
                for who, held in found.get(one.skill.pk, [])
            ],
        )
        for one in wanted
    ]


def _of_industries(actor: Actor, member: Member) -> list[Need]:
    profile = Strength(actor, member)
    weak = [one for one in profile.by_industry() if one["comparable"] and one["gap"] < 0]
    weak = sorted(weak, key=lambda one: one["gap"])[:MOST_NEEDS]
    best = _winners(profile, _others(actor, member)) if weak else {}
    skills = _skills_called(actor, [one["label"] for one in weak])
    return [
        Need(
            one["label"],
            _("wins %(rate)s of %(n)s deals (likely %(range)s), peers %(peers)s of %(others)s")
            % {
                "rate": one["text"],
                "n": one["mine"].n,
                "range": one["range"],
                "peers": one["peers"],
                "others": one["theirs"].n,
            },
            [
                Mentor(who, _wins(share), _goal_url(member, skills.get(one["label"]), 0, who))
                for who, share in best.get(one["label"], [])
                if share.bounds[0] > one["mine"].rate
            ][:MOST_PROPOSED],
        )
        for one in weak
    ]


def _others(actor: Actor, member: Member) -> QuerySet[Member]:
    """Whom ACTOR may judge, is here, and stays."""
    judged = Member.objects.visible_to(actor, PERFORMANCE).exclude(pk=member.pk)
    return present(actor).filter(pk__in=judged.values("pk"), status__in=Member.STAYING)


def _winners(profile: Strength, people: QuerySet[Member]) -> dict[str, list[tuple[Member, Share]]]:
    """By industry who wins, with enough cases; the surest first."""
    keys = ("strength_won", "strength_closed")
    result = compute(keys, profile.actor, profile.period, by="member_industry", members=people)
    shares: dict[str, list[tuple[int, Share]]] = defaultdict(list)
    for key in result.groups("strength_closed"):
        pk, _colon, industry = str(key).partition(":")
        hits, n = (int(result.cell(one, key).value or 0) for one in keys)
        if n >= settings.STRENGTH_FLOOR:
            shares[industry].append((int(pk), Share(hits, n)))
    named = people.select_related("position", "unit").in_bulk([pk for rows in shares.values() for pk, _share in rows])
    return {
        industry: [(named[pk], one) for pk, one in sorted(rows, key=lambda row: (-row[1].bounds[0], row[0]))]
        for industry, rows in shares.items()
    }


def _wins(one: Share) -> str:
    said = {"rate": percent(one), "hits": one.hits, "n": one.n, "range": interval(one)}
    return _("wins %(rate)s: %(hits)s of %(n)s deals (likely %(range)s)") % said


def _skills_called(actor: Actor, names: list[str]) -> dict[str, int]:
    """Skills that are called like an industry: a goal can be set in them."""
    rows = Skill.objects.visible_to(actor).filter(archived_at=None) if names else []
    return {name: one.pk for one in rows for name in one.names() if name in names}


def _goal_url(member: Member, skill: int | None, level: int, coach: Member) -> str:
    if skill is None:
        return ""
    asked = {"skill": skill, "level": level or 3, "coach": coach.pk}
    return f"{reverse('growth_goal_create', args=[member.pk])}?{urlencode(asked)}"
