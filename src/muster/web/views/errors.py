"""Pages for what went wrong; for a program the same as problem+json."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext as _


def _answer(request: HttpRequest, status: int, title: str, text: str) -> HttpResponse:
    if request.path.startswith("/api/"):
        body = {"type": "about:blank", "title": title, "status": status, "detail": text}
        return JsonResponse(body, status=status, content_type="application/problem+json")
    return render(request, "error.html", {"status": status, "title": title, "text": text}, status=status)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return _answer(request, 404, _("Not here"), _("This page does not exist, or it is not for you."))


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    return _answer(
        request, 403, _("Not allowed"), _("Your role does not allow this. Ask your administrator if you need it.")
    )


def bad_input(request: HttpRequest, text: str) -> HttpResponse:
    return _answer(request, 400, _("This cannot be read"), text)


def broken(request: HttpRequest) -> HttpResponse:
    return _answer(
        request,
        500,
        _("Something broke"),
        _("Nothing was changed. Try again; if it happens again, tell your administrator when."),
    )
