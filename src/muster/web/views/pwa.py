"""What makes the product installable: manifest, service worker, and a page for when there is no network."""

from django.conf import settings
from django.contrib.staticfiles import finders
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import render
from django.templatetags.static import static
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from muster.activities.models import Activity
from muster.activities.offline import kit
from muster.core.http import Request

Kind = Activity.Kind
KINDS = [(Kind.VISIT, "map-pin"), (Kind.CALL, "phone"), (Kind.NOTE, "note")]


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
    """Entries made without a network. The page itself holds nothing of anybody, for it is kept on the device: what it
    shows, the browser reads out of its own store. `lang` says in which language it is kept."""
    language = request.GET.get("lang", "")
    with translation.override(language if language in dict(settings.LANGUAGES) else translation.get_language()):
        return render(request, "offline.html", {"kinds": KINDS})


@require_GET
def offline_kit(request: Request) -> JsonResponse:
    """The choices of today for who is signed in, and what his browser needs to send: never kept by anything between."""
    who = {"user": request.user.pk, "name": request.actor.name, "csrf": get_token(request)}
    return JsonResponse({**kit(request.actor), **who}, headers={"Cache-Control": "no-store"})
