"""The period that an address asks for, and links to the usual ones."""

from typing import Any

from django.utils.translation import gettext as _

from muster.core import periods
from muster.core.http import Request
from muster.core.listings import BadInput
from muster.core.periods import Period

PRESETS = ("month", "last-month", "quarter", "last-quarter", "year", "last-year")


def period_of(request: Request) -> Period:
    """The period the address names; free dates come as `from` and `to` (the last day, included)."""
    start, last = request.GET.get("from"), request.GET.get("to")
    try:
        if start and last:
            end = periods.parse(f"day:{last}").end
            return periods.parse(f"{start}..{end:%Y-%m-%d}")
        return periods.parse(request.GET.get("period", ""), "month")
    except ValueError as error:
        raise BadInput(str(error)) from error


def preset_links(keys: tuple[str, ...], period: Period, query: str) -> list[dict[str, Any]]:
    labels = [_("This month"), _("Last month"), _("This quarter"), _("Last quarter"), _("This year"), _("Last year")]
    more = "&" + query if query else ""
    return [
        {"label": label, "url": f"?period={key}{more}", "active": periods.parse(key) == period}
        for key, label in zip(keys, labels, strict=True)
    ]
