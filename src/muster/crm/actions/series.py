"""Numbers that people say aloud, without gaps."""

from collections.abc import Callable

from muster.access.crud import crud
from muster.crm.models import NumberSeries

PATTERNS = {"contract": "HT-{year}-{number}", "quote": "BJ-{year}-{number}", "receipt": "SK-{year}-{number}"}

series = crud(NumberSeries)


def next_number(kind: str, year: int, taken: Callable[[str], bool] = lambda _number: False) -> str:
    """The next number of KIND. Its series is locked until the paper it is for is written or given up, so a number is
    neither given twice nor lost. One that somebody gave by hand already is passed over."""
    rows = NumberSeries.objects.unscoped("the next number")
    rows.get_or_create(kind=kind, defaults={"pattern": PATTERNS[kind]})
    row = rows.select_for_update().get(kind=kind)
    key = row.count_key(year)
    at = int(row.counts.get(key, 0)) + 1
    while taken(row.written(year, at)):
        at += 1
    row.counts = {**row.counts, key: at}
    row.save(update_fields=["counts"])
    return str(row.written(year, at))
