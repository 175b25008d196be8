"""The one way to compute a number: over the fact relations of the catalogue, through the rows a viewer may see.

A question becomes one SQL statement for each sixteen relations that it names. Ibis compiles them once per shape; at run
time each `scoped_` table is prefixed as a common table expression made of the policy's own query.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from fractions import Fraction
from functools import lru_cache
from itertools import chain
from typing import Any

import ibis
from django.apps import apps
from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import QuerySet
from django.db.models.expressions import RawSQL

from muster.access.scope import Actor
from muster.core.periods import Period, today
from muster.crm.models import Account
from muster.metrics import catalog, kept  # noqa: F401 - the catalogue fills the registry
from muster.metrics.metric import Metric, metric
from muster.metrics.tables import OF_CUSTOMER, SCOPED, columns, structure
from muster.people.models import Assignment, Member, UnitLine

# Dates of the question, replaced by parameters in the compiled text so that it can be kept.
START, END, LAST = dt.date(1901, 1, 1), dt.date(1902, 2, 2), dt.date(1903, 3, 3)
CHOSEN = "chosen_members"
UNIT = "chosen_unit"
CUSTOMERS = "chosen_customers_"  # and the table whose rows are of the chosen customers
STAGE = "stage_id"  # the dimension in which a deal moves on
NO_GROUP = None
MOST_RELATIONS = 16  # in one statement: SQLite's parser takes no more than a hundred levels, and a union is nested
INLINE = "NOT MATERIALIZED"  # a part used twice would otherwise be read whole, before the dates choose an index


@dataclass(frozen=True)
class Cell:
    """One number: `value` in minor units, pieces, days or as a fraction; None where there is nothing to divide by.
    `n` counts the rows behind it (for a ratio those of the denominator)."""

    value: int | Fraction | None
    n: int
    currency: str = ""


ZERO = Cell(0, 0)


Where = tuple[tuple[str, Any], ...]  # dimension and the value that facts must have in it; None: have no value


@dataclass(frozen=True)
class Narrow:
    """By what a question is narrowed, so that it is compiled once for all members, units and customers."""

    members: bool = False
    unit: bool = False
    customers: bool = False
    past: bool = False  # what it is grouped by has changed since
    where: Where = ()
    alone: bool = False  # of the unit itself, not of those below it


NOT_NARROWED = Narrow()


@dataclass(frozen=True)
class Who:
    """Of whom a question is."""

    members: QuerySet[Member] | None = None
    unit: int | None = None
    customers: QuerySet[Account] | None = None
    where: Where = ()
    alone: bool = False

    def narrow(self, past: bool = False) -> Narrow:
        chosen = self.members is not None, self.unit is not None, self.customers is not None
        return Narrow(*chosen, past, self.where, self.alone)


@dataclass
class Result:
    """Answers by metric and group. Of money there is one number per currency; `cell` gives that of the main one."""

    period: Period
    by: str | None
    cells: dict[str, dict[Any, dict[str, Cell]]] = field(default_factory=dict)
    currency: str = ""
    at: dt.datetime | None = None  # when it was counted; see `kept`

    def groups(self, key: str) -> list[Any]:
        return list(self.cells.get(key, {}))

    def cell(self, key: str, group: Any = NO_GROUP) -> Cell:
        found = self.cells.get(key, {}).get(group, {})
        if metric(key).unit == "money":
            return found.get(self.currency) or self._empty(key)
        return found.get("") or self._empty(key)

    def _empty(self, key: str) -> Cell:
        one = metric(key)
        return Cell(None if one.kind == "ratio" else 0, 0, self.currency if one.unit == "money" else "")

    def currencies(self) -> list[str]:
        """Every currency in the answer, the one with most rows first."""
        seen: dict[str, int] = defaultdict(int)
        for groups in self.cells.values():
            for cells in groups.values():
                for code, cell in cells.items():
                    if code:
                        seen[code] += cell.n
        return sorted(seen, key=lambda code: (-seen[code], code))


def compute(
    keys: Iterable[str],
    actor: Actor,
    period: Period,
    *,
    by: str | None = None,
    across: str | None = None,
    members: QuerySet[Member] | None = None,
    unit: int | None = None,
    customers: QuerySet[Account] | None = None,
    where: Where = (),
    alone: bool = False,
    currency: str = "",
) -> Result:
    """The metrics KEYS over PERIOD as ACTOR may see them, in one query or, of many, in a few.

    by: None for one number each, 'member', 'unit' (where the member stood on the day; None is unassigned), 'day', or a
    dimension that all the metrics have. across: a second one; groups are then pairs. members: only these. unit: only
    facts of days on which the member stood in this unit or below, or with ALONE in itself. customers: only facts of
    rows of these. where: only facts with these values in dimensions.
    Raises KeyError for an unknown metric, ValueError for a dimension that a metric does not have.
    """
    keys, who = tuple(dict.fromkeys(keys)), Who(members, unit, customers, where, alone)
    texts = prepare(keys, by, who.narrow(_is_past({by, across, *dict(where)}, period)), across)
    answers = [kept.answer(*_statement(text, actor, period, who)) for text in texts]
    found: dict[str, dict[Any, dict[str, Cell]]] = defaultdict(lambda: defaultdict(dict))
    for key, group, other, code, value, n in chain.from_iterable(answer.rows for answer in answers):
        place = (_group(group, by), _group(other, across)) if across else _group(group, by)
        found[key][place][code] = Cell(int(value or 0), n, code)
    at = min((answer.at for answer in answers), default=None)
    result = Result(period, by, {key: _merged(found, metric(key)) for key in keys}, at=at)
    result.currency = currency or next(iter(result.currencies()), "")
    return result


def _is_past(dimensions: set[str | None], period: Period) -> bool:
    """Has what is grouped or narrowed by changed since the period, so that it must be looked up?"""
    return STAGE in dimensions and period.end <= today()


def prepare(
    keys: tuple[str, ...], by: str | None, narrow: Narrow = NOT_NARROWED, across: str | None = None
) -> list[str]:
    """The compiled question, in as many statements as it takes; the same one is compiled once in a process."""
    base = tuple(dict.fromkeys(part for key in keys for part in _parts(key)))
    for key in base:
        for one in {by, across} - {None, "member", "unit", "day", *metric(key).dimensions}:
            raise ValueError(f"{key} cannot be computed by {one}.")
        _check_where(key, narrow.where)
        if narrow.customers and metric(key).model not in OF_CUSTOMER:
            raise ValueError(f"{key} cannot be computed of customers.")
    pieces = [base[at : at + MOST_RELATIONS] for at in range(0, len(base), MOST_RELATIONS)]
    return [_compiled(piece, (by, across), narrow, connection.vendor) for piece in pieces]


def _check_where(key: str, where: Where) -> None:
    for name, _value in where:
        if name not in metric(key).dimensions:
            raise ValueError(f"{key} cannot be computed by {name}.")


def _parts(key: str) -> tuple[str, ...]:
    one = metric(key)
    return (one.numerator, one.denominator) if one.kind == "ratio" else (key,)


def _group(group: Any, by: str | None) -> Any:
    if by == "day" and isinstance(group, str):
        return dt.date.fromisoformat(group[:10])
    return None if by is None else group


def _merged(found: dict[str, Any], one: Metric) -> dict[Any, dict[str, Cell]]:
    """Cells of ONE: money by currency, anything else over all; a ratio divided only now."""
    if one.kind != "ratio":
        return {group: _as_unit(cells, one) for group, cells in found[one.key].items()}
    merged: dict[Any, dict[str, Cell]] = {}
    for group, below in found[one.denominator].items():
        above = found[one.numerator].get(group, {})
        over, under = _as_unit(above, one), _as_unit(below, one)
        merged[group] = {code: Cell(_divide(over.get(code, ZERO), cell), cell.n, code) for code, cell in under.items()}
    return merged


def _divide(above: Cell, below: Cell) -> Fraction | None:
    return Fraction(above.value or 0) / Fraction(below.value) if below.value else None


def _as_unit(cells: dict[str, Cell], one: Metric) -> dict[str, Cell]:
    if one.unit == "money":
        return dict(cells)
    values = [cell.value or 0 for cell in cells.values()]
    return {"": Cell(sum(int(value) for value in values), sum(cell.n for cell in cells.values()))} if cells else {}


Groups = tuple[str | None, str | None]


def _relation(one: Metric, by: Groups, narrow: Narrow) -> Any:
    """The facts of ONE within the period, grouped: metric, both groups, currency, value, n."""
    return _grouped(_narrowed(one, "unit" in by, narrow), one, by)


def _narrowed(one: Metric, placed: bool, narrow: Narrow) -> Any:
    """The facts of ONE within the period, of the chosen members and customers, on the days they stood in the chosen
    unit."""
    facts: Any = one.facts() if one.facts else None
    if one.kind == "stock":
        facts = facts.filter(facts.day.isnull() | (facts.day < END), facts.until.isnull() | (facts.until >= END))
        facts = facts.mutate(at=ibis.literal(LAST))
        facts = one.then(facts, END) if narrow.past and one.then else facts
    else:
        facts = facts.filter(facts.day >= START, facts.day < END)
        facts = facts.mutate(at=facts.day)
    for name, value in narrow.where:
        facts = facts.filter(facts[name].isnull() if value is None else facts[name] == value)
    if narrow.members:
        facts = facts.filter(facts.member_id.isin(_keys(CHOSEN)))
    if narrow.customers and one.model:
        facts = facts.filter(facts.source_id.isin(_keys(CUSTOMERS + one.model._meta.db_table)))
    if placed or narrow.unit:
        facts = _placed(facts, one.leaving)
    if narrow.alone:
        return facts.filter(facts.unit_id.isin(_keys(UNIT)))
    return _within_unit(facts) if narrow.unit else facts


def _keys(name: str) -> Any:
    return ibis.table({"id": "int64"}, name=name).id


def _placed(facts: Any, leaving: bool) -> Any:
    """FACTS with the unit in which the member stood on the day, or with LEAVING until then."""
    stood = structure(Assignment)
    same = facts.member_id == stood.member_id
    since, until = stood.valid_from <= facts.at, stood.valid_to.isnull() | (stood.valid_to > facts.at)
    if leaving:
        since, until = stood.valid_from < facts.at, stood.valid_to.isnull() | (stood.valid_to >= facts.at)
    joined = facts.left_join(stood, [same, since, until])
    return joined.select(*[facts[name] for name in facts.columns], unit_id=stood.unit_id)


def _within_unit(facts: Any) -> Any:
    lines = structure(UnitLine)
    below = lines.filter(lines.ancestor_id.isin(_keys(UNIT)))
    since, until = below.valid_from <= facts.at, below.valid_to.isnull() | (below.valid_to > facts.at)
    return facts.semi_join(below, [facts.unit_id == below.descendant_id, since, until])


def _grouped(facts: Any, one: Metric, by: Groups) -> Any:
    columns = [{"member": "member_id", "unit": "unit_id", "day": "at"}.get(name or "", name) for name in by]
    value = facts["item"].nunique() if one.kind == "distinct" else facts["value"].sum()
    rows = facts["source_id"].nunique() if one.parts else facts.count()
    names = dict.fromkeys([*filter(None, columns), "currency"])
    grouped = facts.group_by(list(names)).aggregate(value=value, n=rows)
    group, other = (grouped[name] if name else ibis.literal(0) for name in columns)
    found = {"currency": grouped.currency, "value": grouped["value"], "n": grouped["n"]}
    return grouped.select(metric=ibis.literal(one.key), grp=group, other=other, **found)


@lru_cache(maxsize=512)
def _compiled(base: tuple[str, ...], by: Groups, narrow: Narrow, vendor: str) -> str:
    relations = [_relation(metric(key), by, narrow) for key in base]
    return _text(ibis.union(*relations) if len(relations) > 1 else relations[0], vendor)


def _text(expression: Any, vendor: str) -> str:
    """EXPRESSION as SQL for Django's connection; per cent signs doubled, the dates of the question marked."""
    text = str(ibis.to_sql(expression, dialect="postgres" if vendor == "postgresql" else "sqlite")).replace("%", "%%")
    for name, day in (("start", START), ("end", END), ("last", LAST)):
        for spelled in (f"MAKE_DATE({day.year}, {day.month}, {day.day})", f"'{day.isoformat()}'"):
            text = text.replace(spelled, f"%({name})s" + ("::date" if vendor == "postgresql" else ""))
    return text.replace('" AS (', f'" AS {INLINE} (')  # the parts that Ibis names itself


def _statement(text: str, actor: Actor, period: Period, who: Who) -> tuple[str, list[Any]]:
    """TEXT with the viewer's rows in front, and its parameters in the order in which they stand."""
    parts: list[str] = []
    params: list[Any] = []
    for table in _named_tables(text, SCOPED):
        sql, more = _sql(_rows(apps_model(table), actor), table)
        parts.append(f'"{SCOPED}{table}" AS {INLINE} ({sql})')
        params += more
    for name, rows in _chosen(text, who):
        sql, more = _sql(rows.order_by().values("pk"), rows.model._meta.db_table)
        parts.append(f'"{name}"("id") AS ({sql})')
        params += more
    if who.unit is not None:
        parts.append(f'"{UNIT}"("id") AS (SELECT {int(who.unit)})')
    days = {"start": period.start, "end": period.end, "last": period.last}
    body, named = _positional(text, days)
    own = body.removeprefix("WITH ")  # Ibis names parts of its own where they are used twice
    return f"WITH {', '.join(parts)}{' ' if own == body else ', '}{own}", [*params, *named]


def _chosen(text: str, who: Who) -> Iterator[tuple[str, QuerySet[Any]]]:
    """The rows that narrow TEXT, by the name it knows them by: members, and of each table what is of the customers."""
    if who.members is not None:
        yield CHOSEN, who.members
    if who.customers is None:
        return
    keys = who.customers.order_by().values("pk")
    for table in _named_tables(text, CUSTOMERS):
        model = apps_model(table)
        rows = model.objects.unscoped("rows of chosen customers")
        yield CUSTOMERS + table, rows.filter(**{f"{OF_CUSTOMER[model]}__in": keys})


def _sql(rows: QuerySet[Any], table: str) -> tuple[str, tuple[Any, ...]]:
    """The SQL of ROWS; where Django knows that there are none, a query of the same shape that finds none."""
    try:
        return rows.query.sql_with_params()
    except EmptyResultSet:
        names = ", ".join(f'"{name}"' for name in rows.query.values_select)
        return f'SELECT {names} FROM "{table}" WHERE 1 = 0', ()  # noqa: S608 - names of our own columns


def _positional(text: str, days: dict[str, dt.date]) -> tuple[str, list[Any]]:
    """Named marks become positional ones, because Django's own part of the statement is positional."""
    pieces: list[str] = []
    params: list[Any] = []
    rest = text
    while True:
        at = rest.find("%(")
        if at < 0:
            return "".join([*pieces, rest]), params
        end = rest.index(")s", at)
        params.append(connection.ops.adapt_datefield_value(days[rest[at + 2 : end]]))
        pieces += [rest[:at], "%s"]
        rest = rest[end + 2 :]


@lru_cache(maxsize=512)
def _named_tables(text: str, prefix: str) -> tuple[str, ...]:
    words = text.split(f'"{prefix}')[1:]
    return tuple(dict.fromkeys(word.split('"', 1)[0] for word in words))


@lru_cache
def apps_model(table: str) -> Any:
    return next(model for model in apps.get_models() if model._meta.db_table == table)


def _rows(model: Any, actor: Actor) -> Any:
    rows = model.objects.unscoped("operator's own view") if actor.system else model.objects.counted_for(actor)
    return rows.filter(archived_at=None).order_by().values(*(_attname(model, column) for column in columns(model)))


def _attname(model: Any, column: str) -> str:
    return str(next(one.attname for one in model._meta.concrete_fields if one.column == column))


def source_rows(
    key: str,
    actor: Actor,
    period: Period,
    *,
    members: QuerySet[Member] | None = None,
    unit: int | None = None,
    customers: QuerySet[Account] | None = None,
    where: Where = (),
    alone: bool = False,
) -> QuerySet[Any]:
    """The rows behind a number (of a ratio: those of its denominator), as the viewer may see them. where: those with
    these values in dimensions; a stage is the one they stood in at the end of the period. alone: of the unit itself."""
    one, who = metric(_parts(key)[-1]), Who(members, unit, customers, where, alone)
    _check_where(one.key, where)
    text = _source_text(one.key, who.narrow(_is_past({*dict(where)}, period)), connection.vendor)
    sql, params = _statement(text, actor, period, who)
    if one.model is None:
        raise ValueError(f"{key} has no rows to open.")
    rows = one.model.objects.visible_to(actor) if one.wider else one.model.objects.counted_for(actor)
    return rows.filter(pk__in=RawSQL(sql, params))  # noqa: S611 - made of our own parts


@lru_cache(maxsize=256)
def _source_text(key: str, narrow: Narrow, vendor: str) -> str:
    facts = _narrowed(metric(key), False, narrow)
    return _text(facts.select(facts.source_id), vendor)
