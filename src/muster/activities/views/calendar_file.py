"""Calendars as files: addresses that calendar programs fetch, and files taken in."""

import base64
import binascii
import hashlib
from typing import Any

from django.core.exceptions import ValidationError
from django.http import HttpResponse, HttpResponseNotModified
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from muster.access.actors import actor_for
from muster.access.pages import act_page, attempt, done
from muster.access.scope import NotVisible
from muster.activities.actions.calendar_file import take_file
from muster.activities.actions.feed import feed_of, make_feed, take_feed_back
from muster.activities.forms.calendar import CalendarFileForm, FeedForm
from muster.activities.models import CalendarFeed
from muster.activities.queries.calendar_file import feed
from muster.activities.views.appointment import on_own_clock
from muster.core.http import Request

calendar_feed_archive = act_page(
    CalendarFeed,
    take_feed_back,
    title=gettext_lazy("Take this address back"),
    text=gettext_lazy("Programs that fetch it find nothing any more."),
    danger=True,
)


def calendar_feeds(request: Request) -> HttpResponse:
    """One's addresses; a new one is shown once, on the page that makes it."""
    form: Any = FeedForm(request.POST or None, actor=request.actor, initial={"shows": CalendarFeed.Shows.DETAILS})
    made = None
    if request.method == "POST" and form.is_valid():
        made = attempt(form, lambda: make_feed(request.actor, **form.written()))
        form = form if made is None else FeedForm(actor=request.actor, initial={"shows": CalendarFeed.Shows.DETAILS})
    rows = CalendarFeed.objects.visible_to(request.actor).filter(archived_at=None)
    context = {
        "form": form,
        "rows": rows[:50],
        "made": request.build_absolute_uri(reverse("calendar_feed", args=[made.token])) if made else "",
    }
    return render(request, "activities/calendar_feeds.html", context, status=422 if form.errors else 200)


def calendar_feed(request: Request, token: str) -> HttpResponse:
    """What a calendar program fetches: no login, the address is the key."""
    row = feed_of(token)
    if row is None:
        raise NotVisible(CalendarFeed._meta.label)
    user: Any = row.member.user
    with translation.override(user.language or None), timezone.override(row.member.time_zone):
        actor = actor_for(user, via="feed")
        if not actor.has("activities.appointment.view"):
            raise NotVisible(CalendarFeed._meta.label)
        body = feed(actor, row, timezone.localdate())
    tag = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
    known = [one.strip().removeprefix("W/") for one in request.headers.get("If-None-Match", "").split(",")]
    answer: HttpResponse = (
        HttpResponseNotModified() if tag in known else HttpResponse(body, content_type="text/calendar; charset=utf-8")
    )
    answer["ETag"] = tag
    answer["Cache-Control"] = "private, no-cache"
    answer["X-Robots-Tag"] = "noindex"
    return answer


@on_own_clock
def calendar_file(request: Request) -> HttpResponse:
    """A file is tried first: what it would do stands there, and nothing is done before one says so."""
    form: Any = CalendarFileForm(request.POST or None, request.FILES or None)
    taken, kept = None, ""
    if request.method == "POST":
        commit = bool(request.POST.get("content"))
        content = _content(request)
        if content is None:
            form.add_error("file", _("Choose a calendar file (.ics)."))
        else:
            try:
                taken = take_file(request.actor, content=content, dry_run=not commit)
            except ValidationError as error:
                form.add_error("file", error)
        if taken is not None and commit:
            said = _("Taken in: %(new)s new, %(changed)s changed, %(cancelled)s cancelled.")
            numbers = {key: taken.count(key) for key in ("new", "changed", "cancelled")}
            return done(request, reverse("calendar"), said % numbers, go=True)
        kept = base64.b64encode(content or b"").decode()
    context = {"form": form, "taken": taken, "content": kept, "counts": _counts(taken)}
    return render(request, "activities/calendar_file.html", context, status=422 if form.errors else 200)


def _content(request: Request) -> bytes | None:
    kept = request.POST.get("content", "")
    if kept:
        try:
            return base64.b64decode(kept, validate=True)
        except (binascii.Error, ValueError):
            return None
    file = request.FILES.get("file")
    return file.read(1_000_001) if file else None


def _counts(taken: Any) -> list[dict[str, Any]]:
    if taken is None:
        return []
    labels = [
        ("new", pgettext("calendar file", "New"), "green"),
        ("changed", _("Changed"), "blue"),
        ("cancelled", _("Cancelled"), "amber"),
        ("same", _("Unchanged"), "gray"),
        ("refused", _("Left out"), "red"),
    ]
    return [{"key": key, "label": label, "tone": tone, "n": taken.count(key)} for key, label, tone in labels]
