"""A list in groups: by a choice, a link, a yes or no, a word, or the month of a date, of the table or of the firm's own
fields; with how many and how much in each.

The rows are those of the list, so a group holds what its viewer may see and nothing else adds up.
"""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import FieldDoesNotExist
from django.db import models
from django.db.models.functions import TruncMonth
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from muster.core.fields import Sensitive
from muster.core.listings import BadInput, Column, Listing
from muster.core.totals import added_up

MOST_GROUPS = 100
NONE = "-"  # the group of rows without a value


@dataclass
class Group:
    key: str
    label: str
    count: int = 0
    sums: dict[str, dict[str, int]] = field(default_factory=dict)  # column → currency ('' where it has none) → sum


@dataclass(frozen=True)
class Grouping:
    """What a list is grouped by: the column, and its field in the database."""

    column: Column
    field: Any

    @property
    def key(self) -> str:
        return self.column.key

    @property
    def by_month(self) -> bool:
        return isinstance(self.field, models.DateField)

    @property
    def yes_or_no(self) -> bool:
        return isinstance(self.field, models.BooleanField) or getattr(self.field, "is_bool", False)

    def within(self, rows: Any, key: str) -> Any:
        """Those of ROWS in the group KEY."""
        if self.column.groups is not None:
            return self._kept(rows, key)
        name = self.field.name
        if key == NONE:
            empty = models.Q(**{f"{name}__isnull": True})
            return rows.filter(empty | models.Q(**{name: ""}) if isinstance(self.field, models.CharField) else empty)
        try:
            if self.by_month:
                first, end = self._month(key)
                return rows.filter(**{f"{name}__gte": first, f"{name}__lt": end})
            if isinstance(self.field, models.BooleanField):
                return rows.filter(**{name: {"1": True, "0": False}[key]})
            if self.field.is_relation:
                if len(key) > 18:
                    raise ValueError(key)
                return rows.filter(**{f"{name}_id": int(key)})
        except (ValueError, KeyError) as error:
            raise BadInput(_("There is no group “%(key)s”.") % {"key": key[:40]}) from error
        return rows.filter(**{name: key})

    def _kept(self, rows: Any, key: str) -> Any:
        """Of a field of the firm."""
        if key == NONE:
            return self.field.without(rows)
        known = {"1": True, "0": False} if self.yes_or_no else {one: one for one, _label in self.field.flatchoices}
        if key not in known:
            raise BadInput(_("There is no group “%(key)s”.") % {"key": key[:40]})
        return self.field.within(rows, known[key])

    def _month(self, key: str) -> tuple[Any, Any]:
        first = dt.date.fromisoformat(f"{key}-01")
        end = (first + dt.timedelta(days=31)).replace(day=1)
        if not isinstance(self.field, models.DateTimeField):
            return first, end
        start, stop = (timezone.make_aware(dt.datetime.combine(day, dt.time())) for day in (first, end))
        return start, stop


def _field(listing: Listing, column: Column) -> Any:
    """The field behind COLUMN that one can group by, or None."""
    if column.groups is not None:
        return column.groups
    try:
        found: Any = listing.model._meta.get_field(column.key)
    except FieldDoesNotExist:
        return None
    if not getattr(found, "concrete", False) or isinstance(found, Sensitive):
        return None
    chosen = isinstance(found, models.CharField) and (bool(found.choices) or column.words)
    return found if found.is_relation or chosen or isinstance(found, models.DateField | models.BooleanField) else None


def groupings(listing: Listing) -> list[Grouping]:
    pairs = ((column, _field(listing, column)) for column in listing.columns)
    return [Grouping(column, found) for column, found in pairs if found is not None]


def grouping(listing: Listing, key: str) -> Grouping:
    for one in groupings(listing):
        if one.key == key:
            return one
    raise BadInput(_("The list cannot be grouped by “%(key)s”.") % {"key": key[:40]})


def added(listing: Listing, columns: list[Column]) -> list[Column]:
    """Of COLUMNS those that are added up: amounts and numbers that are columns of the table itself."""
    names = {one.name for one in listing.model._meta.concrete_fields if not isinstance(one, Sensitive)}
    return [one for one in columns if one.kind in ("money", "number") and one.order in names]


def groups(listing: Listing, rows: Any, by: Grouping, columns: list[Column]) -> tuple[list[Group], int]:
    """The first groups of ROWS with their sums, and how many more there are. One question, and one for names."""
    sums, names = added(listing, columns), {one.name for one in listing.model._meta.concrete_fields}
    key = by.field.attname
    if by.by_month:
        rows, key = rows.annotate(month_of=TruncMonth(by.field.name)), "month_of"
    currency = "currency" if "currency" in names and any(one.kind == "money" for one in sums) else ""
    found: dict[str, Group] = {}
    for value, unit, number, minors in added_up(rows, key, tuple(one.order for one in sums), currency):
        group = found.setdefault(_key(value), Group(_key(value), ""))
        group.count += number
        for column, minor in zip(sums, minors, strict=True):
            of = group.sums.setdefault(column.key, {})
            said = unit if column.kind == "money" else ""
            of[said] = of.get(said, 0) + minor
    order = _names(by, found)
    shown = sorted(found.values(), key=lambda one: (one.key == NONE, order(one)))
    return shown[:MOST_GROUPS], max(0, len(shown) - MOST_GROUPS)


def _key(value: Any) -> str:
    if value is None or value == "":
        return NONE
    if isinstance(value, bool):
        return "1" if value else "0"
    return f"{value:%Y-%m}" if isinstance(value, dt.date) else str(value)


def _names(by: Grouping, found: dict[str, Group]) -> Callable[[Group], Any]:
    """Name the groups; returns what they are sorted by: choices as they are declared, links by their order or name."""
    places: dict[str, Any] = {}
    if by.field.is_relation:
        wanted = [int(key) for key in found if key != NONE]
        rows = by.field.related_model.objects.unscoped("names of the groups of a list").filter(pk__in=wanted)
        said = {str(one.pk): str(one) for one in rows}
        places = {str(one.pk): getattr(one, "position_no", None) or 0 for one in rows}
    elif by.by_month:
        said = {
            key: date_format(dt.date.fromisoformat(f"{key}-01"), "YEAR_MONTH_FORMAT") for key in found if key != NONE
        }
    elif by.yes_or_no:
        said = {"1": _("Yes"), "0": _("No")}
    else:
        said = {str(key): str(label) for key, label in by.field.flatchoices}  # none of plain text
        places = {key: at for at, key in enumerate(said)}
    for key, group in found.items():
        group.label = _("Without") if key == NONE else said.get(key, key)
    return lambda one: (places.get(one.key, 0), one.key if by.by_month else one.label)
