"""Muster's own processes, for tests that kill them.

Most are forked from a server that has loaded everything (see `warm`), then read their settings from their own
environment as any process does; `serve` is started from nothing, as an operator does it.
"""

import functools
import importlib
import io
import multiprocessing
import os
import random
import sqlite3
import sys
import tempfile
import time
from collections.abc import Callable
from multiprocessing import forkserver
from multiprocessing.context import ForkServerProcess
from pathlib import Path
from typing import Any

import psycopg

ROOT = Path(__file__).resolve().parents[2]
forks = multiprocessing.get_context("forkserver")
forks.set_forkserver_preload(["tests.core.warm"])


def begin(env: dict[str, str], *arguments: str, out: str = "") -> ForkServerProcess:
    """`muster ARGUMENTS` as a process of its own; what it says goes to the file OUT."""
    _warm_up()
    process = forks.Process(target=_main, args=(env, list(arguments), out))
    process.start()
    return process


@functools.cache
def _warm_up() -> None:
    """Starts the server; Python tells it about our folders from 3.13 on, before that by the environment only."""
    before = os.environ.get("PYTHONPATH")
    os.environ["PYTHONPATH"] = os.pathsep.join([str(ROOT / "src"), str(ROOT)])
    try:
        forkserver.ensure_running()
    finally:
        del os.environ["PYTHONPATH"]
        if before is not None:
            os.environ["PYTHONPATH"] = before


def _main(env: dict[str, str], arguments: list[str], out: str) -> None:
    os.environ.clear()
    os.environ.update(env)
    os.chdir(ROOT)
    random.seed()
    if out:
        file = os.open(out, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
        os.dup2(file, 1)
        os.dup2(file, 2)
        sys.stdout, sys.stderr = io.TextIOWrapper(os.fdopen(1, "wb", 0), write_through=True), sys.__stderr__
    _settings_anew()
    sys.argv = ["muster", *arguments]
    importlib.import_module("muster.web.cli").main()


def _settings_anew() -> None:
    """What was read from the environment of the server is read again from ours."""
    from asgiref.local import Local
    from django.conf import settings
    from django.core.cache import caches
    from django.db import connections
    from django_tasks import task_backends

    importlib.reload(sys.modules["muster.web.settings"])
    settings._setup()
    for handler in (connections, caches, task_backends):
        handler._settings = None
        handler.__dict__.pop("settings", None)
        handler._connections = Local(handler.thread_critical)
    importlib.reload(sys.modules["django_rq.settings"])


def muster(env: dict[str, str], *arguments: str) -> str:
    """What the command says; it must end well."""
    with tempfile.NamedTemporaryFile("r", encoding="utf-8") as out:
        process = begin(env, *arguments, out=out.name)
        process.join(120)
        said = out.read()
        assert process.exitcode == 0, f"muster {arguments} ends with {process.exitcode}: {said}"
        return said


def wait_for(what: str, happened: Callable[[], object], seconds: float = 120) -> None:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if happened():
            return
        time.sleep(0.1)
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
