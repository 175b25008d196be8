"""Trying a mailbox: what is right with it and what is wrong, each in a sentence."""

import imaplib
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from muster.access.action import action
from muster.access.scope import Actor
from muster.activities.models import Mailbox
from muster.integrations.mailboxes.fetching import INBOX
from muster.integrations.mailboxes.folders import sent_folder, wire
from muster.integrations.mailboxes.servers import Problem, Trouble, imap, smtp


@dataclass(frozen=True)
class Finding:
    good: bool
    sentence: str


def try_mailbox(actor: Actor, row: Mailbox) -> list[Finding]:
    """Log in to both servers and out again. Nothing is read and nothing sent."""
    actor.require("activities.mailbox.try")
    found, trouble = [], None
    for attempt in (_reading, _sending):
        try:
            found += attempt(row)
        except Trouble as error:
            trouble = trouble or error
            found.append(Finding(False, error.sentence))
    _tried(actor, row, problem=trouble.problem if trouble else "", detail=trouble.detail if trouble else "")
    return found


@action("activities.mailbox.try", gettext_lazy("Try one's mailbox"), Mailbox)
def _tried(actor: Actor, row: Mailbox, *, problem: str, detail: str) -> None:
    row.problem, row.detail = problem, detail
    row.save()


def _reading(row: Mailbox) -> list[Finding]:
    with imap(row) as client:
        status, said = client.select(wire(INBOX), readonly=True)
        if status != "OK":
            raise Trouble(Problem.FOLDER, INBOX)
        number = int(said[0] or 0)
        found = [Finding(True, _("Reading works: %(n)s mails in the inbox.") % {"n": number})]
        return [*found, *_sent(row, client)]


def _sent(row: Mailbox, client: imaplib.IMAP4) -> list[Finding]:
    there = sent_folder(client)
    if row.sent_folder:
        status, _said = client.select(wire(row.sent_folder), readonly=True)
        if status != "OK":
            hint = _("On the server it is called “%(name)s”.") % {"name": there} if there else ""
            raise Trouble(Problem.FOLDER, f"{row.sent_folder}. {hint}")
    elif there:
        text = _("The folder of sent mail is called “%(name)s”: enter it, so that what you send elsewhere is seen too.")
        return [Finding(True, text % {"name": there})]
    return []


def _sending(row: Mailbox) -> list[Finding]:
    if not row.smtp_host:
        return [Finding(True, _("No server that sends is entered: mail is read only."))]
    with smtp(row):
        return [Finding(True, _("Sending works."))]
