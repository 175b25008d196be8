"""Everything held on a member, for the member: readable pages, and the same as JSON and CSV for programs."""

import datetime as dt
import io
import json
import zipfile
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.core.files.storage import default_storage
from django.db import transaction
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop

from muster.access.action import Refused, action, append, make_event
from muster.access.scope import Actor
from muster.core import files
from muster.core.exports import csv_lines, plain
from muster.people import personal
from muster.people.models import Audience, DataExport, Member, MemberDocument, PersonalField

KEPT = dt.timedelta(days=7)
MOST_SHOWN = 500  # rows of a kind on the readable page; JSON and CSV have all
MOST_FILES = 200 * files.MEGABYTE
FETCH = "people.dataexport.fetch"


@action("people.dataexport.create", gettext_lazy("Ask for one's own data"), DataExport, creates=True)
def request_export(actor: Actor) -> DataExport:
    """Ask for everything held on oneself; a job makes it. Raises ValidationError for who is no member, and while the
    last one is being made."""
    member = Member.objects.visible_to(actor).filter(pk=actor.member_id or 0).first()
    if member is None:
        raise Refused(_("This login belongs to no member: there is nothing to hand out."))
    if DataExport.objects.visible_to(actor).filter(ready_at=None, created_at__gt=timezone.now() - KEPT).exists():
        raise Refused(_("Your data is being put together: you are told when it is ready."))
    row = DataExport(member=member)
    row.save()
    return row


@action(FETCH, gettext_lazy("Fetch one's own data"), DataExport)
def fetch_export(actor: Actor, row: DataExport) -> bytes:
    if not row.file or row.expires_at is None or row.expires_at < timezone.now():
        raise Refused(_("This can be fetched for seven days only: ask for it again."))
    content = files.content_of(row)
    row.fetched_at = row.fetched_at or timezone.now()
    row.save(update_fields=["fetched_at"])
    return content


def make_export(row: DataExport) -> None:
    """Put everything together and keep it encrypted for seven days."""
    received = files.Received(f"muster-{timezone.localdate():%Y-%m-%d}.zip", zipped(row.member), "application/zip")
    with files.kept(received, "exports") as columns, transaction.atomic():
        now = timezone.now()
        for key, value in {**columns, "ready_at": now, "expires_at": now + KEPT}.items():
            setattr(row, key, value)
        row.save()
        append([make_event(Actor.operator(gettext_noop("export"), via="job"), "people.dataexport.ready", row, {})])


def drop_old_exports() -> int:
    """What can no longer be fetched is deleted; how many."""
    rows = DataExport.objects.unscoped("old exports").filter(expires_at__lt=timezone.now()).exclude(file="")
    found = list(rows)
    for row in found:
        default_storage.delete(str(row.file))
        rows.filter(pk=row.pk).update(file="")
    return len(found)


def zipped(member: Member) -> bytes:
    """The archive: index.html in the language that is active, data as JSON and CSV, and the member's own documents."""
    buffer, shown = io.BytesIO(), []
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for part in personal.parts():
            heads, lines = personal.table(part, member)
            rows = list(lines)
            said = [dict(zip(part.columns, map(plain, row), strict=True)) for row in rows]
            archive.writestr(f"json/{part.key}.json", json.dumps(said, ensure_ascii=False, indent=1))
            archive.writestr(f"csv/{part.key}.csv", "".join(csv_lines(heads, rows)))
            shown.append({"part": part, "heads": heads, "rows": rows[:MOST_SHOWN], "all": len(rows)})
        documents, kept_back = _documents(member, archive)
        context = {"member": member, "parts": shown, "register": register(), "documents": documents}
        context |= {"kept_back": kept_back, "made_at": timezone.now(), "most": MOST_SHOWN}
        if member.photo:
            archive.writestr(f"photo{Path(str(member.photo)).suffix}", member.photo.read())
        archive.writestr("index.html", render_to_string("people/my_data.html", context))
    return buffer.getvalue()


def _documents(member: Member, archive: zipfile.ZipFile) -> tuple[list[str], int]:
    """The files in the archive, and how many were left out: for human resources only, too many
    megabytes, or no longer what they were."""
    names, size, left_out = [], 0, 0
    for row in MemberDocument.objects.unscoped("what is held on a member").filter(member=member).order_by("pk"):
        if row.audience == Audience.HR:
            left_out += 1
            continue
        size += row.size
        try:
            content = files.content_of(row) if size <= MOST_FILES else None
        except ValidationError:
            content = None
        if content is None:
            left_out += 1
            continue
        names.append(f"documents/{row.pk}-{row.file_name}")
        archive.writestr(names[-1], content)
    return names, left_out


def register() -> list[dict[str, Any]]:
    """The register of personal data, line by line, as people call things."""
    rows = PersonalField.objects.unscoped("register of personal data").order_by("pk")
    found = []
    for one in rows:
        kind, field = personal.label_of(one)
        found.append({"row": one, "kind": kind, "field": field})
    return found
