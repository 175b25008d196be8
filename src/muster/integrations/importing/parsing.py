"""Cells as values. Each function raises ValueError with a sentence that says what was expected."""

import datetime as dt
import difflib
import re
from collections.abc import Iterable
from decimal import Decimal, InvalidOperation

from django.utils.translation import gettext as _

from muster.core import money

DATE_FORMS = ("%Y-%m-%d", "%Y/%m/%d", "%Y.%m.%d", "%Y年%m月%d日", "%m/%d/%Y", "%Y%m%d")
CLOSE = 0.85


def day(text: str) -> dt.date | None:
    """A date as spreadsheets write it; None for an empty cell."""
    if not text:
        return None
    bare = re.split(r"[T ]", text, maxsplit=1)[0]
    for form in DATE_FORMS:
        try:
            return dt.datetime.strptime(bare, form).date()  # noqa: DTZ007 - a business day has no zone
        except ValueError:
            continue
    raise ValueError(_("“%(text)s” is not a date: write it as 2026-03-31.") % {"text": text[:40]})


def whole(text: str) -> int | None:
    if not text:
        return None
    try:
        value = Decimal(text.replace(",", ""))
    except InvalidOperation as error:
        raise ValueError(_("“%(text)s” is not a number.") % {"text": text[:40]}) from error
    if not value.is_finite() or value != value.to_integral_value() or not 0 <= value < 2**31:
        raise ValueError(_("“%(text)s” is not a whole number from 0 on.") % {"text": text[:40]})
    return int(value)


def amount(text: str, currency: str, times: int = 1) -> int | None:
    """Minor units of TEXT × TIMES units; not below zero."""
    if not text:
        return None
    try:
        value = money.to_minor(Decimal(text.replace(",", "").lstrip("$¥￥€£")) * times, currency)
    except InvalidOperation as error:
        raise ValueError(_("“%(text)s” is not an amount: write for example 1234.50.") % {"text": text[:40]}) from error
    if value < 0:
        raise ValueError(_("“%(text)s” is below zero: an amount is not.") % {"text": text[:40]})
    return value


def bare(text: str) -> str:
    """What is left of a name when case, blanks and punctuation are taken away."""
    return re.sub(r"[\W_]+", "", text.casefold())


def same_name(text: str, names: Iterable[str]) -> str | None:
    """The one of NAMES that TEXT means: written the same, the same but for blanks and case, or clearly misspelled;
    None where
    it is none of them or could be two."""
    names = list(names)
    if text in names:
        return text
    alike = [name for name in names if bare(name) == bare(text)]
    if len(alike) == 1:
        return alike[0]
    close = difflib.get_close_matches(bare(text), [bare(name) for name in names], n=2, cutoff=CLOSE)
    return next(name for name in names if bare(name) == close[0]) if len(close) == 1 else None
