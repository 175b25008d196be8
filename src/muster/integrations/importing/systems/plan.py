"""An export of another system as a plan: its tables in the order in which they lean on one another, held against the
same rules as any table that is imported."""

from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from muster.access.scope import Actor
from muster.crm.models import Account, Contact, Deal, Lead, Stage
from muster.integrations.importing import columns, generic, parsing
from muster.integrations.importing.engine import Plan, Ref
from muster.integrations.importing.lookups import Directory
from muster.integrations.importing.reading import Sheet
from muster.integrations.importing.sentences import Wrong
from muster.integrations.importing.systems.owners import Owners
from muster.integrations.importing.systems.rows import recognise, translated
from muster.integrations.importing.systems.shape import Layout, System
from muster.integrations.importing.systems.stages import Stages
from muster.integrations.importing.tables import TABLES

ORDER: list[Any] = [Account, Contact, Lead, Deal]
TURN = ("accounts", "contacts", "leads", "deals")
AMOUNTS = ("amount", "annual_revenue")
DAYS = ("opened_on", "came_on", "closes")


def plan(system: System, sheets: list[Sheet], mapping: columns.Mapping, actor: Actor) -> Plan:
    """MAPPING holds what was said on the review page: {"owners": {there: here}, "stages": {there: here}}."""
    return Export(system, sheets, mapping, actor).read()


class SystemReader(generic.Reader):
    """Rows whose owner is known already, and whose accounts may stand in the same export."""

    owners: dict[int, Any]
    wrong: dict[int, Wrong]
    raws: dict[int, dict[str, str]]

    def _line(self, number: int, row: dict[str, str]) -> generic.Line:
        line = super()._line(number, row)
        line.raw = self.raws[number]
        line.texts["owner"] = ""  # said, so that the importer does not become the owner
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
        accounts: list[generic.Line] = []
        for table in TURN:
            for layout, sheet in self.found:
                if layout.table == table:
                    lines = self._table(layout, sheet, accounts)
                    accounts += lines if table == "accounts" else []
        self.plan.review = {"owners": self.owners.review(), "stages": self.stages.review()}
        return self.plan

    def _table(self, layout: Layout, sheet: Sheet, accounts: list[generic.Line]) -> list[generic.Line]:
        table, rows = TABLES[layout.table], [(no, translated(self.system, layout, row)) for no, row in sheet.rows]
        rows = [(no, row) for no, row in rows if not self._converted(sheet, no, row)]
        self.owners.load({row["owner"] for _no, row in rows if "owner" in row})
        owners = {no: self.owners.find(row["owner"]) for no, row in rows if "owner" in row}
        wrong: dict[int, Wrong] = {}
        ours = [(no, self._ours(layout, no, row, wrong)) for no, row in rows]
        if layout.table == "deals":
            for no, row in rows:
                if owners.get(no) is None:
                    wrong[no] = Wrong(
                        _("A deal needs an owner: say on the review page who “%(name)s” is."),
                        name=row.get("owner", "–"),
                    )
        keys = [one.key for one in table.columns if any(one.key in row for _no, row in ours)]
        chosen = {key: key for key in keys if key != "owner"}
        reader = SystemReader(table, Sheet(sheet.name, list(chosen), ours), chosen, self.actor, self.system.key)
        reader.owners, reader.wrong, reader.raws = owners, wrong, dict(sheet.rows)
        reader.directory = self.directory
        reader.rules.directory = reader.custom.directory = self.directory
        if layout.table != "accounts":
            good = [one for one in accounts if one.key and not one.problems]
            known = {one.key: one.row.pk for one in good if one.row is not None}
            self.directory.own("account", ((one.key, one.texts) for one in good), known)
        self._join(reader.read())
        return reader.lines

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
