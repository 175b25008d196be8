from collections.abc import Callable
from typing import Any

from allauth.usersessions.middleware import UserSessionsMiddleware
from django.core.cache import cache
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.functional import SimpleLazyObject

from muster.access.action import record_denied
from muster.access.actors import actor_for
from muster.access.login import address_of
from muster.access.scope import Actor, Forbidden, NotVisible

SEEN_EVERY = 60  # seconds


class SessionListMiddleware(UserSessionsMiddleware):
    """allauth's list of sessions, written at most once a minute per session: a page that only reads writes nothing."""

    def __call__(self, request: Any) -> HttpResponse:
        key = request.session.session_key
        told = f"session-seen-{key}-{request.META.get('REMOTE_ADDR', '')}"
        if key and cache.get(told):
            answer: HttpResponse = self.get_response(request)
            return answer
        response: HttpResponse = super().__call__(request)
        if key and request.user.is_authenticated:
            cache.set(told, True, SEEN_EVERY)
        return response


class ActorMiddleware:
    """Puts the viewer on the request, and makes 'not visible' the same 404 as 'not there'."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: Any) -> HttpResponse:
        request.actor = SimpleLazyObject(lambda: _actor(request))
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> None:
        if isinstance(error, Forbidden):
            record_refusal(request, error)
        if isinstance(error, NotVisible):
            raise Http404 from error


def record_refusal(request: Any, error: Forbidden) -> None:
    """An attempt to write that was refused at the door, before any action, is in the trail too; looking is not."""
    if request.method not in ("GET", "HEAD", "OPTIONS") and not error.recorded:
        record_denied(request.actor, str(error))


def _actor(request: Any) -> Actor:
    if not request.user.is_authenticated:
        return Actor()
    return actor_for(request.user, address=address_of(request))
