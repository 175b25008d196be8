"""Mails to customers at a handover. Each is claimed before it is sent and goes out once: who dies between the server's
yes and our note of it leaves a claim that ends as failed, with that reason, and is not sent again."""

import datetime as dt
import logging
import smtplib
from email.utils import formataddr
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_noop

from muster.integrations.bounces import refused
from muster.integrations.retrying import CLAIM, OURS, after_failure, is_final, said_by
from muster.people.letters import refusing, worded
from muster.people.models import HandoverLetter

log = logging.getLogger(__name__)
State = HandoverLetter.State
AT_ONCE = 500  # in one round
UNSURE = gettext_noop("Nobody knows whether it went out: the worker died while it sent it. It is not sent again.")


def send_letters(now: dt.datetime | None = None) -> int:
    """Send what waits; how many went out. A server that does not answer ends the round."""
    if not settings.MAIL_IS_ON:
        return 0
    moment, sent = now or timezone.now(), 0
    lost = HandoverLetter.objects.filter(state=State.SENDING, claimed_at__lt=moment - CLAIM)
    lost.update(state=State.FAILED, error=UNSURE)
    due = HandoverLetter.objects.filter(state=State.WAITING, due_at__lte=moment).order_by("pk")
    for pk in list(due.values_list("pk", flat=True)[:AT_ONCE]):
        letter = _claimed(pk, moment)
        if letter is None or _refused(letter):
            continue
        try:
            sent += _sent(letter, moment)
        except OSError as error:
            log.warning("The mail server takes no letter: %s", error)
            break
    return sent


@transaction.atomic
def _claimed(pk: int, now: dt.datetime) -> HandoverLetter | None:
    rows = HandoverLetter.objects.select_for_update(of=("self",)).select_related("handover__member", "receiver")
    letter: HandoverLetter | None = rows.filter(pk=pk, state=State.WAITING).first()
    if letter is not None:
        HandoverLetter.objects.filter(pk=pk).update(state=State.SENDING, claimed_at=now)
    return letter


def _refused(letter: HandoverLetter) -> bool:
    """Asked for no e-mail since it was written? Then it is not sent."""
    if letter.object_id not in refusing([letter.object_id]):
        return False
    HandoverLetter.objects.filter(pk=letter.pk).update(state=State.REFUSED)
    return True


def _mail(letter: HandoverLetter) -> EmailMessage:
    row, new = letter.handover, letter.receiver
    host = urlsplit(settings.PUBLIC_URL).hostname or "localhost"
    subject, body = (worded(one, letter, row.member, new) for one in (row.letter_subject, row.letter_body))
    return EmailMessage(
        " ".join(subject.split())[:150],
        body,
        settings.DEFAULT_FROM_EMAIL,
        [formataddr((letter.name, letter.address))],
        reply_to=[formataddr((new.name, new.work_email))] if new.work_email else None,
        headers={"Message-ID": f"<handover-{letter.pk}@{host}>"},
        connection=get_connection(timeout=settings.EMAIL_TIMEOUT),
    )


def _sent(letter: HandoverLetter, now: dt.datetime) -> int:
    """1 where it went out. Raises OSError where the server takes nobody's mail."""
    try:
        _mail(letter).send()
    except OURS as error:
        _failed(letter, str(error), now)
        raise
    except (smtplib.SMTPRecipientsRefused, smtplib.SMTPResponseException) as error:
        _failed(letter, said_by(error), now, final=is_final(error))
        refused(letter.address, said_by(error))
        return 0
    except OSError as error:
        _failed(letter, str(error) or type(error).__name__, now)
        raise
    HandoverLetter.objects.filter(pk=letter.pk).update(state=State.SENT, sent_at=now, error="")
    return 1


def _failed(letter: HandoverLetter, why: str, now: dt.datetime, final: bool = False) -> None:
    HandoverLetter.objects.filter(pk=letter.pk).update(**after_failure(letter, now, final), error=why[:300])
