"""An empty table to fill in: a note on top, the columns with * where they are needed, what each takes, lists to choose
from."""

import io
from typing import Any

import xlsxwriter
from django.db import models
from django.utils.translation import gettext as _

from muster.core.custom.types import Type
from muster.integrations.importing.custom import CustomColumn
from muster.integrations.importing.tables import Column, Table

LAST_ROW = 10_000
WIDTH = 18
LONGEST_LIST = 255  # characters that Excel takes as a list


def workbook(table: Table) -> bytes:
    """The XLSX file, in the reader's language."""
    file = io.BytesIO()
    book = xlsxwriter.Workbook(file, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    sheet, note = book.add_worksheet(str(table.label)[:31]), book.add_format({"text_wrap": True, "valign": "top"})
    plain, needed = book.add_format({"bold": True}), book.add_format({"bold": True, "font_color": "#C00000"})
    text = book.add_format({"num_format": "@"})
    last = len(table.columns) - 1
    sheet.merge_range(0, 0, 0, last, _note(table), note)
    sheet.set_row(0, 120)
    for at, column in enumerate(table.columns):
        sheet.set_column(at, at, WIDTH, text)
        sheet.write_string(
            1, at, ("*" if column.needed else "") + str(column.label), needed if column.needed else plain
        )
        sheet.write_comment(1, at, _about(column))
        choices = _choices(column)
        if choices and len(",".join(choices)) <= LONGEST_LIST:
            sheet.data_validation(2, at, LAST_ROW, at, {"validate": "list", "source": choices, "ignore_blank": True})
    sheet.freeze_panes(2, 0)
    book.close()
    return file.getvalue()


def _note(table: Table) -> str:
    names = ", ".join(str(table.column(key).label) for names in table.known_by for key in names)
    return "\n".join(
        [
            _("Fill in from the third row on. Columns with * are needed; other columns may be empty or taken out."),
            _("Dates as 2026-03-31, amounts as 1234.50. An empty cell changes nothing of a record that is here."),
            _("A row is found again by its external ID, else by: %(names)s. Importing twice adds nothing.")
            % {"names": names},
            _("People are named by employee number, e-mail, phone or full name; units as Company/Branch/Team."),
        ]
    )


def _choices(column: Column) -> list[str]:
    if isinstance(column, CustomColumn):
        return column.offered
    field: Any = getattr(column, "field", None)
    if field is None:
        return []
    if isinstance(field, models.BooleanField):
        return [_("yes"), _("no")]
    return [str(label) for _key, label in field.choices or []]


def _about(column: Column) -> str:
    kinds = [
        (column.key == "external_id", _("Its number in the system it comes from.")),
        (column.link == "member", _("Employee number, e-mail, phone or full name.")),
        (bool(column.link), _("Name or code of a record that is here already.")),
        (_is(column, Type.MONEY) or column.money, _("An amount: 1234.50, ¥1,234.50 or 12.5万.")),
        (
            _is(column, Type.DATE) or isinstance(getattr(column, "field", None), models.DateField),
            _("A date: 2026-03-31."),
        ),
        (bool(_choices(column)), " / ".join(_choices(column))),
    ]
    kind = next((said for fits, said in kinds if fits), "")
    return "\n".join(filter(None, [_("Needed.") if column.needed else "", kind])) or _("Text.")


def _is(column: Column, kind: str) -> bool:
    return isinstance(column, CustomColumn) and column.spec.type == kind
