"""Addresses that letters do not reach: refused while they are sent, or told later by a report (RFC 3464). Who has such
an address is marked with the day and the reason until somebody changes it or says that it is right."""

import email
import re
from email.message import Message

from muster.activities.actions.mail import mark
from muster.activities.models import Mail, Mailbox
from muster.crm.actions.doubt import doubt_contacts
from muster.integrations.mailboxes.reading import IDS, POLICY, text_of
from muster.people.actions.doubt import doubt_members

CODE, ENHANCED = re.compile(r"\b(5\d\d)\b"), re.compile(r"\b5\.(\d{1,3})\.(\d{1,3})\b")
# Nobody by that name, no such place, closed: as codes of RFC 3463, else of SMTP. Full boxes, sizes and spam are not.
DEAD = {"0": None, "1": None, "2": {"0", "1"}, "4": {"1", "3", "4"}}
DEAD_PLAIN = {"550", "551", "553"}
MOST_PARTS = 50


def is_dead(said: str) -> bool:
    """Does SAID, the answer of a server, mean that the address will never work?"""
    if found := ENHANCED.search(said):
        detail = DEAD.get(found[1], set())
        return detail is None or found[2] in detail
    plain = CODE.search(said)
    return bool(plain and plain[1] in DEAD_PLAIN)


def refused(address: str, said: str) -> int:
    """A letter to ADDRESS was not taken. How many people are marked for it."""
    if not is_dead(said):
        return 0
    return doubt_contacts(address, said) + doubt_members(address, said)


def is_report(head: bytes) -> bool:
    message = email.message_from_bytes(head, policy=POLICY)
    return message.get_content_type() == "multipart/report" and "delivery-status" in text_of(
        message.get("Content-Type")
    ).replace('"', "")


def reported(mailbox: Mailbox, content: bytes) -> int:
    """CONTENT is a report on a mail. It counts only for one that went out of MAILBOX: anybody can write a report."""
    about, failures = read_report(content)
    sent = Mail.objects.unscoped("a report on a mail of one's own").filter(mailbox=mailbox)
    sent = sent.filter(mark__in=[mark(one) for one in about])
    if not sent.filter(direction=Mail.Direction.OUT).exists():
        return 0
    return sum(refused(address, said) for address, said in failures)


def read_report(content: bytes) -> tuple[list[str], list[tuple[str, str]]]:
    """The Message-IDs of the mail that a report is about, and (address, what the server said) of each failure."""
    about: list[str] = []
    failures: list[tuple[str, str]] = []
    for at, part in enumerate(email.message_from_bytes(content, policy=POLICY).walk()):
        if at >= MOST_PARTS:
            break
        kind, inner = part.get_content_type(), part.get_payload()
        if kind == "message/delivery-status" and isinstance(inner, list):
            failures += [one for block in inner if (one := _failure(block)) is not None]
        elif kind == "message/rfc822" and isinstance(inner, list):
            about += [one for mail in inner if isinstance(mail, Message) for one in _ids(mail)]
        elif kind == "text/rfc822-headers" and isinstance(inner, str):
            about += _ids(email.message_from_string(inner, policy=POLICY))
    return about[:5], failures


def _ids(mail: Message) -> list[str]:
    return IDS.findall(text_of(mail.get("Message-ID")))


def _failure(block: object) -> tuple[str, str] | None:
    if not isinstance(block, Message) or text_of(block.get("Action")).casefold() != "failed":
        return None
    address = text_of(block.get("Original-Recipient") or block.get("Final-Recipient")).rpartition(";")[2].strip()
    said = text_of(block.get("Diagnostic-Code")).partition(";")[2].strip()
    status = text_of(block.get("Status"))
    return (address, f"{status} {said}".strip()) if "@" in address else None
