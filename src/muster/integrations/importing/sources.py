"""The sources the importer knows."""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from django.utils.translation import gettext_lazy as _

from muster.access.scope import Actor, Scope
from muster.integrations.importing import adventureworks, generic, northwind, opportunities, staff
from muster.integrations.importing.columns import Mapping, Spellings, renamed
from muster.integrations.importing.custom import with_custom
from muster.integrations.importing.engine import Plan
from muster.integrations.importing.reading import Sheet
from muster.integrations.importing.systems import plan as systems
from muster.integrations.importing.systems.layouts import SYSTEMS
from muster.integrations.importing.systems.shape import System
from muster.integrations.importing.tables import TABLES, Table


@dataclass(frozen=True)
class Source:
    """`plan` reads sheets by a mapping, as far as an actor sees; `needs` are the permissions over the whole firm that
    it takes."""

    key: str
    label: Any
    about: Any
    plan: Callable[[list[Sheet], Mapping, Actor], Plan]
    order: list[Any]
    tables: dict[str, list[str]]
    spellings: Spellings = field(default_factory=dict)
    labels: dict[str, Any] = field(default_factory=dict)  # of tables and columns, where they have a name of their own
    needs: tuple[str, ...] = ()
    table: Table | None = None
    system: bool = False  # exports of another system: its owners and stages are reviewed, its columns are known

    def missing(self, actor: Actor) -> list[str]:
        """The permissions that ACTOR has not."""
        return [one for one in self.needs if Scope.ALL not in actor.scopes(one)]


def _opportunities(sheets: list[Sheet], mapping: Mapping, actor: Actor) -> Plan:
    return opportunities.plan(renamed(sheets, mapping), actor)


def _adventureworks(sheets: list[Sheet], mapping: Mapping, actor: Actor) -> Plan:
    return adventureworks.plan(renamed(sheets, mapping), actor)


def _northwind(sheets: list[Sheet], mapping: Mapping, actor: Actor) -> Plan:
    return northwind.plan(renamed(sheets, mapping), actor)


def _of_table(table: Table) -> Source:
    spellings = {one.key: one.spellings for one in table.columns}
    labels = {table.key: table.label, **{one.key: one.label for one in table.columns}}
    keys = {table.key: [one.key for one in table.columns]}
    about = _("One table, as CSV or XLSX.")
    return Source(
        table.key, table.label, about, generic.planner(table), [table.model], keys, spellings, labels, (), table
    )


def _of_system(system: System) -> Source:
    about = _(
        "Its exports of customers, leads, deals, products and work with customers, as CSV or XLSX, or in one zip."
    )
    return Source(system.key, system.label, about, partial(systems.plan, system), systems.ORDER, {}, system=True)


SOURCES = {
    one.key: one
    for one in [
        *map(_of_table, TABLES.values()),
        Source(
            opportunities.SOURCE,
            _("Sales opportunities"),
            _("Four tables: accounts, products, sales teams and sales pipeline, as CSV or XLSX, or in one zip."),
            _opportunities,
            opportunities.ORDER,
            opportunities.TABLES,
            needs=(
                *(f"{model._meta.label_lower}.{verb}" for model in opportunities.ORDER for verb in ("create", "edit")),
                "people.member.move",
            ),
        ),
        Source(
            adventureworks.SOURCE,
            "AdventureWorks",
            _("Employees with their managers, departments and territories by dates: six tables as CSV, or in one zip."),
            _adventureworks,
            staff.ORDER,
            adventureworks.TABLES,
            needs=staff.NEEDS,
        ),
        Source(
            northwind.SOURCE,
            "Northwind",
            _("Employees with their managers and territories: four tables as CSV, or in one zip."),
            _northwind,
            staff.ORDER,
            northwind.TABLES,
            needs=staff.NEEDS,
        ),
        *map(_of_system, SYSTEMS.values()),
    ]
}


def source_for(key: str, actor: Actor) -> Source:
    """The source with the custom fields that ACTOR may fill in."""
    source = SOURCES[key]
    return _of_table(with_custom(source.table, actor)) if source.table is not None else source
