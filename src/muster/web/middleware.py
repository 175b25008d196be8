"""What every response carries, whichever page it is."""

import re
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from servestatic.middleware import ServeStaticMiddleware

from muster.core.listings import BadInput
from muster.web.views.errors import bad_input

# Vite's own content hashes. servestatic's middleware never reads its IMMUTABLE_FILE_TEST setting, hence the subclass.
HASHED = re.compile(r"/assets/.+-[A-Za-z0-9_-]{8}\.(js|css|woff2?|svg)$")

CONTENT_POLICY = (
    "default-src 'self'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; "
    "object-src 'none'; base-uri 'none'; frame-ancestors 'none'; form-action 'self'"
)


class StaticMiddleware(ServeStaticMiddleware):
    def immutable_file_test(self, path: str, url: str) -> bool:
        return bool(HASHED.search(url)) or super().immutable_file_test(path, url)


class SecurityHeadersMiddleware:
    """Content policy, and no copies of private pages in shared caches."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response.headers.setdefault("Content-Security-Policy", CONTENT_POLICY)
        response.headers.setdefault("Permissions-Policy", "camera=(self), geolocation=(self), microphone=()")
        if not request.path.startswith("/static/"):
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
