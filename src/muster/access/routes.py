"""URLs with their permission: a page cannot be added without saying who may open it."""

import functools
from collections.abc import Callable
from typing import Any

from django.urls import URLPattern, path

from muster.access.permissions import is_known
from muster.access.scope import Forbidden
from muster.core.http import Request

EVERYBODY = "*"  # everybody who is logged in
PUBLIC = "-"  # also who is not: health, offline page, service worker


def route(address: str, view: Callable[..., Any], *, name: str, permission: str) -> URLPattern:
    """`path` for a page that needs PERMISSION in some scope; which rows it shows is for the scope engine."""

    @functools.wraps(view)
    def guarded(request: Request, *args: Any, **kwargs: Any) -> Any:
        if permission not in (EVERYBODY, PUBLIC) and not request.actor.has(permission):
            raise Forbidden(permission)
        return view(request, *args, **kwargs)

    view_with_door: Any = guarded
    view_with_door.permission = permission
    view_with_door.login_required = permission != PUBLIC  # read by Django's LoginRequiredMiddleware
    return path(address, guarded, name=name)


def permission_problem(callback: Any) -> str | None:
    """Why CALLBACK may not serve a URL; None when it may."""
    permission = getattr(callback, "permission", None)
    if permission is None:
        return "it names no permission: use access.routes.route"
    if permission not in (EVERYBODY, PUBLIC) and not is_known(permission):
        return f"its permission “{permission}” is unknown"
    return None
