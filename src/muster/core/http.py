from typing import Any

from django.http import HttpRequest


class Request(HttpRequest):
    """A request as our views meet it, with what middleware put on it. For type checkers only."""

    actor: Any
    htmx: Any
    user: Any
