"""An analysis as its reader may see it. Every number in it, each total included, is a question to the metrics: nothing
is added up here, because a ratio or a count of different customers is not the sum of its parts."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property
from typing import Any

from muster.access.scope import Actor
from muster.core.periods import Period
from muster.metrics import display
from muster.metrics.compute import Cell, Result, Where, compute
from muster.metrics.dimensions import DIMENSIONS, TIMES, readable
from muster.metrics.metric import Metric, metrics
from muster.people.models import Member, Unit
from muster.reporting.models import Analysis

MOST_METRICS = 6
MOST_ROWS = 200
MOST_COLUMNS = 24
MOST_STEPS = 36
PERFORMANCE = "people.member.performance"
ALL = object()  # the group of a total


@dataclass
class Axis:
    """Rows or columns: the groups on show with their names, and how many there are in all."""

    key: str
    names: dict[Any, str] = field(default_factory=dict)
    found: int = 0

    @property
    def groups(self) -> list[Any]:
        return list(self.names)

    @property
    def left_out(self) -> int:
        return self.found - len(self.names)


class Pivot:
    """ROW through the eyes of ACTOR, over PERIOD instead of its own where that is given."""

    def __init__(self, actor: Actor, row: Analysis, period: Period | None = None) -> None:
        self.actor, self.row = actor, row
        self.period = period or row.span
        known = [metrics()[key] for key in row.metrics if key in metrics()]
        self.metrics = [one for one in known if readable(actor, one)]
        self.hidden = len(row.metrics) - len(self.metrics)
        self.keys = tuple(one.key for one in self.metrics)
        self.where: Where = tuple(sorted(row.where.items()))
        self.currency = ""
        self.whole = self.ask()
        self.currency = self.whole.currency
        self.values = self._values(self.period)
        self.rows = self._axis(row.rows, MOST_ROWS)
        self.columns = self._axis(row.columns, MOST_COLUMNS)

    def ask(self, period: Period | None = None, by: str | None = None, across: str | None = None) -> Result:
        """One question to the metrics, narrowed as the analysis says."""
        asked: dict[str, Any] = {"unit": self.row.unit_id, "where": self.where, "currency": self.currency}
        return compute(self.keys, self.actor, period or self.period, by=by, across=across, **asked)

    @cached_property
    def before(self) -> dict[tuple[Any, Any], Callable[[str], Cell]]:
        """The totals of the rows over the period before; steps of time are matched by their place."""
        if not self.row.compare:
            return {}
        period = self.period.previous()
        if self.row.rows not in TIMES:
            found = self.ask(period, by=self.row.rows)
            return {
                (ALL, ALL): self.ask(period).cell,
                **{(group, ALL): _reader(found, group) for group in self.rows.groups},
            }
        past = [self.ask(step).cell for step in period.buckets(self.row.rows)]
        matched = zip(self.rows.groups, past, strict=False)
        return {(ALL, ALL): self.ask(period).cell, **{(group, ALL): cell for group, cell in matched}}

    def _values(self, period: Period) -> dict[tuple[Any, Any], Callable[[str], Cell]]:
        """(row, column) → the cell of a metric; ALL stands for the total."""
        rows, columns = self.row.rows, self.row.columns
        found: dict[tuple[Any, Any], Callable[[str], Cell]] = {(ALL, ALL): self.whole.cell}
        if rows in TIMES or columns in TIMES:
            by, turned = (columns or None, True) if rows in TIMES else (rows, False)
            steps = period.buckets(rows if turned else columns)
            for step in steps:
                self._put(found, step, self.ask(step, by=by) if by else None, self.ask(step), turned)
            if by:
                self._put(found, ALL, self.ask(period, by=by), None, turned)
        else:
            self._put(found, ALL, self.ask(period, by=rows), None, False)
            if columns:
                self._put(found, ALL, self.ask(period, by=columns), None, True)
                both = self.ask(period, by=rows, across=columns)
                found |= {pair: _reader(both, pair) for pair in _groups(both)}
        return found

    def _put(self, found: Any, at: Any, parts: Result | None, total: Result | None, turned: bool) -> None:
        """Take PARTS, grouped, and the TOTAL of the step AT into FOUND; TURNED: the steps are the rows."""

        def place(group: Any) -> tuple[Any, Any]:
            return (at, group) if turned else (group, at)

        if parts is not None:
            found.update({place(group): _reader(parts, group) for group in _groups(parts)})
        if total is not None:
            found[place(ALL)] = total.cell

    def _axis(self, key: str, most: int) -> Axis:
        if not key:
            return Axis(key)
        if key in TIMES:
            steps = self.period.buckets(key)
            return Axis(key, {step: step.label() for step in steps}, len(steps))
        place = 0 if key == self.row.rows else 1
        groups = list(dict.fromkeys(pair[place] for pair in self.values if pair[place] is not ALL))
        names: dict[Any, str] = {}
        for one in self.metrics:
            names |= {group: label for group, (_key, label) in DIMENSIONS[key].names(one, self.actor, groups).items()}
        if key == "member" and (self.row.unit_id or self.where):  # of others one cannot say that they did nothing
            names = {group: label for group, label in names.items() if group in groups}
        order = list(names) if DIMENSIONS[key].ordered else sorted(names, key=lambda one: self._size(one, place, names))
        return Axis(key, {group: names[group] for group in order[:most]}, len(order))

    def _size(self, group: Any, place: int, names: dict[Any, str]) -> tuple[Any, ...]:
        """The largest first, by the first number; then by name."""
        cell = self.cell(self.metrics[0], *((group, ALL) if place == 0 else (ALL, group)))
        return cell.value is None, -(cell.value or 0), names[group]

    def cell(self, one: Metric, row: Any, column: Any) -> Cell:
        read = self.values.get((row, column))
        return read(one.key) if read else self._nothing(one)

    def _nothing(self, one: Metric) -> Cell:
        return Cell(None if one.kind == "ratio" else 0, 0, self.currency if one.unit == "money" else "")

    @cached_property
    def _open(self) -> set[int]:
        """The members whose rows the reader may open."""
        groups = [group for axis in (self.rows, self.columns) if axis.key == "member" for group in axis.groups]
        people = Member.objects.visible_to(self.actor, PERFORMANCE).filter(pk__in=groups)
        return set(people.values_list("pk", flat=True))

    @cached_property
    def _unit_seen(self) -> bool:
        return not self.row.unit_id or Unit.objects.visible_to(self.actor).filter(pk=self.row.unit_id).exists()

    def href(self, one: Metric, row: Any, column: Any) -> str:
        """The rows behind a number; empty where its reader may not open them, or there are none to open."""
        asked: dict[str, Any] = {DIMENSIONS[key].address: value for key, value in self.where}
        if self.row.unit_id:
            asked["unit"] = self.row.unit_id
        period = self.period
        for axis, group in ((self.rows, row), (self.columns, column)):
            if group is ALL or not axis.key:
                continue
            if axis.key in TIMES:
                period = group
            elif (axis.key == "member" and group not in self._open) or (axis.key == "unit" and group is None):
                return ""
            else:
                asked[DIMENSIONS[axis.key].address] = "" if group is None else group
                asked |= {"alone": 1} if axis.key == "unit" else {}
        return display.rows_url(one.key, period, **asked) if one.model and self._unit_seen else ""

    def pairs(self) -> Iterator[tuple[Any, Any]]:
        for row in self.rows.groups:
            for column in self.columns.groups or [ALL]:
                yield row, column

    def numbers(self) -> list[dict[str, Any]]:
        """The totals, as they are kept when they are mailed."""
        cells = [(one, self.whole.cell(one.key)) for one in self.metrics]
        return [{"key": one.key, "value": kept(one, cell), "currency": cell.currency} for one, cell in cells]


def kept(one: Metric, cell: Cell) -> Any:
    """A whole number as it is; a fraction as its two parts, so that it is rounded only where it is shown."""
    if isinstance(cell.value, Fraction):
        return [cell.value.numerator, cell.value.denominator]
    return cell.value


def unkept(one: dict[str, Any]) -> Cell:
    value = one["value"]
    return Cell(Fraction(*value) if isinstance(value, list) else value, 0, one.get("currency", ""))


def _groups(found: Result) -> list[Any]:
    return list(dict.fromkeys(group for key in found.cells for group in found.groups(key)))


def _reader(found: Result, group: Any) -> Callable[[str], Cell]:
    return lambda key: found.cell(key, group)
