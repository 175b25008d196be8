"""Muster's own processes, for tests that kill them."""

import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psycopg

ROOT = Path(__file__).resolve().parents[2]
# A lease of four seconds instead of three quarters of a minute; no less, or a busy machine looks like a dead one.
QUICK = (
    "import datetime as dt; from muster.core.jobs import lease;"
    "lease.BEAT, lease.FIRST_WAIT, lease.LEASE = 0.5, 0.3, dt.timedelta(seconds=4);"
    "import sys; sys.argv[1:] = ['worker']; from muster.web.cli import main; main()"
)


def quick_worker(env: dict[str, str]) -> "subprocess.Popen[bytes]":
    return subprocess.Popen([sys.executable, "-c", QUICK], env=env, cwd=ROOT)


def muster(env: dict[str, str], *arguments: str) -> str:
    command = [sys.executable, "-m", "muster.web", *arguments]
    done = subprocess.run(command, env=env, cwd=ROOT, capture_output=True, text=True, timeout=120, check=True)
    return done.stdout


def wait_for(what: str, happened: Callable[[], object], seconds: float = 120) -> None:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if happened():
            return
        time.sleep(0.2)
    raise AssertionError(f"not in time: {what}")


def asked(env: dict[str, str], sql: str) -> list[Any]:
    """The first column of what SQL finds in the database of those processes, without another process."""
    url = env["DATABASE_URL"]
    if url.startswith("postgres"):
        with psycopg.connect(url) as server:
            return [row[0] for row in server.execute(sql)]
    file = sqlite3.connect(url.removeprefix("sqlite:///"), timeout=30)
    try:
        return [row[0] for row in file.execute(sql)]
    finally:
        file.close()


def shell(env: dict[str, str], text: str) -> str:
    return muster(env, "shell", "-v0", "-c", text).strip()
