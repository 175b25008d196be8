"""Any table of members, customers, products, deals or work done with them, by mapping.

A row is found again by its external id, else by what makes it one and the same here: see `Table.known_by`. An empty
cell changes nothing that stands. Everything is held against what the importer himself may see and do.
"""

import datetime as dt
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from muster.access.scope import Actor, Scope, policy_of
from muster.core.custom import PREFIX
from muster.core.fields import Sensitive, default_currency
from muster.integrations.importing import columns, finishing, parsing, progress, worked
from muster.integrations.importing.custom import Custom, stands, with_custom
from muster.integrations.importing.engine import Entry, Keys, Plan, Ref, keys_of
from muster.integrations.importing.lookups import Directory, batches, norm
from muster.integrations.importing.reading import Sheet
from muster.integrations.importing.sentences import Wrong
from muster.integrations.importing.tables import LONGEST_KEY, Column, Table

ORIGIN = ("external_id", "created_by", "created_at")
RULES = finishing.RULES | worked.RULES


class Texts(Mapping[str, str]):
    """The cells of a row that are not empty, by the keys of their columns."""

    __slots__ = ("_names", "_row")

    def __init__(self, names: dict[str, str], row: Mapping[str, str]) -> None:
        self._names, self._row = names, row

    def __getitem__(self, key: str) -> str:
        text = self._row.get(self._names[key])
        if not text:
            raise KeyError(key)
        return text

    def __iter__(self) -> Iterator[str]:
        return (key for key, name in self._names.items() if self._row.get(name))

    def __len__(self) -> int:
        return sum(1 for _key in self)


@dataclass(eq=False, slots=True)
class Line:
    """One row of the file on its way to becoming a record."""

    number: int
    raw: Mapping[str, str]
    texts: Mapping[str, str]
    values: dict[str, Any] = field(default_factory=dict)
    also: dict[str, Any] = field(default_factory=dict)
    defaults: dict[str, Any] = field(default_factory=dict)
    problems: list[Exception] = field(default_factory=list)
    key: str = ""
    row: Any = None  # the record that stands

    def get(self, name: str) -> Any:
        """What the record will hold: as said here, else as it stands. Of a link, what the Ref says."""
        if name in self.values:
            return self.values[name]
        return getattr(self.row, name, None) if self.row is not None else self.defaults.get(name)

    def link(self, name: str) -> int | None:
        """The key of the record that a link will lead to, where it stands already."""
        value = self.values.get(name, self.defaults.get(name))
        if isinstance(value, Ref):
            return value.pk
        return getattr(self.row, f"{name}_id", None) if self.row is not None else None


NOTHING: dict[str, Any] = {}  # one for all rows, and never written to
READ = Line(0, {}, {})  # stands for each line that became an entry: of a large file they are let go


def planner(of: Table) -> Callable[[list[Sheet], columns.Mapping, Actor], Plan]:
    def plan(sheets: list[Sheet], mapping: columns.Mapping, actor: Actor) -> Plan:
        table = with_custom(of, actor)
        said = mapping.get(table.key, {"sheet": "", "columns": {}})
        sheet = next((one for one in sheets if one.name == said["sheet"]), None)
        chosen = {key: name for key, name in said["columns"].items() if name}
        missing = [one.label for one in table.columns if one.needed and one.key not in chosen]
        if sheet is None or missing:
            wanted = missing or [one.label for one in table.columns if one.needed]
            message = _("Not found: the columns %(names)s. Say with “Map columns” which they are.")
            raise ValidationError(message, params={"names": wanted})
        return Reader(table, sheet, chosen, actor).read()

    return plan


class Reader:
    """Reads one sheet into a plan."""

    keeps_lines = False

    def __init__(self, table: Table, sheet: Sheet, chosen: dict[str, str], actor: Actor, source: str = "") -> None:
        self.source = source or f"file-{table.key}"
        self.table, self.sheet, self.actor = table, sheet, actor
        self.label = table.model._meta.label_lower
        self.columns = {one.key: (one, chosen[one.key]) for one in table.columns if one.key in chosen}
        self._names = {key: name for key, (_column, name) in self.columns.items()}
        self.directory = Directory(actor)
        self.rules = RULES[table.key](actor, self.directory)
        self.keys: Keys = keys_of(self.source, table.model)
        self.custom = Custom(table, actor, self.directory, self.columns.keys())
        self.lines: list[Line] = []

    def read(self) -> Plan:
        plan = Plan(self.source, counted=[self.table.model], head=self.sheet.head)
        plan.specs = self.custom.specs
        if unused := [
            one for one in self.sheet.head if one and one not in {name for _c, name in self.columns.values()}
        ]:
            plan.oddity(self.sheet, None, Wrong(_("Columns that are not used: %(names)s."), names=unused[:20]))
        self.lines = [self._line(number, row) for number, row in self.sheet.rows]
        own = self.rules.link
        self._links([one for one, _name in self.columns.values() if one.link and one.link != own])
        self._identify()
        self._match()
        self._links([one for one, _name in self.columns.values() if own and one.link == own])
        self.custom.load(self.lines)
        for done, line in enumerate(self.lines, start=1):
            self._finish(line)
            progress.step(done, len(self.lines))
        self._whole()
        self._put(plan)
        plan.before = {self.table.model: self.rules.before}
        plan.after = {self.table.model: self.rules.after}
        return plan

    def _line(self, number: int, row: Mapping[str, str]) -> Line:
        line = Line(number, row, Texts(self._names, row))
        for column, name in self.columns.values():
            if not column.link and not column.money and (text := row.get(name)):
                self._try(line, column, partial(column.read, text))
        return line

    def _try(self, line: Line, column: Column, read: Callable[[], Any]) -> None:
        try:
            line.values[column.key] = read()
        except Wrong as error:
            line.problems.append(Wrong(_("%(column)s: %(why)s"), column=column.label, why=error))

    def _links(self, wanted: list[Column]) -> None:
        """Find what the cells of these columns name."""
        for link in dict.fromkeys(one.link for one in wanted):
            keys = [one.key for one in wanted if one.link == link]
            if link == self.rules.link:
                known = {line.key: line.row.pk for line in self.lines if line.row is not None and line.key}
                self.directory.own(link, ((one.key, one.texts) for one in self.lines if one.key), known)
            self.directory.load(link, {line.texts[key] for line in self.lines for key in keys if key in line.texts})
        for line in self.lines:
            for column in wanted:
                if said := line.texts.get(column.key):
                    fits = self.rules.fitting(line, column.key)
                    self._try(line, column, partial(self.directory.find, column.link, said, fits))

    # -- which record it is ------------------------------------------------------------------------------------------

    def _identify(self) -> None:
        seen: dict[str, int] = {}
        for line in self.lines:
            self.rules.known(line)
            line.key = self._key(line)
            if not line.key:
                names = [self.table.column(key).label for names in self.table.known_by for key in names]
                line.problems.append(Wrong(_("Nothing to find it again by: fill in one of %(names)s."), names=names))
            elif line.key in seen:
                message = _(
                    "The same record stands in row %(row)s already: merge the two, or give each an external ID."
                )
                line.problems.append(Wrong(message, row=seen[line.key]))
                line.key = ""
            else:
                seen[line.key] = line.number

    def _key(self, line: Line) -> str:
        if external_id := line.values.get("external_id"):
            return str(external_id)
        for names in self.table.known_by:
            if names[-1] in line.values:
                return f"{names[-1]}={'/'.join(_word(line.values.get(name)) for name in names)}"[:LONGEST_KEY]
        return ""

    def _match(self) -> None:
        """Which record each line is already: the one that an import made of it, else one that says the same."""
        found = {line.key: self.keys[line.key][0] for line in self.lines if line.key in self.keys}
        for names in self.table.known_by:
            left = [one for one in self.lines if one.key and one.key not in found and self._known_by(one, names)]
            for key, pk in self._alike(names, left):
                found.setdefault(key, pk)
        rows: dict[int, Any] = {}
        visible = self.table.model.objects.visible_to(self.actor, f"{self.label}.edit")
        for part in batches(set(found.values())):
            rows |= {row.pk: row for row in visible.filter(pk__in=part)}
        taken: dict[int, int] = {}
        for line in self.lines:
            if line.key not in found:
                continue
            pk = found[line.key]
            line.row = rows.get(pk)
            if line.row is None:
                line.problems.append(Wrong(_("This record is here already, and not yours to change.")))
            elif pk in taken:
                line.problems.append(Wrong(_("It is the same record as row %(row)s."), row=taken[pk]))
            taken.setdefault(pk, line.number)

    def _known_by(self, line: Line, names: tuple[str, ...]) -> bool:
        """Is the line to be found by NAMES? With an external id, or a number of its own, only by what is unique."""
        own = [one for one in self.table.unique if one in line.values]
        if own or "external_id" in line.values:
            return names[-1] in own
        return names[-1] in line.values

    def _alike(self, names: tuple[str, ...], lines: list[Line]) -> Iterator[tuple[str, int]]:
        *parents, last = names
        unique = last in self.table.unique
        rows = self.table.model.objects
        rows = rows.unscoped("import") if unique else rows.visible_to(self.actor).filter(archived_at=None)
        standing: dict[str, list[int]] = {}
        for part in batches({line.values[last] for line in lines}):
            for row in rows.filter(**{f"{last}__in": part}):
                above = [_word(getattr(row, row._meta.get_field(one).attname)) for one in parents]
                standing.setdefault("/".join([*above, _word(getattr(row, last))]), []).append(row.pk)
        for line in lines:
            pks = standing.get("/".join(_word(line.values.get(one)) for one in names), [])
            if len(pks) > 1:
                message = _("%(count)s records here are called “%(name)s”: give the row an external ID.")
                line.problems.append(Wrong(message, count=len(pks), name=str(line.values[last])[: parsing.SHOWN]))
            elif pks:
                yield line.key, pks[0]

    # -- whether it may be -------------------------------------------------------------------------------------------

    def _finish(self, line: Line) -> None:
        for key, (column, _name) in self.columns.items():
            if column.money and key in line.texts:
                self._money(line, column)
        if line.row is None:
            missing = [one for one in self.table.columns if one.needed and one.key not in line.texts]
            line.problems += [Wrong(_("%(column)s is empty."), column=one.label) for one in missing]
        try:
            if not line.problems:
                self.rules.line(line)
                self.custom.line(line)
        except Wrong as error:
            line.problems.append(error)
        if not line.problems and (problem := self._refused(line)):
            line.problems.append(Wrong(problem))

    def _money(self, line: Line, column: Column) -> None:
        """An amount with its currency: as the column or its sign says, else as the record has it."""
        said = line.texts.get("currency") and line.values.get("currency", "")
        stands = line.row.currency if line.row is not None else default_currency()

        def read() -> int:
            amount, unit = parsing.money(line.texts[column.key], said or "", stands)
            if unit != stands or line.row is None:
                line.values["currency"] = unit
            return amount

        self._try(line, column, read)

    def _refused(self, line: Line) -> Any:
        """Why the importer may not do this."""
        if line.row is None:
            scopes = self.actor.scopes(f"{self.label}.create")
            owner, policy = line.link("owner"), policy_of(self.table.model)
            if not scopes or not (
                Scope.ALL in scopes or policy.owner is None or any(self.actor.covers(one, owner) for one in scopes)
            ):
                return _("You may not create this record for its owner.")
            return ""
        owner = line.values.get("owner")
        if isinstance(owner, Ref) and owner.pk != line.row.owner_id and not self._may_transfer(line.row):
            return _("You may not give this record to another owner.")
        guarded = [one.name for one in self.table.model._meta.concrete_fields if isinstance(one, Sensitive)]
        touched = [key for key in guarded if key in line.values and line.values[key] != line.row.__dict__[key]]
        levels = policy_of(self.table.model).levels(self.actor, line.row) if touched else {}
        if any(levels[key] != "write" for key in touched):
            return _("You may not change the private fields of this record.")
        return ""

    def _may_transfer(self, row: Any) -> bool:
        model = self.rules.transfers
        scopes = self.actor.scopes(f"{model}.transfer")
        return Scope.ALL in scopes or any(self.actor.covers(one, row.owner_id) for one in scopes)

    def _whole(self) -> None:
        """Rows that go round in a circle, or lean on a row that is wrong, are wrong too."""
        own = [one.key for one, _name in self.columns.values() if self.rules.link and one.link == self.rules.link]
        by_key = {line.key: line for line in self.lines if line.key}
        for name in own:
            finishing.refuse_circles(self.table.model, name, self.lines, by_key)
            waiting = True
            while waiting:
                waiting = False
                for line in self.lines:
                    above = line.values.get(name)
                    other = by_key.get(above.external_id) if isinstance(above, Ref) and above.pk is None else None
                    if other is not None and other.problems and not line.problems:
                        message = _("%(column)s: row %(row)s is wrong itself.")
                        column = self.table.column(name).label
                        line.problems.append(Wrong(message, column=column, row=other.number))
                        waiting = True

    def _put(self, plan: Plan) -> None:
        for at, line in enumerate(self.lines):
            for problem in line.problems:
                plan.refuse(self.sheet, line.number, problem, line.raw)
            if not line.problems:
                plan.add(self._entry(line))
            if not self.keeps_lines:
                self.lines[at] = READ

    def _entry(self, line: Line) -> Entry:
        origin = {key: line.values.pop(key) for key in ORIGIN if key in line.values}
        self.rules.apart(line)
        entry = Entry(self.table.model, line.key, line.values, self.sheet.name, line.number, line.raw)
        entry.also, entry.defaults = line.also or NOTHING, line.defaults or NOTHING
        entry.created_at = origin.get("created_at")
        if "created_by" in origin:
            entry.context = {"created_by": origin["created_by"]}
        if line.row is not None:
            entry.pk = line.row.pk
            entry.differs = "external_id" in origin and line.key not in self.keys
            entry.differs |= any(_differs(line.row, key, one) for key, one in {**line.values, **line.also}.items())
        return entry


def _word(value: Any) -> str:
    if isinstance(value, Ref):
        return str(value.pk or value.external_id)
    if isinstance(value, dt.datetime):
        return value.astimezone(dt.UTC).isoformat()
    return norm(value) if value is not None else ""


def _differs(row: Any, key: str, value: Any) -> bool:
    if key.startswith(PREFIX):
        return bool(stands(row, key) != (value.pk if isinstance(value, Ref) else value))
    if isinstance(value, Ref):
        return value.pk is None or getattr(row, f"{key}_id") != value.pk
    return bool(row.__dict__.get(key, getattr(row, key, None)) != value)
