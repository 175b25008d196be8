"""What lines come to: each share of the whole is rounded once, and the shares are the whole."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

from muster.core.money import rounded
from muster.core.shares import split
from muster.crm.models.priced import HUNDRED, Line, Priced


@dataclass
class Whole:
    """What a deal comes to, as a quote and a contract keep it."""

    tax_included: bool
    tax_rate: Decimal
    amount: int = 0
    tax: int = 0
    total: int = 0


def exact(line: Line) -> Fraction:
    """Quantity × price less discount, in minor units and not rounded."""
    return Fraction(line.quantity) * (line.unit_price or 0) * Fraction(HUNDRED - line.discount) / 100


def tax_of(amount: int, rate: Decimal, included: bool) -> int:
    """The tax in AMOUNT, or where it is not included on top of it."""
    return rounded(amount * Fraction(rate) / (100 + Fraction(rate) if included else 100))


def price(row: Priced | Whole, lines: Sequence[Line]) -> None:
    """Bring `amount`, `tax` and `total` of ROW, and those of its LINES, up to date; nothing is saved. Without lines the
    amount is what was typed."""
    if lines:
        shares = [exact(line) for line in lines]
        row.amount = rounded(sum(shares, Fraction(0)))
        for line, part in zip(lines, _parted(row.amount, shares), strict=True):
            line.amount = part
        row.tax = sum(_taxed(row, rate, group) for rate, group in _by_rate(row, lines).items())
    else:
        row.tax = tax_of(row.amount, row.tax_rate, row.tax_included)
    row.total = row.amount if row.tax_included else row.amount + row.tax


def _by_rate(row: Priced | Whole, lines: Sequence[Line]) -> dict[Decimal, list[Line]]:
    found: dict[Decimal, list[Line]] = {}
    for line in lines:
        rate = row.tax_rate if line.tax_rate is None else line.tax_rate
        found.setdefault(rate, []).append(line)
    return found


def _taxed(row: Priced | Whole, rate: Decimal, lines: list[Line]) -> int:
    """The tax of LINES, which have the same rate: rounded once, then parted."""
    tax = tax_of(sum(line.amount for line in lines), rate, row.tax_included)
    for line, part in zip(lines, _parted(tax, [line.amount for line in lines]), strict=True):
        line.tax = part
    return tax


def _parted(total: int, weights: Sequence[Any]) -> list[int]:
    return split(total, weights) if total else [0] * len(weights)


def complete_line(line: Line) -> None:
    """What was left empty comes from the product."""
    if line.product is not None:
        line.name = line.name or line.product.name
        if line.unit_price is None:
            line.unit_price = line.product.list_price
