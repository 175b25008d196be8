"""Notices by mail. What is due to one person goes out in one mail; a mail is tried again later each time, and given up
when the address is refused for good. The bell works without any of it.

A row is claimed before it is sent. Who dies between the server's yes and our note of it leaves a claim that runs out:
the mail is sent again with the same Message-ID, by which mail programs know it for the same one.
"""

import datetime as dt
import logging
import smtplib
from email.utils import formataddr, parseaddr
from typing import Any, cast
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection
from django.db import transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from muster.access.actors import actor_for
from muster.access.models import User
from muster.core.exports import XLSX
from muster.integrations.bounces import refused
from muster.integrations.models import Delivery, Notification
from muster.integrations.notifications import shown, wishes_of
from muster.integrations.retrying import CLAIM, OURS, after_failure, is_final, said_by
from muster.integrations.timing import allowed
from muster.people.models import Member
from muster.people.queries import away

log = logging.getLogger(__name__)
State = Delivery.State
KEPT = dt.timedelta(days=90)
MOST_IN_ONE = 50
MOST_PEOPLE = 500  # in one round
TYPES = {"ics": "text/calendar", "xlsx": XLSX}  # of the files that go with a mail


def send_due(now: dt.datetime | None = None) -> int:
    """Send what is due; how many mails went out. A server that does not answer ends the round."""
    moment, sent = now or timezone.now(), 0
    rows = Delivery.objects.unscoped("mail").filter(bot=None)
    rows.filter(state=State.SENDING, claimed_at__lt=moment - CLAIM).update(state=State.WAITING)
    due = rows.filter(state=State.WAITING, due_at__lte=moment).order_by("user").values_list("user", flat=True)
    for user in User.objects.filter(pk__in=due.distinct()).select_related("member")[:MOST_PEOPLE]:
        try:
            sent += _to_one(user, moment)
        except _NoServer:
            break
    return sent


def forget_old(now: dt.datetime | None = None) -> int:
    """What went out, or did not have to, is kept for a while only; what failed stays until somebody looks at it."""
    rows = Delivery.objects.unscoped("mail").filter(state__in=(State.SENT, State.DROPPED))
    return rows.filter(due_at__lt=(now or timezone.now()) - KEPT).delete()[0]


class _NoServer(Exception):
    """The mail server cannot be reached: nobody else's mail would get through either."""


def _to_one(user: User, now: dt.datetime) -> int:
    rows = _claimed(user, now)
    if not rows:
        return 0
    member = getattr(user, "member", None)
    if member is not None and (later := _later(user, member, rows, now)):
        _set(rows, state=State.WAITING, due_at=later)
        return 0
    address = (member.work_email if member else "") or user.email
    with translation.override(user.language or settings.LANGUAGE_CODE):
        items = _items(user, rows)
        if not items or not address or not user.is_active:
            _set(rows, state=State.DROPPED, error="" if address else _("There is no e-mail address."))
            return 0
        return _sent(rows, _mail(user, address, items, rows), now)


@transaction.atomic
def _claimed(user: User, now: dt.datetime) -> list[Delivery]:
    due = Delivery.objects.unscoped("mail").filter(user=user, state=State.WAITING, due_at__lte=now)
    rows = list(due.select_for_update(of=("self",)).select_related("notification__event").order_by("pk")[:MOST_IN_ONE])
    _set(rows, state=State.SENDING, claimed_at=now)
    return rows


def _set(rows: list[Delivery], **values: Any) -> None:
    Delivery.objects.unscoped("mail").filter(pk__in=[one.pk for one in rows]).update(**values)


def _later(user: User, member: Member, rows: list[Delivery], now: dt.datetime) -> dt.datetime | None:
    """When it may go out instead, where this is no moment to write to him; urgent notices do not wait."""
    urgent = any(one["topic"].urgent for one in shown([_note(row) for row in rows], actor_for(user)))
    if urgent:
        return None
    wishes = wishes_of([user.pk])[user.pk]
    if away(timezone.localtime(now).date()).filter(pk=member.pk).exists():
        return allowed(wishes, member.time_zone, now + dt.timedelta(days=1))
    at = allowed(wishes, member.time_zone, now)
    return at if at > now else None


def _note(row: Delivery) -> Notification:
    note: Any = row.notification
    return cast(Notification, note)


def _items(user: User, rows: list[Delivery]) -> list[dict[str, Any]]:
    """What there is still to say: what was read here meanwhile, or is out of his sight, is left out."""
    fresh = [_note(row) for row in rows if _note(row).read_at is None]
    return shown(fresh, actor_for(user))


def _mail(user: User, address: str, items: list[dict[str, Any]], rows: list[Delivery]) -> EmailMultiAlternatives:
    base = settings.PUBLIC_URL
    lines = [{**one, "url": base + one["url"] if one["url"] else base} for one in items]
    choose = base + reverse("notice_settings")
    context = {"lines": lines, "name": user.name or user.username, "choose": choose}
    more = ngettext("%(n)s notice for you", "%(n)s notices for you", len(items)) % {"n": len(items)}
    subject = " ".join((items[0]["title"] if len(items) == 1 else more).split())[:150]
    host = urlsplit(base).hostname or "localhost"
    mail = EmailMultiAlternatives(
        subject,
        render_to_string("integrations/mail.txt", context),
        settings.DEFAULT_FROM_EMAIL,
        [formataddr((user.name, address)) if user.name else address],
        headers={
            "Message-ID": f"<notice-{min(row.pk for row in rows)}-{user.pk}@{host}>",
            "List-Unsubscribe": f"<{choose}>",
            "Auto-Submitted": "auto-generated",
        },
    )
    mail.attach_alternative(render_to_string("integrations/mail.html", context), "text/html")
    for name, content in _papers(items):
        mail.attach(name, content, TYPES[name.rpartition(".")[2]])
    return mail


def _papers(items: list[dict[str, Any]]) -> list[tuple[str, bytes]]:
    """The files that go with what is told: one for each record."""
    found = {one["about"]: one["paper"](one["about"][1]) for one in items if one["paper"]}
    return [one for one in found.values() if one]


def _sent(rows: list[Delivery], mail: EmailMultiAlternatives, now: dt.datetime) -> int:
    mail.connection = get_connection(timeout=settings.EMAIL_TIMEOUT)
    try:
        mail.send()
    except OURS as error:
        raise _unreachable(rows, error, now) from error
    except (smtplib.SMTPRecipientsRefused, smtplib.SMTPResponseException) as error:
        _failed(rows, said_by(error), now, final=is_final(error))
        refused(parseaddr(mail.to[0])[1], said_by(error))
        return 0
    except OSError as error:
        raise _unreachable(rows, error, now) from error
    _set(rows, state=State.SENT, sent_at=now, error="")
    return 1


def _unreachable(rows: list[Delivery], error: OSError, now: dt.datetime) -> _NoServer:
    log.warning("The mail server takes no mail: %s", error)
    _failed(rows, str(error) or type(error).__name__, now)
    return _NoServer()


def _failed(rows: list[Delivery], why: str, now: dt.datetime, final: bool = False) -> None:
    for row in rows:
        _set([row], **after_failure(row, now, final), error=why[:300])
