"""`muster directory diff NAME` says what differs; `muster directory apply NAME` takes it over, leavers when told."""

import json
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.dateparse import parse_date

from muster.access.scope import Actor
from muster.integrations.directory import actions
from muster.integrations.models import DirectoryChange, DirectoryConnection, DirectoryRun

Kind = DirectoryChange.Kind
MOST_SHOWN = 50


class Command(BaseCommand):
    help = "Compare members with a directory (WeCom, DingTalk, Feishu, LDAP). Only “apply” changes anything."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("verb", choices=["list", "diff", "apply"])
        parser.add_argument("name", nargs="?", default="", help="the connection, as it is called on its page")
        parser.add_argument("--leavers", action="store_true", help="with apply: who is gone leaves, too")
        parser.add_argument("--left-on", type=parse_date, help="the first day they are not here; else today")
        parser.add_argument("--many", action="store_true", help="with apply: yes, more leave than is usual")
        parser.add_argument("--json", action="store_true", help="one line of JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        rows = DirectoryConnection.objects.unscoped("directory").filter(archived_at=None)
        if options["verb"] == "list":
            for one in rows:
                self.stdout.write(f"{one.name}\t{one.kind}\t{one.address or '-'}")
            return
        connection = rows.filter(name=options["name"]).first()
        if connection is None:
            names = ", ".join(one.name for one in rows) or "none"
            raise CommandError(f"No directory is called “{options['name']}”. There are: {names}.", returncode=2)
        actor = Actor.operator("muster directory")
        try:
            run = actions.begin_run(actor, connection=connection)
            actions.read_and_compare(run)
            if run.status == DirectoryRun.Status.FAILED:
                raise CommandError(run.problem, returncode=1)
            if options["verb"] == "apply":
                run = self._apply(actor, run, options)
        except ValidationError as error:
            raise CommandError(" ".join(error.messages), returncode=1) from error
        self._say(run, options)

    def _apply(self, actor: Actor, run: DirectoryRun, options: dict[str, Any]) -> DirectoryRun:
        left_out = {Kind.REVIEW} if options["leavers"] else {Kind.REVIEW, Kind.GONE}
        rows = DirectoryChange.objects.unscoped("directory").filter(run=run).exclude(kind__in=left_out)
        chosen = set(rows.values_list("pk", flat=True))
        if not chosen:
            return run
        answers = {pk: {"left_on": options["left_on"]} for pk in chosen} if options["left_on"] else {}
        run = actions.start_apply(actor, run, chosen=chosen, answers=answers, sure=options["many"])
        actions.carry_out(run, actor)
        return run

    def _say(self, run: DirectoryRun, options: dict[str, Any]) -> None:
        rows = list(DirectoryChange.objects.unscoped("directory").filter(run=run))
        counts = {kind.value: sum(1 for one in rows if one.kind == kind) for kind in Kind}
        refused = [one for one in rows if one.outcome == DirectoryChange.Outcome.REFUSED]
        if options["json"]:
            said = {"run": run.pk, "people": run.people, "braked": run.braked, **counts, "refused": len(refused)}
            self.stdout.write(json.dumps(said, ensure_ascii=False))
            return
        self.stdout.write(f"{run.people} people read from {run.connection}.")
        for kind in Kind:
            found = [one for one in rows if one.kind == kind]
            if found:
                self.stdout.write(f"\n{kind.label}: {len(found)}")
                for one in found[:MOST_SHOWN]:
                    what = "; ".join(f"{label}: {before} → {after}" for label, before, after in one.lines)
                    parts = [f"{one.name} ({one.key})", one.reason, what, str(one.get_outcome_display()), one.problem]
                    self.stdout.write("  " + " ".join(filter(None, parts)))
        for one in run.remarks[:MOST_SHOWN]:
            self.stdout.write(f"  ! {one}")
        if not rows:
            self.stdout.write("Directory and Muster say the same.")
        elif options["verb"] == "diff":
            self.stdout.write("\nNothing was changed. “muster directory apply NAME” takes it over.")
