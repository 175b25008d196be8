"""Files as sheets of text: CSV in any common encoding, XLSX, or a zip of them. What is hostile or too large is
refused with a
sentence before it is opened further."""

import csv
import datetime as dt
import io
import unicodedata
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import python_calamine
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

MOST_BYTES = 100 * 1024 * 1024
MOST_FILES = 50
MOST_ROWS = 1_000_000
MOST_COLUMNS = 500
LONGEST_CELL = 32_767
ENCODINGS = ("utf-8-sig", "gb18030")


@dataclass
class Sheet:
    """A table of a file: its column names and its rows as name → text. Row numbers are those of the file; the head is
    1."""

    name: str
    head: list[str]
    rows: list[tuple[int, dict[str, str]]] = field(default_factory=list)


def read(path: Path) -> list[Sheet]:
    """All sheets of a folder, a zip, a CSV or an XLSX file. Raises ValidationError with a sentence."""
    if path.is_dir():
        files = sorted(one for one in path.iterdir() if one.suffix.lower() in (".csv", ".xlsx", ".txt"))
        return [sheet for one in files for sheet in read(one)]
    if not path.exists():
        raise ValidationError(_("“%(path)s” is not there: check the path.") % {"path": path})
    return read_bytes(path.name, path.read_bytes())


def read_bytes(name: str, content: bytes) -> list[Sheet]:
    if len(content) > MOST_BYTES:
        raise ValidationError(_("“%(name)s” is larger than 100 MB: split it.") % {"name": name})
    suffix = Path(name).suffix.lower()
    if suffix == ".zip":
        return _zip(name, content)
    if suffix in (".xlsx", ".xlsm", ".xls", ".ods"):
        return _workbook(name, content)
    return [_csv(name, content)]


def _zip(name: str, content: bytes) -> list[Sheet]:
    try:
        archive = zipfile.ZipFile(io.BytesIO(content))
        members = [one for one in archive.infolist() if not one.is_dir() and not one.filename.startswith("__MACOSX")]
        if len(members) > MOST_FILES or sum(one.file_size for one in members) > MOST_BYTES:
            raise ValidationError(_("“%(name)s” unpacks to more than 50 files or 100 MB: send less.") % {"name": name})
        wanted = [one for one in members if Path(one.filename).suffix.lower() in (".csv", ".xlsx", ".txt")]
        return [sheet for one in wanted for sheet in read_bytes(Path(one.filename).name, _unpacked(archive, one))]
    except (zipfile.BadZipFile, RuntimeError, NotImplementedError, OSError) as error:
        raise ValidationError(
            _("“%(name)s” cannot be unpacked: save it as an ordinary zip.") % {"name": name}
        ) from error


def _unpacked(archive: zipfile.ZipFile, one: zipfile.ZipInfo) -> bytes:
    """The member's bytes; never more than it said it has, whatever the archive does."""
    with archive.open(one) as file:
        return file.read(min(one.file_size, MOST_BYTES) + 1)[: one.file_size]


def _workbook(name: str, content: bytes) -> list[Sheet]:
    if content[:2] == b"PK":
        with _open_zip(name, content) as archive:
            if sum(one.file_size for one in archive.infolist()) > 5 * MOST_BYTES:
                raise ValidationError(
                    _("“%(name)s” unpacks to too much: save only the sheet you need.") % {"name": name}
                )
    try:
        book = python_calamine.load_workbook(io.BytesIO(content))
        sheets = [
            _sheet(f"{Path(name).stem}/{one}" if len(book.sheet_names) > 1 else name, _texts(book, one))
            for one in book.sheet_names
        ]
    except (python_calamine.CalamineError, ValueError, OSError) as error:
        raise ValidationError(
            _("“%(name)s” cannot be read as a workbook: save it again as XLSX or CSV.") % {"name": name}
        ) from error
    return [one for one in sheets if one.head]


def _open_zip(name: str, content: bytes) -> zipfile.ZipFile:
    try:
        return zipfile.ZipFile(io.BytesIO(content))
    except zipfile.BadZipFile as error:
        raise ValidationError(_("“%(name)s” is damaged: save it again.") % {"name": name}) from error


def _texts(book: Any, sheet: str) -> Iterator[list[str]]:
    for row in book.get_sheet_by_name(sheet).to_python():
        yield [_text(cell) for cell in row]


def _text(cell: Any) -> str:
    if cell is None:
        return ""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    if isinstance(cell, dt.datetime) and cell.time() == dt.time():
        return cell.date().isoformat()
    return cell.isoformat() if isinstance(cell, dt.date | dt.datetime) else str(cell)


def _csv(name: str, content: bytes) -> Sheet:
    text = _decoded(name, content)
    first = text.split("\n", 1)[0]
    delimiter = max(",;\t|", key=first.count)
    csv.field_size_limit(LONGEST_CELL * 4)
    try:
        return _sheet(name, csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))
    except csv.Error as error:
        raise ValidationError(_("“%(name)s” is no CSV file: %(why)s") % {"name": name, "why": error}) from error


def _decoded(name: str, content: bytes) -> str:
    if content[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return content.decode("utf-16", errors="replace")
    for encoding in ENCODINGS:
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise ValidationError(_("“%(name)s” is neither UTF-8 nor GB18030 text: save it as CSV UTF-8.") % {"name": name})


def _sheet(name: str, lines: Any) -> Sheet:
    rows = iter(lines)
    head = [clean(cell) for cell in next(rows, [])]
    if len(head) > MOST_COLUMNS:
        raise ValidationError(_("“%(name)s” has more than 500 columns.") % {"name": name})
    sheet = Sheet(name, head)
    for number, row in enumerate(rows, start=2):
        if not any(cell.strip() for cell in row):
            continue
        if len(sheet.rows) >= MOST_ROWS:
            raise ValidationError(_("“%(name)s” has more than 1,000,000 rows: split it.") % {"name": name})
        sheet.rows.append((number, {key: clean(cell) for key, cell in zip(head, row, strict=False) if key}))
    return sheet


def clean(cell: str) -> str:
    """A cell as people mean it: no NULs, no blanks around, full-width digits and letters as plain ones."""
    text = unicodedata.normalize("NFKC", cell) if not cell.isascii() else cell
    return text.replace("\x00", "").strip()[:LONGEST_CELL]
