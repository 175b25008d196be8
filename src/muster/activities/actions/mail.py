"""Mail with customers: taken in from the member's mailbox, written here, shared, and forgotten again.

The activity that stands for a mail never holds anything of it: it says that there was one.
"""

import datetime as dt
from dataclasses import dataclass, field
from email.utils import getaddresses, make_msgid, quote
from functools import partial
from typing import Any

from django.core.exceptions import ValidationError
from django.core.files.storage import default_storage
from django.core.validators import validate_email
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from muster.access.action import Refused, action, can_see
from muster.access.scope import Actor, Forbidden
from muster.activities.actions.activity import activities
from muster.activities.models import Activity, Mail, Mailbox, MailFile, MailThread
from muster.core import alike, files
from muster.core.fields import is_open
from muster.crm.models import Contact, Lead
from muster.crm.queries import SEPARATORS

FOLDER = "mail"
MOST_FILES = 20
MOST_ADDRESSES = 50
LONGEST_BODY = 200_000  # characters; what is longer is cut, and said so
State, Direction = Mail.State, Mail.Direction


@dataclass(frozen=True)
class Letter:
    """What was read out of a mail. Addresses are (name, address), files (name, content)."""

    message_id: str
    at: dt.datetime
    sender: tuple[str, str]
    recipients: list[tuple[str, str]]
    subject: str = ""
    body: str = ""
    references: list[str] = field(default_factory=list)
    files: list[tuple[str, bytes]] = field(default_factory=list)

    @property
    def addresses(self) -> list[str]:
        found = [self.sender[1], *(address for _name, address in self.recipients)]
        return list(dict.fromkeys(one.strip().casefold() for one in found if "@" in one))


@dataclass(frozen=True)
class Known:
    """Who of those in a mail is known here, as far as the member sees him; and the conversation it belongs to."""

    contact: Contact | None = None
    lead: Lead | None = None
    thread: MailThread | None = None

    def __bool__(self) -> bool:
        return bool(self.contact or self.lead or self.thread)


def person(said: tuple[str, str]) -> str:
    """“王总 <wang@example.com>”, as people read it and as `getaddresses` takes apart again."""
    name, address = said
    if not name or name == address:
        return address
    plain = all(one.isalnum() or one in " -_" for one in name)
    return f"{name} <{address}>" if plain else f'"{quote(name)}" <{address}>'


def mark(message_id: str) -> str:
    return alike.mark(message_id.strip())


def is_here(mailbox: Mailbox, message_id: str) -> bool:
    return Mail.objects.unscoped("a mail is kept once").filter(mailbox=mailbox, mark=mark(message_id)).exists()


def who_is_it(actor: Actor, mailbox: Mailbox, letter: Letter) -> Known:
    """Contacts before leads, and one's own before others'. One's own address says nothing."""
    own = {mailbox.address.casefold(), mailbox.login.casefold()}
    marks = [alike.mark(one) for one in letter.addresses if one not in own][:MOST_ADDRESSES]
    thread = _thread_of(mailbox, letter)
    found: list[Any] = []
    for model in (Contact, Lead):
        rows: Any = model.objects.visible_to(actor).filter(match_mail__in=marks, archived_at=None)
        rows = rows.select_related("account") if marks and actor.has(f"crm.{model.__name__.lower()}.view") else []
        found.append(min(rows, key=lambda one: (one.owner_id != mailbox.member_id, -one.pk), default=None))
    contact, lead = found
    return Known(contact, lead if contact is None else None, thread)


def _thread_of(mailbox: Mailbox, letter: Letter) -> MailThread | None:
    before = [mark(one) for one in letter.references]
    mails = Mail.objects.unscoped("conversation of a mail").filter(mailbox=mailbox, mark__in=before)
    one = mails.select_related("thread").order_by("-pk").first() if before else None
    if one is not None:
        thread: MailThread = one.thread
        return thread
    roots = [mark(letter.message_id), *before[:1]]
    rows = MailThread.objects.unscoped("conversation of a mail").filter(mailbox=mailbox, root__in=roots)
    return rows.order_by("pk").first()


@action("activities.mail.receive", gettext_lazy("Take in mail"), Mail, creates=True)
def receive_mail(actor: Actor, *, mailbox: Mailbox, letter: Letter, known: Known) -> Mail:
    """Keep LETTER in its conversation, and log one activity for it where it is with a customer."""
    own = {mailbox.address.casefold(), mailbox.login.casefold()}
    sent = letter.sender[1].casefold() in own
    row = _mail(mailbox, letter, Direction.OUT if sent else Direction.IN)
    row.thread = known.thread or _new_thread(mailbox, letter, known)
    row.save()
    row.left_out = "\n".join(_keep_files(row, letter.files))
    if row.left_out:
        row.save()
    _log(actor, row)
    return row


def _mail(mailbox: Mailbox, letter: Letter, direction: str) -> Mail:
    body = letter.body
    if len(body) > LONGEST_BODY:
        body = body[:LONGEST_BODY] + "\n\n" + _("(The rest is left out: open it in your mail program.)")
    row = Mail(mailbox=mailbox, member_id=mailbox.member_id, direction=direction)
    row.mark, row.message_id = mark(letter.message_id), letter.message_id
    row.references = " ".join(letter.references)
    row.at = min(letter.at, timezone.now())  # a clock that is wrong puts nothing into the future
    row.sender = person(letter.sender)
    row.recipients = ", ".join(person(one) for one in letter.recipients[:MOST_ADDRESSES])
    row.subject, row.body = letter.subject, body
    return row


def _new_thread(mailbox: Mailbox, letter: Letter, known: Known, **links: Any) -> MailThread:
    row = MailThread(mailbox=mailbox, member_id=mailbox.member_id, subject=letter.subject, last_at=letter.at, **links)
    row.root = mark(letter.references[0] if letter.references else letter.message_id)
    row.contact, row.lead = known.contact, known.lead
    whose: Any = known.contact or known.lead
    row.account_id = whose.account_id if whose is not None else None
    row.save()
    return row


def _keep_files(row: Mail, found: list[tuple[str, bytes]]) -> list[str]:
    """Keep what is taken here; the names of what is not."""
    left = [name for name, _content in found[MOST_FILES:]]
    for name, content in found[:MOST_FILES]:
        if len(content) > files.MOST_BYTES or not (kind := files.type_of(content)):
            left.append(name)
            continue
        with files.kept(files.Received(files.clean_name(name, files.TYPES[kind]), content, kind), FOLDER) as columns:
            MailFile(mail=row, **columns).save()
    return left


def _log(actor: Actor, row: Mail) -> None:
    """One activity of the member, which says no more than that there was a mail; where he may log work."""
    thread = row.thread
    MailThread.objects.unscoped("last mail of a conversation").filter(pk=thread.pk, last_at__lt=row.at).update(
        last_at=row.at
    )
    if thread.account_id is None and thread.lead_id is None:
        return
    links = {"account": thread.account, "contact": thread.contact, "deal": thread.deal, "lead": thread.lead}
    said = {key: one for key, one in links.items() if one is not None and can_see(actor, one)}
    try:
        with transaction.atomic():
            made = activities.create(
                actor,
                kind=Activity.Kind.EMAIL,
                subject=pgettext("mail", "E-mail"),
                owner=row.member,
                done_at=row.at,
                came_in=row.direction == Direction.IN,
                **said,
            )
    except (ValidationError, Forbidden):
        return  # the customer is for reading only: the mail stays with the member
    Activity.objects.unscoped("mail is never entered late").filter(pk=made.pk).update(is_late=False)
    Mail.objects.unscoped("activity of a mail").filter(pk=row.pk).update(activity=made)
    row.activity = made


# -- writing ---------------------------------------------------------------------------------------------------------


def mailbox_of(actor: Actor) -> Mailbox | None:
    """The actor's own mailbox from which he can send."""
    rows = Mailbox.objects.visible_to(actor).filter(member=actor.member_id or 0)
    return rows.exclude(smtp_host="").filter(archived_at=None).first()


@action("activities.mail.create", gettext_lazy("Write mail"), Mail, creates=True)
def write_mail(
    actor: Actor,
    *,
    subject: str,
    body: str,
    contact: Contact | None = None,
    lead: Lead | None = None,
    deal: Any = None,
    reply_to: Mail | None = None,
    cc: str = "",
    uploads: Any = (),
) -> Mail:
    """Write to a contact or a lead, or answer a mail; a job sends it in a moment. Raises ValidationError where there is
    no mailbox, or no address that the writer may read."""
    mailbox = mailbox_of(actor)
    if mailbox is None or not mailbox.secret_is_set:
        raise Refused(_("Connect your mailbox first, with the server that sends: “My mailbox”."))
    if reply_to is not None and reply_to.mailbox_id != mailbox.pk:
        raise Refused(_("This conversation is in somebody else's mailbox: write a mail of your own."))
    to = answer_to(reply_to, mailbox) if reply_to else [_address_of(actor, contact or lead)]
    letter = _letter(actor, mailbox, [*to, *_addresses(cc)], subject, body, reply_to, uploads)
    row = _mail(mailbox, letter, Direction.OUT)
    links = {"deal": deal} if deal is not None else {}
    row.thread = reply_to.thread if reply_to else _new_thread(mailbox, letter, Known(contact, lead), **links)
    row.state, row.due_at = State.WAITING, timezone.now()
    row.full_clean()
    row.save()
    _keep_files(row, letter.files)
    return row


def _letter(
    actor: Actor,
    mailbox: Mailbox,
    to: list[tuple[str, str]],
    subject: str,
    body: str,
    before: Mail | None,
    uploads: Any,
) -> Letter:
    """What goes out, with a Message-ID of ours. A subject is one line: what follows would be read as headers."""
    return Letter(
        make_msgid(domain=mailbox.address.rpartition("@")[2]),
        timezone.now(),
        (actor.name, mailbox.address),
        to,
        " ".join(subject.split())[:200],
        body,
        [*str(before.references).split(), str(before.message_id)][-20:] if before else [],
        [(one.name, one.read()) for one in _accepted(uploads)],
    )


def _accepted(uploads: Any) -> list[Any]:
    """UPLOADS if each is taken; a mail without the file it speaks of is not sent."""
    found = list(uploads or ())
    if len(found) > MOST_FILES:
        raise ValidationError({"uploads": _("At most %(most)s files go with a mail.") % {"most": MOST_FILES}})
    for one in found:
        try:
            files.receive(one)
        except ValidationError as error:
            raise ValidationError({"uploads": f"{one.name}: {' '.join(error.messages)}"}) from error
        one.seek(0)
    return found


def _address_of(actor: Actor, whom: Any) -> tuple[str, str]:
    if whom is None:
        raise ValidationError({"contact": _("Say to whom: choose a contact.")})
    seen = type(whom).objects.visible_to(actor).filter(pk=whom.pk).first()
    if seen is None or not is_open(seen, "email"):
        raise ValidationError({"contact": _("You may not read this person's address: ask the owner to write.")})
    if not seen.email:
        raise ValidationError(
            {"contact": _("There is no e-mail address of %(name)s: enter it first.") % {"name": seen}}
        )
    return str(seen.name), str(seen.email)


def answer_to(row: Mail, mailbox: Mailbox) -> list[tuple[str, str]]:
    """The sender; of one's own mail whom it went to."""
    said = row.sender if row.direction == Direction.IN else row.recipients
    return [one for one in getaddresses([str(said or "")]) if one[1].casefold() != mailbox.address.casefold()]


def _addresses(text: str) -> list[tuple[str, str]]:
    found = [one for one in getaddresses([text.translate(SEPARATORS)]) if any(one)]
    for _name, address in found:
        try:
            validate_email(address)
        except ValidationError as error:
            raise ValidationError({"cc": _("“%(text)s” is no e-mail address.") % {"text": address[:80]}}) from error
    return found[:MOST_ADDRESSES]


@action("activities.mail.send", gettext_lazy("Send mail"), Mail)
def note_sent(actor: Actor, row: Mail) -> None:
    """The server has taken it: it counts from now on."""
    row.state, row.error, row.at = State.SENT, "", timezone.now()
    row.save()
    _log(actor, row)


@action("activities.mail.retry", gettext_lazy("Send mail again"), Mail)
def send_again(actor: Actor, row: Mail) -> None:
    if row.state != State.FAILED:
        raise Refused(_("Only a mail that could not be sent is sent again."))
    row.state, row.tries, row.error, row.due_at = State.WAITING, 0, "", timezone.now()
    row.save()


@action("activities.mail.cancel", gettext_lazy("Take back mail that is not sent"), Mail)
def cancel_mail(actor: Actor, row: Mail) -> None:
    if row.state not in (State.WAITING, State.FAILED):
        raise Refused(_("It is sent already, or just being sent."))
    _drop([row.pk])
    left = Mail.objects.unscoped("mails of a conversation").filter(thread=row.thread_id)
    if not left.exists():
        MailThread.objects.unscoped("empty conversation").filter(pk=row.thread_id).delete()


# -- sharing and forgetting ------------------------------------------------------------------------------------------


def _with_customer(thread: MailThread) -> None:
    if thread.account_id is None and thread.lead_id is None:
        raise Refused(_("This conversation is with nobody known here: there is no team to share it with."))


@action("activities.mailthread.share", gettext_lazy("Share conversations with the team of a customer"), MailThread)
def share_thread(actor: Actor, row: MailThread) -> None:
    """Whoever sees the customer reads it from now on, and what still comes in it."""
    _with_customer(row)
    row.shared_at = timezone.now()
    row.save()


@action("activities.mailthread.unshare", gettext_lazy("Make conversations private again"), MailThread)
def unshare_thread(actor: Actor, row: MailThread) -> None:
    row.shared_at = None
    row.save()
    Mail.objects.unscoped("mails of a conversation").filter(thread=row).update(shared_at=None)


@action("activities.mail.share", gettext_lazy("Share mails with the team of a customer"), Mail)
def share_mail(actor: Actor, row: Mail) -> None:
    """Of its conversation this one only."""
    _with_customer(row.thread)
    row.shared_at = timezone.now()
    row.save()


@action("activities.mail.unshare", gettext_lazy("Make mails private again"), Mail)
def unshare_mail(actor: Actor, row: Mail) -> None:
    row.shared_at = None
    row.save()


@action("activities.mailthread.forget", gettext_lazy("Remove conversations from here"), MailThread)
def forget_thread(actor: Actor, row: MailThread) -> None:
    """It goes from here with its files, not from the mailbox; that there were mails stays on the timeline."""
    _drop(list(Mail.objects.unscoped("mails of a conversation").filter(thread=row.pk).values_list("pk", flat=True)))
    MailThread.objects.unscoped("conversation that is removed").filter(pk=row.pk).delete()


def _drop(keys: list[int]) -> None:
    paths = list(
        MailFile.objects.unscoped("files of mails that go").filter(mail__in=keys).values_list("file", flat=True)
    )
    Mail.objects.unscoped("mails that go").filter(pk__in=keys).delete()
    for path in filter(None, paths):
        transaction.on_commit(partial(default_storage.delete, path))
