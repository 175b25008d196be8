"""The source “AdventureWorks”: employees with their managers, departments and territories by dates. Its names of people
stand in a table that is often missing, so people go by their login."""

from collections import defaultdict

from django.utils.translation import gettext_lazy as _

from muster.access.scope import Actor
from muster.integrations.importing import staff
from muster.integrations.importing.engine import Plan
from muster.integrations.importing.opportunity_tables import find_tables
from muster.integrations.importing.parsing import day
from muster.integrations.importing.reading import Sheet
from muster.integrations.importing.sentences import Wrong
from muster.integrations.importing.staff import Person, Spell, Staff
from muster.people.models import Member

SOURCE = "adventureworks"
TABLES = {
    "Employee": ["BusinessEntityID", "LoginID", "JobTitle", "HireDate", "CurrentFlag", "ManagerID"],
    "Department": ["DepartmentID", "Name", "GroupName"],
    "EmployeeDepartmentHistory": ["BusinessEntityID", "DepartmentID", "StartDate", "EndDate"],
    "SalesTerritory": ["TerritoryID", "Name", "CountryRegionCode", "Group"],
    "SalesTerritoryHistory": ["BusinessEntityID", "TerritoryID", "StartDate", "EndDate"],
    "SalesPerson": ["BusinessEntityID", "TerritoryID", "SalesQuota"],
}


def plan(sheets: list[Sheet], actor: Actor | None = None) -> Plan:
    """What the six tables want. A row that cannot be is refused with a reason, an odd one is imported and named."""
    return Reader(find_tables(sheets, TABLES)).read()


class Reader:
    def __init__(self, tables: dict[str, Sheet]) -> None:
        self.tables = tables
        self.staff = Staff(SOURCE, "aw", "Adventure Works")

    def read(self) -> Plan:
        for name, sheet in self.tables.items():
            self.staff.unused(sheet, [one for one in TABLES[name] if one != "SalesQuota"])
        self._departments()
        self._territories()
        self._people()
        self._history()
        self.staff.members()
        self._held()
        return self.staff.plan

    def _departments(self) -> None:
        sheet = self.tables["Department"]
        for group in dict.fromkeys(row["GroupName"] for _number, row in sheet.rows if row.get("GroupName")):
            self.staff.unit(f"group/{group}", group, staff.ROOT)
        for number, row in sheet.rows:
            key, group = row.get("DepartmentID", ""), row.get("GroupName", "")
            if not key or not row.get("Name") or key in self.staff.units:
                wrong = Wrong(_("The department has no number or no name, or stands there twice."))
                self.staff.plan.refuse(sheet, number, wrong, row)
                continue
            self.staff.unit(key, row["Name"], f"group/{group}" if group else staff.ROOT)

    def _territories(self) -> None:
        sheet = self.tables["SalesTerritory"]
        for group in dict.fromkeys(row["Group"] for _number, row in sheet.rows if row.get("Group")):
            self.staff.territory(f"group/{group}", group, None)
        for number, row in sheet.rows:
            key, group = row.get("TerritoryID", ""), row.get("Group", "")
            if not key or not row.get("Name") or key in self.staff.territories:
                wrong = Wrong(_("The territory has no number or no name, or stands there twice."))
                self.staff.plan.refuse(sheet, number, wrong, row)
                continue
            self.staff.territory(key, row["Name"], f"group/{group}" if group else None)

    # -- people ------------------------------------------------------------------------------------------------------

    def _people(self) -> None:
        sheet = self.tables["Employee"]
        for number, row in sheet.rows:
            login = row.get("LoginID", "").rpartition("\\")[2]
            found = Person(row.get("BusinessEntityID", ""), login, sheet.name, number, row)
            found.title, found.manager = row.get("JobTitle", ""), row.get("ManagerID", "")
            try:
                found.hired = day(row.get("HireDate", ""))
            except Wrong as error:
                self.staff.plan.refuse(sheet, number, error, row)
                continue
            self.staff.person(sheet, found)
        if self.staff.people:
            message = Wrong(_("The tables hold no names: members are called by their login."))
            self.staff.plan.oddity(sheet, None, message)

    def _history(self) -> None:
        sheet = self.tables["EmployeeDepartmentHistory"]
        for key, spells in self._spells("EmployeeDepartmentHistory", "DepartmentID", self.staff.units).items():
            kept = self.staff.spells(sheet, key, spells)
            if key in self.staff.people:
                self.staff.people[key].spells = kept
        for one in self.staff.people.values():
            self._state(one)

    def _state(self, one: Person) -> None:
        """Whether he is still here; and what is odd about his past."""
        say = self.staff.plan.oddity
        if not one.spells:
            say(one.sheet, one.number, Wrong(_("%(name)s stands in no department."), name=one.name), one.raw)
        for start, end in staff.gaps(one.spells):
            message = _("Where %(name)s stood from %(start)s to %(end)s is not said.")
            say(one.sheet, one.number, Wrong(message, name=one.name, start=start, end=end), one.raw)
        ended = one.spells[-1].until if one.spells else None
        if one.raw.get("CurrentFlag") == "0" and ended:
            one.values |= {"status": Member.Status.LEFT, "left_on": ended}
        elif one.raw.get("CurrentFlag") == "0":
            message = _("%(name)s is not employed any more, and it is not said since when: imported as active.")
            say(one.sheet, one.number, Wrong(message, name=one.name), one.raw)

    def _spells(self, table: str, column: str, known: set[str]) -> dict[str, list[Spell]]:
        """Rows with dates, by person; their end is the last day."""
        found: dict[str, list[Spell]] = defaultdict(list)
        sheet = self.tables[table]
        for number, row in sheet.rows:
            where = row.get(column, "")
            try:
                if where not in known:
                    raise Wrong(_("%(column)s %(name)s is not in its table."), column=column, name=where or "–")
                spell = Spell(
                    where, staff.needed(row.get("StartDate", "")), staff.after(row.get("EndDate", "")), number, row
                )
            except Wrong as error:
                self.staff.plan.refuse(sheet, number, error, row)
                continue
            found[row.get("BusinessEntityID", "")].append(spell)
        return found

    # -- territories -------------------------------------------------------------------------------------------------

    def _held(self) -> None:
        sheet, open_ = self.tables["SalesTerritoryHistory"], dict[str, str]()
        for key, spells in self._spells("SalesTerritoryHistory", "TerritoryID", self.staff.territories).items():
            for spell in self.staff.spells(sheet, key, spells):
                self.staff.hold(sheet, key, spell)
                if spell.until is None:
                    open_[key] = spell.where
        sheet = self.tables["SalesPerson"]
        for number, row in sheet.rows:
            key, said = row.get("BusinessEntityID", ""), row.get("TerritoryID", "")
            if key not in self.staff.people:
                wrong = Wrong(_("There is no member with the number %(name)s."), name=key or "–")
                self.staff.plan.refuse(sheet, number, wrong, row)
            elif said and said != open_.get(key):
                message = _(
                    "SalesPerson says that %(name)s holds territory %(said)s, the history %(held)s: "
                    "the history is taken."
                )
                values = {"name": self.staff.people[key].name, "said": said, "held": open_.get(key, "–")}
                self.staff.plan.oddity(sheet, number, Wrong(message, **values), row)
