"""Which table and column of a file is meant by which of a source: found by name, or as somebody said on the page."""

from typing import Any

from muster.integrations.importing import parsing
from muster.integrations.importing.reading import Sheet

Tables = dict[str, list[str]]
Mapping = dict[str, dict[str, Any]]  # table -> {"sheet": name, "columns": {wanted: as it stands in the file}}


def guess(tables: Tables, sheets: list[Sheet]) -> Mapping:
    """For each table the sheet that fits best, and its columns by name, misspellings included."""
    found = {}
    for table, wanted in tables.items():
        fits = [(_columns(wanted, sheet), sheet) for sheet in sheets]
        columns, best = max(fits, key=lambda fit: len(fit[0]), default=({}, None))
        found[table] = {"sheet": best.name if best and columns else "", "columns": columns}
    return found


def _columns(wanted: list[str], sheet: Sheet) -> dict[str, str]:
    named = {one: parsing.same_name(one, sheet.head) for one in wanted}
    return {one: name for one, name in named.items() if name}


def renamed(sheets: list[Sheet], mapping: Mapping) -> list[Sheet]:
    """SHEETS as the source knows them: with its own column names. Sheets that nobody asked for fall away."""
    by_name = {one.name: one for one in sheets}
    return [_renamed(by_name[said["sheet"]], said["columns"]) for said in mapping.values() if said["sheet"] in by_name]


def _renamed(sheet: Sheet, columns: dict[str, str]) -> Sheet:
    names = {have: wanted for wanted, have in columns.items() if have}
    rows = [(at, {names.get(key, key): value for key, value in row.items()}) for at, row in sheet.rows]
    return Sheet(sheet.name, [names.get(one, one) for one in sheet.head], rows)
