"""What can be found everywhere: each room says which of its records the global search, the palette and the pickers
offer."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from muster.core import search

MOST_FOUND = 8
MOST_WEIGHED = 200


@dataclass(frozen=True)
class Finder:
    """`hint` is the grey line under a hit; it may only use what `related` loads."""

    model: Any  # a scoped, searchable model
    icon: str
    hint: Callable[[Any], str] = lambda _row: ""
    related: tuple[str, ...] = ()
    order: int = 50

    @property
    def key(self) -> str:
        return self.model._meta.label_lower

    def rows(self, actor: Any, text: str) -> QuerySet[Any]:
        rows = self.model.objects.visible_to(actor).filter(archived_at=None)
        rows = search.match(rows, text) if text else rows
        return rows.select_related(*self.related) if self.related else rows

    def hits(self, actor: Any, text: str, most: int = MOST_FOUND) -> list[dict[str, Any]]:
        if not actor.has(f"{self.key}.view"):
            return []
        rows = self._newest(actor, text) if text else self.rows(actor, text)
        return [self.hit(row) for row in rows[:most]]

    def _newest(self, actor: Any, text: str) -> QuerySet[Any]:
        """What carries TEXT, in the usual order; of what hundreds do, some. A database that is to say
        which eight of all are first reads them all, or worse: walks down the order until it has met eight."""
        found = search.match(self.model.objects.visible_to(actor).filter(archived_at=None), text)
        rows = self.model.objects.among(found.order_by()[:MOST_WEIGHED])
        return rows.select_related(*self.related) if self.related else rows

    def named(self, actor: Any, keys: list[int]) -> dict[int, dict[str, Any]]:
        """Of the records KEYS those that the actor sees, as hits by key."""
        if not actor.has(f"{self.key}.view"):
            return {}
        return {row.pk: self.hit(row) for row in self.rows(actor, "").filter(pk__in=keys)}

    def hit(self, row: Any) -> dict[str, Any]:
        return {
            "id": row.pk,
            "text": str(row),
            "hint": self.hint(row),
            "url": row.get_absolute_url(),
            "icon": self.icon,
        }


_finders: dict[str, Finder] = {}


def register(finder: Finder) -> None:
    _finders[finder.key] = finder


def finders() -> list[Finder]:
    return sorted(_finders.values(), key=lambda one: one.order)


def finder(key: str) -> Finder | None:
    return _finders.get(key)


def named(actor: Any, records: list[tuple[str, int]]) -> list[dict[str, Any]]:
    """RECORDS, as (type, key), in their order: those that the actor sees, as hits. One question for each type."""
    found: dict[str, dict[int, dict[str, Any]]] = {}
    records = [(label, pk) for label, pk in records if pk < 2**63]
    for label in dict.fromkeys(label for label, _pk in records):
        if one := finder(label):
            found[label] = one.named(actor, [pk for of, pk in records if of == label])
    return [found[label][pk] for label, pk in records if pk in found.get(label, {})]
