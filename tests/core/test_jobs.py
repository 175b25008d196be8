"""Background work: nothing is lost when a worker dies, nothing has its effect twice, chores run once per due moment."""

import datetime as dt
import os
import signal
import socket
import subprocess
import sys

import pytest
from django.db import connection
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from muster.core.jobs import reaper, schedule
from muster.core.jobs.lease import wait
from muster.core.jobs.models import Schedule, Worker
from tests.core.processes import ROOT, asked, begin, muster, shell, wait_for

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


EFFECTS = "SELECT count(*) FROM core_schedule WHERE name = 'effect'"
REAP = (
    "import datetime as dt; from muster.core.jobs.reaper import reap; print(reap(dt.timedelta(0)));"
    "from django_tasks_db.models import DBTaskResult as J; from django.utils import timezone;"
    "J.objects.update(run_after=timezone.now())"
)


@pytest.mark.parametrize(("moment", "before", "after"), [("begun", 5, 0), ("effect", 0, 5)])
def test_a_worker_killed_in_the_middle_loses_no_job_and_repeats_no_effect(world, tmp_path, moment, before, after):
    said = tmp_path / "said"
    shell(world, f"from tests.core.slow_jobs import mark_once; mark_once.enqueue({str(said)!r}, {before}, {after})")
    worker = begin(world, "db_worker", "--interval", "0.2")
    wait_for(f"the task is at “{moment}”", lambda: said.exists() and moment in said.read_text())
    worker.kill()
    worker.join()
    assert asked(world, EFFECTS) == [1 if moment == "effect" else 0]
    assert shell(world, REAP) == "1"
    muster(world, "db_worker", "--batch", "--interval", "0.2")
    assert said.read_text().count("begun") == 2
    assert asked(world, EFFECTS) == [1]
    muster(world, "db_worker", "--batch", "--interval", "0.2")
    assert said.read_text().count("begun") == 2


def job(**more) -> DBTaskResult:
    hour = timezone.now() - dt.timedelta(hours=1)
    given = {
        "task_path": "tests.core.slow_jobs.fail_twice",
        "args_kwargs": {"args": [], "kwargs": {}},
        "enqueued_at": hour,
        "run_after": hour,
        "started_at": hour,
        "backend_name": "default",
        "exception_class_path": "",
        "traceback": "",
    }
    return DBTaskResult.objects.create(**{**given, **more})


@pytest.mark.django_db
def test_a_long_job_of_a_living_worker_is_handed_to_no_other():
    long = job(status="RUNNING", worker_ids=["one"])
    reaper.beat("one")
    assert reaper.reap() == 0
    Worker.objects.update(seen_at=timezone.now() - dt.timedelta(minutes=2))
    assert reaper.reap() == 1
    long.refresh_from_db()
    assert long.status == "READY"


@pytest.mark.django_db
def test_a_task_that_keeps_failing_waits_longer_each_time_and_is_given_up_after_five_tries():
    again = job(status="FAILED", finished_at=timezone.now(), worker_ids=list("abcd"))
    given_up = job(status="FAILED", finished_at=timezone.now(), worker_ids=list("abcde"), traceback="…\nValueError: no")
    assert reaper.retry_failed() == 1
    again.refresh_from_db()
    assert again.run_after > timezone.now() + dt.timedelta(seconds=55)
    assert list(reaper.parked()) == [(str(given_up.pk), "tests.core.slow_jobs.fail_twice", "ValueError: no")]
    assert all(7.5 * 2**tries <= wait(tries + 1) <= 12.5 * 2**tries for tries in range(5))


@pytest.mark.django_db
def test_a_task_that_kills_its_worker_each_time_is_given_up_with_a_reason():
    poison = job(status="RUNNING", worker_ids=list("abcde"))
    assert reaper.reap() == 0
    poison.refresh_from_db()
    assert (poison.status, poison.traceback) == ("FAILED", "The worker died at every try.")


@pytest.mark.django_db
def test_a_chore_whose_worker_died_is_done_by_another(chores):
    done = []
    schedule.chore("count", dt.timedelta(days=1))(lambda: done.append(1))
    Schedule.objects.create(name="count", due_at=chores["count"].due(NOON), claimed_at=NOON)
    assert schedule.run_due(NOON + dt.timedelta(minutes=1)) == []
    assert schedule.run_due(NOON + schedule.LEASE * 2) == ["count"]
    assert schedule.run_due(NOON + schedule.LEASE * 3) == []


@pytest.mark.django_db(transaction=True)
def test_a_chore_holds_no_transaction_while_it_works(chores):
    seen: list[bool] = []
    schedule.chore("look", dt.timedelta(days=1))(lambda: seen.append(connection.in_atomic_block))
    schedule.run_due(NOON)
    assert seen == [False]


def children(pid: int) -> list[int]:
    """Of a process, and theirs."""
    table = subprocess.run(["ps", "-A", "-o", "pid=,ppid="], capture_output=True, text=True, check=True).stdout
    of = [int(line.split()[0]) for line in table.splitlines() if int(line.split()[1]) == pid]
    return of + [far for near in of for far in children(near)]


def alive(pid: int) -> bool:
    state = subprocess.run(["ps", "-o", "stat=", "-p", str(pid)], capture_output=True, text=True, check=False).stdout
    return bool(state.strip()) and not state.startswith("Z")


def test_a_killed_server_leaves_nobody_serving_and_a_killed_web_server_comes_back(world):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    serve = subprocess.Popen([sys.executable, "-m", "muster.web", "serve", "--port", str(port)], env=world, cwd=ROOT)

    def answers() -> bool:
        with socket.socket() as line:
            return line.connect_ex(("127.0.0.1", port)) == 0

    try:
        wait_for("the server answers", answers)
        web = next(pid for pid in children(serve.pid) if len(children(pid)) > 0)
        workers = children(web)
        os.kill(web, signal.SIGKILL)
        wait_for("the workers end", lambda: not any(map(alive, workers)))
        wait_for("all is back", lambda: answers() and len(children(serve.pid)) >= 4)
        family = children(serve.pid)
    finally:
        os.kill(serve.pid, signal.SIGKILL)
        serve.wait()
    wait_for("the server is gone", lambda: not answers())
    wait_for("the whole family is gone", lambda: not any(map(alive, family)))


def test_with_redis_a_failed_task_is_tried_again(redis_world, tmp_path):
    env, said = redis_world, tmp_path / "said"
    shell(env, f"from tests.core.slow_jobs import fail_twice; fail_twice.enqueue({str(said)!r})")
    work = ["rqworker", "default", "--job-class", "django_tasks_rq.Job", "--burst"]
    again = (
        "from muster.core.jobs import reaper; import django_rq; reaper.wait = lambda tries: 0;"
        "print(reaper.reap_redis(django_rq.get_queue('default')))"
    )
    for tries in (1, 2):
        muster(env, *work)
        assert said.read_text().count("begun") == tries
        assert shell(env, again) == "1"
    muster(env, *work)
    assert said.read_text().count("begun") == 3
    assert shell(env, again) == "0"
