from typing import Any

from django.http import HttpRequest


class Request(HttpRequest):
    """A request as our views meet it: the middleware has put the viewer and htmx's headers on it. For type checkers only."""

    actor: Any
    htmx: Any
    user: Any
