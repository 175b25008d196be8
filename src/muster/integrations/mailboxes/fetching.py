"""Reading mailboxes: what is new since the last time, folder by folder, each mail once however often it is tried.

Of a mail the headers are looked at first. Who is nobody's contact is counted, and nothing else of him is read.
"""

import imaplib
import logging
import re
import time
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import DatabaseError, transaction
from django.db.models import F
from django.utils import timezone, translation

from muster.access.actors import actor_for
from muster.access.scope import Actor, Forbidden
from muster.activities.actions.mail import Known, is_here, receive_mail, who_is_it
from muster.activities.models import Mailbox, MailFolder, MailSkip
from muster.integrations.bounces import is_report, reported
from muster.integrations.mailboxes.folders import wire
from muster.integrations.mailboxes.reading import Broken, is_private, read_head, read_letter
from muster.integrations.mailboxes.servers import Problem, Trouble, imap
from muster.people.models import Member

log = logging.getLogger(__name__)
MOST_BYTES = 30 * 1024 * 1024
MOST_AT_ONCE = 200  # of a folder in one round
MOST_SKIPS = 50  # named on the page
BUDGET = 240.0  # seconds of a round over all mailboxes
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
INBOX = "INBOX"
_SIZE, _FLAGS = re.compile(rb"RFC822\.SIZE (\d+)"), re.compile(rb"FLAGS \(([^)]*)\)")
UNREADABLE = (Broken, ValidationError, Forbidden, DatabaseError, UnicodeError)


@dataclass(frozen=True)
class Reader:
    """One mailbox being read, and with whose eyes."""

    mailbox: Mailbox
    actor: Actor
    client: imaplib.IMAP4


def fetch_all() -> int:
    """Read the mailboxes that were not read for longest, as far as time allows; how many mails were kept."""
    began, kept = time.monotonic(), 0
    rows = Mailbox.objects.unscoped("reading mailboxes").filter(is_on=True, archived_at=None)
    for mailbox in rows.order_by(F("read_at").asc(nulls_first=True)).select_related("member__user"):
        if time.monotonic() - began > BUDGET:
            break
        kept += fetch(mailbox)
    return kept


def fetch(mailbox: Mailbox) -> int:
    """Read MAILBOX; how many mails were kept. What is wrong with it is noted on it."""
    user = mailbox.member.user
    gone = user is None or not user.is_active or mailbox.member.status == Member.Status.LEFT
    if user is None or gone or not mailbox.secret_is_set:
        return 0
    actor, kept, trouble = actor_for(user, via="mail"), 0, None
    if not actor.has("activities.mail.receive"):
        return 0
    try:
        with imap(mailbox) as client, translation.override(user.language or settings.LANGUAGE_CODE):
            for name in filter(None, (INBOX, mailbox.sent_folder)):
                kept += _read_folder(Reader(mailbox, actor, client), name)
    except Trouble as error:
        trouble = error
    _note(
        mailbox,
        read_at=timezone.now(),
        problem=trouble.problem if trouble else "",
        detail=trouble.detail if trouble else "",
    )
    return kept


def _note(mailbox: Mailbox, **values: Any) -> None:
    Mailbox.objects.unscoped("state of a mailbox").filter(pk=mailbox.pk).update(**values)


def _read_folder(reader: Reader, name: str) -> int:
    status, _said = reader.client.select(wire(name), readonly=True)
    if status != "OK":
        raise Trouble(Problem.FOLDER, name)
    folder, anew = _folder(reader, name)
    said = reader.client.response("UIDNEXT")[1]
    end = int(said[0]) if said and said[0] else 0
    waiting, kept = _new_uids(reader, folder.next_uid), 0
    for uid in waiting[:MOST_AT_ONCE]:
        kept += _take(reader, folder, uid, anew)
    if len(waiting) <= MOST_AT_ONCE and end:
        _advance(folder, end)
    return kept


def _folder(reader: Reader, name: str) -> tuple[MailFolder, bool]:
    """How far it is read; from the beginning where the server numbered it anew. Then what is here already stays what
    it is, and nothing is counted twice."""
    rows = MailFolder.objects.unscoped("how far a folder is read")
    folder, _made = rows.get_or_create(mailbox=reader.mailbox, name=name)
    said = reader.client.response("UIDVALIDITY")[1]
    validity = int(said[0]) if said and said[0] else 0
    anew = folder.validity not in (0, validity)
    if folder.validity != validity:
        folder.validity, folder.next_uid = validity, 1
        rows.filter(pk=folder.pk).update(validity=validity, next_uid=1)
    return folder, anew


def _new_uids(reader: Reader, first: int) -> list[int]:
    since = reader.mailbox.since
    day = f"{since.day:02}-{MONTHS[since.month - 1]}-{since.year}"
    status, found = reader.client.uid("SEARCH", "UID", f"{first}:*", "SINCE", day)
    if status != "OK":
        raise Trouble(Problem.ANSWER, str(found[0])[:100])
    return sorted(uid for uid in (int(one) for one in (found[0] or b"").split()) if uid >= first)  # n:* names the last


def _advance(folder: MailFolder, uid: int) -> None:
    rows = MailFolder.objects.unscoped("how far a folder is read")
    rows.filter(pk=folder.pk, validity=folder.validity, next_uid__lt=uid).update(next_uid=uid)


def _take(reader: Reader, folder: MailFolder, uid: int, anew: bool) -> int:
    """One mail: 1 where it was kept. Whatever is wrong with it, the next one has its turn."""
    meta, head = _asked(reader, uid, "(RFC822.SIZE FLAGS BODY.PEEK[HEADER])")
    size = int(found[1]) if (found := _SIZE.search(meta)) else 0
    try:
        if is_report(head) and not anew and size <= MOST_BYTES:
            reported(reader.mailbox, _asked(reader, uid, "(BODY.PEEK[])")[1])
        letter = read_head(head)
        if _stays_out(reader.mailbox, meta, head, letter.addresses):
            return _pass(reader, folder, uid, None if anew else "kept_out")
        known = who_is_it(reader.actor, reader.mailbox, letter)
        if not known and not reader.mailbox.keeps_all:
            return _pass(reader, folder, uid, None if anew else "unmatched")
        if is_here(reader.mailbox, letter.message_id):
            return _pass(reader, folder, uid, None)
        if size > MOST_BYTES:
            return _skip(reader, folder, uid, size, MailSkip.Why.HUGE, letter.subject)
        return _keep(reader, folder, uid, known)
    except UNREADABLE as error:
        log.warning("Mail %s of mailbox %s cannot be read: %s", uid, reader.mailbox.pk, type(error).__name__)
        return _skip(reader, folder, uid, size, MailSkip.Why.BROKEN, "")


def _asked(reader: Reader, uid: int, what: str) -> tuple[bytes, bytes]:
    """(what stands around it, the content) of one mail; both empty where it is gone."""
    status, rows = reader.client.uid("FETCH", str(uid), what)
    pairs = [row for row in rows or () if isinstance(row, tuple)] if status == "OK" else []
    rest = [row for row in rows or () if isinstance(row, bytes)]
    meta = b" ".join([*(bytes(pair[0]) for pair in pairs), *rest])
    return meta, bytes(pairs[0][1]) if pairs else b""


def _stays_out(mailbox: Mailbox, meta: bytes, head: bytes, addresses: list[str]) -> bool:
    """Is it private: marked so by its writer, by a label, or with somebody of a domain that is left out?"""
    domains = {one.lstrip("@").casefold() for one in _words(mailbox.private_domains)}
    if any(one.rpartition("@")[2] in domains or one in domains for one in addresses):
        return True
    flags = {one.decode("ascii", "replace").casefold() for one in (_FLAGS.search(meta) or [b"", b""])[1].split()}
    labels = {one.casefold() for one in _words(mailbox.private_labels)}
    return bool(flags & {*labels, *(f"${one}" for one in labels)}) or is_private(head)


def _words(text: str) -> list[str]:
    return [one for one in re.split(r"[\s,;，；]+", text) if one]


def _keep(reader: Reader, folder: MailFolder, uid: int, known: Known) -> int:
    _meta, content = _asked(reader, uid, "(BODY.PEEK[])")
    letter = read_letter(content)
    with transaction.atomic():
        if not _ours(folder, uid) or is_here(reader.mailbox, letter.message_id):
            return 0
        receive_mail(reader.actor, mailbox=reader.mailbox, letter=letter, known=known)
        _advance(folder, uid + 1)
    return 1


def _ours(folder: MailFolder, uid: int) -> bool:
    """The folder is locked, and nobody else has taken this mail meanwhile."""
    rows = MailFolder.objects.unscoped("how far a folder is read").select_for_update(of=("self",))
    now = rows.get(pk=folder.pk)
    return bool(now.next_uid <= uid and now.validity == folder.validity)


def _pass(reader: Reader, folder: MailFolder, uid: int, count: str | None) -> int:
    """Leave a mail where it is, and count it."""
    with transaction.atomic():
        if _ours(folder, uid):
            if count:
                _note(reader.mailbox, **{count: F(count) + 1})
            _advance(folder, uid + 1)
    return 0


def _skip(reader: Reader, folder: MailFolder, uid: int, size: int, why: str, name: str) -> int:
    with transaction.atomic():
        if _ours(folder, uid):
            row = MailSkip(mailbox=reader.mailbox, folder=folder.name, uid=uid, size=size, why=why, name=name)
            row.save()
            rows = MailSkip.objects.unscoped("mails left out long ago").filter(mailbox=reader.mailbox)
            last = rows.order_by("-pk").values_list("pk", flat=True)[MOST_SKIPS:]
            rows.filter(pk__in=list(last)).delete()
            _advance(folder, uid + 1)
    return 0
