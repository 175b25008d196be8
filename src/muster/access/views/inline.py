"""Changing a cell of a list where it stands."""

from typing import Any

from django.apps import apps
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from muster.access.inline import cell
from muster.access.pages import attempt
from muster.access.scope import NotVisible, ScopedModel, visible_or_404
from muster.core.http import Request


def _model(label: str) -> Any:
    try:
        model = apps.get_model(label)
    except (LookupError, ValueError) as error:
        raise NotVisible(label) from error
    if not issubclass(model, ScopedModel):
        raise NotVisible(label)
    return model


@require_http_methods(["GET", "POST"])
def edit_cell(request: Request, record: str, pk: int, name: str) -> HttpResponse:
    """The field of one cell; sent, it is saved and answered with 204. Refused it comes back with the sentence (422), or
    with both values where somebody saved first (409)."""
    model = _model(record)
    row = visible_or_404(model, request.actor, pk=pk)
    shown = cell(request.actor, row, name, request.POST if request.method == "POST" else None)
    status = 200
    if request.method == "POST":
        if shown.form.is_valid():
            fresh = visible_or_404(model, request.actor, pk=pk)
            if attempt(shown.form, lambda: shown.run(fresh)) is not None:
                return HttpResponse(status=204)
        status = 409 if shown.form.conflict else 422
    return render(request, "ui/cell.html", {"cell": shown, "url": request.path}, status=status)
