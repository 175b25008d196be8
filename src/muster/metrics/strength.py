"""What somebody wins and where he loses, with how many cases and how sure that is. Every number is one of `compute`."""

import datetime as dt
from dataclasses import dataclass
from fractions import Fraction
from math import sqrt
from typing import Any

from django.conf import settings
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from muster.access.scope import Actor
from muster.core.periods import Period, today
from muster.crm.models import Account, Stage
from muster.crm.routing import Wins
from muster.metrics.catalog.strength import LARGEST
from muster.metrics.compute import compute
from muster.metrics.display import rows_url
from muster.people.models import Member

SPAN = dt.timedelta(days=730)  # older deals say little about somebody today
SURE = 1.959964  # of the normal distribution: 95 %
MOST_SHOWN = 8


@dataclass(frozen=True)
class Share:
    """HITS of N, and between which shares the truth lies with 95 % (Wilson's interval)."""

    hits: int
    n: int

    @property
    def enough(self) -> bool:
        return self.n >= settings.STRENGTH_FLOOR

    @property
    def rate(self) -> float:
        return self.hits / self.n if self.n else 0.0

    @property
    def bounds(self) -> tuple[float, float]:
        return wilson(self.hits, self.n)


def wilson(hits: int, n: int) -> tuple[float, float]:
    """The 95 % interval of HITS of N; (0, 1) where there is nothing."""
    if not n:
        return 0.0, 1.0
    rate, square = hits / n, SURE * SURE
    middle = rate + square / (2 * n)
    spread = SURE * sqrt(rate * (1 - rate) / n + square / (4 * n * n))
    return max(0.0, (middle - spread) / (1 + square / n)), min(1.0, (middle + spread) / (1 + square / n))


class Strength:
    """The profile of MEMBER as ACTOR may see it. Peers are those of the same position whose deals ACTOR sees."""

    def __init__(self, actor: Actor, member: Member) -> None:
        self.actor, self.member = actor, member
        self.period = Period(today() - SPAN, today() + dt.timedelta(days=1))
        people = Member.objects.visible_to(actor)
        self.me = people.filter(pk=member.pk)
        self.peers = people.filter(position=member.position_id).exclude(pk=member.pk)

    def wins(self) -> list[dict[str, Any]]:
        """Win rates by industry, level of the customer and size of the deal, each beside that of the peers."""
        return [
            {"label": _("Industry"), "lines": self.by_industry()},
            {"label": _("Level of the customer"), "lines": self._lines("level", _level)},
            {"label": _("Size of the deal"), "lines": self._lines("size", _size)},
        ]

    def _lines(self, by: str, name: Any) -> list[dict[str, Any]]:
        mine = self._shares("strength_won", "strength_closed", by, self.me)
        theirs = self._shares("strength_won", "strength_closed", by, self.peers)
        order = sorted((one for one in mine if one), key=lambda key: (-mine[key].n, str(key)))
        return [_line(name(key), mine[key], theirs.get(key, Share(0, 0))) for key in order[:MOST_SHOWN]]

    def by_industry(self) -> list[dict[str, Any]]:
        return self._lines("industry", lambda key: key)

    def best(self) -> dict[str, Any] | None:
        """The industry in which he wins most of what he closes; None where there is not enough to say so."""
        found = [one for one in self.by_industry() if one["enough"] and one["mine"].hits]
        return max(found, key=lambda one: (one["mine"].bounds[0], one["label"])) if found else None

    def losses(self) -> list[dict[str, Any]]:
        """By stage: how many of the deals that left it were lost there; where it is furthest above the peers, first."""
        mine = self._shares("stage_lost", "stage_left", "stage_id", self.me)
        theirs = self._shares("stage_lost", "stage_left", "stage_id", self.peers)
        stages = Stage.objects.visible_to(self.actor).in_bulk(list(mine))
        lines = [
            _line(str(stages[key]), share, theirs.get(key, Share(0, 0))) | {"href": self._rows(key)}
            for key, share in mine.items()
            if key in stages
        ]
        return sorted(lines, key=lambda one: (not one["enough"], -one["gap"], one["label"]))[:MOST_SHOWN]

    def weakest(self) -> dict[str, Any] | None:
        """The stage in which he loses most against his peers; None where there is not enough to say so."""
        found = [one for one in self.losses() if one["comparable"] and one["gap"] > 0]
        return found[0] if found else None

    def shares_by_industry(self) -> dict[str, Share]:
        return self._shares("strength_won", "strength_closed", "industry", self.me)

    def _shares(self, hits: str, of: str, by: str, members: QuerySet[Member]) -> dict[Any, Share]:
        found = compute((hits, of), self.actor, self.period, by=by, members=members)
        return {
            key: Share(int(found.cell(hits, key).value or 0), int(found.cell(of, key).value or 0))
            for key in found.groups(of)
        }

    def _rows(self, stage: int) -> str:
        return rows_url("stage_left", self.period, member=self.member.pk, stage=stage)


def wins_by_industry(members: list[int]) -> dict[tuple[int, str], Wins]:
    """What each of MEMBERS won of what he closed in the last two years, by member and industry; what stands on fewer
    deals than the floor is left out. For the rules that give records, which see the whole firm."""
    actor, period = Actor.operator("routing"), Period(today() - SPAN, today() + dt.timedelta(days=1))
    people = Member.objects.unscoped("routing").filter(pk__in=members)
    result = compute(("strength_won", "strength_closed"), actor, period, by="member_industry", members=people)
    found = {}
    for key in result.groups("strength_closed"):
        member, _colon, industry = str(key).partition(":")
        hits, n = (int(result.cell(one, key).value or 0) for one in ("strength_won", "strength_closed"))
        share = Share(hits, n)
        if industry and share.enough:
            low, high = (Fraction(f"{one:.4f}") for one in share.bounds)
            found[int(member), industry] = Wins(hits, n, low, high)
    return found


def _line(label: str, mine: Share, theirs: Share) -> dict[str, Any]:
    comparable = mine.enough and theirs.enough
    return {
        "label": label,
        "mine": mine,
        "theirs": theirs,
        "enough": mine.enough,
        "comparable": comparable,
        "gap": mine.rate - theirs.rate if comparable else 0.0,
        "sure": comparable and not (mine.bounds[0] <= theirs.rate <= mine.bounds[1]),
        "text": percent(mine),
        "range": interval(mine),
        "peers": percent(theirs) if theirs.enough else "–",
    }


def percent(one: Share) -> str:
    return f"{one.rate:.0%}"


def interval(one: Share) -> str:
    low, high = one.bounds
    return f"{low:.0%}–{high:.0%}"


def _level(key: str) -> str:
    return str(dict(Account.Level.choices).get(key, key))


def _size(key: str) -> str:
    names = {"s": _("under 100,000"), "m": _("100,000 to 500,000"), "l": _("500,000 to 2 million")}
    return names.get(key, _("2 million and more") if key == LARGEST else key)
