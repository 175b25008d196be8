"""One bulk job on the database of DATABASE_URL, in a process of its own: `python -m bench.bulk fill`, which the others
need, `recycle`, `import` and `export`. Prints one line of JSON: seconds, those of bare SQL, the most memory that the
process held."""

import csv
import io
import json
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path
from random import Random
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "muster.web.settings")

import django

django.setup()

from django.test import Client  # noqa: E402

from bench import bare_bulk, pool  # noqa: E402
from muster.access.actors import actor_for  # noqa: E402
from muster.access.models import Event, ListExport, User  # noqa: E402
from muster.core.jobs.run import perform  # noqa: E402
from muster.crm.actions.recycle import recycle  # noqa: E402
from muster.crm.models import Account  # noqa: E402
from muster.integrations import tasks  # noqa: E402
from muster.integrations.models import ImportBatch, ImportIssue  # noqa: E402
from muster.people.models import Member  # noqa: E402
from muster.web.seed import words  # noqa: E402

ROWS = 100_000
SIGNS = ("展会上认识，想看样机", "老客户介绍", "官网留言", "")


def table(rows: int) -> bytes:
    """A CSV of ROWS customers: one of twenty is here already, one of a hundred is wrong, one of two hundred stands
    twice."""
    random = Random(rows)
    here = list(Account.objects.unscoped("bench").order_by("-pk").values_list("name", flat=True)[: rows // 20])
    people = list(Member.objects.unscoped("bench").filter(status="active").values_list("employee_no", flat=True)[:400])
    file = io.StringIO()
    lines = csv.writer(file)
    lines.writerow(bare_bulk.COLUMNS.split(", "))
    for at in range(rows):
        name = f"宏远{random.choice(words.SURNAMES)}氏机械 {at:06d}"
        name = here.pop() if at % 20 == 7 and here else f"重复 {at // 400}" if at % 200 == 199 else name
        lines.writerow(
            [
                name,
                random.choice(("机械", "物流", "软件", "零售")),
                random.choice(("重点", "普通", "B")),
                f"021-{random.randint(10_000_000, 99_999_999)}",
                f"www.k{at}.example.com",
                random.choice(("上海", "北京", "广州")),
                f"人民路{at % 900}号",
                random.randint(5, 5_000),
                "多少" if at % 100 == 50 else f"{random.randint(10, 90_000)}万",
                random.choice(people),
                random.choice(SIGNS),
            ]
        )
    return file.getvalue().encode()


def filling() -> dict[str, Any]:
    """Customers who are looked after, with rules by which they return; see bench.pool."""
    pool.fill(pool.CUSTOMERS)
    return {"customers": Account.objects.unscoped("bench").count()}


def viewer() -> User:
    """Sales operations: sees all customers, and may import and export them."""
    return User.objects.filter(role_assignments__role__key="salesops", member__isnull=False).earliest("pk")


def importing() -> dict[str, Any]:
    """Read, checked and carried out as the page and the two jobs of the worker do it."""
    actor, content, events = actor_for(viewer()), table(ROWS), Event.objects.unscoped("bench").count()
    begun = time.perf_counter()
    batch = tasks.begin(actor, source="accounts", files=[("accounts.csv", content)])
    read = time.perf_counter()
    tasks.run_check.call(batch.pk)
    checked = time.perf_counter()
    batch = ImportBatch.objects.unscoped("bench").get(pk=batch.pk)
    tasks.start_run(actor, batch)
    tasks.run_import.call(batch.pk)
    done = time.perf_counter()
    batch = ImportBatch.objects.unscoped("bench").get(pk=batch.pk)
    if batch.status != ImportBatch.Status.DONE:
        raise SystemExit(batch.problem)
    return {
        "read": read - begun,
        "check": checked - read,
        "commit": done - checked,
        "seconds": done - begun,
        "counts": batch.counts,
        "wrong": ImportIssue.objects.unscoped("bench").filter(batch=batch, kind="refused").count(),
        "events": Event.objects.unscoped("bench").count() - events,
        "rows": ROWS,
    }


def exporting() -> dict[str, Any]:
    """The list of customers as XLSX: the click on Export, the job of the worker, the file."""
    client = Client(headers={"host": "127.0.0.1"})
    client.force_login(viewer())
    client.get("/customers/")  # a server has its addresses and templates read
    begun = time.perf_counter()
    url = client.get("/customers/", {"format": "xlsx", "sort": "-id"}).headers["Location"]
    first = time.perf_counter() - begun
    row = ListExport.objects.unscoped("bench").latest("pk")
    perform.call(row.job_id)
    size = len(client.get(f"{url}file/").content)
    return {"first": first, "seconds": time.perf_counter() - begun, "bytes": size, "rows": ROWS}


def recycling() -> dict[str, Any]:
    """A night over all the customers there are."""
    customers = Account.objects.unscoped("bench").count()
    begun = time.perf_counter()
    taken = recycle()
    return {"taken": taken, "seconds": time.perf_counter() - begun, "customers": customers}


def most_memory() -> int:
    """MB that this process held at its largest."""
    lines = Path("/proc/self/status").read_text(encoding="utf-8").splitlines()
    return next(int(line.split()[1]) // 1024 for line in lines if line.startswith("VmHWM"))


JOBS: dict[str, tuple[Callable[[], dict[str, Any]], Callable[[], float]]] = {
    "fill": (filling, lambda: 0.0),
    "recycle": (recycling, bare_bulk.recycling),
    "import": (importing, lambda: bare_bulk.importing(table(ROWS))),
    "export": (exporting, bare_bulk.exporting),
}


def main() -> None:
    job, bare = JOBS[sys.argv[1]]
    plain = bare()  # first, because it leaves everything as it was
    found = job()
    print(json.dumps({**found, "bare": plain, "memory": most_memory()}))


if __name__ == "__main__":
    main()
