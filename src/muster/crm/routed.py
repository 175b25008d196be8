"""Which kinds of record are routed. Each room says of its own what may be asked of them and how one is given."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.db.models import QuerySet

from muster.access.scope import Actor
from muster.core.listings import BadInput, Filter
from muster.crm.routing import Wins
from muster.people.models import Member


@dataclass(frozen=True)
class Routed:
    """Records of one kind that rules give to members.

    `filters()` are what a rule may ask of a record. `give(actor, row, member)` is the action that does it. `idle()` are
    the rows that may be given; `by_itself`: as soon as they are there, otherwise on demand. `places(row)` names where a
    record lies, the nearest place first; `not_to(row)` are members who shall not have it, whatever a rule says;
    `trade(row)` is the industry it comes from, `product(row)` what it is about, which may take a certificate.
    Loads are what `people.holdings` says somebody holds.
    """

    model: Any
    label: Any
    filters: Callable[[], list[Filter]]
    give: Callable[[Actor, Any, Member], Any]
    idle: Callable[[], QuerySet[Any]]
    by_itself: bool = False
    places: Callable[[Any], list[str]] = lambda _row: []
    not_to: Callable[[Any], set[int | None]] = lambda _row: set()
    product: Callable[[Any], Any] | None = None
    trade: Callable[[Any], str] = lambda _row: ""

    @property
    def key(self) -> str:
        return str(self.model._meta.label_lower)

    def narrow(self, rows: QuerySet[Any], asks: dict[str, str]) -> QuerySet[Any]:
        """ROWS that are what ASKS says; none where it asks for something that is there no longer. Raises BadInput where
        a value cannot be read."""
        filters = self.filters()
        if set(asks) - {one.key for one in filters}:
            return rows.none()
        for one in filters:
            if asks.get(one.key):
                rows = one.narrow(rows, asks[one.key], Actor.operator("routing"))
        return rows

    def said(self, asks: dict[str, str]) -> list[str]:
        """ASKS in words, for people."""
        actor, found = Actor.operator("routing"), []
        for one in self.filters():
            if value := asks.get(one.key):
                choices = [(str(key), label) for key, label in (one.choices(actor) if one.choices else [])]
                found.append(f"{one.label}: {dict(choices).get(value) or _named(one, value)}")
        return found

    def readable(self, asks: dict[str, str]) -> dict[str, str]:
        """Those of ASKS that say something; BadInput where one cannot be read."""
        found = {key: value for key, value in asks.items() if value}
        for key, value in found.items():
            one = next((one for one in self.filters() if one.key == key), None)
            if one is None:
                raise BadInput(key)
            one.read(value)
        return found


WinsOf = Callable[[list[int]], dict[tuple[int, str], Wins]]
_wins: list[WinsOf] = []


def provide_wins(function: WinsOf) -> None:
    """`metrics` hands in what members won of what they closed, by member and industry; where there is too little to say
    anything it says nothing."""
    _wins[:] = [function]


def wins_of(members: list[int]) -> dict[tuple[int, str], Wins]:
    return _wins[0](members) if _wins else {}


def _named(asked: Filter, value: str) -> str:
    """What VALUE of a filter is called, where it is the number of a record."""
    if asked.kind != "record" or not value.isdigit():
        return value
    rows = apps.get_model(asked.model).objects.unscoped("routing").filter(pk=value)
    return str(rows.first() or value)


_kinds: dict[str, Routed] = {}


def register(kind: Routed) -> None:
    _kinds[kind.key] = kind


def kinds() -> list[Routed]:
    return list(_kinds.values())


def kind_of(key: str) -> Routed | None:
    return _kinds.get(key)
