"""What every response carries, whichever page it is."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from muster.core.listings import BadInput
from muster.web.views.errors import bad_input

CONTENT_POLICY = (
    "default-src 'self'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; "
    "object-src 'none'; base-uri 'none'; frame-ancestors 'none'"
)
AWAY = {"openid_connect_login", "wecom_login"}  # their button leads to the sign-in service, on another site


class SecurityHeadersMiddleware:
    """Content policy, and no copies of private pages in shared caches."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        away = request.resolver_match is not None and request.resolver_match.url_name in AWAY
        policy = CONTENT_POLICY if away else f"{CONTENT_POLICY}; form-action 'self'"
        response.headers.setdefault("Content-Security-Policy", policy)
        response.headers.setdefault("Permissions-Policy", "camera=(self), geolocation=(self), microphone=()")
        response.headers.setdefault("Cache-Control", "private, no-store")
        return response


class ErrorPagesMiddleware:
    """Bad input becomes a page that says what is wrong and how to mend it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        if isinstance(error, BadInput):
            return bad_input(request, " ".join(error.messages))
        return None
