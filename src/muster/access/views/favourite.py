"""Favourites: the star of a record, and the list in the side bar."""

from django.core.exceptions import ValidationError
from django.http import HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET, require_POST

from muster.access.actions.favourite import turn
from muster.access.at_hand import star, starred
from muster.core.http import Request


@require_GET
def side(request: Request) -> HttpResponse:
    return render(request, "access/starred.html", {"hits": starred(request.actor)})


@require_POST
def turn_star(request: Request, record: str, pk: int) -> HttpResponse:
    """The star as it is afterwards; a refusal is a sentence."""
    try:
        on = turn(request.actor, record, pk)
    except ValidationError as error:
        return JsonResponse({"detail": " ".join(error.messages)}, status=422)
    response = render(request, "ui/star.html", {"star": star(record, pk, on)})
    response.headers["HX-Trigger"] = "starred"
    return response
