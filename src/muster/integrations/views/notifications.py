"""The bell."""

from django.http import HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from muster.access.pages import done
from muster.core.http import Request
from muster.integrations import notifications as bell
from muster.integrations.models import Notification

MOST_SHOWN = 20
MOST_LISTED = 200


@require_GET
def notification_list(request: Request) -> HttpResponse:
    """The bell's list, or with `?count=1` only how many are unread."""
    if request.GET.get("count"):
        return JsonResponse({"count": bell.unread(request.user.pk)})
    mine = Notification.objects.visible_to(request.actor).filter(user=request.user.pk).select_related("event")
    most = MOST_SHOWN if request.htmx else MOST_LISTED
    template = "ui/notifications.html" if request.htmx else "integrations/notification_list.html"
    return render(request, template, {"items": bell.shown(mine[:most], request.actor)})


@require_POST
def notifications_read(request: Request) -> HttpResponse:
    """All read."""
    mine = Notification.objects.visible_to(request.actor).filter(user=request.user.pk, read_at=None)
    mine.update(read_at=timezone.now())
    if request.htmx:
        return HttpResponse(status=204, headers={"HX-Trigger": "notifications-read"})
    return done(request, "/notifications/", "")
