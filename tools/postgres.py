"""A PostgreSQL for the tests: the server that is named, else a private cluster of Debian's programs, thrown away after
and therefore free to forget everything in a power cut, else the server that answers here."""

import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from getpass import getuser
from pathlib import Path
from urllib.parse import quote, urlsplit

import psycopg
from psycopg import sql

DEFAULT = "postgres://127.0.0.1:5432"
RISKY = "-c fsync=off -c synchronous_commit=off -c full_page_writes=off -c wal_level=minimal -c max_wal_senders=0"
PROGRAMS = "usr/lib/postgresql/*/bin/initdb"


def address(url: str, user: str) -> str:
    """URL's server as USER, without a database."""
    parts = urlsplit(url)
    password = f":{parts.password}" if parts.password else ""
    return f"postgres://{quote(user)}{password}@{parts.hostname or '127.0.0.1'}:{parts.port or 5432}"


def may_create(server: str) -> bool:
    """False also where nobody answers, or nobody lets us in."""
    question = "SELECT rolcreatedb OR rolsuper FROM pg_roles WHERE rolname = current_user"
    try:
        with psycopg.connect(f"{server}/postgres", connect_timeout=5) as connection:
            row = connection.execute(question).fetchone()
    except psycopg.OperationalError:
        return False
    return bool(row and row[0])


def running_server(url: str) -> str | None:
    named = urlsplit(url).username
    users = [named] if named else dict.fromkeys([getuser(), "postgres"])
    return next((server for user in users if may_create(server := address(url, user))), None)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def as_postgres(command: list[str]) -> list[str]:
    """PostgreSQL refuses to run as root, so root lends the work to the user that Debian made for it."""
    return ["runuser", "-u", "postgres", "--", *command] if os.getuid() == 0 else command


@contextmanager
def private_cluster(programs: Path) -> Iterator[str]:
    folder = Path(tempfile.mkdtemp(prefix="muster-pg-"))
    port, data = free_port(), folder / "data"
    options = f"-c listen_addresses=127.0.0.1 -c port={port} -c unix_socket_directories={folder} {RISKY}"
    if os.getuid() == 0:
        shutil.chown(folder, "postgres")

    def call(program: str, *arguments: str) -> None:
        command = as_postgres([str(programs / program), "-D", str(data), *arguments])
        subprocess.run(command, cwd=folder, check=True, stdout=subprocess.DEVNULL)

    try:
        call("initdb", "--auth=trust", "--username=postgres", "--encoding=UTF8", "--locale=C.UTF-8")
        call("pg_ctl", "-w", "-l", str(folder / "log"), "-o", options, "start")
        try:
            yield address(f"postgres://127.0.0.1:{port}", "postgres")
        finally:
            call("pg_ctl", "-m", "immediate", "stop")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def database(url: str | None = None, root: Path = Path("/")) -> Iterator[tuple[str | None, str]]:
    """Address of a database of our own (Django makes it, we see that it goes), and where it is or why not. URL is the
    server that was asked for."""
    name = f"muster_{os.getpid()}"
    programs = sorted(root.glob(PROGRAMS), key=lambda path: float(path.parts[-3]))
    if programs and not url:
        with private_cluster(programs[-1].parent) as server:
            yield f"{server}/{name}", f"a private cluster of {programs[-1].parent}"
    elif server := running_server(url or DEFAULT):
        try:
            yield f"{server}/{name}", f"the server at {urlsplit(server).netloc}"
        finally:
            drop(server, name)
    else:
        yield (
            None,
            f"no PostgreSQL lets us make a database at {url or DEFAULT}, and none is installed for one of our own",
        )


def drop(server: str, name: str) -> None:
    """What an interrupted run left behind."""
    with psycopg.connect(f"{server}/postgres", autocommit=True) as connection:
        left = connection.execute(
            "SELECT datname FROM pg_database WHERE datname LIKE %s", [f"test\\_{name}%"]
        ).fetchall()
        for (database_name,) in left:
            connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(database_name)))
