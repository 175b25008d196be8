"""Mail that members wrote goes out over their own servers; what is not taken is tried again later each time.

A mail is claimed before it is sent. Who dies between the server's yes and our note of it leaves a claim that runs out:
the mail goes out again with the same Message-ID, by which mail programs know it for the same one.
"""

import datetime as dt
import imaplib
import logging
import smtplib
import time
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, formataddr, getaddresses

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from muster.access.actors import actor_for
from muster.activities.actions.mail import note_sent
from muster.activities.models import Mail, Mailbox, MailFile
from muster.core import files
from muster.integrations.bounces import refused
from muster.integrations.mailboxes.folders import wire
from muster.integrations.mailboxes.servers import Trouble, imap, smtp, words
from muster.integrations.retrying import CLAIM, after_failure, is_final, plain

log = logging.getLogger(__name__)
State = Mail.State
MOST_AT_ONCE = 100


def send_waiting(now: dt.datetime | None = None) -> int:
    """Send what is due; how many mails went out."""
    moment = now or timezone.now()
    rows = Mail.objects.unscoped("mail that goes out")
    rows.filter(state=State.SENDING, claimed_at__lt=moment - CLAIM).update(state=State.WAITING)
    due = rows.filter(state=State.WAITING, due_at__lte=moment).order_by("mailbox", "pk")
    boxes = list(dict.fromkeys(due.values_list("mailbox", flat=True)[:MOST_AT_ONCE]))
    found = Mailbox.objects.unscoped("mail that goes out").filter(pk__in=boxes).select_related("member__user")
    return sum(_of_mailbox(mailbox, moment) for mailbox in found)


def _of_mailbox(mailbox: Mailbox, now: dt.datetime) -> int:
    rows, user, sent = _claimed(mailbox, now), mailbox.member.user, []
    if not rows:
        return 0
    with translation.override((user.language if user else "") or settings.LANGUAGE_CODE):
        if user is None or not user.is_active or not mailbox.secret_is_set or not mailbox.smtp_host:
            for row in rows:
                _failed(row, _("The mailbox is not connected any more."), now, final=True)
            return 0
        try:
            with smtp(mailbox) as client:
                for row in rows:
                    if content := _one(client, mailbox, row, now):
                        note_sent(actor_for(user, via="mail"), row)
                        sent.append(content)
        except Trouble as error:
            for row in rows:
                _failed(row, error.sentence, now, only=State.SENDING)
        _put_into_sent(mailbox, sent)
    return len(sent)


@transaction.atomic
def _claimed(mailbox: Mailbox, now: dt.datetime) -> list[Mail]:
    due = Mail.objects.unscoped("mail that goes out").filter(mailbox=mailbox, state=State.WAITING, due_at__lte=now)
    rows = list(due.select_for_update(of=("self",)).order_by("pk")[:MOST_AT_ONCE])
    keys = [one.pk for one in rows]
    Mail.objects.unscoped("mail that goes out").filter(pk__in=keys).update(state=State.SENDING, claimed_at=now)
    return rows


def _one(client: smtplib.SMTP, mailbox: Mailbox, row: Mail, now: dt.datetime) -> bytes:
    """Send one mail; its bytes, or nothing where the server did not take it."""
    try:
        message = made(mailbox, row)
    except ValidationError as error:
        _failed(row, " ".join(error.messages), now, final=True)
        return b""
    content = message.as_bytes()
    to = [address for _name, address in getaddresses([str(row.recipients)])]
    try:
        client.sendmail(mailbox.address, to, content)
    except smtplib.SMTPRecipientsRefused as error:
        said = "; ".join(f"{one}: {code} {plain(text)}" for one, (code, text) in error.recipients.items())
        for one, (code, text) in error.recipients.items():
            refused(one, f"{code} {plain(text)}")
        _failed(row, said, now, final=is_final(error))
    except smtplib.SMTPServerDisconnected as error:
        _failed(row, str(error), now)
    except smtplib.SMTPResponseException as error:
        _failed(row, words(error), now, final=is_final(error))
    except (smtplib.SMTPException, OSError, ValueError) as error:
        _failed(row, str(error) or type(error).__name__, now)
    else:
        return content
    return b""


def made(mailbox: Mailbox, row: Mail) -> EmailMessage:
    """The mail as it goes over the line. Raises ValidationError where a file of it is damaged."""
    message = EmailMessage(policy=SMTP)
    message["From"] = formataddr((mailbox.member.name, mailbox.address))
    message["To"] = str(row.recipients)
    message["Subject"] = str(row.subject)
    message["Date"] = format_datetime(timezone.localtime(row.at))
    message["Message-ID"] = str(row.message_id)
    if references := str(row.references).split():
        message["In-Reply-To"], message["References"] = references[-1], " ".join(references)
    message.set_content(str(row.body) + "\n")
    for one in MailFile.objects.unscoped("mail that goes out").filter(mail=row):
        main, _slash, sub = one.content_type.partition("/")
        message.add_attachment(files.content_of(one), maintype=main, subtype=sub, filename=one.file_name)
    return message


def _failed(row: Mail, why: str, now: dt.datetime, final: bool = False, only: str = "") -> None:
    rows = Mail.objects.unscoped("mail that goes out").filter(pk=row.pk)
    rows = rows.filter(state=only) if only else rows
    rows.update(**after_failure(row, now, final), error=" ".join(why.split())[:300])


def _put_into_sent(mailbox: Mailbox, contents: list[bytes]) -> None:
    """As a mail program does, if the member wants it. It is sent already: what goes wrong here is noted only."""
    if not contents or not mailbox.keeps_sent or not mailbox.sent_folder:
        return
    try:
        with imap(mailbox) as client:
            for content in contents:
                client.append(wire(mailbox.sent_folder), "(\\Seen)", imaplib.Time2Internaldate(time.time()), content)
    except Trouble as error:
        log.warning("Sent mail is not in the folder of mailbox %s: %s", mailbox.pk, error.problem)
