"""Telling customers at a handover: the words, whom they reach, and what became of each mail."""

from collections import Counter
from typing import Any

from django.conf import settings
from django.http import HttpResponse
from django.utils.translation import gettext as _

from muster.access.pages import attempt, done, render_form
from muster.access.scope import Actor, can, visible_or_404
from muster.core.cells import address
from muster.core.http import Request
from muster.people.actions.letter import tell_customers
from muster.people.letters import Reached, left_out, reached, seen, worded
from muster.people.models import Handover, HandoverLetter, Member
from muster.people.records.letter_forms import TellForm

SHOWN = 100
State = HandoverLetter.State
TONES = {"waiting": "blue", "sending": "blue", "sent": "green", "failed": "red", "refused": "gray", "dropped": "gray"}


def handover_tell(request: Request, pk: int) -> HttpResponse:
    """The form with a preview of the first mail; `preview` shows it anew without keeping anything."""
    row = visible_or_404(Handover, request.actor, "member", pk=pk)
    form = TellForm(request.POST or None, actor=request.actor, row=row)
    if request.method == "POST" and form.is_valid() and "preview" not in request.POST:
        saved = attempt(form, lambda: tell_customers(request.actor, row, **form.cleaned_data) or True)
        if saved:
            return done(request, address(row), _("Saved."), go=True)
    people = reached(row)
    context = {
        "title": _("Tell the customers"),
        "row": row,
        "count": len(people),
        "left_out": _told_apart(request.actor, left_out(row)),
        "mail_is_on": settings.MAIL_IS_ON,
        "names": [one for one, url in _named(request.actor, people[:SHOWN]) if url],
        "sample": _sample(request.actor, row, form, people),
    }
    return render_form(request, form, "people/handover_tell.html", submit_label=_("Save"), **context)


def _named(actor: Actor, people: list[Any]) -> list[tuple[Any, str]]:
    known = seen(actor, [_key(one) for one in people])
    return [(one, known.get(_key(one), "")) for one in people]


def _told_apart(actor: Actor, people: list[Reached]) -> dict[str, Any]:
    """How many, and the names of those the viewer sees."""
    return {"count": len(people), "names": [one for one, url in _named(actor, people[:SHOWN]) if url]}


def _key(one: Any) -> int:
    return int(one.pk if isinstance(one, Reached) else one.object_id)


def _sample(actor: Actor, row: Handover, form: Any, people: list[Reached]) -> dict[str, Any] | None:
    """The mail to the first contact the viewer sees, in the words of the form as it stands."""
    shown = next((one for one, url in _named(actor, people[:SHOWN]) if url), None)
    if shown is None or (form.is_bound and not form.is_valid()):
        return None
    said = form.cleaned_data if form.is_bound else form.initial
    new = Member.objects.visible_to(actor).filter(pk=shown.receiver).first()
    if new is None:
        return None
    subject, body = (worded(said.get(name) or "", shown, row.member, new) for name in ("subject", "body"))
    no_phone = "{phone}" in (said.get("body") or "") and not new.__dict__["phone"]
    return {"to": shown, "subject": subject, "body": body, "no_phone": new if no_phone else None}


def letters_of(actor: Actor, row: Handover) -> dict[str, Any]:
    """What the report of ROW says of the mails; contacts the viewer does not see have no name."""
    lines = list(row.letters.select_related("receiver").order_by("-state", "pk")[:SHOWN])
    counts = Counter(row.letters.values_list("state", flat=True))
    total = sum(counts.values())
    return {
        "letters": [
            {"row": one, "url": url, "tone": TONES[one.state], "error": _(one.error) if url and one.error else ""}
            for one, url in _named(actor, lines)
        ],
        "letter_count": total,
        "letter_rest": max(0, total - SHOWN),
        "told": counts[State.SENT],
        "untold": counts[State.FAILED],
        "on_the_way": counts[State.WAITING] + counts[State.SENDING],
        "reachable": len(reached(row)) if not total and row.status != Handover.Status.UNDONE else 0,
        "may_tell": can(actor, "people.handover.tell", row) and not total and row.status != Handover.Status.UNDONE,
    }
