"""Lists as files. A cell that a spreadsheet would take for a formula is written as text."""

import csv
import datetime as dt
import io
import tempfile
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from decimal import Decimal
from typing import Any

import xlsxwriter

EPOCH = dt.date(1899, 12, 30)  # day 0 of a spreadsheet, from March 1900 on
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
FORMULA_STARTS = ("=", "+", "-", "@")


def harmless(value: Any) -> Any:
    """Text that a spreadsheet would run gets an apostrophe in front; also behind blanks, quotes and in full width."""
    if not isinstance(value, str):
        return value
    bare = unicodedata.normalize("NFKC", value).lstrip(" \t\r\n\"'\u3000\ufeff")
    risky = bare.startswith(FORMULA_STARTS) or value.startswith(("\t", "\r", "\n"))
    return "'" + value if risky else value


def plain(value: Any) -> Any:
    if value is None:
        return ""
    if isinstance(value, bool | int | float | Decimal | str):
        return value
    if isinstance(value, dt.datetime):
        return f"{value:%Y-%m-%d %H:%M}"
    return value.isoformat() if isinstance(value, dt.date) else str(value)


def csv_lines(head: list[str], rows: Iterable[list[Any]]) -> Iterator[str]:
    """Lines of a CSV file that Excel opens with the right characters."""
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    yield "\ufeff"
    writer.writerow([harmless(cell) for cell in head])
    for row in rows:
        writer.writerow([harmless(plain(cell)) for cell in row])
        if buffer.tell() > 65_536:
            yield buffer.getvalue()
            buffer.seek(0)
            buffer.truncate()
    yield buffer.getvalue()


def xlsx_file(head: list[str], rows: Iterable[list[Any]]) -> Any:
    """An XLSX workbook in a temporary file, written row by row: memory does not grow with the rows."""
    file = tempfile.TemporaryFile()  # noqa: SIM115 - handed to the response, which closes it
    book = xlsxwriter.Workbook(file, {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    sheet, bold = book.add_worksheet(), book.add_format({"bold": True})
    write = _writers(sheet, book.add_format({"num_format": "yyyy-mm-dd"}))
    sheet.write_row(0, 0, head, bold)
    for at, row in enumerate(rows, start=1):
        for column, cell in enumerate(row):
            if cell is None or cell == "":
                continue
            kind = type(cell)
            if kind not in write:  # a text of a translation, an enumeration
                cell = plain(cell)
                kind = next((one for one in write if isinstance(cell, one)), str)
            write[kind](at, column, cell)
    book.close()
    file.seek(0)
    return file


def _writers(sheet: Any, day: Any) -> dict[type, Callable[[int, int, Any], Any]]:
    """How a cell of each type is written: at once, where `Worksheet.write` tries one type after the other."""

    def on(at: int, column: int, cell: dt.date) -> None:
        sheet.write_number(at, column, (cell - EPOCH).days, day)

    return {
        bool: sheet.write_boolean,
        str: sheet.write_string,
        int: sheet.write_number,
        float: sheet.write_number,
        Decimal: sheet.write_number,
        dt.date: on,
    }
