"""Calls of the shown representative with what came of them, one recorded with consent; and letters with customers, one
conversation shared, one for himself."""

import datetime as dt
import io
import wave

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from muster.access.actors import actor_for
from muster.access.scope import Actor
from muster.activities.actions.call import log_call
from muster.activities.actions.mail import Letter, receive_mail, share_thread, who_is_it
from muster.activities.actions.mailbox import connect_mailbox
from muster.activities.models import Mail, Mailbox
from muster.crm.actions.account import contacts
from muster.crm.models import Contact
from muster.people.models import Member
from muster.web.seed.people import Company

CALLS = [  # direction, result, seconds, hours ago, what was said
    ("out", "connected", 425, 3, "对报价没有异议，要求月底前交货"),
    ("out", "no_answer", 0, 5, ""),
    ("in", "connected", 96, 26, "询问发票抬头"),
    ("out", "busy", 0, 28, ""),
    ("out", "connected", 1310, 50, "电话沟通技术方案，约下周现场演示"),
    ("out", "voice_mail", 0, 52, ""),
]
TALKS = [  # (subject, shared, [(hours ago, from the customer, text)])
    (
        "关于二期设备的报价",
        True,
        [
            (74, True, "您好，\n\n请按附件清单报价，交货期请注明。\n\n谢谢"),
            (70, False, "您好，\n\n报价已整理，含运费与安装，交货期六周。\n\n顺祝商祺"),
            (46, True, "收到。付款方式能否改为三三四？"),
        ],
    ),
    ("合同付款条款", False, [(20, True, "法务对违约金条款有意见，先私下和您沟通一下。")]),
]


def make_letters(firm: Company) -> None:
    rows = Member.objects.unscoped("seed").select_related("user")
    rep = rows.get(name=next(name for role, name, _user, _password in firm.logins if role == "rep"), user__isnull=False)
    actor = actor_for(rep.user)
    known = Contact.objects.visible_to(actor).filter(owner=rep, archived_at=None).select_related("account")
    found = list(known.order_by("pk")[: len(CALLS)])
    if not found:
        return
    _calls(actor, found)
    box = _mailbox(actor, rep)
    for at, (subject, shared, mails) in enumerate(TALKS):
        _talk(actor, box, found[at % len(found)], subject, shared, mails)


def _calls(actor: Actor, known: list[Contact]) -> None:
    for at, (direction, result, seconds, hours, body) in enumerate(CALLS):
        said = {"direction": direction, "result": result, "seconds": seconds, "body": body}
        said["done_at"] = timezone.now() - dt.timedelta(hours=hours)
        contact = known[at % len(known)]
        if seconds > 1000:
            said |= {"upload": SimpleUploadedFile("技术方案沟通.wav", _silence()), "consented": True}
            said |= {"consent_by": contact.name, "consent_how": "spoken", "consent_at": said["done_at"]}
        log_call(actor, contact=contact, **said)


def _silence() -> bytes:
    buffer = io.BytesIO()
    with wave.open(buffer, "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(1)
        sound.setframerate(8000)
        sound.writeframes(b"\x80" * 16_000)
    return buffer.getvalue()


def _mailbox(actor: Actor, rep: Member) -> Mailbox:
    """It is switched off: there is no such server, and a demo writes to nobody."""
    address = rep.work_email or "sales@example.com"
    said = {"address": address, "imap_host": "imap.example.com", "smtp_host": "smtp.example.com", "is_on": False}
    said |= {"new_secret": "demo"}  # it opens nothing
    made: Mailbox = connect_mailbox(actor, sent_folder="已发送", **said)
    return made


def _talk(
    actor: Actor, box: Mailbox, contact: Contact, subject: str, shared: bool, mails: list[tuple[int, bool, str]]
) -> None:
    if not contact.email:
        contacts.edit(actor, contact, email=f"kehu{contact.pk}@example.com")
    seen = Contact.objects.visible_to(actor).get(pk=contact.pk)
    them, me = (str(seen.name), str(seen.email)), (actor.name, box.address)
    before: list[str] = []
    for at, (hours, theirs, text) in enumerate(mails):
        sender, to = (them, me) if theirs else (me, them)
        when = timezone.now() - dt.timedelta(hours=hours)
        name = f"<demo-{contact.pk}-{at}@example.com>"
        letter = Letter(name, when, sender, [to], subject if at == 0 else f"回复：{subject}", text, list(before))
        known = who_is_it(actor, box, letter)
        mail: Mail = receive_mail(actor, mailbox=box, letter=letter, known=known)
        before.append(name)
    if shared:
        share_thread(actor, mail.thread)
