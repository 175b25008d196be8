"""How many rows, and how much, for each value of something: the one way in which lists, boards and panels add up.

Amounts are minor units and stay with their currency: two currencies are never one sum.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Count, QuerySet, Sum

from muster.core import money


def amounts(sums: dict[str, int]) -> str:
    """Each currency for itself, shortened."""
    return " + ".join(money.short(minor, currency) for currency, minor in sorted(sums.items()) if minor)


@dataclass
class Total:
    count: int = 0
    sums: dict[str, int] = field(default_factory=dict)

    @property
    def text(self) -> str:
        return amounts(self.sums)

    def add(self, count: int, currency: str, minor: int | None) -> None:
        self.count += count
        self.sums[currency] = self.sums.get(currency, 0) + (minor or 0)


def added_up(
    rows: QuerySet[Any], by: str, adds: tuple[str, ...], currency: str = "currency"
) -> Iterator[tuple[Any, str, int, list[int]]]:
    """Of ROWS for each value of BY and each currency: how many, and the sums of the columns ADDS. One question."""
    names = [f"sum_{at}" for at in range(len(adds))]
    keys = (by, currency) if currency else (by,)
    asked = {name: Sum(column) for name, column in zip(names, adds, strict=True)}
    for row in rows.order_by().values(*keys).annotate(number=Count("pk"), **asked):
        yield row[by], row[currency] if currency else "", row["number"], [row[name] or 0 for name in names]


def totals(rows: QuerySet[Any], by: str, amount: str = "amount") -> dict[Any, Total]:
    """How many of ROWS, and how much, for each value of BY."""
    found: dict[Any, Total] = {}
    for key, currency, number, (minor,) in added_up(rows, by, (amount,)):
        found.setdefault(key, Total()).add(number, currency, minor)
    return found
