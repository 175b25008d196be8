"""A long list is exported by a job: one sees it being written, fetches the file within a day, and nobody else does."""

import datetime as dt
import io
from urllib.parse import urlparse

import pytest
import python_calamine
import time_machine
from django.core.exceptions import ValidationError
from django.core.files.storage import default_storage
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone, translation

from muster.access.actions.list_export import KEPT, drop_old_exports, fetch_export, write_export
from muster.access.models import Event, Grant, ListExport, RoleAssignment
from muster.core.jobs.models import Job
from muster.core.jobs.run import Lost, Run, perform, take_back
from muster.core.periods import today
from muster.integrations.notifications import read_events
from muster.people.actions.move import move_member
from tests.factories import actor_of, make_account, make_member, operator

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def english(monkeypatch, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    monkeypatch.setattr("muster.access.list_exports.AT_ONCE", 2)
    with translation.override("en"):
        yield


@pytest.fixture
def boss():
    return make_member("Boss", role="salesops")


@pytest.fixture
def firm(boss):
    return [make_account(boss, name=f"客户 {at}", city="上海" if at else "北京") for at in range(4)]


def page_of(member):
    type(member.user).objects.filter(pk=member.user.pk).update(language="en")
    client = Client(headers={"accept-language": "en"})
    client.force_login(member.user)
    return client


def asked(member, **values):
    """Where the click on Export leads to; the job waits."""
    answer = page_of(member).get("/customers/", {"format": "xlsx", **values})
    assert answer.status_code == 302, answer.content[:300]
    return answer.headers["Location"]


def row():
    return ListExport.objects.unscoped("tests").select_related("job").latest("pk")


def written(member, **values):
    asked(member, **values)
    perform.call(row().job.pk)
    return row()


def events(action):
    return list(Event.objects.unscoped("tests").filter(action=action).order_by("pk"))


def cells(content):
    return python_calamine.load_workbook(io.BytesIO(content)).get_sheet_by_index(0).to_python()


def stored():
    if not default_storage.exists("lists"):
        return []
    folders = default_storage.listdir("lists")[0]
    return [name for one in folders for name in default_storage.listdir(f"lists/{one}")[1]]


def test_a_short_list_is_handed_out_at_once(boss, firm):
    answer = page_of(boss).get("/customers/", {"format": "xlsx", "q": "客户 1"})
    assert len(cells(b"".join(answer.streaming_content))) == 2
    assert ListExport.objects.unscoped("tests").count() == 0


def test_a_long_one_is_written_while_one_watches_and_then_fetched(boss, firm):
    url = asked(boss, col="name")
    assert urlparse(url).path == row().get_absolute_url()
    client = page_of(boss)
    assert "4 rows are being written" in client.get(url).content.decode()
    Job.objects.filter(pk=row().job.pk).update(done=3, total=4)
    bar = client.get(reverse("export_progress", args=[row().pk])).content.decode()
    assert "3 / 4" in bar
    assert client.get(reverse("export_file", args=[row().pk])).status_code == 302  # nothing to fetch yet
    perform.call(row().job.pk)
    ended = client.get(reverse("export_progress", args=[row().pk]))
    assert (ended.status_code, ended.headers["HX-Redirect"]) == (204, url)
    assert "Fetch the file" in client.get(url).content.decode()
    file = client.get(reverse("export_file", args=[row().pk]))
    assert file.headers["Content-Disposition"] == 'attachment; filename="customers.xlsx"'
    assert [line[0] for line in cells(file.content)[1:]] == [one.name for one in reversed(firm)]
    assert row().rows == 4
    assert "My exports" in client.get(reverse("export_list")).content.decode()


def test_csv_and_filters_and_columns_hold(boss, firm):
    found = written(boss, format="csv", city="上海", col="name")
    text = page_of(boss).get(reverse("export_file", args=[found.pk])).content.decode("utf-8-sig")
    assert text.split()[0] == "name"
    assert sorted(text.splitlines()[1:]) == ["客户 1", "客户 2", "客户 3"]


def test_asking_and_fetching_are_in_the_trail(boss, firm):
    found = written(boss, city="上海")
    event = events("crm.account.export")[-1]
    assert (event.context["rows"], event.context["filter"], event.context["format"]) == (3, {"city": "上海"}, "xlsx")
    assert event.user_id == boss.user_id
    page_of(boss).get(reverse("export_file", args=[found.pk]))
    assert [one.object_id for one in events("access.listexport.fetch")] == [found.pk]


def test_one_is_told_when_it_is_ready(boss, firm):
    written(boss)
    while read_events():
        pass
    bell = page_of(boss).get(reverse("notifications")).content.decode()
    assert "Your export is ready to be fetched: Customers" in bell


def test_nobody_else_sees_it_whatever_a_role_says(boss, firm):
    found = written(boss)
    for role in ("salesops", "director", "sysadmin"):
        client = page_of(make_member(role, role=role))
        for name in ("export_detail", "export_progress", "export_file"):
            assert client.get(reverse(name, args=[found.pk])).status_code == 404, (role, name)
        assert client.post(reverse("export_stop", args=[found.pk])).status_code == 404
        assert found.get_absolute_url() not in client.get(reverse("export_list")).content.decode()


def test_without_the_permission_there_is_no_export(firm):
    assert page_of(make_member("Rep", role="rep")).get("/customers/?format=xlsx").status_code == 403
    assert ListExport.objects.unscoped("tests").count() == 0


def test_the_rights_are_those_of_the_moment_it_is_written(boss, firm):
    asked(boss)
    Grant.objects.unscoped("tests").filter(role__key="salesops", permission__startswith="crm.account").delete()
    Grant.objects.unscoped("tests").filter(role__key="salesops", permission__contains="*").delete()
    perform.call(row().job.pk)
    assert (row().status, row().job.error) == ("failed", "You may not export this list any more.")
    assert "You may not export this list any more." in page_of(boss).get(row().get_absolute_url()).content.decode()
    assert stored() == []


def test_rights_that_changed_since_close_the_file(boss, firm):
    found = written(boss)
    held = RoleAssignment.objects.unscoped("tests").get(user=boss.user)
    grant = Grant.objects.unscoped("tests").filter(role=held.role).first()
    Grant.objects.unscoped("tests").filter(pk=grant.pk).delete()
    with pytest.raises(ValidationError, match="Your rights are not what they were"):
        fetch_export(actor_of(boss), found)
    RoleAssignment.objects.unscoped("tests").filter(user=boss.user).delete()
    assert page_of(boss).get(reverse("export_file", args=[found.pk])).status_code == 403
    assert events("access.listexport.fetch") == []


def test_an_export_of_the_branch_closes_when_somebody_leaves_it():
    lead = make_member("Lead", role="manager")
    rep = make_member("Rep", manager=lead)
    for at in range(3):
        make_account(rep, name=f"Of the rep {at}")
    found = written(lead)
    assert page_of(lead).get(reverse("export_file", args=[found.pk])).status_code == 200
    move_member(operator, rep, manager=make_member("Other"), valid_from=today())
    with pytest.raises(ValidationError, match="Your rights are not what they were"):
        fetch_export(actor_of(lead), found)


def test_a_login_that_is_dead_gets_nothing_written(boss, firm):
    asked(boss)
    type(boss.user).objects.filter(pk=boss.user.pk).update(is_active=False)
    perform.call(row().job.pk)
    assert stored() == []


def test_it_can_be_stopped(boss, firm):
    asked(boss)
    client = page_of(boss)
    client.post(reverse("export_stop", args=[row().pk]))
    perform.call(row().job.pk)
    assert (row().status, stored()) == ("stopped", [])
    answer = client.post(reverse("export_stop", args=[row().pk]), follow=True)
    assert "This is not running." in answer.content.decode()


def test_one_that_runs_stops_at_its_next_step(boss, firm):
    asked(boss)
    now = timezone.now()
    Job.objects.filter(pk=row().job.pk).update(state="running", started_at=now, seen_at=now, cancel_asked=True)
    Run(Job.objects.get(pk=row().job.pk)).carry_out()
    assert (row().status, stored()) == ("stopped", [])


def test_a_second_click_leads_to_the_same_export(boss, firm):
    assert asked(boss) == asked(boss)
    assert ListExport.objects.unscoped("tests").count() == 1
    assert len(events("crm.account.export")) == 1


def test_three_at_once_are_enough(boss, firm):
    for col in ("name", "name,city", "city"):
        asked(boss, col=col)
    answer = page_of(boss).get("/customers/", {"format": "csv"}, follow=True)
    assert "3 exports of yours are being written" in answer.content.decode()
    assert ListExport.objects.unscoped("tests").count() == 3
    assert len(events("crm.account.export")) == 3


def test_the_page_of_my_exports_asks_the_same_however_many_there_are(boss, firm):
    client, counted = page_of(boss), []
    for col in ("name", "name,city", "city"):
        asked(boss, col=col)
        client.get(reverse("export_list"))
        with CaptureQueriesContext(connection) as queries:
            client.get(reverse("export_list"))
        counted.append(len(queries))
    assert len(set(counted)) == 1


def test_a_worker_that_died_leaves_one_file_only(boss, firm):
    """Killed before it noted its end: the job is done again, and leaves what is there."""
    found = written(boss)
    long_ago = timezone.now() - dt.timedelta(minutes=5)
    Job.objects.filter(pk=found.job.pk).update(state="running", started_at=long_ago, seen_at=long_ago)
    assert take_back() == 1
    perform.call(found.job.pk)
    assert (row().file, row().job.state) == (found.file, "done")
    assert len(stored()) == 1
    assert len(events("access.listexport.ready")) == 1


def test_who_lost_the_job_meanwhile_keeps_no_file(boss, firm):
    asked(boss)
    now = timezone.now()
    Job.objects.filter(pk=row().job.pk).update(state="running", started_at=now, seen_at=now)
    mine = Run(Job.objects.get(pk=row().job.pk))
    mine.step = lambda _done, _total=0: None
    Job.objects.filter(pk=row().job.pk).update(started_at=now + dt.timedelta(seconds=1))
    with pytest.raises(Lost):
        write_export(row(), mine)
    assert (row().ready_at, stored()) == (None, [])


def test_after_a_day_it_is_gone(boss, firm):
    found = written(boss)
    assert "客户".encode() not in default_storage.open(found.file.name).read()
    assert drop_old_exports() == 0
    later = timezone.now() + KEPT + dt.timedelta(minutes=1)
    with time_machine.travel(later):
        with pytest.raises(ValidationError, match="24 hours only"):
            fetch_export(actor_of(boss), row())
        assert drop_old_exports() == 1
        assert drop_old_exports() == 0
        assert "is deleted: export the list again" in page_of(boss).get(found.get_absolute_url()).content.decode()
    assert stored() == []
    with time_machine.travel(later + dt.timedelta(days=30)):
        drop_old_exports()
        assert ListExport.objects.unscoped("tests").count() == 0


def test_a_file_that_nothing_points_at_goes_too(boss, firm):
    found = written(boss)
    ListExport.objects.unscoped("tests").filter(pk=found.pk).delete()
    assert len(stored()) == 1
    with time_machine.travel(timezone.now() + KEPT + dt.timedelta(minutes=1)):
        assert drop_old_exports() == 1
    assert stored() == []
