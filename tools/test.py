"""All tests: on SQLite, the same on PostgreSQL, then the browser; at the end, what was skipped and why.

Arguments go to pytest (`make test ARGS="tests/crm -k win"`). With MUSTER_TEST_STRICT=1 a part left out is a failure.
"""

import os
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path
from xml.etree import ElementTree

from tools import postgres

ROOT = Path(__file__).resolve().parent.parent
CHROMIUM = Path("/usr/bin/chromium")
WORKERS = ("-n", "2", "--dist", "loadgroup")
NOTHING_SELECTED = 5


class Run:
    """One go through the parts: what went wrong, what was left out."""

    def __init__(self, arguments: list[str], folder: Path) -> None:
        self.arguments, self.folder = arguments, folder
        self.failed: list[str] = []
        self.skipped: list[str] = []

    def part(self, name: str, marks: str, *options: str, **env: str) -> None:
        start, report = time.monotonic(), self.folder / f"{name.split()[0]}.xml"
        command = [sys.executable, "-m", "pytest", "-m", marks, f"--junitxml={report}", *options, *self.arguments]
        print(f"\n== {name} ==", flush=True)
        done = subprocess.run(command, cwd=ROOT, env=environment(self.folder) | env, check=False)
        print(f"{name}: {time.monotonic() - start:.0f} s", flush=True)
        self.note(name, done.returncode, report)

    def note(self, name: str, code: int, report: Path) -> None:
        if code == NOTHING_SELECTED:
            self.skip(name, "no test was selected")
        elif code:
            self.failed.append(name)
        self.skipped += [f"{name}: {count} × {why}" for why, count in skips(report).items()]

    def skip(self, name: str, why: str) -> None:
        self.skipped.append(f"{name}: all of it, because {why}")
        if os.environ.get("MUSTER_TEST_STRICT") and not self.arguments:
            self.failed.append(name)

    def close(self) -> int:
        print("\nSkipped:" if self.skipped else "\nNothing was skipped.")
        print("".join(f"  {line}\n" for line in self.skipped), end="")
        print(f"FAILED: {', '.join(self.failed)}" if self.failed else "All parts passed.")
        return 1 if self.failed else 0


def environment(folder: Path) -> dict[str, str]:
    """No setting of this shell but those meant for tests, no file of this installation."""
    ours = ("MUSTER_", "DATABASE_URL", "REDIS_URL", "DJANGO_", "PYTEST_")
    kept = {
        key: value for key, value in os.environ.items() if not key.startswith(ours) or key.startswith("MUSTER_TEST_")
    }
    return kept | {"MUSTER_DATA": str(folder / "data")}


def skips(report: Path) -> Counter[str]:
    if not report.exists():
        return Counter()
    found = ElementTree.parse(report).iter("skipped")  # noqa: S314 - pytest has just written it
    return Counter(skip.get("message", "no reason given") for skip in found)


def on_databases(run: Run) -> None:
    """One after the other: on two cores four processes take each other's caches, and the same test twice its time."""
    run.part("SQLite", "not browser", *WORKERS)
    with postgres.database(os.environ.get("MUSTER_TEST_PG")) as (database, where):
        if database:
            run.part(f"PostgreSQL ({where})", "not browser", *WORKERS, DATABASE_URL=database)
        else:
            run.skip("PostgreSQL", where)


def main(arguments: list[str]) -> int:
    with tempfile.TemporaryDirectory(prefix="muster-test-") as folder:
        run = Run(arguments, Path(folder))
        on_databases(run)
        if CHROMIUM.exists():
            file = str(Path(folder) / "browser.sqlite3")  # a browser asks several things at once: no database in memory
            run.part("browser", "browser", DJANGO_ALLOW_ASYNC_UNSAFE="true", MUSTER_TEST_FILE=file)
        else:
            run.skip("browser", f"there is no {CHROMIUM} (on Debian: apt-get install chromium fonts-noto-cjk)")
        return run.close()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
