"""Cells as values. Each function raises `Wrong`, a ValueError with a sentence that says what was expected."""

import datetime as dt
import difflib
import re
import unicodedata
from collections.abc import Iterable
from decimal import Decimal, InvalidOperation
from functools import lru_cache

from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext_lazy as _

from muster.core import money as core_money
from muster.integrations.importing.sentences import Wrong

DATE_FORMS = ("%Y-%m-%d", "%Y/%m/%d", "%Y.%m.%d", "%Y年%m月%d日", "%Y年%m月%d号")
EIGHT_DIGITS = 8
CLOSE = 0.85
SHOWN = 40
TRUE = {"1", "y", "yes", "true", "是", "对", "有", "√", "on"}
FALSE = {"0", "n", "no", "false", "否", "不", "无", "不是", "×", "off"}
# How an amount says its currency; the signs that several use stand for the first, and fit the others too.
SIGNS = {
    "¥": ("CNY", "JPY"),
    "$": ("USD", "HKD", "TWD", "SGD", "AUD", "CAD"),
    "€": ("EUR",),
    "£": ("GBP",),
    "₩": ("KRW",),
    "元": ("CNY",),
    "人民币": ("CNY",),
    "HK$": ("HKD",),
    "US$": ("USD",),
    "RMB": ("CNY",),
}
NUMBER = re.compile(r"(\d+|\d{1,3}(,\d{3})+|\d{1,4}(,\d{4})+)(\.\d*)?(E[+-]?\d+)?[万亿]?")


def plain(text: str) -> str:
    """Full-width digits and signs as ordinary ones."""
    return text if text.isascii() else unicodedata.normalize("NFKC", text).strip()


def day(text: str) -> dt.date | None:
    """A date as spreadsheets write it; None for an empty cell. 3/4/2026 is two days at once, so refused."""
    if not text:
        return None
    bare = re.split(r"[T ]", plain(text), maxsplit=1)[0]
    forms = ("%Y%m%d",) if bare.isdigit() and len(bare) == EIGHT_DIGITS else DATE_FORMS
    for form in forms:
        try:
            return dt.datetime.strptime(bare, form).date()  # noqa: DTZ007 - a business day has no zone
        except ValueError:
            continue
    if slashed := re.fullmatch(r"(\d{1,2})/(\d{1,2})/(\d{4})", bare):
        return _slashed(text, *map(int, slashed.groups()))
    raise Wrong(_("“%(text)s” is not a date: write it as 2026-03-31."), text=text[:SHOWN])


def _slashed(text: str, first: int, second: int, year: int) -> dt.date:
    found = set()
    for month, number in ((first, second), (second, first)):
        try:
            found.add(dt.date(year, month, number))
        except ValueError:
            continue
    if len(found) == 1:
        return found.pop()
    if found:
        raise Wrong(_("“%(text)s” could be two days: write it as 2026-03-31."), text=text[:SHOWN])
    raise Wrong(_("“%(text)s” is not a date: write it as 2026-03-31."), text=text[:SHOWN])


def moment(text: str) -> dt.datetime | None:
    """A date, with a time where one is given, in the business time zone."""
    try:
        found = parse_datetime(plain(text).replace("/", "-")) if text else None
    except ValueError:
        found = None
    if found is None:
        on = day(text)
        found = dt.datetime.combine(on, dt.time()) if on else None
    return timezone.make_aware(found) if found is not None and timezone.is_naive(found) else found


def whole(text: str, most: int = 2**31 - 1) -> int | None:
    if not text:
        return None
    try:
        value = Decimal(re.sub("[人名家个]$", "", plain(text)).replace(",", ""))
    except InvalidOperation as error:
        raise Wrong(_("“%(text)s” is not a number."), text=text[:SHOWN]) from error
    if not value.is_finite() or value > most or value != value.to_integral_value() or value < 0:
        raise Wrong(_("“%(text)s” is not a whole number from 0 on."), text=text[:SHOWN])
    return int(value)


def flag(text: str) -> bool:
    said = plain(text).lower()
    if said not in TRUE | FALSE:
        raise Wrong(_("“%(text)s” is neither yes nor no."), text=text[:SHOWN])
    return said in TRUE


def amount(text: str, currency: str, times: int = 1) -> int | None:
    """Minor units of TEXT × TIMES units; not below zero."""
    if not text:
        return None
    value, _currency = money(text, currency, currency, times)
    return value


def money(text: str, currency: str, default: str, times: int = 1) -> tuple[int, str]:
    """Minor units and currency of an amount: that of the column CURRENCY, else what its own sign says, else
    DEFAULT."""
    raw, sign = _unsigned(plain(text))
    fits = SIGNS.get(sign, (sign,)) if sign else ()
    if currency and fits and currency not in fits:
        raise Wrong(_("“%(text)s” is not in %(currency)s."), text=text[:SHOWN], currency=currency)
    unit = currency or (default if default in fits else fits[0] if fits else default)
    if raw.startswith("-"):
        raise Wrong(_("“%(text)s” is below zero: an amount is not."), text=text[:SHOWN])
    if not NUMBER.fullmatch(raw):
        raise Wrong(_("“%(text)s” is not an amount: write for example 1234.50."), text=text[:SHOWN])
    return _minor(text, raw, unit, times), unit


def _unsigned(text: str) -> tuple[str, str]:
    """TEXT without its currency sign, and the sign."""
    raw, sign = text.replace(" ", "").upper(), ""
    for one in sorted(SIGNS, key=len, reverse=True):
        if raw.startswith(one) or (raw.endswith(one) and one != raw):
            return raw.removeprefix(one).removesuffix(one), one
    if code := re.fullmatch(r"([A-Z]{3})(-?\d.*)|(-?\d.*?)([A-Z]{3})", raw):
        before, first, second, after = code.groups()
        raw, sign = first or second, before or after
    return raw, sign


def _minor(text: str, raw: str, currency: str, times: int) -> int:
    """Exact minor units; what the field cannot hold, or the currency has no coin for, is refused."""
    scale, digits = {"万": 10_000, "亿": 100_000_000}.get(raw[-1:], 1), raw.rstrip("万亿").replace(",", "")
    value = Decimal(digits) * scale * times * core_money.scale(currency)
    if value.adjusted() > len(str(core_money.MOST_MINOR)) or value > core_money.MOST_MINOR:
        raise Wrong(_("“%(text)s” is larger than this field can hold."), text=text[:SHOWN])
    if value != value.to_integral_value():
        message = _("“%(text)s” has more decimals than %(currency)s.")
        raise Wrong(message, text=text[:SHOWN], currency=currency)
    return int(value)


@lru_cache(maxsize=4_096)
def bare(text: str) -> str:
    """What is left of a name when case, width, blanks and punctuation are taken away."""
    return re.sub(r"[\W_]+", "", plain(text).casefold())


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
