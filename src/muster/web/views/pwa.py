"""What makes the product installable: manifest, service worker, and a page for when there is no network."""

from django.contrib.staticfiles import finders
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.templatetags.static import static
from django.utils.translation import gettext as _


def service_worker(request: HttpRequest) -> FileResponse:
    """Served from the root, because a worker only guards what lies under its own address."""
    path = finders.find("sw.js")
    if path is None:
        raise Http404
    return FileResponse(open(path, "rb"), content_type="text/javascript", headers={"Cache-Control": "no-cache"})


def manifest(request: HttpRequest) -> JsonResponse:
    icons = [
        {"src": static(f"icon-{size}.png"), "sizes": f"{size}x{size}", "type": "image/png", "purpose": "any"}
        for size in (192, 512)
    ]
    body = {
        "name": _("Muster"),
        "short_name": "Muster",
        "start_url": "/",
        "scope": "/",
        "display": "standalone",
        "background_color": "#ffffff",
        "theme_color": "#14202e",
        "icons": icons,
    }
    return JsonResponse(body, content_type="application/manifest+json")


def offline(request: HttpRequest) -> HttpResponse:
    return render(request, "offline.html")
