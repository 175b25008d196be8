"""Appointments: make, look, change one or all, cancel, answer."""

import datetime as dt
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from muster.access.pages import attempt, create_page, done, render_form
from muster.access.scope import Forbidden, can, visible_or_404
from muster.activities.actions import appointment as actions
from muster.activities.actions.guest import answer
from muster.activities.forms.calendar import (
    FOLLOWING,
    ONE,
    SERIES,
    AppointmentPageForm,
    CancelForm,
    read_moment,
)
from muster.activities.models import Appointment, AppointmentChange, Guest
from muster.activities.queries.calendar import guests_shown, zone_of_member
from muster.activities.queries.calendar_file import invitation
from muster.core.files import attachment
from muster.core.http import Request
from muster.core.templatetags.ui import moment

EDIT = "activities.appointment.edit"
ANSWER_TONES = {"waiting": "gray", "accepted": "green", "tentative": "amber", "declined": "red"}


def on_own_clock(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Hours are read and shown on the clock of the member who looks."""

    @wraps(view)
    def shown(request: Request, *args: Any, **kwargs: Any) -> HttpResponse:
        with timezone.override(zone_of_member(request.actor)):
            return view(request, *args, **kwargs)

    return shown


def make(actor: Any, **fields: Any) -> Appointment:
    return actions.make_appointment(actor, **{key: one for key, one in fields.items() if key not in ("which", "at")})


def _first(request: Request) -> dict[str, Any]:
    """A new one begins at the next full hour, or when the calendar was tapped."""
    begin = read_moment(request.GET.get("starts_at", ""))
    if begin is None:
        begin = timezone.localtime().replace(minute=0, second=0, microsecond=0) + dt.timedelta(hours=1)
    return {"starts_at": begin, "ends_at": begin + dt.timedelta(hours=1)}


appointment_create = on_own_clock(
    create_page(
        AppointmentPageForm,
        make,
        title=gettext_lazy("New appointment"),
        template="activities/appointment_form.html",
        initial=_first,
    )
)


@on_own_clock
def appointment_detail(request: Request, pk: int) -> HttpResponse:
    row = visible_or_404(Appointment, request.actor, "owner", "account", "deal", pk=pk)
    one = _occurrence(row, request.GET.get("at", ""))
    guests = guests_shown(row)
    mine = next((guest for guest in guests if guest.member_id == request.actor.member_id), None)
    may_edit = can(request.actor, EDIT, row) and row.cancelled_at is None
    context = {
        "appointment": row,
        "one": one,
        "at": f"?at={one.was_at:%Y%m%dT%H%M%SZ}" if one else "",
        "record": _record(row, one),
        "guests": [(guest, ANSWER_TONES[guest.answer]) for guest in guests],
        "mine": mine,
        "answers": [one for one in Guest.Answer.choices if one[0] != Guest.Answer.WAITING],
        "may_answer": mine is not None and row.cancelled_at is None and request.actor.has("activities.guest.answer"),
        "may_edit": may_edit,
    }
    return render(request, "activities/appointment_detail.html", context)


def _occurrence(row: Appointment, text: str) -> AppointmentChange | None:
    at = read_moment(text)
    if at is None or not row.rule:
        return None
    try:
        return actions.occurrence(row, at)
    except ValidationError:
        return None


def _record(row: Appointment, one: AppointmentChange | None) -> dict[str, Any]:
    badges = [{"label": _("Cancelled"), "tone": "red"}] if row.cancelled_at else []
    badges += [{"label": _("Private"), "tone": "gray"}] if row.is_private else []
    badges += [{"label": _("Series"), "tone": "blue"}] if row.rule else []
    begin, end = (one or row).starts_at, (one or row).ends_at
    facts = [
        {"label": _("Begins"), "value": moment(begin)},
        {"label": _("Ends"), "value": moment(end)},
        {"label": _("Who invites"), "value": row.owner, "href": row.owner.get_absolute_url()},
    ]
    links = [(_("Customer"), row.account), (_("Deal"), row.deal)]
    facts += [{"label": label, "value": link, "href": link.get_absolute_url()} for label, link in links if link]
    return {
        "title": (one.title if one else "") or row.title,
        "subtitle": (one.place if one else "") or row.place,
        "icon": "calendar-event",
        "tone": "purple",
        "badges": badges,
        "archived": row.archived_at is not None,
        "facts": facts,
        "back_url": reverse("calendar"),
        "back_label": _("Calendar"),
    }


@on_own_clock
def appointment_edit(request: Request, pk: int) -> HttpResponse:
    """Change this one, this and following, or all of a series."""
    row = visible_or_404(Appointment, request.actor, "owner", pk=pk)
    if not can(request.actor, EDIT, row):
        raise Forbidden(EDIT)
    one = _occurrence(row, request.POST.get("at") or request.GET.get("at", ""))
    first: dict[str, Any] = {}
    if one is not None:
        first = {"at": one.was_at, "starts_at": one.starts_at, "ends_at": one.ends_at}
        first |= {"title": one.title or row.title, "place": one.place or row.place}
    dragged = {key: read_moment(request.GET.get(key, "")) for key in ("starts_at", "ends_at")}
    first |= {key: value for key, value in dragged.items() if value is not None}
    form: Any = AppointmentPageForm(request.POST or None, actor=request.actor, instance=row, initial=first)
    if request.method == "POST" and form.is_valid():
        fresh = visible_or_404(Appointment, request.actor, "owner", pk=pk)
        saved = attempt(form, lambda: change(request.actor, fresh, one, form.written()))
        if saved is not None:
            return done(request, saved.get_absolute_url(), _("Saved: %(name)s") % {"name": saved})
    title = _("Edit: %(name)s") % {"name": row.title}
    return render_form(
        request, form, "activities/appointment_form.html", title=title, row=row, cancel_url=row.get_absolute_url()
    )


def change(actor: Any, row: Appointment, one: AppointmentChange | None, fields: dict[str, Any]) -> Any:
    """What the form says, done to one occurrence, to it and those after it, or to all."""
    which, _at = fields.pop("which", "") or SERIES, fields.pop("at", None)
    if one is None or which == SERIES:
        if one is not None:  # all of them move by as much as the one that was looked at
            moved = fields["starts_at"] - one.starts_at
            lasts = fields["ends_at"] - fields["starts_at"]
            fields["starts_at"] = row.starts_at + moved
            fields["ends_at"] = fields["starts_at"] + lasts
        return actions.edit_appointment(actor, row, **fields)
    if which == FOLLOWING:
        if fields.get("rule") == row.rule:  # of a rule that counts only the rest is left
            fields.pop("rule")
        return actions.change_following(actor, row, at=one.was_at, **fields)
    said = {name: fields[name] for name in ("starts_at", "ends_at", "title", "place")}
    return actions.move_occurrence(actor, row, at=one.was_at, **said)


def cancel(actor: Any, row: Appointment, *, which: str = "", at: Any = None) -> Any:
    if row.rule and at and which == ONE:
        return actions.skip_occurrence(actor, row, at=at)
    if row.rule and at and which == FOLLOWING and at > row.starts_at:
        return actions.end_before(actor, row, at=at)
    return actions.cancel_appointment(actor, row)


@on_own_clock
def appointment_cancel(request: Request, pk: int) -> HttpResponse:
    """Cancel this one, this and following, or all of a series."""
    row = visible_or_404(Appointment, request.actor, "owner", pk=pk)
    sent = request.POST if request.method == "POST" else None
    form = CancelForm(sent, actor=request.actor, row=row, initial={"at": read_moment(request.GET.get("at", ""))})
    asked = sent is not None and form.is_valid()
    if asked and attempt(form, lambda: cancel(request.actor, row, **form.cleaned_data)) is not None:
        return done(request, row.get_absolute_url(), _("Done: %(name)s") % {"name": row})
    context = {
        "title": _("Cancel this appointment"),
        "text": _("Who takes part is told."),
        "submit_label": _("Cancel this appointment"),
        "tone": "danger",
        "cancel_url": row.get_absolute_url(),
    }
    return render_form(request, form, "ui/confirm.html", row=row, **context)


def appointment_answer(request: Request, pk: int) -> HttpResponse:
    """Say whether one comes."""
    guest = visible_or_404(Guest, request.actor, appointment=pk, member=request.actor.member_id or 0, archived_at=None)
    url = reverse("appointment_detail", args=[pk])
    if request.method == "POST":
        try:
            answer(request.actor, guest, answer=request.POST.get("answer", ""))
        except ValidationError as error:
            return done(request, url, " ".join(error.messages), go=True, level=messages.ERROR)
        return done(request, url, _("Your answer is noted."), go=True)
    return HttpResponseRedirect(url)


def appointment_file(request: Request, pk: int) -> HttpResponse:
    """The appointment as a file, to send it to somebody outside or to take it into another calendar."""
    row = visible_or_404(Appointment, request.actor, "owner", pk=pk)
    return attachment(invitation(row), f"{row.title[:60]}.ics", "text/calendar; charset=utf-8")
