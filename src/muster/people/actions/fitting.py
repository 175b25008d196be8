"""To whom a record goes when somebody hands over: for each place or trade how well each receiver fits it. Where nobody
does, the load decides."""

from collections import Counter, defaultdict
from collections.abc import Callable

from django.db.models import Q

from muster.access.scope import Actor
from muster.people import holdings
from muster.people.actions.territory import bare, territories_of, territory_names
from muster.people.models import Handover, Skill
from muster.people.skills.levels import levels

Rule = Handover.Rule
Fit = dict[str, Counter[int]]  # place or trade → receiver → how well


def _evenly(receivers: list[int], marks: set[str]) -> Fit:
    return {}


def _at_home(receivers: list[int], marks: set[str]) -> Fit:
    """How many records each receiver holds in a place already."""
    found: Fit = defaultdict(Counter)
    for one in holdings.holdings():
        if one.place:
            for owner, place in one.rows().filter(owner__in=receivers).values_list("owner", one.place):
                found[place][owner] += 1
    return found


def _in_charge(receivers: list[int], marks: set[str]) -> Fit:
    """Who holds the territory in which a place lies."""
    names, held = territory_names(), territories_of(receivers)
    areas = {mark: names.get(mark.casefold()) or names.get(bare(mark)) for mark in marks}
    return {
        mark: Counter(pk for pk in receivers if area in held.get(pk, frozenset()))
        for mark, area in areas.items()
        if area
    }


def _skilled(receivers: list[int], marks: set[str]) -> Fit:
    """The level of each receiver in the skill that is called like a trade."""
    found: Fit = defaultdict(Counter)
    skills = Skill.objects.unscoped("skills called like a trade").filter(archived_at=None)
    trades = {one.pk: [mark for mark in marks if mark in one.names()] for one in skills}
    asked = Q(member__in=receivers, skill__in=[pk for pk, called in trades.items() if called])
    for (member, skill), held in levels(Actor.operator("handover"), asked).items():
        for mark in trades[skill]:
            found[mark][member] = max(found[mark][member], held.level)
    return found


FITS: dict[Rule, Callable[[list[int], set[str]], Fit]] = {
    Rule.EVEN: _evenly,
    Rule.PLACE: _at_home,
    Rule.AREA: _in_charge,
    Rule.SKILL: _skilled,
}
