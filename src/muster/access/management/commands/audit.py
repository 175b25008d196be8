"""`muster audit verify` proves the trail whole or names the first broken link; `muster audit head` prints its end;
`muster audit verify-pdf FILE` says whether a PDF that was signed here is as it was."""

import hashlib
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser

from muster.access.action import verify
from muster.access.models import Event
from muster.core import signature


class Command(BaseCommand):
    help = "Verify the audit trail, print its head, to be kept on another machine, or verify a signed PDF."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("what", choices=["verify", "head", "verify-pdf"])
        parser.add_argument("file", type=Path, nargs="?", help="the PDF of verify-pdf")
        parser.add_argument("--anchor", type=Path, help="file of heads: head adds to it, verify looks each up")

    def handle(self, *args: Any, what: str, file: Path | None, anchor: Path | None, **options: Any) -> None:
        if what == "verify-pdf":
            self._verify_pdf(file)
        elif what == "head":
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

    def _verify_pdf(self, file: Path | None) -> None:
        if file is None:
            raise CommandError("Name the file: muster audit verify-pdf FILE.", returncode=2)
        try:
            content = file.read_bytes()
            found = signature.check(content)
        except OSError as error:
            raise CommandError(f"{file} cannot be read: {error.strerror}.", returncode=2) from error
        except ValidationError as error:
            raise CommandError(" ".join(error.messages), returncode=1) from error
        digest = hashlib.sha256(content).hexdigest()
        self.stdout.write(f"Signed by {found.signer}, {found.at:%Y-%m-%d %H:%M} UTC. Certificate {found.certificate}.")
        if not (found.intact and found.whole):
            raise CommandError("The signature does not hold: the file was changed after it was signed.", returncode=1)
        if not found.ours:
            raise CommandError(
                "The signature holds, but the certificate is not one of this installation.", returncode=1
            )
        known = (
            Event.objects.unscoped("audit verify").filter(action__endswith=".signed", context__sha256=digest).first()
        )
        self.stdout.write(f"The signature holds. {self._known(known)}")

    def _known(self, event: Event | None) -> str:
        if event is None:
            return "The audit trail does not know this very file."
        return f"The audit trail holds this file since event {event.pk}: {event.record}."
