"""A world of its own for tests whose processes are killed."""

import os
import shutil
import subprocess
import tempfile
from pathlib import Path

import pytest

from tests import patterns
from tests.core.processes import ROOT, wait_for

FIRST_REDIS, REDIS_FREE = 9, 7  # of the sixteen databases of a Redis


@pytest.fixture
def world(pattern, tmp_path):
    """A database of its own for the processes of the test, and where they keep their files."""
    env = {
        **os.environ,
        "MUSTER_DATA": str(tmp_path),
        "PYTHONPATH": os.pathsep.join([str(ROOT / "src"), str(ROOT)]),
        "DJANGO_SETTINGS_MODULE": "muster.web.settings",
    }
    env.pop("REDIS_URL", None)
    url = os.environ.get("DATABASE_URL", "")
    if not url.startswith("postgres"):
        patterns.into_file(pattern, tmp_path / "jobs.sqlite3")
        yield {**env, "DATABASE_URL": f"sqlite:///{tmp_path / 'jobs.sqlite3'}"}
        return
    name = f"muster_jobs_{os.getpid()}"
    patterns.copied(url, pattern, name)
    yield {**env, "DATABASE_URL": f"{url.rpartition('/')[0]}/{name}"}
    patterns.on_server(url, "DROP DATABASE {} WITH (FORCE)", name)


@pytest.fixture
def redis_world(world):
    """The same with the jobs in Redis: one of its own where Redis is installed, for what a killed worker left behind
    must not meet another test; else a database of the one that runs, emptied."""
    redis = pytest.importorskip("redis", reason="the extra “redis” is not installed")
    own = shutil.which("redis-server")
    if not own:
        yield {**world, "REDIS_URL": _emptied(redis)}
        return
    with tempfile.TemporaryDirectory(prefix="redis-") as folder:  # a socket's path must be short
        socket = f"{folder}/s"
        quiet = ["--port", "0", "--unixsocket", socket, "--save", "", "--dir", folder, "--loglevel", "warning"]
        server = subprocess.Popen([own, *quiet])
        wait_for("Redis answers", lambda: Path(socket).exists(), 30)
        yield {**world, "REDIS_URL": f"unix://{socket}"}
        server.kill()
        server.wait()


def _emptied(redis) -> str:
    server = os.environ.get("MUSTER_TEST_REDIS", "redis://127.0.0.1:6379")
    tester = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
    url = f"{server}/{FIRST_REDIS + tester % REDIS_FREE}"
    try:
        redis.Redis.from_url(url, socket_connect_timeout=1).flushdb()
    except redis.exceptions.ConnectionError:
        pytest.skip(f"no Redis answers at {url}")
    return url
