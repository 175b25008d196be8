"""Numbers as people read them: in the reader's language, and with what changed since before."""

from fractions import Fraction
from typing import Any
from urllib.parse import urlencode

from babel.numbers import format_decimal, format_percent
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from muster.core import money
from muster.core.fields import default_currency
from muster.core.periods import Period
from muster.metrics.compute import Cell, Result
from muster.metrics.metric import Metric

FLAT = 0.005


def rows_url(key: str, period: Period, query: str = "", **asked: Any) -> str:
    """The address of the rows behind the number KEY over PERIOD; QUERY and ASKED say of whom, and in which group."""
    said = urlencode({"period": period.key(), **asked})
    return f"{reverse('metric_rows', args=[key])}?{said}{'&' + query if query else ''}"


def text(one: Metric, cell: Cell, *, full: bool = False) -> str:
    """'¥123.5 万', '63.2 %', '48 days', '1,234'; '–' where there is nothing to divide by."""
    if cell.value is None:
        return "–"
    if one.unit == "money":
        amount = money.rounded(Fraction(cell.value))
        return (money.display if full else money.short)(amount, cell.currency or default_currency())
    if one.unit == "ratio":
        return format_percent(float(cell.value), format="#,##0.0%", locale=money.locale())
    if one.unit == "days":
        days = round(float(cell.value), 1)
        return ngettext("%(days)s day", "%(days)s days", round(days)) % {
            "days": format_decimal(days, locale=money.locale())
        }
    if one.unit == "minutes":
        return span(round(cell.value))
    if one.unit == "seconds":
        seconds = round(cell.value)
        return _("%(seconds)s s") % {"seconds": seconds} if seconds < 60 else span(seconds // 60)
    return format_decimal(int(cell.value), locale=money.locale())


def decimal(value: float) -> str:
    """1.4, and 1 without a point."""
    return str(format_decimal(round(value, 1), locale=money.locale()))


def span(minutes: int) -> str:
    """'45 min', '3 h 20 min', '2 d 4 h'."""
    hours, rest = divmod(minutes, 60)
    days, left = divmod(hours, 24)
    if days:
        return _("%(days)s d %(hours)s h") % {"days": format_decimal(days, locale=money.locale()), "hours": left}
    if hours:
        return _("%(hours)s h %(minutes)s min") % {"hours": hours, "minutes": rest}
    return _("%(minutes)s min") % {"minutes": rest}


def share(part: int, whole: int) -> Fraction | None:
    """PART of WHOLE; None where there is nothing to divide by."""
    return Fraction(part, whole) if whole else None


def change(one: Metric, now: Cell, before: Cell) -> tuple[str, str]:
    """(text, tone) of what changed since BEFORE: a ratio in points, everything else in per cent; tone good, bad or
    flat."""
    if now.value is None or before.value is None or (one.unit != "ratio" and not before.value):
        return "", "flat"
    if one.unit == "ratio":
        moved = float(now.value - before.value)
        said = _("%(points)s pts") % {
            "points": format_decimal(moved * 100, format="+#,##0.0;-#,##0.0", locale=money.locale())
        }
    else:
        moved = float(Fraction(now.value - before.value) / abs(Fraction(before.value)))
        said = format_percent(moved, format="+#,##0%;-#,##0%", locale=money.locale())
    if abs(moved) < FLAT:
        return said, "flat"
    return said, "good" if (moved > 0) == (one.better == "up") else "bad"


def scale(one: Metric, result: Result, values: list[float]) -> dict[str, Any]:
    """Unit of an axis for VALUES in the reader's language: divisor, suffix, prefix."""
    if one.unit != "money":
        return {"divisor": 1, "suffix": "", "prefix": "", "decimals": 0}
    code = result.currency or default_currency()
    units = money.scale(code)
    largest = max([abs(value) for value in values], default=0) / units
    steps = (
        [(money.HUNDRED_MILLION, " 亿"), (money.TEN_THOUSAND, " 万")]
        if money.locale().language == "zh"
        else [(10**6, "M"), (1000, "K")]
    )
    step, suffix = next(((step, suffix) for step, suffix in steps if largest >= step), (1, ""))
    return {"divisor": units * step, "suffix": suffix, "prefix": money.symbol(code), "decimals": 1 if suffix else 0}
