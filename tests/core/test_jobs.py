"""Background work: nothing is lost when a worker dies, nothing has its effect twice, chores run once per due moment."""

import datetime as dt
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from django.utils import timezone

from muster.core.jobs import schedule
from muster.core.jobs.models import Schedule

ROOT = Path(__file__).resolve().parents[2]
NOON = dt.datetime(2026, 3, 2, 4, 0, 30, tzinfo=dt.UTC)  # noon in Shanghai


@pytest.fixture
def chores(monkeypatch):
    found: dict[str, schedule.Chore] = {}
    monkeypatch.setattr(schedule, "_chores", found)
    return found


@pytest.mark.django_db
def test_a_chore_runs_once_for_each_due_moment(chores):
    done = []
    schedule.chore("count", dt.timedelta(hours=1))(lambda: done.append(1))
    assert schedule.run_due(NOON) == ["count"]
    assert schedule.run_due(NOON + dt.timedelta(minutes=59)) == []
    assert schedule.run_due(NOON + dt.timedelta(hours=1)) == ["count"]
    assert len(done) == 2


@pytest.mark.django_db
def test_a_chore_that_fails_is_tried_again_and_stops_no_other(chores):
    tries = []

    def fails_first() -> None:
        tries.append(1)
        if len(tries) == 1:
            raise RuntimeError("not yet")

    schedule.chore("flaky", dt.timedelta(days=1))(fails_first)
    schedule.chore("steady", dt.timedelta(days=1))(lambda: None)
    assert schedule.run_due(NOON) == ["steady"]
    assert schedule.run_due(NOON) == ["flaky"]


@pytest.mark.django_db
def test_due_moments_count_from_midnight_where_business_is_done(chores):
    chore = schedule.Chore("x", dt.timedelta(days=1), lambda: None)
    assert timezone.localtime(chore.due(NOON)).time() == dt.time(0)
    assert Schedule.objects.count() == 0


def muster(env: dict[str, str], *arguments: str) -> str:
    command = [sys.executable, "-m", "muster.web", *arguments]
    done = subprocess.run(command, env=env, cwd=ROOT, capture_output=True, text=True, timeout=120, check=True)
    return done.stdout


def wait_for(what, seconds: float = 30) -> None:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if what():
            return
        time.sleep(0.2)
    pytest.fail("it did not happen in time")


def test_a_worker_killed_in_the_middle_loses_no_job_and_repeats_no_effect(tmp_path):
    begun = tmp_path / "begun"
    env = {
        **os.environ,
        "DATABASE_URL": f"sqlite:///{tmp_path / 'jobs.sqlite3'}",
        "MUSTER_DATA": str(tmp_path),
        "PYTHONPATH": os.pathsep.join([str(ROOT / "src"), str(ROOT)]),
        "DJANGO_SETTINGS_MODULE": "muster.web.settings",
    }
    muster(env, "migrate", "-v0")
    ask = f"from tests.core.slow_jobs import mark_once; mark_once.enqueue({str(begun)!r}, 3)"
    muster(env, "shell", "-v0", "-c", ask)
    worker = subprocess.Popen([sys.executable, "-m", "muster.web", "db_worker", "--interval", "0.2"], env=env, cwd=ROOT)
    wait_for(begun.exists)
    os.kill(worker.pid, signal.SIGKILL)
    worker.wait()
    count = "from muster.core.jobs.models import Schedule as S; print(S.objects.filter(name='effect').count())"
    assert muster(env, "shell", "-v0", "-c", count).strip() == "0"
    reap = (
        "import datetime as dt; from muster.core.jobs.reaper import reap; print(reap(dt.timedelta(0)));"
        "from django_tasks_db.models import DBTaskResult as J; from django.utils import timezone;"
        "J.objects.update(run_after=timezone.now())"
    )
    assert muster(env, "shell", "-v0", "-c", reap).strip() == "1"
    muster(env, "db_worker", "--batch", "--interval", "0.2")
    assert begun.read_text().count("begun") == 2
    assert muster(env, "shell", "-v0", "-c", count).strip() == "1"
    muster(env, "db_worker", "--batch", "--interval", "0.2")
    assert muster(env, "shell", "-v0", "-c", count).strip() == "1"
