"""What can be found everywhere: each room says which of its records the global search, the palette and the pickers
offer."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from muster.core import search

MOST_FOUND = 8


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
        return [
            {"id": row.pk, "text": str(row), "hint": self.hint(row), "url": row.get_absolute_url(), "icon": self.icon}
            for row in self.rows(actor, text)[:most]
        ]


_finders: dict[str, Finder] = {}


def register(finder: Finder) -> None:
    _finders[finder.key] = finder


def finders() -> list[Finder]:
    return sorted(_finders.values(), key=lambda one: one.order)


def finder(key: str) -> Finder | None:
    return _finders.get(key)
