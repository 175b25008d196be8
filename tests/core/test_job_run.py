"""Jobs that people look after: how far they are, stopping them, and that a kill loses none and repeats no effect."""

import datetime as dt
from multiprocessing.context import ForkServerProcess

import pytest
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.utils import timezone

from muster.core.jobs import lease, reaper, run
from muster.core.jobs.models import Job
from muster.core.jobs.run import Lost, Run, job, start
from tests.core.processes import asked, begin, shell, wait_for
from tests.factories import make_user

State = Job.State
seen: list[object] = []


@pytest.fixture(autouse=True)
def forget():
    seen.clear()


@job("Count")
def count(this: Run, upto: int) -> dict[str, int]:
    for number in range(1, upto + 1):
        this.step(number, upto)
        seen.append(Job.objects.get().done)
    return {"counted": upto}


@job("Refusal")
def refuse(this: Run) -> None:
    raise ValidationError("There is nothing to count.")


@job("Failure")
def fail(this: Run) -> None:
    seen.append("try")
    raise OSError("the disk is full")


@job("Stopped")
def stopped(this: Run) -> None:
    run.cancel(this.job.pk)
    this.step(1, 2)
    seen.append("went on")


@job("Effects")
def effects(this: Run) -> None:
    with this.once("a") as first:
        seen.append(first)
    with this.once("a") as second:
        seen.append(second)
    with this.once("b") as other:
        seen.append(other)


@job("Overtaken")
def overtaken(this: Run) -> None:
    Job.objects.update(started_at=timezone.now() + dt.timedelta(seconds=1))  # as if somebody else had it now
    with pytest.raises(Lost), this.once("a"):
        seen.append("effect")
    this.step(1, 2)


def done(capture, function, **arguments) -> Job:
    with capture(execute=True):
        asked = start(function, arguments)
    asked.refresh_from_db()
    return asked


@pytest.mark.django_db
def test_a_job_says_how_far_it_is_and_what_came_of_it(django_capture_on_commit_callbacks):
    user = make_user()
    with django_capture_on_commit_callbacks(execute=True):
        asked = start(count, {"upto": 3}, user=user, about="visits")
    asked.refresh_from_db()
    assert (asked.state, asked.done, asked.total, asked.result) == (State.DONE, 3, 3, {"counted": 3})
    assert seen == [1, 1, 3]  # noted at most once a second, and at the end
    assert str(asked) == "Count visits"
    assert list(run.of_user(user)) == [asked]
    assert list(run.of_user(make_user())) == []


@pytest.mark.django_db
def test_a_refusal_ends_a_job_with_its_sentence(django_capture_on_commit_callbacks):
    asked = done(django_capture_on_commit_callbacks, refuse)
    assert (asked.state, asked.problem, asked.tries) == (State.FAILED, "There is nothing to count.", 1)


@pytest.mark.django_db
def test_a_job_that_keeps_failing_is_given_up_with_its_error_and_an_operator_may_try_again(
    django_capture_on_commit_callbacks, capsys
):
    asked = done(django_capture_on_commit_callbacks, fail)
    assert (asked.state, asked.error) == (State.WAITING, "OSError: the disk is full")
    assert asked.due_at > timezone.now() + dt.timedelta(seconds=5)
    assert run.hand_out_due() == 0  # not yet
    for _try in range(lease.MOST_TRIES + 2):
        Job.objects.update(due_at=timezone.now(), task_id="")
        run.hand_out_due()
    asked.refresh_from_db()
    assert (asked.state, asked.tries, len(seen)) == (State.FAILED, 5, 5)
    call_command("jobs")
    assert f"{asked.pk} failed 0/0 tests.core.test_job_run.fail  OSError: the disk is full" in capsys.readouterr().out
    call_command("jobs", retry=asked.pk)
    asked.refresh_from_db()
    assert (asked.state, asked.tries) == (State.WAITING, 0)


@pytest.mark.django_db
def test_a_job_stops_at_its_next_step_when_asked_and_one_that_waits_never_begins(django_capture_on_commit_callbacks):
    assert done(django_capture_on_commit_callbacks, stopped).state == State.CANCELLED
    assert seen == []
    waits = start(count, {"upto": 3})
    run.cancel(waits.pk)
    run.perform.call(waits.pk)
    waits.refresh_from_db()
    assert (waits.state, seen) == (State.CANCELLED, [])


@pytest.mark.django_db
def test_cancelling_what_has_ended_changes_nothing(django_capture_on_commit_callbacks):
    asked = done(django_capture_on_commit_callbacks, count, upto=1)
    run.cancel(asked.pk)
    asked.refresh_from_db()
    assert asked.state == State.DONE


@pytest.mark.django_db
def test_an_effect_happens_once_in_the_life_of_a_job(django_capture_on_commit_callbacks):
    done(django_capture_on_commit_callbacks, effects)
    Job.objects.update(state=State.WAITING, due_at=timezone.now(), task_id="")
    run.hand_out_due()
    assert seen == [True, False, True, False, False, False]


@pytest.mark.django_db
def test_who_lost_his_job_to_another_has_no_effect_any_more(django_capture_on_commit_callbacks):
    assert done(django_capture_on_commit_callbacks, overtaken).state == State.RUNNING
    assert seen == []


@pytest.mark.django_db
def test_only_a_silent_worker_loses_its_job_and_one_that_is_to_stop_is_not_begun_again():
    now = timezone.now()
    silent = {"state": State.RUNNING, "due_at": now, "started_at": now, "seen_at": now - dt.timedelta(seconds=50)}
    path = "tests.core.test_job_run.count"
    lost, unwanted, alive = (Job.objects.create(function=path, **silent, tries=1) for _each in range(3))
    Job.objects.filter(pk=alive.pk).update(seen_at=now)
    Job.objects.filter(pk=unwanted.pk).update(cancel_asked=True)
    poison = Job.objects.create(function=path, **silent, tries=5)
    assert run.take_back() == 1
    states = dict(Job.objects.values_list("pk", "state"))
    assert states == {
        lost.pk: State.WAITING,
        unwanted.pk: State.CANCELLED,
        alive.pk: State.RUNNING,
        poison.pk: State.FAILED,
    }
    poison.refresh_from_db()
    assert poison.error == "The worker died while it did this."


def test_nobody_calls_others_dead_whose_own_signs_of_life_were_interrupted(monkeypatch):
    clock = [0.0]
    monkeypatch.setattr(lease.time, "monotonic", lambda: clock[0])
    pulse = lease.Pulse()

    def steady_after(seconds: int) -> bool:
        for _second in range(seconds):
            clock[0] += 1
            pulse.felt()
        return pulse.steady()

    assert not steady_after(44)
    assert steady_after(1)
    clock[0] += 60  # the database was locked
    assert not pulse.steady()
    assert not steady_after(44)
    assert steady_after(2)


@pytest.mark.django_db
def test_what_ended_a_month_ago_is_forgotten():
    now = timezone.now()
    for days in (29, 31):
        Job.objects.create(function="x", due_at=now, finished_at=now - dt.timedelta(days=days), about=str(days))
    reaper.prune()
    assert Job.objects.get().about == "29"


# With processes that are killed. ------------------------------------------------------------------------------------


@pytest.fixture(params=["database", "redis"])
def queue_world(request):
    return request.getfixturevalue("world" if request.param == "database" else "redis_world")


@pytest.fixture
def workers(queue_world):
    """Starts workers whose lease is short; none outlives the test."""
    began: list[ForkServerProcess] = []

    def another() -> ForkServerProcess:
        began.append(begin(queue_world, "worker"))
        return began[-1]

    yield another
    for one in began:
        one.kill()
        one.join()


def ask(env, name: str, **arguments) -> None:
    shell(
        env,
        f"from tests.core import slow_jobs as s; from muster.core.jobs.run import start; start(s.{name}, {arguments})",
    )


def states(env) -> list[str]:
    return asked(env, "SELECT state FROM core_job")


EFFECTS = "SELECT count(*) FROM core_schedule WHERE name = 'effect'"
CHORES = "SELECT count(*) FROM core_schedule WHERE done_at IS NOT NULL"


@pytest.mark.parametrize(("moment", "before", "after"), [("begun", 6, 0), ("effect", 0, 6)])
def test_a_kill_before_the_effect_or_before_completion_loses_no_job_and_has_one_effect(
    queue_world, workers, tmp_path, moment, before, after
):
    said = tmp_path / "said"
    ask(queue_world, "effect", said=str(said), before=before, after=after)
    first = workers()
    wait_for(f"the job is at “{moment}”", lambda: said.exists() and moment in said.read_text())
    first.kill()
    first.join()
    assert asked(queue_world, EFFECTS) == [1 if moment == "effect" else 0]
    workers()
    times = 2 if moment == "effect" else 1
    wait_for("another worker takes the job up", lambda: said.read_text().count("effect") == times)
    wait_for("the job is done", lambda: states(queue_world) == ["done"])
    assert said.read_text().count("begun") == 2
    assert asked(queue_world, EFFECTS) == [1]


def test_a_living_job_longer_than_any_lease_is_done_once_by_one_of_two_workers(queue_world, workers, tmp_path):
    said = tmp_path / "said"
    ask(queue_world, "effect", said=str(said), before=7)
    workers()
    workers()
    wait_for("the job has its effect", lambda: said.exists() and "effect" in said.read_text())
    wait_for("the job is done", lambda: states(queue_world) == ["done"])
    assert said.read_text().split() == ["begun", "effect"]


def test_a_failed_job_is_tried_again_by_itself_and_chores_are_done_meanwhile(queue_world, workers, tmp_path):
    said = tmp_path / "said"
    ask(queue_world, "fail_once", said=str(said))
    workers()
    wait_for("a second try", lambda: said.exists() and said.read_text().count("begun") == 2)
    wait_for("the job is done", lambda: states(queue_world) == ["done"])
    wait_for("chores are done", lambda: asked(queue_world, CHORES)[0] > 3)
