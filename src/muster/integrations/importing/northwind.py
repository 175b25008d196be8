"""The source “Northwind”: employees with their managers, and the territories they hold, which come without dates."""

from collections import Counter
from collections.abc import Mapping

from django.utils.translation import gettext_lazy as _

from muster.access.scope import Actor
from muster.integrations.importing import staff
from muster.integrations.importing.engine import Plan
from muster.integrations.importing.opportunity_tables import find_tables
from muster.integrations.importing.reading import Sheet
from muster.integrations.importing.sentences import Wrong
from muster.integrations.importing.staff import Person, Spell, Staff

SOURCE = "northwind"
TABLES = {
    "Employees": ["EmployeeID", "LastName", "FirstName", "Title", "HireDate", "Notes", "ReportsTo"],
    "EmployeeTerritories": ["EmployeeID", "TerritoryID"],
    "Territories": ["TerritoryID", "TerritoryDescription", "RegionID"],
    "Regions": ["RegionID", "RegionDescription"],
}


def plan(sheets: list[Sheet], actor: Actor | None = None) -> Plan:
    """What the four tables want. A row that cannot be is refused with a reason, an odd one is imported and named."""
    return Reader(find_tables(sheets, TABLES)).read()


class Reader:
    def __init__(self, tables: dict[str, Sheet]) -> None:
        self.tables = tables
        self.staff = Staff(SOURCE, "nw", "Northwind Traders")

    def read(self) -> Plan:
        for name, sheet in self.tables.items():
            self.staff.unused(sheet, TABLES[name])
        self._territories()
        self._people()
        self.staff.members()
        self._held()
        return self.staff.plan

    def _territories(self) -> None:
        sheet = self.tables["Regions"]
        for number, row in sheet.rows:
            key, name = f"region/{row.get('RegionID', '')}", row.get("RegionDescription", "")
            self._territory(sheet, number, row, (key, name, None))
        sheet = self.tables["Territories"]
        names: Counter[str] = Counter()
        for number, row in sheet.rows:
            key, name, region = (row.get(one, "") for one in TABLES["Territories"])
            above = f"region/{region}" if f"region/{region}" in self.staff.territories else None
            if above is None:
                message = Wrong(_("The region %(name)s is not in its table: left empty."), name=region or "–")
                self.staff.plan.oddity(sheet, number, message, row)
            names[name] += 1
            if names[name] > 1:
                message = Wrong(
                    _("Another territory is called %(name)s too: both are kept, by their numbers."), name=name
                )
                self.staff.plan.oddity(sheet, number, message, row)
            self._territory(sheet, number, row, (key, name, above))

    def _territory(self, sheet: Sheet, number: int, row: Mapping[str, str], one: tuple[str, str, str | None]) -> None:
        key, name, above = one
        if not key or not name or key in self.staff.territories:
            wrong = Wrong(_("The territory has no number or no name, or stands there twice."))
            self.staff.plan.refuse(sheet, number, wrong, row)
            return
        self.staff.territory(key, name, above)

    def _people(self) -> None:
        sheet = self.tables["Employees"]
        for number, row in sheet.rows:
            name = f"{row.get('FirstName', '')} {row.get('LastName', '')}".strip()
            found = Person(row.get("EmployeeID", ""), name, sheet.name, number, row)
            found.title, found.manager = row.get("Title", ""), row.get("ReportsTo", "")
            found.values = {"about": row.get("Notes", "")}
            try:
                found.hired = staff.needed(row.get("HireDate", ""))
            except Wrong as error:
                self.staff.plan.refuse(sheet, number, error, row)
                continue
            found.spells = [Spell(staff.ROOT, found.hired, None, number, row)]
            self.staff.person(sheet, found)

    def _held(self) -> None:
        sheet, seen = self.tables["EmployeeTerritories"], set[tuple[str, str]]()
        for number, row in sheet.rows:
            key, where = row.get("EmployeeID", ""), row.get("TerritoryID", "")
            person = self.staff.people.get(key)
            if person is None or person.hired is None:
                wrong = Wrong(_("There is no member with the number %(name)s."), name=key or "–")
                self.staff.plan.refuse(sheet, number, wrong, row)
            elif (key, where) in seen:
                self.staff.plan.oddity(
                    sheet, number, Wrong(_("%(name)s stands there twice."), name=f"{key}/{where}"), row
                )
            else:
                seen.add((key, where))
                self.staff.hold(sheet, key, Spell(where, person.hired, None, number, row))
        if seen:
            message = Wrong(_("The table has no dates: territories are held from the day of hiring."))
            self.staff.plan.oddity(sheet, None, message)
        self._unheld()

    def _unheld(self) -> None:
        sheet = self.tables["Territories"]
        for number, row in sheet.rows:
            if row.get("TerritoryID") in self.staff.territories - self.staff.held:
                message = Wrong(_("Nobody holds %(name)s."), name=row.get("TerritoryDescription", ""))
                self.staff.plan.oddity(sheet, number, message, row)
