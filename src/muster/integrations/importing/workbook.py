"""Opens one workbook in a process of its own: `python workbook.py < file` writes its rows as lines of JSON.

A workbook may claim a cell in the last row of the last column, or unpack to more than the machine has. Where reading
one takes too much memory or time, this process ends, and not the server. It imports nothing of ours.
"""

import datetime as dt
import json
import sys
from typing import Any

import python_calamine

if sys.platform != "win32":
    import resource

MOST_MEMORY = 1_500 * 1024 * 1024
MOST_ANSWER = 200 * 1024 * 1024  # bytes of text
MOST_SECONDS = 120


def limit() -> None:
    if sys.platform == "win32":  # has no such limits
        return
    resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (MOST_SECONDS, MOST_SECONDS))
    resource.setrlimit(resource.RLIMIT_FSIZE, (MOST_ANSWER, MOST_ANSWER))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def text(cell: Any) -> str:
    """A cell as it is meant: whole numbers without a point, days without a time, no noise of binary fractions."""
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "1" if cell else "0"
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() and abs(cell) < 1e15 else format(cell, ".15g")
    if isinstance(cell, dt.datetime) and cell.time() == dt.time():
        return cell.date().isoformat()
    if isinstance(cell, dt.datetime):
        return cell.isoformat(" ", "seconds")
    return cell.isoformat() if isinstance(cell, dt.date | dt.time) else str(cell)


def write(line: Any) -> None:
    sys.stdout.write(json.dumps(line, ensure_ascii=False) + "\n")


def main() -> None:
    limit()
    sys.stdout.reconfigure(encoding="utf-8", errors="replace")  # type: ignore[union-attr]
    book = python_calamine.load_workbook(sys.stdin.buffer)
    for name in book.sheet_names:
        write({"sheet": name})
        for row in book.get_sheet_by_name(name).iter_rows():
            write([text(cell) for cell in row])


if __name__ == "__main__":
    main()
