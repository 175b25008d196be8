"""Customers are told at a handover, where that is wanted."""

import datetime as dt

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from muster.access.action import Refused, action
from muster.access.scope import Actor
from muster.core.periods import today
from muster.people.letters import Reached, check_words, reached
from muster.people.models import Handover, HandoverLetter

Status, State = Handover.Status, HandoverLetter.State
OVER = (State.SENT, State.FAILED, State.REFUSED, State.DROPPED)


@action("people.handover.tell", gettext_lazy("Tell customers of handovers"), Handover)
def tell_customers(actor: Actor, row: Handover, *, subject: str = "", body: str = "") -> None:
    """Contacts with an e-mail address are told once the records have changed hands; at once where they have already.
    Without SUBJECT and BODY nobody is told. Raises ValidationError for words that stand for nothing, where nobody can
    be reached, and where mails went out already or the handover was undone."""
    if row.status == Status.UNDONE:
        raise Refused(_("This handover was undone: there is nothing to tell."))
    if row.letters.exists():
        raise Refused(_("The mails are on their way or went out already: they are not sent twice."))
    subject, body = subject.strip(), body.strip()
    if bool(subject) != bool(body):
        field = "body" if subject else "subject"
        raise ValidationError({field: _("A mail has a subject and a text: give both, or empty both to tell nobody.")})
    check_words(subject, "subject")
    check_words(body, "body")
    if body and not reached(row):
        text = _("None of these customers has a contact who can be written to: add an e-mail address, or call them.")
        raise Refused(text)
    row.letter_subject, row.letter_body = subject, body
    row.save(update_fields=["letter_subject", "letter_body"])
    if row.status == Status.DONE:
        write_letters(row)


def write_letters(row: Handover) -> int:
    """One mail for each contact of ROW that has none yet, to be sent from now on; how many."""
    if not row.letter_body:
        return 0
    known = set(row.letters.values_list("object_id", flat=True))
    rows = [_letter(row, one) for one in reached(row) if one.pk not in known]
    return len(HandoverLetter.objects.bulk_create(rows, batch_size=500, ignore_conflicts=True))


def _letter(row: Handover, one: Reached) -> HandoverLetter:
    said = {"address": one.address, "name": one.name, "customer": one.customer}
    return HandoverLetter(handover=row, object_id=one.pk, receiver_id=one.receiver, **said)


def forget_letters(day: dt.date | None = None) -> int:
    """Name and address in letters of handovers that are over longer than they may be kept are forgotten; how many.
    Which contact was told, and when, stays. What may still go out keeps its address."""
    before = (day or today()) - dt.timedelta(days=settings.LETTER_KEEP_DAYS)
    rows = HandoverLetter.objects.filter(handover__done_at__date__lt=before, state__in=OVER)
    found: int = rows.exclude(name="", address="", error="").update(name="", address="", error="")
    return found
