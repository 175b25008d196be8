"""Which table and column of a file is meant by which of a source: found by name, or as somebody said on the page."""

import re
from typing import Any

from muster.integrations.importing import parsing
from muster.integrations.importing.reading import Sheet

Tables = dict[str, list[str]]
Spellings = dict[str, tuple[str, ...]]  # wanted column -> how people head it
Mapping = dict[str, dict[str, Any]]  # table -> {"sheet": name, "columns": {wanted: as it stands in the file}}
REQUIRED = re.compile(r"(必填|required)$")
SHORTEST_FUZZY = 6  # shorter names are too alike to be taken for one another


def guess(tables: Tables, sheets: list[Sheet], spellings: Spellings | None = None) -> Mapping:
    """For each table the sheet that fits best, and its columns by name, misspellings included."""
    found = {}
    for table, wanted in tables.items():
        fits = [(_columns(wanted, sheet, spellings or {}), sheet) for sheet in sheets]
        columns, best = max(fits, key=lambda fit: len(fit[0]), default=({}, None))
        found[table] = {"sheet": best.name if best and columns else "", "columns": columns}
    return found


def _columns(wanted: list[str], sheet: Sheet, spellings: Spellings) -> dict[str, str]:
    """What is written as we write it first, for all columns, so that a near miss takes no other's place."""
    found: dict[str, str] = {}
    heads = {_bare(name): name for name in reversed(sheet.head) if name}
    for one in wanted:
        names = (heads.get(_bare(said)) for said in spellings.get(one, (one,)))
        if name := next((name for name in names if name and name not in found.values()), None):
            found[one] = name
    for one in wanted:
        if one not in found and (name := _near(spellings.get(one, (one,)), sheet, set(found.values()))):
            found[one] = name
    return found


def _near(spellings: tuple[str, ...], sheet: Sheet, taken: set[str]) -> str | None:
    left = [name for name in sheet.head if name and name not in taken]
    long = [one for one in spellings if one.isascii() and len(one) >= SHORTEST_FUZZY]
    return next((name for one in long if (name := parsing.same_name(one, left))), None)


def _bare(name: str) -> str:
    return REQUIRED.sub("", parsing.bare(name))


def remembered(mapping: Mapping, sheets: list[Sheet]) -> Mapping | None:
    """MAPPING, said for an earlier file, if these SHEETS have the same columns."""
    found: Mapping = {}
    for table, said in mapping.items():
        names = said.get("head") or []
        sheet = next((one for one in sheets if names and sorted(names) == sorted(one.head)), None)
        if sheet is None:
            return None
        found[table] = {**said, "sheet": sheet.name}
    return found


def with_heads(mapping: Mapping, sheets: list[Sheet]) -> Mapping:
    """MAPPING with the columns of the sheets it was said for, to know them again."""
    heads = {one.name: one.head for one in sheets}
    return {table: {**said, "head": heads.get(said["sheet"], [])} for table, said in mapping.items()}


def renamed(sheets: list[Sheet], mapping: Mapping) -> list[Sheet]:
    """SHEETS as the source knows them: with its own column names. Sheets that nobody asked for fall away."""
    by_name = {one.name: one for one in sheets}
    return [_renamed(by_name[said["sheet"]], said["columns"]) for said in mapping.values() if said["sheet"] in by_name]


def _renamed(sheet: Sheet, columns: dict[str, str]) -> Sheet:
    names = {have: wanted for wanted, have in columns.items() if have}
    rows = [(at, {names.get(key, key): value for key, value in row.items()}) for at, row in sheet.rows]
    return Sheet(sheet.name, [names.get(one, one) for one in sheet.head], rows)
