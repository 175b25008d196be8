"""One specification of a list serves page, API and export: columns, filters, search, order, keyset paging."""

from __future__ import annotations

import base64
import datetime as dt
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import FieldDoesNotExist, ValidationError
from django.db.models import F, Q, QuerySet
from django.utils.translation import gettext as _

from muster.core import periods, search
from muster.core.models import linked

PAGE_SIZE = 50
MOST_PER_PAGE = 200
COUNT_UP_TO = 10_000


class BadInput(ValidationError):
    """A request that cannot be read: answered with 400 and the sentence."""


@dataclass(frozen=True)
class Column:
    """One column. `value` reads it from a row; `order` names the database column it is sorted by; `kind` says how it
    is shown."""

    key: str
    label: Any
    value: Callable[[Any], Any] | None = None
    kind: str = "text"  # text, code, link, money, date, datetime, number, percent, badge, member, bool
    order: str = ""
    default: bool = True  # shown unless the reader chose otherwise
    tone: Callable[[Any], str] | None = None  # the colour of a badge
    groups: Any = None  # what the list can be grouped by here where it is no field of the table; see `grouping.Kept`
    words: bool = False  # text in which few values come again and again: one may group by it

    def of(self, row: Any) -> Any:
        return self.value(row) if self.value else getattr(row, self.key)


@dataclass(frozen=True)
class Filter:
    """One filter. `choices` gives (value, label) pairs for the actor, or none where they are too many for a menu: then
    `model` is looked up while one types. `apply` narrows the rows (default: equality on `key`)."""

    key: str
    label: Any
    kind: str = "choice"  # choice, bool, date, period, number, text, record
    choices: Callable[[Any], list[tuple[str, Any]]] | None = None
    apply: Callable[[QuerySet[Any], Any, Any], QuerySet[Any]] | None = None  # (rows, value, actor)
    lookup: str = ""
    model: str = ""  # what is looked up while one types, as "people.member"
    plain: bool = False  # its values are their own names: no choices are read to say which one is set

    def narrow(self, rows: QuerySet[Any], raw: str, actor: Any) -> QuerySet[Any]:
        value = self.read(raw)
        if self.apply:
            return self.apply(rows, value, actor)
        try:
            return rows.filter(**{self.lookup or self.key: value})
        except ValueError as error:  # text where the column holds numbers
            raise self.unreadable(raw) from error

    def read(self, raw: str) -> Any:
        """RAW as typed in an address, as a value; BadInput says what was expected."""
        try:
            if self.kind == "date":
                return dt.date.fromisoformat(raw)
            if self.kind == "period":
                return periods.parse(raw)
            if self.kind in ("number", "record"):
                number = int(raw)
                if abs(number) >= 2**63:
                    raise ValueError(raw)
                return number
            if self.kind == "bool":
                return {"1": True, "true": True, "0": False, "false": False}[raw.lower()]
        except (ValueError, KeyError) as error:
            raise self.unreadable(raw) from error
        if "\x00" in raw or len(raw) > 200:
            raise self.unreadable(raw)
        if self.kind == "choice" and self.lookup.endswith("_id"):
            return Filter(self.key, self.label, kind="number").read(raw)
        return raw

    def unreadable(self, raw: str) -> BadInput:
        return BadInput(_("Filter “%(name)s”: “%(value)s” cannot be read.") % {"name": self.label, "value": raw[:40]})


@dataclass(frozen=True)
class Bulk:
    """An action on many rows: each row passes the action's own check."""

    key: str
    label: Any
    permission: str
    url_name: str
    icon: str = ""


@dataclass
class Page:
    rows: list[Any]
    next: str  # cursor, "" at the end
    previous: str
    total: int
    capped: bool  # there are more than `total`

    @property
    def total_label(self) -> str:
        return f"{self.total:,}+" if self.capped else f"{self.total:,}"


@dataclass
class Listing:
    """A list of MODEL. `rows` is its base query for an actor (already visible to him); `related` avoids queries per
    row."""

    model: Any
    key: str
    title: Any
    columns: list[Column]
    filters: list[Filter] = field(default_factory=list)
    related: tuple[str, ...] = ()
    prefetch: tuple[Any, ...] = ()
    order: str = "-id"  # default order: a column key of ours or "-id"
    base: Callable[[Any], QuerySet[Any]] | None = None
    searchable: bool = True
    bulk: tuple[Bulk, ...] = ()
    create_url: str = ""
    create_permission: str = ""
    create_label: Any = ""
    export_permission: str = ""
    empty_icon: str = "inbox"
    empty_title: Any = ""
    empty_text: Any = ""
    row_icon: str = ""
    finish: Callable[[list[Any], list[Column] | None], None] | None = None  # brings along what rows of a page need

    def column(self, key: str) -> Column:
        for column in self.columns:
            if column.key == key:
                return column
        raise BadInput(_("There is no column “%(key)s”.") % {"key": key[:40]})

    def filter(self, key: str) -> Filter:
        for one in self.filters:
            if one.key == key:
                return one
        raise BadInput(_("There is no filter “%(key)s”.") % {"key": key[:40]})

    def rows(self, actor: Any, values: dict[str, str]) -> QuerySet[Any]:
        """What the actor may see, narrowed by search text `q` and by the filters in VALUES; anything else in it is
        ignored."""
        rows = self.base(actor) if self.base else self.model.objects.visible_to(actor)
        if "archived_at" in {one.name for one in self.model._meta.get_fields()}:
            rows = rows.filter(archived_at__isnull=values.get("archived") != "1")
        if self.searchable and values.get("q"):
            rows = search.match(rows, values["q"][:200])
        for one in self.filters:
            if values.get(one.key):
                rows = one.narrow(rows, values[one.key], actor)
        return rows

    def sorting(self, sort: str) -> tuple[str, bool]:
        """(database column, descending) of SORT, which is a sortable column's key with '-' for descending."""
        sort = sort or self.order
        descending, key = sort.startswith("-"), sort.lstrip("-")
        if key == "id":
            return "id", descending
        order = self.column(key).order
        if not order:
            raise BadInput(_("The list cannot be sorted by “%(key)s”.") % {"key": key[:40]})
        return order, descending

    def page(
        self,
        actor: Any,
        values: dict[str, str],
        size: int = PAGE_SIZE,
        related: tuple[str, ...] = (),
        columns: list[Column] | None = None,
        rows: QuerySet[Any] | None = None,
    ) -> Page:
        """One page by keyset: page 100 costs what page 1 costs. Linked rows come along if `related` or COLUMNS (all
        where not said) show them. ROWS are part of the list's own, where not all of it is meant."""
        rows = self.rows(actor, values) if rows is None else rows
        order, descending = self.sorting(values.get("sort", ""))
        cursor = _read_cursor(values.get("cursor", ""))
        back = bool(cursor and cursor["back"])
        links = (*self._links(columns), *related)
        found = self._found(
            linked(rows, links, self._named(links, columns)), order, descending != back, cursor, size + 1
        )
        total, capped = _count(rows) if cursor or len(found) > size else (len(found), False)
        more, found = len(found) > size, found[:size][::-1] if back else found[:size]
        if self.finish:
            self.finish(found, columns)
        has_next, has_previous = (bool(cursor), more) if back else (more, bool(cursor))
        return Page(
            rows=found,
            next=_cursor(found[-1], order, back=False) if found and has_next else "",
            previous=_cursor(found[0], order, back=True) if found and has_previous else "",
            total=total,
            capped=capped,
        )

    def some(self, actor: Any, pk: int, columns: list[Column] | None = None) -> list[Any]:
        """The row PK as the list shows it, filters aside; nothing where the actor does not see it."""
        rows = self.base(actor) if self.base else self.model.objects.visible_to(actor)
        links = self._links(columns)
        shown = rows.select_related(*links) if links else rows
        found = list(shown.filter(pk=pk).prefetch_related(*self.prefetch)[:1])
        if self.finish:
            self.finish(found, columns)
        return found

    def _links(self, columns: list[Column] | None) -> tuple[str, ...]:
        """Of `related`, what COLUMNS need: a relation that is a column of its own only where that one is shown."""
        if columns is None:
            return self.related
        hidden = {one.key for one in self.columns} - {one.key for one in columns}
        return tuple(link for link in self.related if link not in hidden)

    def _named(self, links: tuple[str, ...], columns: list[Column] | None) -> tuple[str, ...]:
        """Of LINKS, those of whose rows COLUMNS show no more than the name."""
        plain = {one.key for one in columns or () if one.value is None} - {link.rpartition("__")[0] for link in links}
        return tuple(link for link in links if link in plain)

    def _found(
        self, rows: QuerySet[Any], order: str, down: bool, cursor: dict[str, Any] | None, most: int
    ) -> list[Any]:
        """The first MOST of ROWS behind the cursor, in order: no value counts as the smallest."""
        pk, empties = ("-id" if down else "id"), order != "id" and _may_be_empty(self.model, order)
        if empties:
            rows = rows.order_by(F(order).desc(nulls_last=True) if down else F(order).asc(nulls_first=True), pk)
        else:
            rows = rows.order_by(*dict.fromkeys((f"-{order}" if down else order, pk)))
        found: list[Any] = []
        for behind in _behind(order, down, cursor, empties) if cursor else [Q()]:
            found += rows.filter(behind).prefetch_related(*self.prefetch)[: most - len(found)]
            if len(found) == most:
                break
        return found


def visible_columns(listing: Listing, values: dict[str, str]) -> list[Column]:
    chosen = [key for key in values.get("col", "").split(",") if key]
    found = [column for column in listing.columns if column.key in chosen] if chosen else []
    return found or [column for column in listing.columns if column.default]


def _may_be_empty(model: Any, order: str) -> bool:
    """Can rows be without a value in the column ORDER? One that cannot needs no more than an ordinary index."""
    try:
        return bool(model._meta.get_field(order).null)
    except FieldDoesNotExist:  # over a link, within the custom values, or reckoned
        return True


def _count(rows: QuerySet[Any]) -> tuple[int, bool]:
    found = rows.order_by().values("pk")[: COUNT_UP_TO + 1].count()
    return min(found, COUNT_UP_TO), found > COUNT_UP_TO


def _behind(order: str, down: bool, cursor: dict[str, Any], empties: bool) -> list[Q]:
    """Rows behind the cursor in reading direction, as parts that follow on each other: each is one stretch of an index
    that is entered where it begins, however many rows lie before."""
    value, pk_side = cursor["value"], Q(pk__lt=cursor["pk"]) if down else Q(pk__gt=cursor["pk"])
    if order == "id":
        return [pk_side]
    empty, side = Q(**{f"{order}__isnull": True}), "lt" if down else "gt"
    if value is None:
        return [empty & pk_side] if down else [empty & pk_side, ~empty]
    from_here = Q(**{f"{order}__{side}e": value}) & (Q(**{f"{order}__{side}": value}) | pk_side)
    return [from_here, empty] if down and empties else [from_here]


def _cursor(row: Any, order: str, back: bool) -> str:
    value: Any = row
    for part in order.split("__"):
        value = value.get(part) if isinstance(value, dict) else getattr(value, part, None)
    if isinstance(value, dt.date | dt.datetime):
        value = value.isoformat()
    packed = json.dumps([int(back), value if order != "id" else None, row.pk], separators=(",", ":"))
    return base64.urlsafe_b64encode(packed.encode()).decode().rstrip("=")


def _read_cursor(text: str) -> dict[str, Any] | None:
    if not text:
        return None
    try:
        back, value, pk = json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
        if not isinstance(pk, int) or abs(pk) >= 2**63 or isinstance(value, list | dict | bool):
            raise ValueError(text)
    except (ValueError, TypeError, RecursionError) as error:
        raise BadInput(_("This page address is damaged: begin at the first page again.")) from error
    return {"back": bool(back), "value": value, "pk": pk}


def rows_of(model: Any, *filters: Filter, related: tuple[str, ...] = ()) -> Listing:
    """A list for programs of what has no list of its own on a page."""
    names = model._meta
    return Listing(
        model=model,
        key=names.model_name,
        title=names.verbose_name_plural,
        columns=[],
        filters=list(filters),
        related=related,
        searchable=False,
        order="id",
    )
