"""`muster audit verify` proves the trail whole or names the first broken link; `muster audit head` prints its end."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from muster.access.action import verify
from muster.access.models import Event


class Command(BaseCommand):
    help = "Verify the audit trail, or print its head, to be kept on another machine."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("what", choices=["verify", "head"])
        parser.add_argument("--anchor", type=Path, help="file of heads: head adds to it, verify looks each up")

    def handle(self, *args: Any, what: str, anchor: Path | None, **options: Any) -> None:
        if what == "head":
            self._head(anchor)
        else:
            self._verify(anchor)

    def _head(self, anchor: Path | None) -> None:
        last = Event.objects.unscoped("audit head").order_by("-id").first()
        if last is None:
            raise CommandError("Nothing has happened yet.", returncode=1)
        line = f"{last.pk} {last.hash}"
        self.stdout.write(line)
        if anchor:
            with anchor.open("a", encoding="utf-8") as file:
                file.write(line + "\n")

    def _verify(self, anchor: Path | None) -> None:
        broken = verify()
        if broken is not None:
            raise CommandError(f"The chain is broken at event {broken.pk}: {broken}.", returncode=1)
        for line in anchor.read_text(encoding="utf-8").split("\n") if anchor else []:
            pk, _space, digest = line.partition(" ")
            if pk and not Event.objects.unscoped("audit verify").filter(pk=int(pk), hash=digest).exists():
                raise CommandError(f"Event {pk}, which the anchor holds, is gone or another.", returncode=1)
        count = Event.objects.unscoped("audit verify").count()
        self.stdout.write(f"The chain is whole: {count} events.")
