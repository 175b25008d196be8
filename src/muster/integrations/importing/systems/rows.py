"""Sheets of another system as sheets with our columns."""

import re
from collections.abc import Mapping

from muster.integrations.importing import parsing
from muster.integrations.importing.reading import Sheet
from muster.integrations.importing.systems.shape import Layout, System

NOBODY = "000000000000000"  # how Salesforce writes an empty link
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ012345"
SHORT, LONG = 15, 18
SLASHED = re.compile(r"^(\d{2})/(\d{2})/(\d{4})(?=$|\s)")


def recognise(system: System, sheet: Sheet) -> Layout | None:
    """The layout whose mark stands whole in the head of SHEET: the first of the system's."""
    head = {parsing.bare(one) for one in sheet.head}
    return next((one for one in system.layouts if all(parsing.bare(name) in head for name in one.mark)), None)


def translated(system: System, layout: Layout, row: Mapping[str, str]) -> dict[str, str]:
    """ROW with our columns, those that are filled."""
    bare = {parsing.bare(name): value for name, value in row.items()}
    found = {}
    for key, ways in layout.columns.items():
        texts = (" ".join(filter(None, (bare.get(parsing.bare(one), "") for one in way.split("+")))) for way in ways)
        text = next((one for one in texts if one), "")
        if key in system.ids:
            text = whole_id(text)
        if system.month_first:
            text = SLASHED.sub(r"\3-\1-\2", text)
        if text:
            found[key] = text
    return found


def whole_id(text: str) -> str:
    """An id of 15 characters as the one of 18, which means the same whatever its case; empty for a link to nobody."""
    if text.startswith(NOBODY):
        return ""
    if len(text) != SHORT or not text.isalnum():
        return text
    parts = (text[at : at + 5] for at in range(0, SHORT, 5))
    return text + "".join(LETTERS[sum(1 << at for at, one in enumerate(part) if one.isupper())] for part in parts)
