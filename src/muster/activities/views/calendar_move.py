"""Dragging in the calendar: an appointment or a plan is moved, made longer or shorter where it stands."""

import datetime as dt
from typing import Any
from urllib.parse import urlencode

from django.core.exceptions import ValidationError
from django.http import HttpResponse, JsonResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from muster.access.action import Conflict
from muster.access.scope import visible_or_404
from muster.activities.actions.activity import activities
from muster.activities.actions.appointment import edit_appointment, occurrence
from muster.activities.forms.calendar import DragForm
from muster.activities.models import Activity, Appointment
from muster.activities.queries.calendar import USUAL
from muster.activities.views.appointment import on_own_clock
from muster.core.http import Request
from muster.core.templatetags.ui import moment

STAMP = "%Y%m%dT%H%M%SZ"


@require_POST
@on_own_clock
def calendar_move(request: Request) -> HttpResponse:
    """Of a series it is asked in the drawer which of them move. Where somebody else was first, nothing is moved."""
    form = DragForm(request.POST)
    if not form.is_valid():
        return _refused([one for errors in form.errors.values() for one in errors], 422)
    said = form.cleaned_data
    try:
        return (_appointment if said["kind"] == "appointment" else _plan)(request, said)
    except ValidationError as error:
        return _refused(error.messages, 422)
    except Conflict as error:
        return _refused([str(error)], 409)


def _refused(sentences: list[Any], status: int) -> HttpResponse:
    return JsonResponse({"detail": " ".join(map(str, sentences))}, status=status)


def _appointment(request: Request, said: dict[str, Any]) -> HttpResponse:
    row = visible_or_404(Appointment, request.actor, "owner", pk=said["pk"])
    one: Any = occurrence(row, said["at"]) if row.rule and said["at"] else row
    if answer := _meanwhile(str(one), one.starts_at, one.ends_at, said):
        return answer
    if row.rule:
        asked = {"at": f"{one.was_at.astimezone(dt.UTC):{STAMP}}"} if one is not row else {}
        asked |= {key: f"{said[key].astimezone(dt.UTC):{STAMP}}" for key in ("starts_at", "ends_at")}
        return JsonResponse({"drawer": f"{reverse('appointment_edit', args=[row.pk])}?{urlencode(asked)}"})
    times = {"starts_at": said["starts_at"], "ends_at": said["ends_at"]}
    moved = edit_appointment(request.actor, row, version=said["version"], **times)
    return _moved(moved, moved.starts_at)


def _plan(request: Request, said: dict[str, Any]) -> HttpResponse:
    row = visible_or_404(Activity, request.actor, "owner", pk=said["pk"])
    begin = row.planned_at
    if row.status != Activity.Status.PLANNED or begin is None:
        raise ValidationError(_("This is done already."))
    end = begin + (dt.timedelta(minutes=row.minutes) if row.minutes else USUAL)
    if answer := _meanwhile(str(row), begin, end, said):
        return answer
    fields: dict[str, Any] = {"planned_at": said["starts_at"]}
    if said["ends_at"] - said["starts_at"] != end - begin:
        fields["minutes"] = round((said["ends_at"] - said["starts_at"]).total_seconds() / 60)
    moved = activities.edit(request.actor, row, version=said["version"], **fields)
    return _moved(moved, moved.planned_at)


def _meanwhile(name: str, begin: dt.datetime, end: dt.datetime, said: dict[str, Any]) -> HttpResponse | None:
    """A refusal where it does not stand any more where the reader saw it."""
    seen = (said["was"], said["until"])
    if (begin.replace(second=0, microsecond=0), end.replace(second=0, microsecond=0)) == seen:
        return None
    sentence = _("“%(name)s” was moved by somebody else meanwhile, to %(when)s. Nothing was changed: look at it anew.")
    return _refused([sentence % {"name": name, "when": moment(begin)}], 409)


def _moved(row: Any, begin: dt.datetime) -> HttpResponse:
    said = _("%(name)s: now %(when)s") % {"name": row, "when": moment(timezone.localtime(begin))}
    return JsonResponse({"message": said, "version": row.version})
