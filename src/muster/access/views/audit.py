"""The audit trail, one's tokens, one's security."""

from typing import Any

from django.contrib.auth import get_user
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy

from muster.access.actions.token import create_token, revoke_token
from muster.access.custom import in_words
from muster.access.forms import TokenForm
from muster.access.listings import AUDIT, TOKENS
from muster.access.models import ApiToken, Event
from muster.access.pages import act_page, attempt, list_page, render_form
from muster.access.permissions import label_of
from muster.access.scope import visible_or_404
from muster.core.http import Request

audit_list = list_page(AUDIT)
token_list = list_page(TOKENS)
token_revoke = act_page(
    ApiToken,
    revoke_token,
    title=gettext_lazy("Revoke this token"),
    text=gettext_lazy("Programs that use it are refused from the next request on."),
    danger=True,
)


def audit_detail(request: Request, pk: int) -> HttpResponse:
    """One event with each field before and after."""
    event = visible_or_404(Event, request.actor, pk=pk)
    changes = [{"field": field, "before": before, "after": after} for field, (before, after) in in_words(event)]
    return render(
        request, "access/audit_detail.html", {"event": event, "action": label_of(event.action), "changes": changes}
    )


def token_create(request: Request) -> HttpResponse:
    """Make a token; the answer shows it this once."""
    form = TokenForm(request.POST or None, actor=request.actor)
    if request.method == "POST" and form.is_valid():
        made: Any = attempt(form, lambda: create_token(request.actor, **form.written()))
        if made is not None:
            return render(request, "access/token_made.html", {"token": made})
    return render_form(request, form, "ui/form.html", title=gettext_lazy("New API token"))


def security(request: Request) -> HttpResponse:
    """Everything about one's own login in one place."""
    return render(request, "access/security.html", {"person": get_user(request)})
