"""`muster import sales-opportunities DIR`: a dry run; with --commit it is done."""  # noqa: N999 - what one types

import json
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from muster.access.scope import Actor
from muster.integrations.importing import reading
from muster.integrations.importing.engine import Run, save_issues
from muster.integrations.importing.errors import error_lines
from muster.integrations.importing.sources import SOURCES
from muster.integrations.models import ImportBatch, ImportIssue

MOST_SHOWN = 10


class Command(BaseCommand):
    help = "Read records from files. Without --commit it only says what would happen."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("source", choices=sorted(SOURCES))
        parser.add_argument("path", type=Path, help="a folder, a zip or a file")
        parser.add_argument("--commit", action="store_true", help="do it")
        parser.add_argument("--report", type=Path, help="write everything odd or refused to this CSV file")
        parser.add_argument("--json", action="store_true", help="one line of JSON instead of a table")

    def handle(self, *args: Any, **options: Any) -> None:
        source = SOURCES[options["source"]]
        try:
            plan = source.plan(reading.read(options["path"]))
        except ValidationError as error:
            raise CommandError(" ".join(error.messages), returncode=2) from error
        batch = self._batch(source.key, options["path"]) if options["commit"] else None
        run = Run(plan, Actor.operator("muster import"), batch)
        counts = run.counts()
        if batch:
            self._commit(run, batch, counts)
        if options["report"]:
            options["report"].write_text("".join(error_lines(plan.issues)), encoding="utf-8")
        self._say(options, counts, plan.issues)

    def _batch(self, source: str, path: Path) -> ImportBatch:
        batch = ImportBatch(source=source, file_name=path.name, status=ImportBatch.Status.RUNNING)
        batch.save()
        return batch

    def _commit(self, run: Run, batch: ImportBatch, counts: list[dict[str, Any]]) -> None:
        run.commit()
        save_issues(batch, run.plan.issues)
        batch.counts, batch.status, batch.finished_at = counts, ImportBatch.Status.DONE, timezone.now()
        batch.save()

    def _say(self, options: dict[str, Any], counts: list[dict[str, Any]], issues: list[ImportIssue]) -> None:
        refused = [one for one in issues if one.kind == ImportIssue.Kind.REFUSED]
        if options["json"]:
            odd = len(issues) - len(refused)
            said = {"committed": options["commit"], "counts": counts, "refused": len(refused), "oddities": odd}
            self.stdout.write(json.dumps(said, ensure_ascii=False))
            return
        self.stdout.write(f"{'':24}{'new':>8}{'changed':>9}{'same':>8}")
        for row in counts:
            self.stdout.write(f"{row['model']:24}{row['new']:>8}{row['changed']:>9}{row['same']:>8}")
        self._list("Refused", refused)
        self._list("Odd, imported as described", [one for one in issues if one.kind == ImportIssue.Kind.ODDITY])
        if not options["commit"]:
            self.stdout.write("\nNothing was written. Add --commit to do it.")

    def _list(self, title: str, issues: list[ImportIssue]) -> None:
        """Grouped by sentence, because a thousand rows of one kind are one thing to look at."""
        groups: dict[str, list[ImportIssue]] = {}
        for one in issues:
            groups.setdefault(one.message, []).append(one)
        self.stdout.write(f"\n{title}: {len(issues)}")
        for message, ones in list(groups.items())[:200]:
            rows = ", ".join(str(one.row_no) for one in ones[:MOST_SHOWN] if one.row_no)
            where = (
                f" ({ones[0].sheet} row {rows}{', …' if len(ones) > MOST_SHOWN else ''})"
                if rows
                else f" ({ones[0].sheet})"
            )
            self.stdout.write(f"  {len(ones):>6} × {message}{where}")
