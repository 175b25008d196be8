"""Patterns that are safe to run on what people type: none that takes longer than the text is long, squared."""

import re
from re import _parser as parser  # type: ignore[attr-defined]
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

MOST_OPEN = 2  # parts of any length
REPEATS = ("MAX_REPEAT", "MIN_REPEAT", "POSSESSIVE_REPEAT")
LITERAL = {"LITERAL", "NOT_LITERAL", "ANY", "IN", "AT"}
LONG = 100


def check(pattern: str) -> None:
    """Raises ValidationError for a pattern that is wrong, or could keep a machine busy."""
    if not pattern:
        return
    try:
        tree = parser.parse(pattern)
    except (re.error, OverflowError, RecursionError) as error:
        raise ValidationError(_("“%(text)s” is no pattern: %(why)s.") % {"text": pattern, "why": error}) from error
    if _weight(tree, False) > MOST_OPEN:
        raise ValidationError(_("This pattern is too hard to check: repeat single characters, at most twice openly."))


def _weight(tree: Any, inside: bool) -> int:
    """How many parts may be of any length; too many where something repeated repeats or chooses."""
    return sum(_of(str(kind), value, inside) for kind, value in tree)


def _of(kind: str, value: Any, inside: bool) -> int:
    if kind in LITERAL:
        return 0
    if kind in REPEATS:
        _least, most, body = value
        if inside:
            return MOST_OPEN + 1
        return _weight(body, True) + (1 if most > LONG else 0)
    if kind == "SUBPATTERN":
        return _weight(value[-1], inside)
    if kind == "BRANCH" and not inside:
        return sum(_weight(one, inside) for one in value[1])
    return MOST_OPEN + 1  # looks ahead or back, refers to what was found
