"""What every page offers: global search, pickers, the command palette, and one's own preferences."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET, require_POST

from muster.core import finders, nav
from muster.core.commands import commands

LONGEST_QUERY = 100
THEMES = ("auto", "light", "dark")


def _query(request: HttpRequest) -> str:
    return request.GET.get("q", "").strip()[:LONGEST_QUERY]


def _groups(request: HttpRequest, text: str) -> list[dict[str, Any]]:
    found = []
    for finder in finders.finders():
        if hits := finder.hits(request.actor, text):
            found.append({"key": finder.key, "label": finder.model._meta.verbose_name_plural, "hits": hits})
    return found


@require_GET
def search(request: HttpRequest) -> HttpResponse:
    """Everything the viewer may see that carries the words, by kind; for htmx only the list."""
    text = _query(request)
    context = {"q": text, "groups": _groups(request, text) if text else []}
    return render(request, "web/search.html#results" if request.htmx else "web/search.html", context)


@require_GET
def palette(request: HttpRequest) -> JsonResponse:
    """Pages and commands for ⌘K; with `q` also records."""
    text = _query(request)
    pages = [
        {
            "text": str(item["label"]),
            "hint": str(group["label"]),
            "url": item["url"],
            "icon": item["icon"],
            "key": item["key"],
        }
        for group in nav.items(request)
        for item in group["items"]
    ]
    groups = _groups(request, text) if text else []
    records = [{**hit, "hint": hit["hint"] or str(group["label"])} for group in groups for hit in group["hits"]]
    return JsonResponse({"pages": pages, "commands": commands(request.actor), "records": records})


@require_GET
def lookup(request: HttpRequest, model: str) -> JsonResponse:
    """Options of a picker: what the viewer may see, found as one types."""
    finder = finders.finder(model)
    if finder is None:
        raise Http404
    return JsonResponse({"results": finder.hits(request.actor, _query(request), most=20)})


@require_POST
def set_theme(request: HttpRequest) -> HttpResponse:
    theme = request.POST.get("theme", "auto")
    if theme not in THEMES:
        return HttpResponse(status=400)
    request.user.theme = theme
    request.user.save(update_fields=["theme"])
    response = HttpResponse(status=204)
    response.set_cookie("muster_theme", theme, max_age=31_536_000, samesite="Lax")
    return response
