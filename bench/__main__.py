"""`make bench`: seeds what is missing, measures each database in a process of its own, writes bench/RESULTS.md.

    python -m bench [--postgres URL] [--sqlite FILE] [--scale 100]

PostgreSQL gets the whole scale and SQLite a tenth of it. A database that is filled already is measured as it is.
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

HERE = Path(__file__).parent
RESULTS = HERE / "RESULTS.md"
MUSTER = Path(sys.executable).with_name("muster")
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
    parser.add_argument("--scale", type=int, default=100)
    given = parser.parse_args()
    parts = []
    if given.postgres:
        parts.append(measured(given.postgres, given.scale))
    if given.sqlite:
        parts.append(measured(f"sqlite:///{Path(given.sqlite).resolve()}", max(given.scale // 10, 1)))
    RESULTS.write_text(page(parts), encoding="utf-8")
    print(RESULTS.read_text(encoding="utf-8"))


def measured(url: str, scale: int) -> dict[str, Any]:
    """Migrate, seed where empty, measure: what bench.measure says of the database at URL."""
    env = {**os.environ, "DATABASE_URL": url, "MUSTER_DEMO": "1"}
    subprocess.run([MUSTER, "migrate", "--verbosity", "0"], env=env, check=True)
    seeded = subprocess.run(
        [MUSTER, "seed", "--scale", str(scale)], env=env, stderr=subprocess.PIPE, text=True, check=False
    )
    if seeded.returncode and "filled already" not in seeded.stderr:
        raise SystemExit(seeded.stderr)
    out = subprocess.run(
        [sys.executable, "-m", "bench.measure"], env=env, stdout=subprocess.PIPE, text=True, check=True
    )
    found: dict[str, Any] = json.loads(out.stdout.splitlines()[-1])
    return found


def page(parts: list[dict[str, Any]]) -> str:
    head = subprocess.run(["git", "rev-parse", "--short", "HEAD"], capture_output=True, text=True, check=False)
    machine = f"{os.cpu_count()} cores, Python {platform.python_version()}"
    lines = ["# Measured", "", f"{datetime.now(UTC):%Y-%m-%d}, commit {head.stdout.strip()}, {machine}.", "", NOTE]
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


if __name__ == "__main__":
    main()
