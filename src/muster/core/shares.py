"""Parts of a whole number: they add up to the whole, and nothing is rounded twice."""

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction

Weight = int | Decimal | Fraction


def split(total: int, weights: Sequence[Weight]) -> list[int]:
    """TOTAL in parts as WEIGHTS are to each other, by largest remainder: their sum is TOTAL to the last unit, and
    none is further than one unit from its exact share. Among equal remainders the first part comes first. Raises
    ValueError where a weight is negative or none is above zero."""
    exact = [Fraction(one) for one in weights]
    whole = sum(exact, Fraction(0))
    if any(one < 0 for one in exact) or whole <= 0:
        raise ValueError("Weights are not negative, and one at least is above zero.")
    if total < 0:
        return [-part for part in split(-total, weights)]
    shares = [total * one / whole for one in exact]
    parts = [share.__floor__() for share in shares]
    order = sorted(range(len(parts)), key=lambda at: (parts[at] - shares[at], at))
    for at in order[: total - sum(parts)]:
        parts[at] += 1
    return parts
