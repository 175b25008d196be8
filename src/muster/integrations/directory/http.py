"""Asking an API that speaks JSON: a token renewed when it is over, patience where a limit is reached, no half
answers.

An address, a token or a secret never gets into a message: what stands there is read by many.
"""

import http.client
import json
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode, urlsplit

from django.utils.translation import gettext_lazy as _

from muster.integrations.directory.shape import Access, Failed

SECONDS = 20
DELAYS = (1.0, 5.0, 20.0, 60.0)  # between tries; limits are counted by the second or by the minute
LONGEST_DELAY = 60.0
MOST_BYTES = 50 * 1024 * 1024
LOOPBACK = {"127.0.0.1", "localhost", "::1"}
Answer = dict[str, Any]


class NoRedirect(urllib.request.HTTPRedirectHandler):
    """Whoever sends us elsewhere would get the token too."""

    def redirect_request(self, *args: Any) -> None:
        return None


class Api:
    """One vendor's API. A subclass says where it is, how a token is got, and what its codes mean."""

    system: Any = ""
    official = ""
    expired: frozenset[int] = frozenset()
    busy: frozenset[int] = frozenset()
    pause = 0.0  # seconds between two questions, by the vendor's limit
    opener = urllib.request.build_opener(NoRedirect, urllib.request.ProxyHandler())
    wait: Callable[[float], None] = staticmethod(time.sleep)

    def __init__(self, access: Access) -> None:
        self.access = access
        self.base = (access.address or self.official).rstrip("/")
        refuse_open_address(self.base)
        self._token = ""
        self._asked = 0.0

    # -- what a vendor says ------------------------------------------------------------------------------------------

    def token(self) -> str:
        raise NotImplementedError

    def signed(self, token: str) -> tuple[dict[str, Any], dict[str, str]]:
        """Where the token goes: more of the query, more headers."""
        return {"access_token": token}, {}

    def code(self, answer: Answer) -> int:
        return int(answer.get("errcode") or 0)

    def message(self, answer: Answer) -> str:
        return str(answer.get("errmsg") or answer.get("msg") or "")

    # -- asking ------------------------------------------------------------------------------------------------------

    def ask(self, path: str, query: dict[str, Any] | None = None, body: Any = None) -> Answer:
        """The answer to one question. Raises `Failed` with the vendor's own words where it refuses."""
        renewed = False
        for delay in (*DELAYS, None):
            more, headers = self.signed(self._in())
            status, answer, wanted = self._send(path, {**(query or {}), **more}, body, headers)
            code = self.code(answer)
            if status < http.client.BAD_REQUEST and code == 0:
                return answer
            if (code in self.expired or status == http.client.UNAUTHORIZED) and not renewed:
                self._token, renewed = "", True
                continue
            if not self._busy(status, code):
                raise self._refused(status, answer)
            if delay is not None:
                self.wait(min(wanted or delay, LONGEST_DELAY))
        raise Failed(
            _("%(system)s says that it is asked too often, or is out of order. Try again later."), system=self.system
        )

    def _busy(self, status: int, code: int) -> bool:
        return (
            code in self.busy or status == http.client.TOO_MANY_REQUESTS or status >= http.client.INTERNAL_SERVER_ERROR
        )

    def _refused(self, status: int, answer: Answer) -> Failed:
        words = self.message(answer).replace(self.access.secret or "\0", "•••")[:300]
        message = _("%(system)s refuses: %(code)s %(words)s. Check account, secret and what the app may see.")
        return Failed(message, system=self.system, code=self.code(answer) or status, words=words)

    def _in(self) -> str:
        if not self._token:
            self._token = self.token()
        return self._token

    def first(self, path: str, query: dict[str, Any] | None = None, body: Any = None) -> Answer:
        """A question that needs no token: the one for a token."""
        for delay in (*DELAYS[:2], None):
            status, answer, _wanted = self._send(path, query or {}, body, {})
            if status < http.client.BAD_REQUEST and self.code(answer) == 0:
                return answer
            if delay is None or not self._busy(status, self.code(answer)):
                raise self._refused(status, answer)
            self.wait(delay)
        raise AssertionError("the last try ends the loop")

    def _send(
        self, path: str, query: dict[str, Any], body: Any, headers: dict[str, str]
    ) -> tuple[int, Answer, float | None]:
        """Status, answer, and how long to wait if the vendor says so. A connection that fails is a busy one."""
        since = time.monotonic() - self._asked
        if since < self.pause:
            self.wait(self.pause - since)
        self._asked = time.monotonic()
        url = f"{self.base}{path}{'?' + urlencode(query) if query else ''}"
        data = json.dumps(body).encode() if body is not None else None
        request = urllib.request.Request(url, data, {"Content-Type": "application/json; charset=utf-8", **headers})  # noqa: S310 - https, or our own machine; see refuse_open_address
        try:
            with self.opener.open(request, timeout=SECONDS) as answer:
                return answer.status, self._read(answer.read(MOST_BYTES)), None
        except urllib.error.HTTPError as error:
            return error.code, self._read(error.read(MOST_BYTES), error.code), _seconds(error.headers)
        except (OSError, http.client.HTTPException):
            return http.client.SERVICE_UNAVAILABLE, {}, None

    def _read(self, content: bytes, status: int = 200) -> Answer:
        try:
            found = json.loads(content)
        except ValueError as error:
            if status >= http.client.BAD_REQUEST:
                return {}
            raise Failed(
                _("%(system)s answers with something else than JSON: check the address."), system=self.system
            ) from error
        return found if isinstance(found, dict) else {}


def refuse_open_address(url: str) -> None:
    """A secret goes over a line that others may read only to our own machine."""
    parts = urlsplit(url)
    if parts.scheme == "https" and parts.hostname:
        return
    if parts.scheme != "http" or parts.hostname not in LOOPBACK:
        raise Failed(_("The address must begin with https://."))


def _seconds(headers: Any) -> float | None:
    for name in ("Retry-After", "x-ogw-ratelimit-reset"):
        value = str(headers.get(name) or "")
        if value.replace(".", "", 1).isdigit():
            return float(value)
    return None
