"""`make bench`: seeds what is missing, measures each database in a process of its own, writes bench/RESULTS.md.

    python -m bench [--postgres URL] [--sqlite FILE] [--people URL] [--daily URL] [--scale 100] [--only daily]

PostgreSQL gets the whole scale and SQLite a tenth of it. A database that is filled already is measured as it is, but
for those of --people and --daily: they are dropped and made anew, because what is measured there changes them. With
--only, the other parts of bench/RESULTS.md stay as they stand.
"""

import argparse
import json
import os
import platform
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import psycopg
from psycopg import sql

from bench import daily

HERE = Path(__file__).parent
RESULTS = HERE / "RESULTS.md"
MUSTER = Path(sys.executable).with_name("muster")
PEOPLE = """{database}, {members:,} members in {units:,} units, seen by sales operations. The chart was opened when
there were {in_chart:,}, in Chromium with nothing kept, until the boxes are drawn. The web process held {memory} MB at
the end."""
DONE = """The audit was asked for in {ms:.0f} ms, and its progress was seen to move {moved} times. The handover was
planned in {planned:.1f} s; its proof that nothing but the owner changed {held}."""
SECOND = "## A sales force of people alone"
ROLES = {"rep": "A rep", "manager": "A manager of about 400", "director": "The director: the whole firm"}
FIXED = {"list": [25], "dashboard": [250]}  # ms, besides three times bare SQL plus 10
NOTE = """Each page is asked over HTTP of one granian process (4 threads) on the same machine. **first** is the first
request of its kind, when nothing is kept or warm; **p50** and **p95** are of 30 requests one after another;
**8 clients** is answers a second to eight at once. **bare SQL** is the p50 of hand-written SQL with the same answer,
on the same data in the same run. The aim of a page is three times its bare SQL plus 10 ms; of a list also 25 ms, of a
dashboard also 250 ms. Numbers that took more than 50 ms are kept up to a minute, so the p50 of a large dashboard is
mostly that of kept numbers: **first** says what they cost."""


def main() -> None:
    parser = argparse.ArgumentParser(prog="bench", description=__doc__)
    parser.add_argument("--postgres", default="postgres://127.0.0.1:5432/muster_bench", help="'' leaves it out")
    parser.add_argument("--sqlite", default="var/bench.sqlite3", help="'' leaves it out")
    parser.add_argument("--people", default="postgres://127.0.0.1:5432/muster_bench_people", help="'' leaves it out")
    parser.add_argument("--daily", default="postgres://127.0.0.1:5432/muster_bench_daily", help="'' leaves it out")
    parser.add_argument("--only", choices=["pages", "daily", "people"])
    parser.add_argument("--scale", type=int, default=100)
    given = parser.parse_args()
    first, second, third = stands()
    if given.only in (None, "pages"):
        parts = [measured(given.postgres, given.scale)] if given.postgres else []
        if given.sqlite:
            parts.append(measured(f"sqlite:///{Path(given.sqlite).resolve()}", max(given.scale // 10, 1)))
        first = page(parts) + "\n"
    if given.only in (None, "daily") and given.postgres and given.daily:
        second = daily_work(given.postgres, given.daily, given.scale) + "\n"
    if given.only in (None, "people") and given.people:
        third = people_page(told([sys.executable, "-m", "bench.people"], anew(given.people)))
    RESULTS.write_text(first + second + third, encoding="utf-8")
    print(RESULTS.read_text(encoding="utf-8"))


def stands() -> list[str]:
    """The three parts of bench/RESULTS.md as they are: pages, daily work, people."""
    rest, found = RESULTS.read_text(encoding="utf-8") if RESULTS.exists() else "", []
    for head in (SECOND, daily.HEAD):
        rest, begins, part = rest.partition(head)
        found.insert(0, begins + part)
    return [rest, *found]


def daily_work(pages: str, jobs: str, scale: int) -> str:
    """Pages of the database at PAGES, then the bulk jobs on a new one at JOBS."""
    shown = told([sys.executable, "-m", "bench.customers"], filled(pages, "--scale", str(scale)))
    env = anew(jobs)
    done = {one: told([sys.executable, "-m", "bench.bulk", one], env) for one in ("fill", *daily.JOBS)}
    return daily.section(where(), shown, done, ROLES)


def anew(url: str) -> dict[str, str]:
    """An empty database at URL, the demo company in it; the environment in which it is the product's."""
    name = urlsplit(url).path.lstrip("/")
    with server_of(url) as server:
        server.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))
    return filled(url)


def server_of(url: str) -> psycopg.Connection[Any]:
    return psycopg.connect(urlsplit(url)._replace(path="/postgres").geturl(), autocommit=True)


def make_missing(url: str) -> None:
    """The PostgreSQL database of URL is there afterwards."""
    name = urlsplit(url).path.lstrip("/")
    with server_of(url) as server:
        if not server.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone():
            server.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))


def measured(url: str, scale: int) -> dict[str, Any]:
    """Migrate, seed where empty, measure: what bench.measure says of the database at URL."""
    return told([sys.executable, "-m", "bench.measure"], filled(url, "--scale", str(scale)))


def filled(url: str, *options: str) -> dict[str, str]:
    """Migrate and seed the database at URL; the environment in which it is the product's."""
    if url.startswith("postgres"):
        make_missing(url)
    env = {**os.environ, "DATABASE_URL": url, "MUSTER_DEMO": "1"}
    subprocess.run([MUSTER, "migrate", "--verbosity", "0"], env=env, check=True)
    seeded = subprocess.run([MUSTER, "seed", *options], env=env, stderr=subprocess.PIPE, text=True, check=False)
    if seeded.returncode and "filled already" not in seeded.stderr:
        raise SystemExit(seeded.stderr)
    return env


def told(command: list[str], env: dict[str, str]) -> dict[str, Any]:
    """The JSON in the last line that COMMAND prints."""
    out = subprocess.run(command, env=env, stdout=subprocess.PIPE, text=True, check=True)
    found: dict[str, Any] = json.loads(out.stdout.splitlines()[-1])
    return found


def where() -> str:
    head = subprocess.run(["git", "rev-parse", "--short", "HEAD"], capture_output=True, text=True, check=False)
    machine = f"{os.cpu_count()} cores, Python {platform.python_version()}"
    return f"{datetime.now(UTC):%Y-%m-%d}, commit {head.stdout.strip()}, {machine}."


def page(parts: list[dict[str, Any]]) -> str:
    lines = ["# Measured", "", where(), "", NOTE]
    for part in parts:
        rows = ", ".join(f"{count:,} {name}" for name, count in part["rows"].items())
        lines += [
            "",
            f"## {part['database']}",
            "",
            f"{rows}. The web process held {part['memory']} MB at the end (aim: 200).",
        ]
        for role, pages in part["pages"].items():
            lines += ["", f"### {ROLES[role]}", "", *table(pages)]
    return "\n".join(lines) + "\n"


def table(pages: list[dict[str, Any]]) -> list[str]:
    lines = [
        "| page | first ms | p50 ms | p95 ms | 8 clients, a second | bare SQL ms | aim ms | met |",
        "|---|---:|---:|---:|---:|---:|---:|---|",
    ]
    for one in pages:
        aims = [3 * one["bare"] + 10, *FIXED.get(one["kind"], [])]
        met = "yes" if one["p50"] <= min(aims) else "no"
        told = " / ".join(f"{aim:.0f}" for aim in aims)
        lines.append(
            f"| {one['name']} | {one['first']:.0f} | {one['p50']:.1f} | {one['p95']:.1f} | {one['rate']:.0f} "
            f"| {one['bare']:.2f} | {told} | {met} |"
        )
    return lines


def people_page(found: dict[str, Any]) -> str:
    """The section on a large sales force of people alone."""
    campaign, handover = found["campaign"], found["handover"]
    lines = [
        SECOND,
        "",
        where(),
        "",
        PEOPLE.format(**found),
        "",
        "| page | first ms | p50 ms | p95 ms | aim ms | met |",
        "|---|---:|---:|---:|---:|---|",
        *(_people_line(one, aim) for aim, part in ((40, "pages"), (1000, "chart")) for one in found[part]),
        "",
        "| in the background | seconds | aim | met |",
        "|---|---:|---:|---|",
        _job_line(f"audit of everybody: {campaign['items']:,} questions", campaign["seconds"], 60),
        _job_line(f"handover of {handover['records']:,} records", handover["planned"] + handover["seconds"], 30),
        "",
        DONE.format(
            moved=campaign["moved"],
            ms=campaign["asked"] * 1000,
            planned=handover["planned"],
            held="held" if handover["proved"] else "BROKE",
        ),
    ]
    return "\n".join(lines) + "\n"


def _people_line(one: dict[str, Any], aim: int) -> str:
    met = "yes" if one["p50"] <= aim else "no"
    return f"| {one['name']} | {one['first']:.0f} | {one['p50']:.1f} | {one['p95']:.1f} | {aim} | {met} |"


def _job_line(name: str, seconds: float, aim: int) -> str:
    return f"| {name} | {seconds:.1f} | {aim} | {'yes' if seconds <= aim else 'no'} |"


if __name__ == "__main__":
    main()
