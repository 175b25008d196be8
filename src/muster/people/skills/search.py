"""Finding people in one box: '粤语, 医疗 >=3, free this week', 'Cantonese, medical, level >=3'."""

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils.translation import gettext as _

from muster.access.scope import Actor
from muster.core import periods
from muster.people.models import Member, Skill
from muster.people.models.skill import HIGHEST, LOWEST
from muster.people.queries import away, present
from muster.people.skills.levels import Held, levels
from muster.people.skills.team import assessed

FREE_PLANS = 10  # whoever has fewer plans than this in the week is free
MOST_FOUND = 100
SHORTEST_PART = 2  # letters of a name that are looked for inside words

_SEPARATORS = re.compile(r"[,;、\n]+")
_FREE = re.compile(r"(?:free(?: this week)?|(?:本周|这周)?(?:有空|空闲))\s*(?:(?:<|少于)\s*(\d{1,3}))?", re.IGNORECASE)
_WORD = r"(?:level|lvl|级别|等级|水平)"
_LEVEL = re.compile(
    rf"(.*?)\s*(?:{_WORD}?\s*(>=|≥|>)\s*(\d+)\s*级?|{_WORD}\s*(\d+)\s*\+?|(\d+)\s*(?:\+|级\s*(?:及?以上)?))",
    re.IGNORECASE,
)

PlansOf = Callable[[Actor, Iterable[int], periods.Period], Mapping[int, int]]
_provider: list[PlansOf] = []


def provide_plans(function: PlansOf) -> None:
    """`activities` hands in how many plans members have in a period, as far as the actor may see them."""
    _provider[:] = [function]


@dataclass
class Wish:
    """A skill as it was typed, from a level on."""

    term: str
    level: int | None = None
    skills: list[Skill] = field(default_factory=list)  # what it means; any of them will do


@dataclass
class Question:
    wishes: list[Wish]
    level: int = LOWEST  # for wishes that name none
    free_below: int | None = None  # plans this week


@dataclass
class Match:
    member: Member
    held: list[tuple[Skill, Held]]
    plans: int | None = None


def parse(text: str) -> Question:
    """TEXT as it was typed. Raises ValidationError where a level cannot be."""
    asked = Question([])
    for part in _SEPARATORS.split(unicodedata.normalize("NFKC", text)):
        part = part.strip()
        if free := _FREE.fullmatch(part):
            asked.free_below = int(free[1]) if free[1] else FREE_PLANS
            continue
        term, level = _level(part)
        if term:
            asked.wishes.append(Wish(term, level))
        elif level is not None:
            asked.level = level
    return asked


def _level(part: str) -> tuple[str, int | None]:
    found = _LEVEL.fullmatch(part)
    if not found:
        return part, None
    level = int(next(one for one in found.groups()[2:] if one)) + (found[2] == ">")
    if not LOWEST <= level <= HIGHEST:
        raise ValidationError(_("“%(text)s”: levels go from 1 to 5.") % {"text": part[:40]})
    return found[1].strip(), level


def named(skills: list[Skill], term: str) -> list[Skill]:
    """The SKILLS that TERM means: by whole name, else by a word, pinyin or initials, else by a part of a name."""
    wanted = term.casefold().replace(" ", "")
    whole = [one for one in skills if wanted in {name.casefold().replace(" ", "") for name in one.names()}]
    words = whole or [one for one in skills if wanted in one.search_text.split()]
    if words or len(wanted) < SHORTEST_PART:
        return words
    return [one for one in skills if term.casefold() in one.search_text]


def understand(actor: Actor, text: str) -> Question:
    """TEXT with the skills it means. Raises ValidationError where a word means none, or where nothing is asked for."""
    asked = parse(text)
    known = list(Skill.objects.visible_to(actor).filter(archived_at=None))
    for wish in asked.wishes:
        wish.skills = named(known, wish.term)
    if unknown := [wish.term for wish in asked.wishes if not wish.skills]:
        raise ValidationError(_("No skill is called “%(name)s”.") % {"name": unknown[0][:60]})
    if not asked.wishes and asked.free_below is None:
        raise ValidationError(_("Name at least one skill."))
    return asked


def find(actor: Actor, asked: Question) -> list[Match]:
    """Who of the members ACTOR may know fulfils all that is ASKED, the best first."""
    people = present(actor).filter(assessed(actor)).exclude(status=Member.Status.CANDIDATE)
    if asked.free_below is not None:
        people = people.exclude(pk__in=away(periods.today()))
    by_skill = {skill.pk: skill for wish in asked.wishes for skill in wish.skills}
    found = levels(actor, Q(skill__in=by_skill, member__in=people.values("pk")))
    matches: dict[int, list[tuple[Skill, Held]]] = {}
    for pk in {member for member, _skill in found} if asked.wishes else people.values_list("pk", flat=True):
        held = [_best(found, pk, wish, asked.level) for wish in asked.wishes]
        if all(held):
            matches[pk] = [one for one in held if one]
    plans = plans_this_week(actor, matches) if asked.free_below is not None else {}
    free = [pk for pk in matches if asked.free_below is None or plans.get(pk, 0) < asked.free_below]
    rows: dict[Any, Member] = people.select_related("position", "unit").in_bulk(_first(free, matches))
    shown = [
        Match(row, matches[pk], plans.get(pk, 0) if plans or asked.free_below else None) for pk, row in rows.items()
    ]
    return sorted(shown, key=lambda one: (-_sum(one.held), one.member.sort_name, one.member.pk))


def _best(found: dict[tuple[int, int], Held], pk: int, wish: Wish, least: int) -> tuple[Skill, Held] | None:
    held = [(skill, found[pk, skill.pk]) for skill in wish.skills if (pk, skill.pk) in found]
    best = max(held, key=lambda one: one[1].level, default=None)
    return best if best and best[1].level >= (wish.level or least) else None


def _sum(held: list[tuple[Skill, Held]]) -> int:
    return sum(one.level for _skill, one in held)


def _first(pks: list[int], matches: dict[int, list[tuple[Skill, Held]]]) -> list[int]:
    return sorted(pks, key=lambda pk: (-_sum(matches[pk]), pk))[:MOST_FOUND]


def plans_this_week(actor: Actor, members: Iterable[int]) -> Mapping[int, int]:
    week = periods.containing(periods.today(), "week")
    return _provider[0](actor, members, week) if _provider else {}
