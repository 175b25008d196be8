"""On the spot: checking in and out, and the visits of a day."""

import datetime as dt
from typing import Any

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from muster.access.pages import act_page, attempt, done, edit_page
from muster.access.scope import visible_or_404
from muster.activities import queries
from muster.activities.actions.visit import (
    check_in,
    check_out,
    correct_check_in,
    give_consent,
    in_force,
    withdraw_consent,
)
from muster.activities.forms.visits import CheckInPageForm, CheckOutForm, CorrectForm
from muster.activities.models import Activity, CheckIn, LocationConsent
from muster.core.http import Request
from muster.core.periods import today

visit_leave = act_page(
    CheckIn,
    check_out,
    title=gettext_lazy("Check out"),
    text=gettext_lazy("The visit is done, with the minutes it took."),
    button=gettext_lazy("Check out"),
    form_class=CheckOutForm,
)
visit_correct = edit_page(CorrectForm, correct_check_in, "activities.checkin.correct", in_lists=False)


def visit_here(request: Request) -> HttpResponse:
    """Check in without a plan."""
    return _check_in(request, None)


def visit_check_in(request: Request, pk: int) -> HttpResponse:
    return _check_in(request, visible_or_404(Activity, request.actor, "account", "owner", pk=pk))


def _check_in(request: Request, visit: Activity | None) -> HttpResponse:
    initial = {"activity": visit.pk if visit else None, "account": request.GET.get("account")}
    form: Any = CheckInPageForm(request.POST or None, request.FILES or None, actor=request.actor, initial=initial)
    if request.method == "POST" and form.is_valid():
        said = {**form.written(), "activity": visit}
        row = attempt(form, lambda: check_in(request.actor, **said))
        if row is not None:
            return done(request, row.get_absolute_url(), _("Checked in: %(name)s") % {"name": row}, go=True)
    context = {"form": form, "visit": visit, "consent": in_force(request.actor.member_id)}
    return render(request, "activities/visit_check_in.html", context, status=422 if form.errors else 200)


def location_consent(request: Request) -> HttpResponse:
    """Agree to positions, or say no more; what either means stands beside it."""
    rows = LocationConsent.objects.visible_to(request.actor).filter(member=request.actor.member_id or 0)
    current = rows.filter(withdrawn_at=None).first()
    if request.method == "POST":
        if current:
            withdraw_consent(request.actor, current)
            return done(request, request.path, _("Withdrawn: no position is taken any more."))
        give_consent(request.actor)
        return done(request, request.path, _("Thank you: check-ins say from now on where they were."))
    context = {"current": current, "rows": rows[:20], "days": settings.VISIT_KEEP_DAYS, "radius": settings.VISIT_RADIUS}
    return render(request, "activities/location_consent.html", context)


def visit_day(request: Request) -> HttpResponse:
    """The visits of a day, of whom the viewer leads, in the order of the hours."""
    try:
        day = dt.date.fromisoformat(request.GET.get("day", ""))
    except ValueError:
        day = today()
    found = queries.visits_of_day(request.actor, day)
    step = dt.timedelta(days=1)
    context = {
        "day": day,
        "before": day - step,
        "after": day + step,
        "items": found,
        "sums": queries.verdicts_of(found),
    }
    return render(request, "activities/visit_day.html", context)


def visit_panel(request: Request, pk: int) -> HttpResponse:
    """The check-in of a visit, on its page."""
    visit = visible_or_404(Activity, request.actor, pk=pk)
    rows = CheckIn.objects.visible_to(request.actor).filter(activity=visit).select_related("photo")
    context = {"visit": visit, "one": rows.first(), "mine": visit.owner_id == request.actor.member_id}
    return render(request, "activities/visit_panel.html", context)
