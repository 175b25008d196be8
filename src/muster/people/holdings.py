"""What a member holds that somebody must take on when he goes. Higher rooms say what there is."""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from muster.access.scope import Actor
from muster.people.models import Member


@dataclass(frozen=True)
class Holding:
    """Records of one kind that have an owner. `live` narrows them to those that need one: a won deal stays with whom
    won it. Rows with the same `group` (a customer) go to the same receiver; `place` names where they are, `trade` what
    the customer does, `product` what it is about, which may take a certificate. `along` is the link to a deal: what is
    about one whose product takes a certificate goes where it goes, and stays where it stays. `ends` calls records off:
    what a handover may choose instead of a receiver, and what happens to those of `closes` that are left when the
    member has gone, so they keep nobody from leaving."""

    model: Any
    label: Any
    event: str  # the action that a change of hands is recorded as
    live: Q | Callable[[], Q] = field(default_factory=Q)
    group: str = ""
    place: str = ""
    trade: str = ""
    product: str = ""
    along: str = ""
    order: int = 50
    once: str = ""  # what an owner has once only: a record whose receiver has the same stays where it is
    ends: Callable[[Actor, QuerySet[Any]], None] | None = None
    closes: Callable[[], Q] = Q
    moved: Callable[[list[int]], Any] | None = None  # is told which changed hands

    @property
    def in_force(self) -> Q:
        """`live` as it is now: some of it turns with the day."""
        return self.live() if callable(self.live) else self.live

    @property
    def key(self) -> str:
        return str(self.model._meta.label_lower)

    def rows(self) -> QuerySet[Any]:
        rows: QuerySet[Any] = self.model.objects.unscoped("what a member holds")
        return rows.filter(self.in_force, archived_at=None)

    def of(self, member: Member) -> QuerySet[Any]:
        return self.rows().filter(owner=member.pk)

    def owners(self, members: list[int]) -> Iterator[int]:
        """Of each live record that one of MEMBERS holds: who."""
        found: Iterator[int] = self.rows().filter(owner__in=members).values_list("owner", flat=True).iterator()
        return found


@dataclass(frozen=True)
class Carried:
    """What hangs on records of a kind and so always goes along. `count` says how much hangs on ROWS."""

    label: Any
    count: Callable[[QuerySet[Any]], int]


@dataclass(frozen=True)
class Staying:
    """What no handover moves although the member owns it, and the sentence that says why."""

    label: Any
    why: Any
    count: Callable[[Member], int]


_holdings: dict[str, Holding] = {}
_carried: dict[str, list[Carried]] = {}
_staying: list[Staying] = []


def register(holding: Holding) -> None:
    _holdings[holding.key] = holding


def carry(key: str, one: Carried) -> None:
    _carried.setdefault(key, []).append(one)


def stay(one: Staying) -> None:
    _staying.append(one)


def holdings() -> list[Holding]:
    return sorted(_holdings.values(), key=lambda one: one.order)


def holding(key: str) -> Holding:
    return _holdings[key]


def names(keys: list[str]) -> str:
    return _(", ").join(str(one.label) for one in holdings() if one.key in keys)


def held(member: Member) -> dict[str, int]:
    """How many live records of each kind MEMBER holds; kinds without any are left out."""
    return _counted(member, holdings())


def kept_by(member: Member) -> dict[str, int]:
    """Of `held` what keeps MEMBER from leaving: what cannot be called off."""
    return _counted(member, [one for one in holdings() if one.ends is None])


def end_all(actor: Actor, member: Member) -> None:
    """MEMBER has gone: what is left and can be called off is."""
    for one in holdings():
        if one.ends is not None:
            rows = one.model.objects.unscoped("what a member holds").filter(one.closes(), archived_at=None)
            one.ends(actor, rows.filter(owner=member.pk))


def choices(member: Member) -> list[tuple[str, str]]:
    """(key, text) of each kind: how many MEMBER holds, and what goes along with them."""
    found = []
    for one in holdings():
        rows = one.of(member)
        parts = [(str(part.label), part.count(rows)) for part in _carried.get(one.key, [])]
        along = _(", ").join(f"{label} {n}" for label, n in parts if n)
        text = f"{one.label} {rows.count()}"
        if along:
            text = _("%(kind)s (along with them: %(along)s)") % {"kind": text, "along": along}
        found.append((one.key, text))
    return found


def staying(member: Member) -> list[dict[str, Any]]:
    """What stays with MEMBER whatever is chosen, as [{label, count, why}]."""
    found = [{"label": one.label, "why": one.why, "count": one.count(member)} for one in _staying]
    return [one for one in found if one["count"]]


def _counted(member: Member, kinds: list[Holding]) -> dict[str, int]:
    found = {one.key: one.of(member).count() for one in kinds}
    return {key: count for key, count in found.items() if count}


def loads(members: list[int]) -> Counter[int]:
    """Live records each of MEMBERS holds, all kinds together."""
    found: Counter[int] = Counter(dict.fromkeys(members, 0))
    for one in holdings():
        found.update(one.owners(members))
    return found


def followers(member: Member) -> QuerySet[Member]:
    """Who reports to MEMBER and has not left."""
    rows: QuerySet[Member] = Member.objects.unscoped("who reports to a leaver").filter(manager=member.pk)
    return rows.exclude(status=Member.Status.LEFT)


def summary(member: Member) -> list[dict[str, Any]]:
    """What MEMBER holds, as [{label, count}], his reports last."""
    counts = held(member)
    found = [{"label": one.label, "count": counts[one.key]} for one in holdings() if one.key in counts]
    if reports := followers(member).count():
        found.append({"label": _("reports"), "count": reports})
    return found
