"""Measures one database, that of DATABASE_URL: pages over HTTP beside bare SQL. Prints one line of JSON."""

import http.client
import json
import os
import secrets
import socket
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "muster.web.settings")

import django

django.setup()

from django.conf import settings  # noqa: E402
from django.contrib.sessions.backends.db import SessionStore  # noqa: E402
from django.db import connection  # noqa: E402

from bench import bare  # noqa: E402
from muster.access.actors import actor_for  # noqa: E402
from muster.access.models import User  # noqa: E402
from muster.activities.models import Activity  # noqa: E402
from muster.crm.listings.records import DEALS  # noqa: E402
from muster.crm.models import Account, Deal  # noqa: E402
from muster.people.models import Member, ReportingLine  # noqa: E402

REPEATS, WARM_UP, CLIENTS, SECONDS = 30, 3, 8, 3.0
TOKEN = "b" * 32
WORD = "物流"
Ask = Callable[[http.client.HTTPConnection], None]


class Server:
    """One granian process with the product in it."""

    def __init__(self) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        granian = str(Path(sys.executable).with_name("granian"))
        size = ["--workers", "1", "--blocking-threads", "4", "--port", str(self.port)]
        lean = {"MALLOC_ARENA_MAX": "2", **os.environ}  # as `muster serve` does
        self.process = subprocess.Popen(
            [granian, "--interface", "wsgi", "--host", "127.0.0.1", *size, "muster.web.wsgi:application"],
            stdout=sys.stderr,
            env=lean,
        )
        for _try in range(100):
            try:
                self.connect().request("GET", "/healthz")
                break
            except OSError:
                time.sleep(0.2)
        time.sleep(8)  # questions are compiled in the background

    def connect(self) -> http.client.HTTPConnection:
        return http.client.HTTPConnection("127.0.0.1", self.port, timeout=120)

    def memory(self) -> int:
        """MB held by the largest of its processes."""
        found = subprocess.run(["pgrep", "-P", str(self.process.pid)], capture_output=True, text=True, check=False)
        pids = [str(self.process.pid), *found.stdout.split()]
        return max(_resident(pid) for pid in pids)

    def stop(self) -> None:
        self.process.terminate()
        self.process.wait(20)


def _resident(pid: str) -> int:
    lines = Path(f"/proc/{pid}/status").read_text(encoding="utf-8").splitlines()
    return next(int(line.split()[1]) // 1024 for line in lines if line.startswith("VmRSS"))


def session_of(user: User) -> dict[str, str]:
    store = SessionStore()
    store["_auth_user_id"] = str(user.pk)
    store["_auth_user_backend"] = settings.AUTHENTICATION_BACKENDS[0]
    store["_auth_user_hash"] = user.get_session_auth_hash()
    store.create()
    cookie = f"{settings.SESSION_COOKIE_NAME}={store.session_key}; csrftoken={TOKEN}"
    return {"Cookie": cookie, "X-CSRFToken": TOKEN}


def get(path: str, headers: dict[str, str]) -> Ask:
    def ask(line: http.client.HTTPConnection) -> None:
        line.request("GET", path, headers=headers)
        answer = line.getresponse()
        answer.read()
        if answer.status != 200:
            raise SystemExit(f"{path}: {answer.status}")

    return ask


def log(headers: dict[str, str]) -> Ask:
    form = {"Content-Type": "application/x-www-form-urlencoded"}

    def ask(line: http.client.HTTPConnection) -> None:
        body = urlencode({"kind": "call", "subject": f"bench {secrets.token_hex(4)}", "status": "done"})
        line.request("POST", "/activities/new/", body, {**headers, **form})
        answer = line.getresponse()
        answer.read()
        if answer.status not in (204, 302):
            raise SystemExit(f"log an activity: {answer.status}")

    return ask


def times(run: Callable[[], Any], warm_up: int = WARM_UP) -> list[float]:
    """Milliseconds of each repeat, in order; the first runs are not counted."""
    spent = []
    for _at in range(warm_up + REPEATS):
        begun = time.perf_counter()
        run()
        spent.append((time.perf_counter() - begun) * 1000)
    return spent[warm_up:]


def rate(server: Server, ask: Ask) -> float:
    """Answers a second with eight clients at once."""
    done, until = [0] * CLIENTS, time.monotonic() + SECONDS

    def client(at: int) -> None:
        line = server.connect()
        while time.monotonic() < until:
            ask(line)
            done[at] += 1

    threads = [threading.Thread(target=client, args=(at,)) for at in range(CLIENTS)]
    begun = time.monotonic()
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    return sum(done) / (time.monotonic() - begun)


def timed(server: Server, kind: str, name: str, ask: Ask, plain: Callable[[], Any]) -> dict[str, Any]:
    line = server.connect()
    begun = time.perf_counter()
    ask(line)
    first = (time.perf_counter() - begun) * 1000
    spent = times(lambda: ask(line))
    return {
        "kind": kind,
        "name": name,
        "first": first,
        "p50": statistics.median(spent),
        "p95": statistics.quantiles(spent, n=20)[-1],
        "rate": rate(server, ask),
        "bare": statistics.median(times(plain)),
    }


def cursor_of(user: User, pages: int) -> str:
    """The cursor of a page of deals far down, or of the last one where there are fewer."""
    actor, cursor = actor_for(user), ""
    for _at in range(pages - 1):
        following = DEALS.page(actor, {"cursor": cursor}).next
        if not following:
            break
        cursor = following
    return cursor


def viewers() -> dict[str, User]:
    """Of each role the login with most people below: for managers about four hundred at the full scale."""
    below = ReportingLine.objects.unscoped("bench")
    found = {}
    for role in ("rep", "manager", "director"):
        held = User.objects.filter(role_assignments__role__key=role, member__isnull=False)
        team = {user: below.filter(ancestor=user.member.pk).values("descendant") for user in held}
        found[role] = max(team, key=lambda user: (team[user].count(), _deals_of(team[user]) if role == "rep" else 0))
    return found


def _deals_of(members: Any) -> int:
    return int(Deal.objects.unscoped("bench").filter(owner__in=members).count())


def pages(server: Server, role: str, user: User) -> list[dict[str, Any]]:
    headers, sql = session_of(user), bare.Bare(user.member.pk, whole=role == "director")
    deal = DEALS.page(actor_for(user), {}).rows[0]
    cursor = cursor_of(user, 100)
    asked = [
        ("list", "deals by amount, page 1", get("/deals/", headers), sql.deals),
        ("list", "deals by amount, page 100 or last", get(f"/deals/?cursor={cursor}", headers), sql.far(cursor)),
        ("record", "deal page", get(f"/deals/{deal.pk}/", headers), lambda: sql.deal(deal.pk)),
        ("search", f"accounts with “{WORD}”", get(f"/customers/?q={quote(WORD)}", headers), lambda: sql.search(WORD)),
        ("dashboard", "dashboard of the quarter", get("/dashboard/?period=quarter", headers), sql.dashboard),
        ("write", "log an activity", log(headers), sql.log),
    ]
    return [timed(server, *one) for one in asked]


def main() -> None:
    server = Server()
    try:
        found = {role: pages(server, role, user) for role, user in viewers().items()}
        memory = server.memory()
    finally:
        server.stop()
    rows = {
        "members": _count(Member),
        "accounts": _count(Account),
        "deals": _count(Deal),
        "activities": _count(Activity),
    }
    print(json.dumps({"database": version(), "rows": rows, "memory": memory, "pages": found}))


def version() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT sqlite_version()" if connection.vendor == "sqlite" else "SHOW server_version")
        return f"{'SQLite' if connection.vendor == 'sqlite' else 'PostgreSQL'} {cursor.fetchone()[0]}"


def _count(model: Any) -> int:
    return int(model.objects.unscoped("bench").count())


if __name__ == "__main__":
    main()
