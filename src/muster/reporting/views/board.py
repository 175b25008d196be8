"""One's own dashboard, and those with which roles begin."""

from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from muster.access.models import Role
from muster.access.pages import create_page, done, edit_page
from muster.access.scope import Actor, NotVisible, visible_or_404
from muster.core.http import Request
from muster.reporting.actions.board import begin, move, remove, reset, widgets
from muster.reporting.forms.board import WidgetForm
from muster.reporting.models import Widget
from muster.reporting.policies.board import DEFAULTS
from muster.reporting.queries.board import SPAN, card, cards, default_of, of_role, own, roles, shows, title

widget_create = create_page(WidgetForm, widgets.create, title=gettext_lazy("Add a card"), stay=True)
widget_edit = edit_page(
    WidgetForm, widgets.edit, "reporting.widget.edit", title=gettext_lazy("Change this card"), in_lists=False
)


def _role(request: Request) -> Role | None:
    """The role whose beginning is arranged, where the address names one."""
    asked = request.GET.get("role", "")
    if not asked.isdecimal():
        return None
    request.actor.require(DEFAULTS)
    row = roles().filter(pk=int(asked[:18])).first()
    if row is None:
        raise NotVisible(Role._meta.label)
    return row


def _found(actor: Actor, role: Role | None) -> list[Widget]:
    return default_of(role) if role else [one for one in cards(actor) if one.pk or shows(actor, one)]


def board(request: Request) -> HttpResponse:
    """The cards, each loaded by itself when it comes into sight; with `edit` they can be arranged."""
    role, actor = _role(request), request.actor
    rows = _found(actor, role)
    query = {"role": role.pk} if role else {}
    kept = bool(of_role(role.pk)) if role else own(actor).exists()
    offered = roles() if actor.has(DEFAULTS) else []
    context = {
        "role": role,
        "roles": [{"label": str(one), "url": f"?role={one.pk}&edit=1"} for one in offered],
        "editing": bool(request.GET.get("edit")) and kept,
        "kept": kept,
        "query": urlencode(query),
        "cards": [
            {
                "widget": one,
                "title": title(one),
                "span": SPAN[Widget.Width(one.width)],
                "url": f"{reverse('board_card', args=[at])}{'?' + urlencode(query) if query else ''}",
                "at": at,
            }
            for at, one in enumerate(rows)
        ],
    }
    return render(request, "reporting/board.html", context)


def board_card(request: Request, pk: int) -> HttpResponse:
    """The card at place PK of the board, as its reader sees it."""
    rows = _found(request.actor, _role(request))
    if pk >= len(rows):
        raise Http404
    context = {"card": card(request.actor, rows[pk], f"card-{pk}")}
    return render(request, "reporting/_card.html", context)


def _back(request: Request, role: Any, message: str, edit: bool = True) -> HttpResponse:
    asked = {**({"role": role} if role else {}), **({"edit": 1} if edit else {})}
    return done(request, f"{reverse('board')}{'?' + urlencode(asked) if asked else ''}", message, go=True)


@require_POST
def board_begin(request: Request) -> HttpResponse:
    role = _role(request)
    begin(request.actor, role)
    return _back(request, role and role.pk, _("Move the cards as you like them."))


@require_POST
def board_reset(request: Request) -> HttpResponse:
    role = _role(request)
    reset(request.actor, role)
    return _back(request, role and role.pk, _("It is as it was by default."), edit=False)


@require_POST
def widget_move(request: Request, pk: int) -> HttpResponse:
    row = visible_or_404(Widget, request.actor, pk=pk)
    move(request.actor, row, later=bool(request.GET.get("later")))
    return _back(request, row.role_id, _("Moved."))


@require_POST
def widget_remove(request: Request, pk: int) -> HttpResponse:
    row = visible_or_404(Widget, request.actor, pk=pk)
    remove(request.actor, row)
    return _back(request, row.role_id, _("Taken away."))
