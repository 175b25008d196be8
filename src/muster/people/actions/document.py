"""Files on members: handed in, kept, fetched by who may, and a word in time before they end."""

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy, gettext_noop

from muster.access.action import action, append, make_event
from muster.access.crud import check_links
from muster.access.scope import Actor, Forbidden, can
from muster.core import files
from muster.core.periods import today
from muster.people.models import Member, MemberDocument, SkillEvidence

SENSITIVE = "people.memberdocument.sensitive"
DAYS_BEFORE = (90, 30, 7)


def add_document(actor: Actor, *, member: Member, upload: Any, **said: Any) -> MemberDocument:
    """Keep UPLOAD on MEMBER. SAID: kind, title, audience, valid_until, note. Raises ValidationError for a file that is
    too large or of another type than its content may have, Forbidden where one may not keep files on this member."""
    with files.kept(files.receive(upload), "documents") as columns:
        row: MemberDocument = _create(actor, member=member, columns=columns, **said)
    return row


@action("people.memberdocument.create", gettext_lazy("Add documents of members"), MemberDocument, creates=True)
def _create(actor: Actor, *, member: Member, columns: dict[str, Any], **said: Any) -> MemberDocument:
    row = MemberDocument(**columns)
    check_links(actor, row, {"member": member})
    row.member = member
    _write(row, {**said, "title": said.get("title") or columns["file_name"]})
    return row


@action("people.memberdocument.edit", gettext_lazy("Edit documents of members"), MemberDocument)
def edit_document(actor: Actor, row: MemberDocument, **said: Any) -> None:
    """What stands beside the file; the file itself never changes: add another."""
    if said.get("valid_until", row.valid_until) != row.valid_until:
        row.reminded = None
    _write(row, said)


def _write(row: MemberDocument, said: dict[str, Any]) -> None:
    for key, value in said.items():
        setattr(row, key, value)
    row.full_clean()
    row.save()


@action("people.memberdocument.archive", gettext_lazy("Archive documents of members"), MemberDocument)
def archive_document(actor: Actor, row: MemberDocument) -> None:
    row.archived_at = row.archived_at or timezone.now()
    row.save(update_fields=["archived_at"])


@action("people.memberdocument.restore", gettext_lazy("Restore documents of members"), MemberDocument)
def restore_document(actor: Actor, row: MemberDocument) -> None:
    row.archived_at = None
    row.save(update_fields=["archived_at"])


@action("people.memberdocument.download", gettext_lazy("Fetch documents of members"), MemberDocument)
def fetch_document(actor: Actor, row: MemberDocument) -> bytes:
    """The file, byte for byte; that it was fetched is in the trail. Raises Forbidden for a sensitive kind without the
    permission for these, ValidationError where the file is no longer what was handed in."""
    if row.is_sensitive and not can(actor, SENSITIVE, row):
        raise Forbidden(SENSITIVE)
    return files.content_of(row)


def remind_of_ends(day: dt.date | None = None) -> int:
    """Say 90, 30 and 7 days before that a document or a certificate ends, each once; how many were said. What has
    ended already is red on its page and is not said again."""
    on = day or today()
    members = Member.objects.unscoped("ends of documents").exclude(status=Member.Status.LEFT)
    found = 0
    for model in (MemberDocument, SkillEvidence):
        rows = model.objects.unscoped("ends of documents").filter(
            archived_at=None,
            member__in=members.values("pk"),
            valid_until__range=(on, on + dt.timedelta(days=max(DAYS_BEFORE))),
        )
        if model is SkillEvidence:
            rows = rows.exclude(number="")
        found += _remind(rows.select_related("member").order_by("pk"), on)
    return found


def _remind(rows: Iterable[Any], on: dt.date) -> int:
    actor, found = Actor.operator(gettext_noop("reminder"), via="chore"), 0
    for row in rows:
        left = (row.valid_until - on).days
        step = min(days for days in DAYS_BEFORE if left <= days)
        if row.reminded is not None and row.reminded <= step:
            continue
        with transaction.atomic():
            type(row).objects.unscoped("ends of documents").filter(pk=row.pk).update(reminded=step)
            append([make_event(actor, f"{row._meta.label_lower}.ends", row, {}, days=left)])
        found += 1
    return found
