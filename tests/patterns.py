"""One migrated database that all others of a test run are copied from: migrating takes ten seconds, copying none.

On SQLite it is a file in the data folder, kept until a migration (or what migrations use) changes. On PostgreSQL it is
a database beside those of the workers and lives as long as the run.
"""

import fcntl
import hashlib
import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import django
import psycopg
from psycopg import sql

ROOT = Path(__file__).resolve().parents[1]
APPS = ROOT / "src/muster"
MADE_OF = ("*/migrations/*.py", "core/**/*.py")  # the rest of the code speaks after each copying: post_migrate


def on_server(url: str, text: str, *names: str) -> None:
    """A statement about databases, in which {} are NAMES of them, at the server of URL."""
    with psycopg.connect(f"{url.rpartition('/')[0]}/postgres", autocommit=True) as server:
        server.execute(sql.SQL(text).format(*map(sql.Identifier, names)))


def migrated(url: str, folder: Path) -> None:
    """Makes the database at URL what an empty installation is."""
    env = {key: text for key, text in os.environ.items() if key not in ("REDIS_URL", "PYTEST_CURRENT_TEST")}
    env |= {"DATABASE_URL": url, "MUSTER_DATA": str(folder), "PYTHONPATH": str(ROOT / "src")}
    command = [sys.executable, "-m", "muster.web", "migrate", "-v0"]
    subprocess.run(command, env=env, cwd=ROOT, check=True)


@contextmanager
def alone(folder: Path) -> Iterator[None]:
    """One process at a time: the workers of a run all want the pattern at once."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _fingerprint() -> str:
    told = hashlib.sha256(django.__version__.encode())
    for path in sorted({path for names in MADE_OF for path in APPS.glob(names)}):
        told.update(str(path.relative_to(APPS)).encode() + path.read_bytes())
    return told.hexdigest()[:16]


def of_sqlite(data: Path) -> Path:
    """The pattern's file; a new one takes the place of older ones."""
    folder = data / "pattern"
    file = folder / f"{_fingerprint()}.sqlite3"
    with alone(folder):
        if not file.exists():
            for old in folder.glob("*.sqlite3*"):
                old.unlink()
            fresh = folder / "fresh.sqlite3"
            migrated(f"sqlite:///{fresh}", data)
            fresh.rename(file)
    return file


def into_memory(file: Path, name: str) -> sqlite3.Connection:
    """A copy of FILE in the shared memory of this process; it lasts as long as the connection."""
    memory = sqlite3.connect(name, uri=True, check_same_thread=False)
    with sqlite3.connect(file) as pattern:
        pattern.backup(memory)
    pattern.close()
    return memory


def into_file(file: Path, target: Path) -> None:
    for old in target.parent.glob(f"{target.name}*"):
        old.unlink()
    shutil.copyfile(file, target)


def of_server(url: str, name: str, data: Path) -> None:
    """The pattern NAME on the server of URL."""
    with alone(data / "pattern"):
        with psycopg.connect(f"{url.rpartition('/')[0]}/postgres") as server:
            known = server.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone()
        if not known:
            on_server(url, "DROP DATABASE IF EXISTS {} WITH (FORCE)", f"{name}_fresh")
            on_server(url, "CREATE DATABASE {}", f"{name}_fresh")
            migrated(f"{url.rpartition('/')[0]}/{name}_fresh", data)
            on_server(url, "ALTER DATABASE {} RENAME TO {}", f"{name}_fresh", name)


def copied(url: str, pattern: str, name: str) -> None:
    """A database NAME as PATTERN is, in the place of what bears that name."""
    on_server(url, "DROP DATABASE IF EXISTS {} WITH (FORCE)", name)
    on_server(url, "CREATE DATABASE {} TEMPLATE {}", name, pattern)


def pattern_name(url: str) -> str:
    """One for each run: all its workers are children of one process."""
    run = os.getppid() if "PYTEST_XDIST_WORKER" in os.environ else os.getpid()
    return f"test_{urlsplit(url).path.strip('/')}_pattern_{run}"
