"""Who gets a record: pure functions over what is known of the candidates, without a database.

`choose` filters (active, not on leave, skills, territory, working hours, capacity, cap), then picks by the rule's mode,
and says in words why. What it must remember between two records is a small `Memory` that the caller keeps. Nothing is
ever owed to somebody who was away: who comes back takes part again, and is neither flooded nor punished.
"""

import datetime as dt
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import Any, NamedTuple, Self
from zoneinfo import ZoneInfo

from django.utils import translation
from django.utils.translation import gettext_lazy as _

from muster.core import workdays
from muster.core.periods import unpacked
from muster.core.templatetags.ui import day_name
from muster.crm.enums import Mode

TOP_LEVEL = 5
MONTH = 30  # days over which a monthly capacity is spread
SETTLING = dt.timedelta(days=14)  # so long after a leave somebody counts as loaded like the others
WINS = Fraction(1, 5)  # of the score, where what they win counts; the rest is scaled to what remains
SHARES = {"skill": 40, "territory": 20, "load": 20, "fairness": 20}  # of the score of the best fit


@dataclass(frozen=True)
class Reason:
    """A sentence put together when it is read, in the reader's language."""

    text: Any
    values: Mapping[str, Any] = field(default_factory=dict)

    def __str__(self) -> str:
        said = {key: day_name(one) if isinstance(one, dt.date) else one for key, one in self.values.items()}
        return str(self.text) % said

    def stored(self) -> list[Any]:
        """As JSON keeps it: the sentence as it stands in the source, and its values."""
        with translation.override(None):
            text = str(self.text)
        values = {key: one.stored() if isinstance(one, Refusals) else one for key, one in self.values.items()}
        return [text, {key: one.isoformat() if isinstance(one, dt.date) else one for key, one in values.items()}]

    @classmethod
    def read(cls, stored: list[Any]) -> Self:
        text, values = stored
        said = {key: Refusals.read(one) if isinstance(one, list) else unpacked(one) for key, one in values.items()}
        return cls(_(text), said)


@dataclass(frozen=True)
class Hours:
    """From START up to END (over midnight where END is earlier) on the working days of COUNTRY, in the time ZONE."""

    start: dt.time
    end: dt.time
    zone: str = "Asia/Shanghai"
    country: str = "CN"

    def hold(self, at: dt.datetime) -> bool:
        """AT carries its time zone. The hours after midnight belong to the day they began on."""
        here = at.astimezone(ZoneInfo(self.zone))
        day, clock = here.date(), here.time()
        if self.start <= self.end:
            return self.start <= clock < self.end and workdays.is_workday(day, self.country)
        began = day if clock >= self.start else day - workdays.DAY
        return (clock >= self.start or clock < self.end) and workdays.is_workday(began, self.country)


class Wins(NamedTuple):
    """HITS of N closed deals of an industry won; with 95 % the true share lies from LOW to HIGH."""

    hits: int
    n: int
    low: Fraction
    high: Fraction


@dataclass(frozen=True)
class Candidate:
    """Somebody who may get the record, as of now."""

    id: Any  # one candidate, one id; all of one kind, so that they can be ordered
    name: str = ""
    active: bool = True
    on_leave: bool = False
    back_since: dt.date | None = None  # the day the last leave ended
    skills: Mapping[str, int] = field(default_factory=dict)  # level 1 to 5 by skill
    certificates: Mapping[str, dt.date] = field(default_factory=dict)  # last valid day by certificate
    wins: Mapping[str, Wins] = field(default_factory=dict)  # by industry; of too few deals nothing is known
    territories: frozenset[str] = frozenset()
    hours: Hours | None = None  # None: at any time
    load: int = 0  # open records held
    capacity: int | None = None  # most open records at once
    given: int = 0  # records got in the period of the cap
    cap: int | None = None  # most records in that period
    weight: Any = 1  # int, Decimal, Fraction or float; 0 gets nothing by weight

    def __str__(self) -> str:
        return self.name or str(self.id)

    @property
    def share(self) -> Fraction:
        return Fraction(str(self.weight))


@dataclass(frozen=True)
class Demand:
    """What the record asks for. Without `at`, when it is to be assigned, neither hours nor last days are asked about.
    `certificate` is what `product` takes; what they win counts in `industry`, nowhere where that is empty."""

    skills: Mapping[str, int] = field(default_factory=dict)
    territory: str = ""
    certificate: str = ""
    product: str = ""
    industry: str = ""
    at: dt.datetime | None = None


@dataclass(frozen=True)
class Rule:
    mode: Mode = Mode.ROUND_ROBIN
    same_territory: bool = False  # only those of the record's territory; otherwise it only counts in the score


@dataclass(frozen=True)
class Memory:
    """What a rule remembers from record to record."""

    last: Any = None  # who got the last one
    cycle: int = 0
    taken: Mapping[Any, int] = field(default_factory=dict)  # in this cycle
    credit: Mapping[Any, Fraction] = field(default_factory=dict)  # what ratio and fairness still owe, in weights


@dataclass(frozen=True)
class Choice:
    """Who it is, or nobody; why; why not the others; and what to remember."""

    chosen: Candidate | None
    reason: Reason
    refused: Mapping[Any, Reason]
    memory: Memory
    scores: Mapping[Any, Fraction] = field(default_factory=dict)  # 0 to 100, of the mode that scores


Picked = tuple[Candidate, Reason, Memory, Mapping[Any, Fraction]]


def choose(
    rule: Rule, candidates: Iterable[Candidate], demand: Demand | None = None, memory: Memory | None = None
) -> Choice:
    """Who gets a record that asks for DEMAND. With nobody left `chosen` is None, and the memory stays as it was."""
    demand, memory = demand or Demand(), memory or Memory()
    ordered = sorted(candidates, key=lambda one: one.id)
    refused = {one.id: why for one in ordered if (why := refusal(rule, one, demand))}
    left = [one for one in ordered if one.id not in refused]
    if not left:
        return Choice(None, _nobody(refused), refused, memory)
    turn = turns([one.id for one in ordered if one.active], memory.last)
    queue = sorted(left, key=lambda one: turn[one.id])
    chosen, reason, after, scores = _MODES[rule.mode](queue, demand, memory)
    if demand.certificate:
        reason = _with_certificate(reason, chosen, demand, refused)
    return Choice(chosen, reason, refused, replace(after, last=chosen.id), scores)


def refusal(rule: Rule, one: Candidate, demand: Demand) -> Reason | None:
    """Why ONE cannot get the record now; None: can."""
    if not one.active:
        return Reason(_("no longer active"))
    if one.on_leave or (one.back_since and demand.at and one.back_since > demand.at.date()):
        return Reason(_("on leave"))
    if demand.certificate and (why := _uncertified(one, demand)):
        return why
    for skill, level in demand.skills.items():
        if one.skills.get(skill, 0) < level:
            values = {"skill": skill, "level": one.skills.get(skill, 0), "needed": level}
            return Reason(_("%(skill)s: level %(level)s, %(needed)s is needed"), values)
    if rule.same_territory and demand.territory and demand.territory not in one.territories:
        return Reason(_("not responsible for %(territory)s"), {"territory": demand.territory})
    if one.hours and demand.at and not one.hours.hold(demand.at):
        return Reason(_("outside working hours"))
    if one.capacity is not None and one.load >= one.capacity:
        return Reason(_("full: %(load)s of %(capacity)s"), {"load": one.load, "capacity": one.capacity})
    if one.cap is not None and one.given >= one.cap:
        return Reason(_("cap reached: %(given)s of %(cap)s"), {"given": one.given, "cap": one.cap})
    if rule.mode in (Mode.WEIGHTED, Mode.RATIO) and one.share <= 0:
        return Reason(_("weight 0"))
    return None


def _uncertified(one: Candidate, demand: Demand) -> Reason | None:
    """Why ONE may not sell what DEMAND is about."""
    last, values = one.certificates.get(demand.certificate), {"name": demand.certificate, "product": demand.product}
    if last is None:
        return Reason(_("no certificate “%(name)s”, which “%(product)s” takes"), values)
    if demand.at and last < demand.at.date():
        return Reason(_("certificate “%(name)s” ended on %(day)s, “%(product)s” takes it"), values | {"day": last})
    return None


def _with_certificate(reason: Reason, chosen: Candidate, demand: Demand, refused: Mapping[Any, Reason]) -> Reason:
    """REASON, and how many were left out because they may not sell what DEMAND is about."""
    n = sum(one.values.get("product") == demand.product for one in refused.values())
    values = {"why": Refusals((reason,)), "name": demand.certificate, "product": demand.product, "n": n}
    return Reason(_("%(why)s; holds “%(name)s”, which “%(product)s” takes (%(n)s left out without it)"), values)


def _nobody(refused: Mapping[Any, Reason]) -> Reason:
    left = Reason(_("Nobody is left: %(why)s."), {"why": Refusals(tuple(refused.values()))})
    return left if refused else Reason(_("Nobody is named in this rule."))


@dataclass(frozen=True)
class Refusals:
    """Reasons with how many share each, most frequent first, in the reader's language."""

    reasons: tuple[Reason, ...]

    def stored(self) -> list[Any]:
        return [one.stored() for one in self.reasons]

    @classmethod
    def read(cls, stored: list[Any]) -> Self:
        return cls(tuple(Reason.read(one) for one in stored))

    def __str__(self) -> str:
        counts: dict[str, int] = {}
        for one in self.reasons:
            counts[str(one)] = counts.get(str(one), 0) + 1
        ranked = sorted(counts.items(), key=lambda pair: -pair[1])
        return "; ".join(f"{text} ({count})" if count > 1 else text for text, count in ranked)


def turns(ids: Sequence[Any], last: Any) -> dict[Any, int]:
    """The place of each of IDS (in order) in the turn that begins after LAST; after nobody known it begins at the
    first."""
    start = ids.index(last) + 1 if last in ids else 0
    return {one: (at - start) % len(ids) for at, one in enumerate(ids)}


def _round_robin(queue: list[Candidate], demand: Demand, memory: Memory) -> Picked:
    return queue[0], Reason(_("next in turn")), memory, {}


def due(weight: Fraction, cycle: int) -> int:
    """How many records WEIGHT brings in a cycle, counted from 0: of 0.5 one and none in turn, of 1.5 two and one."""
    return -(-weight * (cycle + 1) // 1) + (-weight * cycle // 1)


def _weighted(queue: list[Candidate], demand: Demand, memory: Memory) -> Picked:
    """The next in turn who has something to come in this cycle. What somebody away did not take in a cycle is gone
    with it."""
    cycle, taken = memory.cycle, dict(memory.taken)
    while True:
        one = next((one for one in queue if taken.get(one.id, 0) < due(one.share, cycle)), None)
        if one is not None:
            break
        cycle, taken = cycle + 1, {}
    taken[one.id] = taken.get(one.id, 0) + 1
    values = {"taken": taken[one.id], "due": due(one.share, cycle), "cycle": cycle + 1}
    reason = Reason(_("next in turn by weight: %(taken)s of %(due)s in cycle %(cycle)s"), values)
    return one, reason, replace(memory, cycle=cycle, taken=taken), {}


def _ratio(queue: list[Candidate], demand: Demand, memory: Memory) -> Picked:
    """Smooth weighted turn: with each record everybody present earns his weight, and who has most pays for all."""
    credit = _earned(queue, memory)
    one = max(queue, key=lambda one: credit[one.id])
    total = sum((one.share for one in queue), Fraction(0))
    values = {"weight": f"{float(one.share):g}", "total": _plain(total)}
    reason = Reason(_("furthest behind the ratio: weight %(weight)s of %(total)s"), values)
    return one, reason, replace(memory, credit={**memory.credit, **_paid(queue, credit, one)}), {}


def _earned(queue: list[Candidate], memory: Memory) -> dict[Any, Fraction]:
    return {one.id: memory.credit.get(one.id, Fraction(0)) + one.share for one in queue}


def _paid(queue: list[Candidate], credit: Mapping[Any, Fraction], chosen: Candidate) -> dict[Any, Fraction]:
    """CREDIT after CHOSEN paid for all; nobody owes or is owed more than one round, so old bursts fade."""
    round_ = sum((one.share for one in queue), Fraction(0))
    after = {**credit, chosen.id: credit[chosen.id] - round_}
    return {key: max(-round_, min(round_, value)) for key, value in after.items()}


def loads(queue: list[Candidate], demand: Demand) -> dict[Any, Fraction]:
    """Open records by candidate. Who is just back from leave counts as loaded like the others at least, and so gets
    a fair share, not everything."""
    held = {one.id: Fraction(one.load) for one in queue}
    day = demand.at.date() if demand.at else None
    back = {one.id for one in queue if one.back_since and day and one.back_since <= day < one.back_since + SETTLING}
    others = [held[one.id] for one in queue if one.id not in back]
    if others:
        mean = sum(others, Fraction(0)) / len(others)
        held |= {key: max(held[key], mean) for key in back}
    return held


def _least_load(queue: list[Candidate], demand: Demand, memory: Memory) -> Picked:
    held = loads(queue, demand)
    one = min(queue, key=lambda one: held[one.id])
    return one, Reason(_("fewest open records: %(load)s"), {"load": one.load}), memory, {}


def _best(queue: list[Candidate], demand: Demand, memory: Memory) -> Picked:
    """The highest score, 0 to 100: 40 skill + 20 territory + 20 load + 20 fairness, each part from 0 to 1.

    skill: mean of level ÷ 5 over the skills asked for; territory: 1 where it fits; load: 1 − open records ÷ capacity
    (without one: ÷ one more than the highest of all); fairness: ½ + credit ÷ 2 rounds, where everybody present earns
    his weight with each record and who gets it pays for all. What is not asked for counts 1 for all.
    Where the demand names an industry, a fifth is the share of deals won there, at the lower end of its interval; of
    whom too little is known counts as the mean of the others.
    """
    credit, held = _earned(queue, memory), loads(queue, demand)
    round_ = sum((one.share for one in queue), Fraction(0)) or Fraction(1)
    most = max(held.values()) + 1
    parts = {one.id: _parts(one, demand, held[one.id], most, credit[one.id] / round_) for one in queue}
    scores = {
        key: sum((SHARES[name] * value for name, value in found.items()), Fraction(0)) for key, found in parts.items()
    }
    wins = _wins(queue, demand)
    scores = {key: (1 - WINS) * score + 100 * WINS * wins[key] for key, score in scores.items()} if wins else scores
    one = max(queue, key=lambda one: scores[one.id])
    said = {name: _plain((1 - WINS * bool(wins)) * SHARES[name] * value) for name, value in parts[one.id].items()}
    text = _(
        "best fit, %(score)s of 100: skill %(skill)s, territory %(territory)s, load %(load)s, fairness %(fairness)s"
    )
    reason = Reason(text, {"score": _plain(scores[one.id]), **said})
    if wins:
        reason = _with_wins(reason, one, demand, 100 * WINS * wins[one.id])
    return one, reason, replace(memory, credit={**memory.credit, **_paid(queue, credit, one)}), scores


def _parts(one: Candidate, demand: Demand, load: Fraction, most: Fraction, credit: Fraction) -> dict[str, Fraction]:
    levels = [Fraction(min(one.skills.get(skill, 0), TOP_LEVEL), TOP_LEVEL) for skill in demand.skills]
    fits = not demand.territory or demand.territory in one.territories
    return {
        "skill": sum(levels, Fraction(0)) / len(levels) if levels else Fraction(1),
        "territory": Fraction(fits),
        "load": max(Fraction(0), 1 - load / (one.capacity or most)),
        "fairness": max(Fraction(0), min(Fraction(1), (1 + credit) / 2)),
    }


def _wins(queue: list[Candidate], demand: Demand) -> dict[Any, Fraction]:
    """What each wins in the industry of DEMAND, from 0 to 1; nothing where it does not count."""
    known = {one.id: one.wins[demand.industry].low for one in queue if demand.industry in one.wins}
    mean = sum(known.values(), Fraction(0)) / len(known) if known else Fraction(1)
    return {one.id: known.get(one.id, mean) for one in queue if demand.industry}


def _with_wins(reason: Reason, one: Candidate, demand: Demand, points: Fraction) -> Reason:
    """REASON, and what ONE won in the industry of DEMAND, with how many deals say so."""
    known = one.wins.get(demand.industry)
    values = {"why": Refusals((reason,)), "wins": _plain(points), "industry": demand.industry}
    if known is None:
        text = _("%(why)s, wins %(wins)s (too few closed deals in %(industry)s to say: the mean of the others)")
        return Reason(text, values)
    values |= {"hits": known.hits, "n": known.n, "low": f"{float(known.low):.0%}", "high": f"{float(known.high):.0%}"}
    return Reason(_("%(why)s, wins %(wins)s (won %(hits)s of %(n)s in %(industry)s: %(low)s to %(high)s)"), values)


def _plain(value: Fraction) -> str:
    return f"{float(value):.1f}".removesuffix(".0")


_MODES: dict[Mode, Callable[[list[Candidate], Demand, Memory], Picked]] = {
    Mode.ROUND_ROBIN: _round_robin,
    Mode.WEIGHTED: _weighted,
    Mode.RATIO: _ratio,
    Mode.LEAST_LOAD: _least_load,
    Mode.BEST: _best,
}


def route_all(
    rule: Rule, candidates: Iterable[Candidate], demands: Iterable[Demand], memory: Memory | None = None
) -> list[Choice]:
    """Record after record, each counting in the load and the cap of who got it: many at once, or a rule tried out on
    what came in last month."""
    present, memory, found = {one.id: one for one in candidates}, memory or Memory(), []
    for demand in demands:
        choice = choose(rule, present.values(), demand, memory)
        found.append(choice)
        memory = choice.memory
        if (one := choice.chosen) is not None:
            present[one.id] = replace(one, load=one.load + 1, given=one.given + 1)
    return found


def daily_share(monthly: int, day: int) -> int:
    """How many of MONTHLY records belong to DAY of 30, counted from 1. Nothing is made up for on other days, so that a
    holiday leaves no hole that comes back as a burst a month later."""
    return monthly * day // MONTH - monthly * (day - 1) // MONTH
