"""What results say of a skill: the deals closed in an industry or with a product of that name. They are counted, never
entered by anybody, and stand beside the levels that people give; they are no level themselves."""

import datetime as dt
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from muster.access.scope import Actor, can
from muster.people.models import Member, Skill

PERFORMANCE = "people.member.performance"


@dataclass(frozen=True)
class Results:
    """HITS won of N closed from SINCE to UNTIL. `enough`: N reaches the floor; below it no share is said. `range` is
    the interval in which the true share lies with 95 %."""

    hits: int
    n: int
    since: dt.date
    until: dt.date
    enough: bool
    text: str
    range: str


ResultsOf = Callable[[Actor, Member], dict[str, Results]]
_provider: list[ResultsOf] = []


def provide_results(function: ResultsOf) -> None:
    """`metrics` hands in what a member won of what he closed, by the name of the industry or product in small letters,
    as far as the actor may see it."""
    _provider[:] = [function]


def results_of(actor: Actor, member: Member, skills: Iterable[Skill]) -> dict[int, Results]:
    """By skill; nothing for whom ACTOR may not see how he stands. A skill is known by each of its names."""
    if not _provider or not can(actor, PERFORMANCE, member):
        return {}
    known = _provider[0](actor, member)
    found = {}
    for skill in skills:
        names = (one.casefold() for one in skill.names())
        if result := next((known[name] for name in names if name in known), None):
            found[skill.pk] = result
    return found
