"""`make bench`: times the main pages for a rep, a manager and a director beside the bare SQL of the same answer, on one
database in one run, and writes bench/RESULTS.md. DATABASE_URL names the database (filled by `muster seed`)."""

import os
import platform
import resource
import subprocess
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from statistics import median, quantiles
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "muster.web.settings")

import django

django.setup()

from django.conf import settings  # noqa: E402
from django.db import connection  # noqa: E402
from django.test import Client  # noqa: E402

from muster.access.actors import actor_for  # noqa: E402
from muster.access.models import User  # noqa: E402
from muster.activities.models import Activity  # noqa: E402
from muster.crm.listings import DEALS  # noqa: E402
from muster.crm.models import Account, Deal  # noqa: E402
from muster.people.models import Member, ReportingLine  # noqa: E402

REPEATS, WARM_UP = 30, 3
AIMS = (
    "The aims are a list in 25 ms and a dashboard of the whole firm in 250 ms, at 1,000,000 deals and "
    "10,000,000 activities. "
    "These figures were taken on far fewer rows, and the list misses its aim even so: drawing rows costs most."
)
RESULTS = Path(__file__).with_name("RESULTS.md")
MINE = "owner_id IN (SELECT descendant_id FROM people_reportingline WHERE ancestor_id = %s)"


def timed(run: Callable[[], Any]) -> tuple[float, float]:
    """(p50, p95) in milliseconds."""
    for _ in range(WARM_UP):
        run()
    spent = []
    for _ in range(REPEATS):
        begun = time.perf_counter()
        run()
        spent.append((time.perf_counter() - begun) * 1000)
    return median(spent), quantiles(spent, n=20)[-1]


def sql(text: str, *values: Any) -> Callable[[], Any]:
    def run() -> Any:
        with connection.cursor() as cursor:
            cursor.execute(text, values)
            return cursor.fetchall()

    return run


def page(client: Client, path: str) -> Callable[[], Any]:
    def run() -> None:
        response = client.get(path)
        if response.status_code != 200:
            raise SystemExit(f"{path}: {response.status_code}")

    return run


def far_page(user: User, pages: int) -> str:
    """The address of a page of deals far down, walked to by its cursors; the last one where there are fewer."""
    actor, cursor = actor_for(user), ""
    for _ in range(pages - 1):
        following = DEALS.page(actor, {"cursor": cursor}).next
        if not following:
            break
        cursor = following
    return f"/deals/?cursor={cursor}"


def viewers() -> dict[str, User]:
    """A login of each kind; the manager with most people below him who has a login of that role."""
    below = ReportingLine.objects.unscoped("bench")
    found = {}
    for role in ("rep", "manager", "director"):
        held = User.objects.filter(role_assignments__role__key=role, member__isnull=False)
        found[role] = max(held, key=lambda user: below.filter(ancestor=user.member.pk).count())
    return found


def measure(user: User) -> list[tuple[str, float, float, float]]:
    client = Client(headers={"host": "localhost"})
    client.force_login(user, backend=settings.AUTHENTICATION_BACKENDS[0])
    me = user.member.pk
    deal = Deal.objects.unscoped("bench").filter(owner=me).values_list("pk", flat=True).first()
    deal = deal or Deal.objects.unscoped("bench").values_list("pk", flat=True).first()
    top = f"SELECT id, name, amount FROM crm_deal WHERE {MINE} ORDER BY amount DESC NULLS LAST, id DESC LIMIT 50"
    quarter = f"SELECT count(*), sum(amount) FROM crm_deal WHERE {MINE} AND status = 'won' AND closed_on >= %s"
    found = f"SELECT id, name FROM crm_account WHERE search_text LIKE %s AND {MINE} LIMIT 50"
    since = datetime.now(UTC).date().replace(day=1).isoformat()
    rows = [
        ("deal list by amount, page 1", page(client, "/deals/"), sql(top, me)),
        ("deal list by amount, page 100 or last", page(client, far_page(user, 100)), sql(top, me)),
        ("deal page", page(client, f"/deals/{deal}/"), sql("SELECT * FROM crm_deal WHERE id = %s", deal)),
        ("account search", page(client, "/customers/?q=物流"), sql(found, "%物流%", me)),
        ("dashboard of a quarter", page(client, "/dashboard/?period=quarter"), sql(quarter, me, since)),
        ("log an activity", log(client), sql("SELECT 1")),
    ]
    return [(name, *timed(run), timed(bare)[0]) for name, run, bare in rows]


def log(client: Client) -> Callable[[], None]:
    def run() -> None:
        response = client.post("/activities/new/", {"kind": "call", "subject": "bench", "status": "done"})
        if response.status_code not in (204, 302):
            raise SystemExit(f"log an activity: {response.status_code}")

    return run


def write(tables: dict[str, list[tuple[str, float, float, float]]]) -> None:
    counts = {model.__name__: model.objects.unscoped("bench").count() for model in (Member, Account, Deal, Activity)}
    command = ["git", "rev-parse", "--short", "HEAD"]
    head = subprocess.run(command, capture_output=True, text=True, check=False)
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    machine = f"{connection.vendor}, Python {platform.python_version()}, {os.cpu_count()} cores, in process"
    runs = f"{REPEATS} repeats after {WARM_UP}. This process at its largest: {memory} MB."
    bare = "Bare SQL is the one statement at the heart of the answer; a page also finds out who asks and draws itself."
    lines = [
        "# Measured",
        "",
        f"{datetime.now(UTC):%Y-%m-%d}, commit {head.stdout.strip()}, {machine}, {runs}",
        "",
        "Rows: " + ", ".join(f"{count:,} {name.lower()}" for name, count in counts.items()) + ".",
        "",
        bare,
        "",
        AIMS,
    ]
    for role, rows in tables.items():
        lines += ["", f"## {role}", "", "| page | p50 ms | p95 ms | bare SQL p50 ms |", "|---|---|---|---|"]
        lines += [f"| {name} | {p50:.1f} | {p95:.1f} | {plain:.2f} |" for name, p50, p95, plain in rows]
    RESULTS.write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    write({role: measure(user) for role, user in viewers().items()})
    print(RESULTS.read_text(encoding="utf-8"))
