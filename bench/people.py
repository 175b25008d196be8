"""Measures what a large sales force of people needs, on the database of DATABASE_URL, which holds the demo company and
nothing else. Prints one line of JSON."""

import datetime as dt
import http.client
import json
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "muster.web.settings")

import django

django.setup()

from django.conf import settings  # noqa: E402
from django.urls import reverse  # noqa: E402
from playwright.sync_api import sync_playwright  # noqa: E402

from bench import crowd  # noqa: E402
from bench.measure import Server, get, session_of, times, version  # noqa: E402
from muster.access.actors import actor_for  # noqa: E402
from muster.access.models import User  # noqa: E402
from muster.core.models import Job  # noqa: E402
from muster.core.periods import today  # noqa: E402
from muster.people.actions.handover import plan_handover  # noqa: E402
from muster.people.models import AuditItem, Handover, Member, Unit  # noqa: E402
from muster.people.tasks import begin_audit, start_run  # noqa: E402

IN_CHART, IN_ALL, RECORDS = 5_000, 50_000, 10_000
FIELDS = ["phone", "work_email", "work_place"]
CHROMIUM = "/usr/bin/chromium"
FLAGS = ["--no-sandbox", "--disable-gpu"]
REPEATS = 9


def viewer() -> User:
    """Sales operations: sees everybody."""
    return User.objects.filter(role_assignments__role__key="salesops", member__isnull=False).earliest("pk")


def _pages(server: Server, user: User) -> Iterator[dict[str, Any]]:
    unit = Unit.objects.unscoped("bench").filter(parent__code="BC-S", code__startswith="UC").latest("pk")
    two, three = (quote(text) for text in ("张伟", "zwm"))
    here = reverse("member_list")
    asked = {
        "directory": here,
        "directory, page 2": "",
        "directory with initials “zw”": f"{here}?q=zw",
        "directory with initials “zwm”": f"{here}?q={three}",
        "directory with “张伟”": f"{here}?q={two}",
        "directory with “张”": f"{here}?q={quote('张')}",
        "directory of a branch": f"{here}?unit={unit.pk}",
        "directory of a branch with “zw”": f"{here}?unit={unit.pk}&q=zw",
        "directory by day of hiring": f"{here}?sort=-hired_on",
        "members over the API with “zw”": "/api/v1/members?q=zw",
    }
    headers, line = session_of(user), server.connect()
    asked["directory, page 2"] = _next(line, headers)
    for name, path in asked.items():
        ask = get(path, headers)
        begun = time.perf_counter()
        ask(line)
        first = (time.perf_counter() - begun) * 1000
        spent = times(lambda ask=ask: ask(line))
        yield {"name": name, "first": first, "p50": statistics.median(spent), "p95": statistics.quantiles(spent)[-1]}


def _next(line: http.client.HTTPConnection, headers: dict[str, str]) -> str:
    line.request("GET", reverse("member_list"), headers=headers)
    text = line.getresponse().read().decode()
    return text.split('rel="next" href="')[1].split('"')[0].replace("&amp;", "&")


def chart(server: Server, user: User) -> list[dict[str, Any]]:
    """From asking for the page until the viewer's box is drawn and stands where it belongs."""
    found = []
    key = session_of(user)["Cookie"].split("; ")[0].partition("=")[2]
    address = f"http://127.0.0.1:{server.port}"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        for name, path in (("chart by manager", "?by=line"), ("chart by unit", "?by=unit")):
            spent = []
            for _at in range(REPEATS + 1):
                context = browser.new_context(viewport={"width": 1440, "height": 900})  # nothing kept from before
                context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": key, "url": address}])
                page = context.new_page()
                begun = time.perf_counter()
                page.goto(f"{address}{reverse('org_chart')}{path}", wait_until="commit")
                page.wait_for_selector(".org-card")
                spent.append((time.perf_counter() - begun) * 1000)
                context.close()
            found.append({"name": name, "first": spent[0], "p50": statistics.median(spent[1:]), "p95": max(spent[1:])})
        browser.close()
    return found


@contextmanager
def worker() -> Iterator[None]:
    """A worker beside us, as `muster serve` has one."""
    process = subprocess.Popen([str(Path(sys.executable).with_name("muster")), "worker"], stdout=sys.stderr)
    try:
        time.sleep(6)  # it has begun, and done the chores of its first minute
        yield
    finally:
        process.terminate()
        process.wait(30)


def _until(done: Callable[[], bool], most: float = 600.0) -> float:
    begun = time.perf_counter()
    while not done():
        time.sleep(0.05)
        if time.perf_counter() - begun > most:
            raise SystemExit("It did not end.")
    return time.perf_counter() - begun


def campaign(user: User) -> dict[str, Any]:
    """An audit of everybody, until its questions are there; how often its progress moved."""
    moved: set[int] = set()
    begun = time.perf_counter()
    row = begin_audit(actor_for(user), name="bench", fields=FIELDS, begins_on=None, due_on=today() + dt.timedelta(90))
    asked = time.perf_counter() - begun

    def done() -> bool:
        job = Job.objects.get(pk=row.job.pk)
        moved.add(job.done)
        return bool(job.finished_at)

    whole = _until(done)
    items = AuditItem.objects.unscoped("bench").filter(campaign=row).count()
    return {"asked": asked, "seconds": whole, "items": items, "moved": len(moved)}


def handover(user: User) -> dict[str, Any]:
    """Ten thousand records to five colleagues: planned, then carried out by the worker."""
    people = list(Member.objects.unscoped("bench").filter(position__code="rep", status="active").order_by("-pk")[:6])
    records = crowd.burden(people[0], RECORDS)
    begun = time.perf_counter()
    row = plan_handover(actor_for(user), member=people[0], receivers=people[1:])
    planned = time.perf_counter() - begun
    start_run(actor_for(user), row)
    rows = Handover.objects.unscoped("bench").filter(pk=row.pk)
    whole = _until(lambda: rows.get().status == Handover.Status.DONE)
    done = rows.get()
    return {"planned": planned, "seconds": whole, "records": records, "proved": done.before == done.after}


def main() -> None:
    crowd.grow(IN_CHART)
    user = viewer()
    found: dict[str, Any] = {"database": version(), "members": IN_ALL, "in_chart": IN_CHART, "records": RECORDS}
    server = Server()
    try:
        found["chart"] = chart(server, user)
        begun = time.perf_counter()
        crowd.grow(IN_ALL)
        print(f"grown in {time.perf_counter() - begun:.0f} s", file=sys.stderr)
        found["units"] = Unit.objects.unscoped("bench").count()
        found["pages"] = list(_pages(server, user))
        found["memory"] = server.memory()
    finally:
        server.stop()
    with worker():
        found["campaign"] = campaign(user)
        found["handover"] = handover(user)
    print(json.dumps(found))


if __name__ == "__main__":
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"  # Playwright leaves a loop in this thread
    main()
