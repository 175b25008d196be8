"""An export of another system as a plan: its tables in the order in which they lean on one another, held against the
same rules as any table that is imported."""

from collections import defaultdict
from collections.abc import Mapping
from functools import partial
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from muster.access.scope import Actor
from muster.activities.models import Activity, Task
from muster.crm.models import Account, Contact, Deal, Lead, Product, Stage
from muster.integrations.importing import columns, generic, parsing
from muster.integrations.importing.engine import Plan, Ref
from muster.integrations.importing.lookups import Directory
from muster.integrations.importing.reading import Sheet
from muster.integrations.importing.sentences import Wrong
from muster.integrations.importing.systems.doing import LINKS, MEANS, Doing
from muster.integrations.importing.systems.owners import Owners
from muster.integrations.importing.systems.rows import recognise, translated
from muster.integrations.importing.systems.shape import Layout, System
from muster.integrations.importing.systems.stages import Stages
from muster.integrations.importing.tables import TABLES
from muster.integrations.importing.worked import Of, Work

ORDER: list[Any] = [Product, Account, Contact, Lead, Deal, Task, Activity]
TURN = ("products", "accounts", "contacts", "leads", "deals", "work")
LINK = {"accounts": "account", "contacts": "contact", "leads": "lead", "deals": "deal"}
OWNED = {
    "deals": _("A deal needs an owner: say on the review page who “%(name)s” is."),
    "tasks": _("A task needs somebody who does it: say on the review page who “%(name)s” is."),
    "activities": _("An activity needs a member whose work it is: say on the review page who “%(name)s” is."),
}
AMOUNTS = ("amount", "annual_revenue")
DAYS = ("opened_on", "came_on", "closes")
Rows = list[tuple[int, dict[str, str]]]


def plan(system: System, sheets: list[Sheet], mapping: columns.Mapping, actor: Actor) -> Plan:
    """MAPPING holds what was said on the review page: {"owners": {there: here}, "stages": {there: here}}."""
    return Export(system, sheets, mapping, actor).read()


class SystemReader(generic.Reader):
    """Rows whose owner is known already, and whose accounts may stand in the same export."""

    keeps_lines = True
    owners: dict[int, Any]
    wrong: dict[int, Wrong]
    raws: dict[int, Mapping[str, str]]

    def _line(self, number: int, row: Mapping[str, str]) -> generic.Line:
        line = super()._line(number, row)
        line.raw = self.raws[number]
        line.texts = {**line.texts, "owner": ""}  # said, so that the importer does not become the owner
        if owner := self.owners.get(number):
            line.values["owner"] = owner
        if number in self.wrong:
            line.problems.append(self.wrong[number])
        return line


class Export:
    def __init__(self, system: System, sheets: list[Sheet], said: columns.Mapping, actor: Actor) -> None:
        self.system, self.actor = system, actor
        self.found = [(layout, one) for one in sheets if (layout := recognise(system, one))]
        self.left = [one for one in sheets if recognise(system, one) is None]
        if not any(layout.table in TURN for layout, _sheet in self.found):
            message = _("None of the files is a table of %(system)s that can be imported: %(names)s.")
            raise ValidationError(message, params={"system": system.label, "names": [one.name for one in sheets][:20]})
        self.directory = Directory(actor)
        self.owners = Owners(self.directory, said.get("owners", {}), self._users())
        self.stages = Stages(system, actor, said.get("stages", {}))
        self.plan = Plan(system.key)
        self.lines: dict[str, list[generic.Line]] = defaultdict(list)
        self.of: Of = {}  # whose the contacts and deals of this export are

    def _users(self) -> dict[str, dict[str, str]]:
        rows = [
            translated(self.system, layout, row)
            for layout, sheet in self.found
            if layout.table == "users"
            for _number, row in sheet.rows
        ]
        return {row["external_id"]: row for row in rows if "external_id" in row}

    def read(self) -> Plan:
        for sheet in self.left:
            self.plan.oddity(
                sheet, None, Wrong(_("Not a table that is imported: %(count)s rows."), count=len(sheet.rows))
            )
        for table in TURN:
            for layout, sheet in self.found:
                if layout.table == table:
                    self._table(layout, sheet)
        self.plan.review = {"owners": self.owners.review(), "stages": self.stages.review()}
        return self.plan

    def _table(self, layout: Layout, sheet: Sheet) -> None:
        rows = [(no, translated(self.system, layout, row)) for no, row in sheet.rows]
        rows = [(no, row) for no, row in rows if not self._converted(sheet, no, row)]
        self.owners.load({row["owner"] for _no, row in rows if "owner" in row})
        if layout.table == "work":
            self._work(layout, sheet, rows)
            return
        wrong: dict[int, Wrong] = {}
        owners = self._owners(layout.table, rows, wrong)
        self._read(layout.table, sheet, [(no, self._ours(layout, no, row, wrong)) for no, row in rows], owners, wrong)

    def _work(self, layout: Layout, sheet: Sheet, rows: Rows) -> None:
        """Rows that are tasks or activities, one by one."""
        self._known()
        named = {one.strip() for _no, row in rows for key in (*LINKS, *MEANS) for one in row.get(key, "").split(";")}
        for link in LINKS:
            self.directory.load(link, named - {""})
        doing = Doing(self.directory, self.of, layout.kind, partial(self.plan.oddity, sheet))
        parts: dict[str, Rows] = {"tasks": [], "activities": []}
        for no, row in rows:
            if (found := doing.row(no, row)) is not None:
                parts[found[0]].append((no, found[1]))
        for table, part in parts.items():
            if part:
                wrong: dict[int, Wrong] = {}
                owners = self._owners(table, part, wrong)
                ours = [(no, {key: one for key, one in row.items() if key != "owner"}) for no, row in part]
                self._read(table, sheet, ours, owners, wrong)

    def _owners(self, table: str, rows: Rows, wrong: dict[int, Wrong]) -> dict[int, Any]:
        owners = {no: self.owners.find(row["owner"]) for no, row in rows if "owner" in row}
        if table in OWNED:
            for no, row in rows:
                if owners.get(no) is None:
                    wrong[no] = Wrong(OWNED[table], name=row.get("owner", "–"))
        return owners

    def _known(self) -> None:
        """The rows of this export may be meant by its other tables too."""
        for table, link in LINK.items():
            good = [one for one in self.lines[table] if one.key and not one.problems]
            known = {one.key: one.row.pk for one in good if one.row is not None}
            self.directory.own(link, ((one.key, one.texts) for one in good), known)

    def _read(self, key: str, sheet: Sheet, rows: Rows, owners: dict[int, Any], wrong: dict[int, Wrong]) -> None:
        table = TABLES[key]
        keys = [one.key for one in table.columns if any(one.key in row for _no, row in rows)]
        chosen = {key: key for key in keys if key != "owner"}
        reader = SystemReader(table, Sheet(sheet.name, list(chosen), rows), chosen, self.actor, self.system.key)
        reader.owners, reader.wrong, reader.raws = owners, wrong, dict(sheet.rows)
        reader.directory = self.directory
        reader.rules.directory = reader.custom.directory = self.directory
        if isinstance(reader.rules, Work):
            reader.rules.of = self.of
        if key != "accounts":
            self._known()
        self._join(reader.read())
        self.lines[key] += reader.lines
        for line in reader.lines:
            if key in LINK and (account := line.values.get("account")) is not None:
                self.of[LINK[key], line.key] = account

    def _converted(self, sheet: Sheet, number: int, row: dict[str, str]) -> bool:
        if row.pop("converted", "") not in ("1", "true", "True", "TRUE"):
            return False
        message = Wrong(_("This lead was converted: its account, contact and deal are imported instead."))
        self.plan.oddity(sheet, number, message, row)
        return True

    def _ours(self, layout: Layout, number: int, row: dict[str, str], wrong: dict[int, Wrong]) -> dict[str, str]:
        """ROW as our table wants it: days without a time, stages of ours, one closing day of two."""
        row = {key: value for key, value in row.items() if key != "owner"}
        for key in DAYS:
            if key in row:
                row[key] = row[key].split("T")[0].split(" ")[0]
        if layout.table == "deals":
            self._deal(row, number, wrong)
        if layout.table == "products":
            row.setdefault("code", row.get("external_id") or row.get("name", ""))
        return row

    def _deal(self, row: dict[str, str], number: int, wrong: dict[int, Wrong]) -> None:
        stage, closes = self.stages.find(row.get("stage", "")), row.pop("closes", "")
        if stage is None:
            wrong[number] = Wrong(_("There is no open stage to put the deal in: choose one."))
            return
        row |= {"stage": stage.key, "pipeline": self.stages.pipeline.key}
        if closes:
            row["expected_on" if stage.kind == Stage.Kind.OPEN else "closed_on"] = closes
        try:
            opened, closed = parsing.day(row.get("opened_on", "")), parsing.day(row.get("closed_on", ""))
        except Wrong:
            return  # said by the column
        if opened and closed and closed < opened:  # entered there after it was closed
            row["opened_on"] = row["closed_on"]

    def _join(self, one: Plan) -> None:
        self.plan.entries += one.entries
        self.plan.issues += one.issues
        self.plan.before |= one.before
        self.plan.after |= one.after
        self.plan.counted += one.counted


__all__ = ["ORDER", "Ref", "plan"]
