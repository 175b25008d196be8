"""Screens on walls: started by whoever sees the numbers, shown to whoever stands before them."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext_lazy

from muster.access.pages import act_page, attempt
from muster.access.scope import NotVisible
from muster.core.http import Request
from muster.core.periods import today
from muster.reporting.actions.screen import screen_of, start_screen, take_screen_back
from muster.reporting.forms.screen import ScreenForm
from muster.reporting.models import Screen
from muster.reporting.queries.screen import actor_of_screen, page, pages

screen_archive = act_page(
    Screen,
    take_screen_back,
    title=gettext_lazy("Take this screen back"),
    text=gettext_lazy("It goes dark within a page, and its address answers nobody any more."),
    danger=True,
)


def screens(request: Request) -> HttpResponse:
    """One's screens; the address of a new one is shown once, on the page that makes it."""
    form: Any = ScreenForm(request.POST or None, actor=request.actor)
    made = None
    if request.method == "POST" and form.is_valid():
        made = attempt(form, lambda: start_screen(request.actor, **form.written()))
        form = form if made is None else ScreenForm(actor=request.actor)
    rows = Screen.objects.visible_to(request.actor).filter(archived_at=None)
    context = {
        "form": form,
        "rows": rows[:50],
        "today": today(),
        "made": request.build_absolute_uri(reverse("wall", args=[made.token])) if made else "",
    }
    return render(request, "reporting/screens.html", context, status=422 if form.errors else 200)


def _screen(token: str) -> Screen:
    row = screen_of(token)
    if row is None:
        raise NotVisible(Screen._meta.label)
    return row


def _zone(row: Screen) -> str:
    member: Any = getattr(row.user, "member", None)
    return str(member.time_zone) if member else timezone.get_default_timezone_name()


def _answer(request: Request, template: str, **context: Any) -> HttpResponse:
    answer = render(request, template, context)
    answer["Cache-Control"] = "private, no-store"
    answer["Referrer-Policy"] = "no-referrer"  # the address is the key
    answer["X-Robots-Tag"] = "noindex"
    return answer


def wall(request: Request, token: str) -> HttpResponse:
    """The frame of a screen: no login, the address is the key. Its pages are fetched one after the other."""
    row = _screen(token)
    language = row.user.language or translation.get_language()
    with translation.override(language):
        shell = {"theme": "dark", "language": language, "texts": {}}
        return _answer(request, "reporting/wall.html", screen=row, token=token, shell=shell, zone=_zone(row))


def wall_page(request: Request, token: str, place: int) -> HttpResponse:
    """A page of a screen with the numbers of now; after the last one comes the first."""
    row = _screen(token)
    with translation.override(row.user.language or translation.get_language()), timezone.override(_zone(row)):
        actor = actor_of_screen(row)
        found = pages(actor, row)
        shown = page(actor, found[place % len(found)]) if found else {}
        context = {"count": len(found), "place": place % len(found) if found else 0, "now": timezone.localtime()}
        return _answer(request, "reporting/wall_page.html", screen=row, **context, **shown)
