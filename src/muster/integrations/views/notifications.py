"""The bell, the page behind it, and what one wants to hear of."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from muster.access.pages import (
    act_page,
    attempt,
    create_page,
    done,
    edit_page,
    list_page,
    own_address,
    render_form,
)
from muster.access.scope import can, visible_or_404
from muster.core.http import Request
from muster.integrations import notifications as bell
from muster.integrations.actions.notices import (
    archive_bot,
    choose_notices,
    create_bot,
    edit_bot,
    mute,
    own_settings,
    retry_delivery,
    settings_shown,
    try_bot,
    unmute,
)
from muster.integrations.bots import SAYS
from muster.integrations.forms import BotForm, NoticeSettingsForm
from muster.integrations.kinds import KINDS, TOPICS
from muster.integrations.listings import BOTS, DELIVERIES
from muster.integrations.models import Delivery, GroupBot, NoticeMute, Notification

MOST_SHOWN = 20
BOT_VERBS = ("edit", "try", "archive")
MOST_LISTED = 100
MOST_MUTED = 100

delivery_list = list_page(DELIVERIES)
bot_list = list_page(BOTS)
bot_create = create_page(BotForm, create_bot, title=gettext_lazy("New group bot"))
bot_edit = edit_page(BotForm, edit_bot, "integrations.groupbot.edit", in_lists=False)
bot_archive = act_page(
    GroupBot,
    archive_bot,
    title=gettext_lazy("Archive this bot"),
    text=gettext_lazy("It says nothing more, and its webhook is forgotten."),
    danger=True,
)
bot_try = act_page(
    GroupBot,
    try_bot,
    title=gettext_lazy("Say something in the group"),
    text=gettext_lazy("“Muster can speak here.” is said in the group at once."),
    button=gettext_lazy("Say it"),
)


def bot_detail(request: Request, pk: int) -> HttpResponse:
    """What a group hears, and what became of it."""
    actor = request.actor
    bot = visible_or_404(GroupBot, actor, "unit", pk=pk)
    may = {verb: not bot.archived_at and can(actor, f"integrations.groupbot.{verb}", bot) for verb in BOT_VERBS}
    sent = Delivery.objects.visible_to(actor).filter(bot=bot).select_related("event")[:MOST_SHOWN]
    tells = [said.label for key, said in SAYS.items() if key in bot.tells]
    context = {"bot": bot, "may": may, "deliveries": sent, "tells": tells}
    return render(request, "integrations/bot_detail.html", context)


def delivery_retry(request: Request, pk: int) -> HttpResponse:
    """Why one did not arrive, and to send it again."""
    row = visible_or_404(Delivery, request.actor, "user", "bot", pk=pk)
    if request.method == "POST":
        try:
            retry_delivery(request.actor, row)
        except ValidationError as error:
            return done(request, reverse("delivery_list"), " ".join(error.messages), go=True, level=messages.ERROR)
        return done(request, reverse("delivery_list"), _("It goes out with the next round, within a minute."), go=True)
    context = {
        "title": _("Send it again"),
        "text": row.error or _("Nothing went wrong so far."),
        "submit_label": _("Send again"),
        "tone": "primary",
        "cancel_url": reverse("delivery_list"),
    }
    return render_form(request, None, "ui/confirm.html", row=row, **context)


def _mine(request: Request) -> Any:
    rows = Notification.objects.visible_to(request.actor).filter(user=request.user.pk)
    return rows.select_related("event").order_by("-id")


@require_GET
def notification_list(request: Request) -> HttpResponse:
    """The bell's list, or with `?count=1` only how many are unread; as a page by day and record, by topic."""
    if request.GET.get("count"):
        return JsonResponse({"count": bell.unread(request.user.pk)})
    if request.htmx:
        items = bell.shown(_mine(request)[:MOST_SHOWN], request.actor)
        return render(request, "ui/notifications.html", {"items": items})
    topic, only_new = request.GET.get("topic", ""), request.GET.get("new") == "1"
    rows = _mine(request)
    if topic in TOPICS:
        rows = rows.filter(event__action__in=[key for key, kind in KINDS.items() if kind.topic == topic])
    if only_new:
        rows = rows.filter(read_at=None)
    before = request.GET.get("before", "")
    if before.isascii() and before.isdigit() and len(before) < 19:
        rows = rows.filter(pk__lt=int(before))
    found = list(rows[: MOST_LISTED + 1])
    context = {
        "days": bell.grouped(bell.shown(found[:MOST_LISTED], request.actor)),
        "older": found[MOST_LISTED - 1].pk if len(found) > MOST_LISTED else None,
        "views": _views(topic, only_new),
        "topic": topic,
        "only_new": only_new,
    }
    return render(request, "integrations/notification_list.html", context)


def _views(topic: str, only_new: bool) -> list[dict[str, Any]]:
    url = reverse("notifications")
    found = [
        {"label": _("All"), "url": url, "active": not topic and not only_new},
        {"label": _("Unread"), "url": f"{url}?new=1", "active": only_new},
    ]
    return found + [
        {"label": one.label, "url": f"{url}?topic={key}", "active": key == topic} for key, one in TOPICS.items()
    ]


@require_POST
def notifications_read(request: Request) -> HttpResponse:
    """All read."""
    bell.mark_read(Notification.objects.visible_to(request.actor).filter(user=request.user.pk))
    if request.htmx:
        return HttpResponse(status=204, headers={"HX-Trigger": "notifications-read"})
    return done(request, reverse("notifications"), "")


def notification_open(request: Request, pk: int) -> HttpResponse:
    """To the record; the notice is read thereby."""
    row = visible_or_404(Notification, request.actor, "event", pk=pk)
    if request.method == "POST" and row.user_id == request.user.pk:
        bell.mark_read(Notification.objects.visible_to(request.actor).filter(pk=row.pk))
    items = bell.shown([row], request.actor)
    return HttpResponseRedirect(own_address(items[0]["url"]) if items else reverse("notifications"))


@require_POST
def notification_mute(request: Request, pk: int) -> HttpResponse:
    """Nothing more of the record that this notice is about."""
    row = visible_or_404(Notification, request.actor, "event", pk=pk)
    try:
        mute(request.actor, model=row.event.model, object_id=row.event.object_id)
    except ValidationError as error:
        return done(request, reverse("notifications"), " ".join(error.messages), go=True)
    return done(request, reverse("notifications"), _("You will hear no more of this record."), go=True)


def notice_settings(request: Request) -> HttpResponse:
    """What I want to hear of, how, and when not."""
    row = settings_shown(request.user)
    form = NoticeSettingsForm(request.POST or None, actor=request.actor, instance=row)
    if request.method == "POST" and form.is_valid():
        saved = attempt(form, lambda: choose_notices(request.actor, own_settings(request.user), **form.written()))
        if saved is not None:
            return done(request, reverse("notice_settings"), _("Saved."), go=True)
    context = {"form": form, "muted": _muted(request)}
    status = 422 if form.errors else 200
    return render(request, "integrations/notice_settings.html", context, status=status)


def _muted(request: Request) -> list[dict[str, Any]]:
    """The muted records that the reader still sees."""
    rows = list(NoticeMute.objects.visible_to(request.actor).filter(user=request.user.pk)[:MOST_MUTED])
    names = bell.visible_records({(one.model, one.object_id) for one in rows}, request.actor)
    return [{"row": one, "record": names.get((one.model, one.object_id))} for one in rows]


@require_POST
def notice_unmute(request: Request, pk: int) -> HttpResponse:
    row = visible_or_404(NoticeMute, request.actor, pk=pk)
    unmute(request.actor, row)
    return done(request, reverse("notice_settings"), _("You will hear of it again."), go=True)
