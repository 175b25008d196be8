"""What every page offers: global search, pickers, the command palette, and one's own preferences."""

from typing import Any

from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext
from django.views.decorators.http import require_GET, require_POST

from muster.access.at_hand import at_hand
from muster.core import finders, nav
from muster.core.commands import commands
from muster.core.http import Request
from muster.core.names import search_text

LONGEST_QUERY = 100
THEMES = ("auto", "light", "dark")


def _query(request: Request) -> str:
    return request.GET.get("q", "").strip()[:LONGEST_QUERY]


def _groups(request: Request, text: str) -> list[dict[str, Any]]:
    found = [] if text else _at_hand(request)
    for finder in finders.finders() if text else []:
        if hits := finder.hits(request.actor, text):
            named = finder.model._meta.verbose_name_plural
            found.append({"label": named, "icon": finder.icon, "items": [_item(one) for one in hits]})
    return found


def _at_hand(request: Request) -> list[dict[str, Any]]:
    """Before anything is typed: what one starred and what one opened last."""
    return [{**group, "items": [_item(one) for one in group.pop("hits")]} for group in at_hand(request)]


def _item(hit: dict[str, Any]) -> dict[str, Any]:
    return {"url": hit["url"], "title": hit["text"], "text": hit["hint"], "icon": hit["icon"]}


@require_GET
def search(request: Request) -> HttpResponse:
    """Everything the viewer may see that carries the words, by kind; for htmx only the list."""
    text = _query(request)
    template = "ui/search_results.html" if request.htmx else "web/search.html"
    return render(request, template, {"q": text, "groups": _groups(request, text)})


@require_GET
def palette(request: Request) -> JsonResponse:
    """Pages and commands for ⌘K, narrowed by `q`; with `q` also records, without it those at hand."""
    text = _query(request)
    groups: list[dict[str, Any]] = [
        {
            "label": str(group["label"]),
            "items": [
                {"label": str(one["label"]), "hint": "", "url": one["url"], "icon": one["icon"]}
                for one in group["items"]
            ],
        }
        for group in nav.items(request)
    ]
    groups.insert(0, {"label": gettext("Commands"), "items": commands(request.actor)})
    groups = [
        {**group, "items": [one for one in group["items"] if text.lower() in search_text([one["label"]])]}
        for group in groups
    ]
    records = [
        {
            "label": str(group["label"]),
            "items": [
                {"label": one["title"], "hint": one["text"], "url": one["url"], "icon": one["icon"]}
                for one in group["items"]
            ],
        }
        for group in _groups(request, text)
    ]
    groups = [*groups, *records] if text else [*records, *groups]
    return JsonResponse({"groups": [group for group in groups if group["items"]]})


@require_GET
def lookup(request: Request, model: str) -> JsonResponse:
    """Options of a picker: what the viewer may see, found as one types."""
    finder = finders.finder(model)
    if finder is None:
        raise Http404
    return JsonResponse({"results": finder.hits(request.actor, _query(request), most=20)})


@require_POST
def set_theme(request: Request) -> HttpResponse:
    theme = request.POST.get("theme", "auto")
    if theme not in THEMES:
        return HttpResponse(status=400)
    request.user.theme = theme
    request.user.save(update_fields=["theme"])
    response = HttpResponse(status=204)
    response.set_cookie("muster_theme", theme, max_age=31_536_000, samesite="Lax")
    return response
