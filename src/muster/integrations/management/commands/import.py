"""`muster import sales-opportunities DIR` and `muster import csv FILE --as members`: a dry run; with --commit it is
done."""  # noqa: N999 - what one types

import json
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from muster.access.scope import Actor
from muster.integrations.importing import reading
from muster.integrations.importing.columns import Mapping, guess
from muster.integrations.importing.engine import Run, save_issues
from muster.integrations.importing.errors import error_lines
from muster.integrations.importing.sources import SOURCES, Source, source_for
from muster.integrations.models import ImportBatch, ImportIssue

MOST_SHOWN = 10
KINDS = [key for key, one in SOURCES.items() if one.table]
SYSTEMS = [key for key, one in SOURCES.items() if not one.table]


class Command(BaseCommand):
    help = "Read records from files. Without --commit it only says what would happen."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("source", choices=["csv", *SYSTEMS], help="csv is any one table, also as XLSX")
        parser.add_argument("path", type=Path, help="a folder, a zip or a file")
        parser.add_argument("--as", dest="kind", choices=KINDS, help="what the rows of the table are")
        about = "which column is which, as --map 姓名=name; others are found by their names"
        parser.add_argument("--map", nargs="+", action="extend", default=[], metavar="COLUMN=FIELD", help=about)
        parser.add_argument("--commit", action="store_true", help="do it")
        parser.add_argument("--report", type=Path, help="write everything odd or refused to this CSV file")
        parser.add_argument("--json", action="store_true", help="one line of JSON instead of a table")

    def handle(self, *args: Any, **options: Any) -> None:
        source, actor = _source(options), Actor.operator("muster import")
        try:
            sheets = reading.read(options["path"])
            mapping = _mapping(source, sheets, options["map"])
            plan = source.plan(sheets, mapping, actor)
        except ValidationError as error:
            raise CommandError(" ".join(error.messages), returncode=2) from error
        batch = _batch(source.key, options["path"], plan.head) if options["commit"] else None
        run = Run(plan, actor, batch)
        counts = run.counts()
        if batch:
            _commit(run, batch, counts)
        if options["report"]:
            options["report"].write_text("".join(error_lines(plan.issues, plan.head)), encoding="utf-8", newline="")
        self._say(options, counts, plan.issues)

    def _say(self, options: dict[str, Any], counts: list[dict[str, Any]], issues: list[ImportIssue]) -> None:
        refused = [one for one in issues if one.kind == ImportIssue.Kind.REFUSED]
        if options["json"]:
            odd = len(issues) - len(refused)
            said = {"committed": options["commit"], "counts": counts, "refused": len(refused), "oddities": odd}
            self.stdout.write(json.dumps(said, ensure_ascii=False))
            return
        columns = ["new", "changed", "same", *(["wrong"] if any("wrong" in row for row in counts) else [])]
        self.stdout.write(f"{'':24}" + "".join(f"{one:>9}" for one in columns))
        for row in counts:
            self.stdout.write(f"{row['model']:24}" + "".join(f"{row.get(one, ''):>9}" for one in columns))
        self._list("Refused", refused)
        self._list("Odd, imported as described", [one for one in issues if one.kind == ImportIssue.Kind.ODDITY])
        if not options["commit"]:
            self.stdout.write("\nNothing was written. Add --commit to do it.")

    def _list(self, title: str, issues: list[ImportIssue]) -> None:
        """Grouped by sentence, because a thousand rows of one kind are one thing to look at."""
        groups: dict[str, list[ImportIssue]] = {}
        for one in issues:
            groups.setdefault(str(one), []).append(one)
        self.stdout.write(f"\n{title}: {len(issues)}")
        for message, ones in list(groups.items())[:200]:
            rows = ", ".join(str(one.row_no) for one in ones[:MOST_SHOWN] if one.row_no)
            where = (
                f" ({ones[0].sheet} row {rows}{', …' if len(ones) > MOST_SHOWN else ''})"
                if rows
                else f" ({ones[0].sheet})"
            )
            self.stdout.write(f"  {len(ones):>6} × {message}{where}")


def _source(options: dict[str, Any]) -> Source:
    if (options["source"] == "csv") != bool(options["kind"]):
        raise CommandError(f"Say what the rows are: muster import csv FILE --as {'|'.join(KINDS)}.", returncode=2)
    return source_for(options["kind"] or options["source"], Actor.operator("import"))


def _mapping(source: Source, sheets: list[reading.Sheet], said: list[str]) -> Mapping:
    """Columns by their names, and as SAID."""
    mapping = guess(source.tables, sheets, source.spellings)
    for one in said:
        column, _equals, wanted = one.rpartition("=")
        tables = [table for table, keys in source.tables.items() if wanted in keys]
        if not column or not tables:
            fields = ", ".join(key for keys in source.tables.values() for key in keys)
            raise CommandError(f"--map {one}: write COLUMN=FIELD, where FIELD is one of {fields}.", returncode=2)
        sheet = next((sheet for sheet in sheets if column in sheet.head), None)
        if sheet is None:
            raise CommandError(f"--map {one}: no column is called “{column}”.", returncode=2)
        for table in tables:
            kept = {key: name for key, name in mapping[table]["columns"].items() if name != column}
            mapping[table] = {"sheet": sheet.name, "columns": {**kept, wanted: column}}
    return mapping


def _batch(source: str, path: Path, head: list[str]) -> ImportBatch:
    batch = ImportBatch(source=source, file_name=path.name[:200], status=ImportBatch.Status.RUNNING)
    batch.options, batch.started_at = {"head": head}, timezone.now()
    batch.save()
    return batch


def _commit(run: Run, batch: ImportBatch, counts: list[dict[str, Any]]) -> None:
    run.commit()
    save_issues(batch, run.plan.issues)
    batch.counts, batch.status, batch.finished_at = counts, ImportBatch.Status.DONE, timezone.now()
    batch.save()
