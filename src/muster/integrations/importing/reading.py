"""Files as sheets of text: CSV in any common encoding, XLSX, or a zip of them. What is hostile or too large is
refused with a
sentence before it is opened further."""

import csv
import io
import json
import subprocess
import sys
import tempfile
import zipfile
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain, groupby
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from muster.core.exports import harmless
from muster.integrations.importing import vcard

MOST_BYTES = 100 * 1024 * 1024
MOST_FILES = 50
MOST_ROWS = 1_000_000
MOST_COLUMNS = 500
MOST_CELLS = 6_000_000  # in all sheets of an upload; about 600 MB of memory
MOST_KEPT = 20_000  # different cells that are kept once
LONGEST_CELL = 32_767
LONGEST_NOTE = 10  # rows in which a table may still begin
ENCODINGS = ("utf-8-sig", "gb18030")
WORKBOOKS = (".xlsx", ".xlsm", ".xls", ".ods")
CARDS = (".vcf", ".vcard")
TABLES = (".csv", ".xlsx", ".txt", *CARDS)
LOCKED = b"\xd0\xcf\x11\xe0"  # how Excel wraps a workbook with a password
PROBLEMS = ("what is wrong", "问题")  # the column that an error file has besides those of its source

Lines = Iterable[tuple[int, list[str]]]


class Row(Mapping[str, str]):
    """A row as name → text in a third of the memory of a dict: where each name stands is kept once for all rows."""

    __slots__ = ("_at", "_cells")

    def __init__(self, at: dict[str, int], cells: tuple[str, ...]) -> None:
        self._at, self._cells = at, cells

    def __getitem__(self, name: str) -> str:
        at = self._at[name]
        if at >= len(self._cells):
            raise KeyError(name)
        return self._cells[at]

    def __iter__(self) -> Iterator[str]:
        return (name for name, at in self._at.items() if at < len(self._cells))

    def __len__(self) -> int:
        return sum(1 for _name in self)


@dataclass
class Sheet:
    """A table of a file: its column names and its rows as name → text. Row numbers are those of the file; the head is
    1 unless notes stand above it."""

    name: str
    head: list[str]
    rows: Sequence[tuple[int, Mapping[str, str]]] = field(default_factory=list)

    @property
    def cells(self) -> int:
        return len(self.head) * len(self.rows)


def wrong(message: Any, **params: Any) -> ValidationError:
    return ValidationError(message, params=params)


def read(path: Path) -> list[Sheet]:
    """All sheets of a folder, a zip, a CSV or an XLSX file. Raises ValidationError with a sentence."""
    if path.is_dir():
        files = sorted(one for one in path.iterdir() if one.suffix.lower() in TABLES)
        return [sheet for one in files for sheet in read(one)]
    if not path.exists():
        raise wrong(_("“%(path)s” is not there: check the path."), path=path)
    if path.stat().st_size > MOST_BYTES:
        raise wrong(_("“%(name)s” is larger than 100 MB: split it."), name=path.name)
    return read_bytes(path.name, path.read_bytes())


def read_bytes(name: str, content: bytes) -> list[Sheet]:
    if len(content) > MOST_BYTES:
        raise wrong(_("“%(name)s” is larger than 100 MB: split it."), name=name)
    suffix = Path(name).suffix.lower()
    if suffix == ".zip":
        return _zip(name, content)
    if suffix in WORKBOOKS or content.startswith((b"PK\x03\x04", LOCKED)):
        return _workbook(name, content)
    if suffix in CARDS:
        return [_sheet(name, iter(vcard.cards(name, _decoded(name, content))))]
    return [_csv(name, content)]


def _zip(name: str, content: bytes) -> list[Sheet]:
    found: list[Sheet] = []
    try:
        archive = zipfile.ZipFile(io.BytesIO(content))
        members = [one for one in archive.infolist() if not one.is_dir() and not one.filename.startswith("__MACOSX")]
        if len(members) > MOST_FILES or sum(one.file_size for one in members) > MOST_BYTES:
            raise wrong(_("“%(name)s” unpacks to more than 50 files or 100 MB: send less."), name=name)
        wanted = [one for one in members if Path(one.filename).suffix.lower() in TABLES]
        for one in wanted:
            found += read_bytes(Path(one.filename).name, _unpacked(archive, one))
            _enough(name, sum(sheet.cells for sheet in found))
    except (zipfile.BadZipFile, RuntimeError, NotImplementedError, OSError, EOFError) as error:
        raise wrong(_("“%(name)s” cannot be unpacked: save it as an ordinary zip."), name=name) from error
    return found


def _unpacked(archive: zipfile.ZipFile, one: zipfile.ZipInfo) -> bytes:
    """The member's bytes; never more than it said it has, whatever the archive does."""
    with archive.open(one) as file:
        return file.read(min(one.file_size, MOST_BYTES) + 1)[: one.file_size]


def _enough(name: str, cells: int) -> None:
    if cells > MOST_CELLS:
        raise wrong(_("“%(name)s” has more than 6,000,000 cells: split it."), name=name)


def _workbook(name: str, content: bytes) -> list[Sheet]:
    """Its sheets. The file is opened by a process with limits of its own; see `workbook`."""
    program = [sys.executable, "-I", str(Path(__file__).with_name("workbook.py"))]
    with tempfile.TemporaryFile() as file, tempfile.TemporaryFile() as answer:
        file.write(content)
        file.seek(0)
        try:
            done = subprocess.run(program, stdin=file, stdout=answer, stderr=subprocess.DEVNULL, timeout=300)  # noqa: S603, PLW1510 - our own program; how it ended is looked at below
        except subprocess.TimeoutExpired as error:
            raise _unreadable(name, content) from error
        if done.returncode:
            raise _unreadable(name, content)
        answer.seek(0)
        return [one for one in _sheets(name, (json.loads(line) for line in answer)) if one.head]


def _unreadable(name: str, content: bytes) -> ValidationError:
    if content.startswith(LOCKED):
        return wrong(_("“%(name)s” has a password or is no workbook: save it as XLSX without a password."), name=name)
    return wrong(_("“%(name)s” cannot be read as a workbook: save it again as XLSX or CSV."), name=name)


def _sheets(name: str, answer: Iterator[Any]) -> Iterator[Sheet]:
    """What `workbook` writes: for each sheet its name, then its rows. Sheets without rows fall away."""
    parts = groupby(answer, key=lambda one: isinstance(one, dict))
    total = 0
    for _is_name, titles in parts:
        title = list(titles)[-1]["sheet"]
        lines = next(parts, (False, iter(())))[1]
        sheet = _sheet(f"{Path(name).stem}/{title}"[:100], enumerate(lines, start=1))
        total += sheet.cells
        _enough(name, total)
        yield sheet


def _csv(name: str, content: bytes) -> Sheet:
    text = _decoded(name, content)
    first = next((line for line in text.split("\n", LONGEST_NOTE) if len(line.strip(",;\t|\r ")) > 0), "")
    lines = text.split("\n", LONGEST_NOTE)[:LONGEST_NOTE]
    delimiter = max(",;\t|", key=lambda one: (first.count(one), max(line.count(one) for line in lines)))
    csv.field_size_limit(LONGEST_CELL * 4)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    try:
        return _sheet(name, ((reader.line_num, row) for row in reader))
    except csv.Error as error:
        if "larger than field limit" in str(error):
            raise _too_long(name, reader.line_num) from error
        raise wrong(_("“%(name)s” is no CSV file: %(why)s"), name=name, why=error) from error


def _too_long(name: str, row: int) -> ValidationError:
    message = _("“%(name)s” has in row %(row)s a cell longer than 32,767 characters: shorten it, or close its quotes.")
    return wrong(message, name=name, row=row)


def _decoded(name: str, content: bytes) -> str:
    try:
        if content[:2] in (b"\xff\xfe", b"\xfe\xff"):
            return content.decode("utf-16")
    except UnicodeDecodeError as error:
        raise wrong(_("“%(name)s” is damaged: save it again."), name=name) from error
    for encoding in ENCODINGS:
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise wrong(_("“%(name)s” is neither UTF-8 nor GB18030 text: save it as CSV UTF-8."), name=name)


def _sheet(name: str, lines: Lines) -> Sheet:
    """The table among LINES: its head is the first row, or the first after notes that fill one cell each."""
    rows = iter(lines)
    head, early = _head(rows)
    if len(head) > MOST_COLUMNS:
        raise wrong(_("“%(name)s” has more than 500 columns."), name=name)
    problem = next((at for at, title in enumerate(head) if title.casefold() in PROBLEMS), None)
    kept: list[tuple[int, Mapping[str, str]]] = []
    sheet = Sheet(name, [title for at, title in enumerate(head) if at != problem], kept)
    places = {title: at for at, title in enumerate(head) if title and at != problem}
    same: dict[str, str] = {}  # what stands in cell after cell is kept once
    for number, row in chain(early, rows):
        cells = [clean(cell) for cell in row]
        if not any(cells):
            continue
        if len(kept) >= MOST_ROWS:
            raise wrong(_("“%(name)s” has more than 1,000,000 rows: split it."), name=name)
        if any(len(cell) > LONGEST_CELL for cell in cells):
            raise _too_long(name, number)
        if problem is not None:
            cells = [_own(cell) for cell in cells]
        cells = [same.setdefault(one, one) if len(same) < MOST_KEPT else same.get(one, one) for one in cells]
        kept.append((number, Row(places, tuple(cells))))
        if len(kept) % 10_000 == 0:
            _enough(name, sheet.cells)
    _enough(name, sheet.cells)
    return sheet


def _head(rows: Iterator[tuple[int, list[str]]]) -> tuple[list[str], list[tuple[int, list[str]]]]:
    """The column names, each of its own, and the lines that were read too many in the search for them."""
    read: list[tuple[int, list[str]]] = []
    for number, row in rows:
        read.append((number, [clean(cell) for cell in row]))
        if sum(1 for cell in read[-1][1] if cell) > 1 or len(read) == LONGEST_NOTE:
            break
    filled = [at for at, (_number, row) in enumerate(read) if any(row)]
    wide = [at for at in filled if sum(1 for cell in read[at][1] if cell) > 1]
    if not filled:
        return [], []
    at = wide[0] if wide else filled[0]
    return _each_once(read[at][1]), read[at + 1 :]


def _each_once(head: list[str]) -> list[str]:
    """Of columns with one name the second is called “name (2)”, so that none is lost."""
    seen: Counter[str] = Counter()
    found: list[str] = []
    while head and not head[-1]:
        head = head[:-1]
    for title in head:
        seen[title] += 1
        found.append(f"{title} ({seen[title]})" if title and seen[title] > 1 else title)
    return found


def clean(cell: str) -> str:
    """A cell without what no database keeps (NULs), and without blanks around it."""
    return cell.replace("\x00", "").strip().strip("\ufeff").strip()


def _own(cell: str) -> str:
    """A cell of our own error file as it was before the apostrophe that made it harmless."""
    return cell[1:] if cell.startswith("'") and harmless(cell[1:]) == cell else cell
