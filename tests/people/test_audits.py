"""Audit campaigns: who is asked, how answers count, who is reminded when, and the sealed result."""

import datetime as dt
import re

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone, translation

from muster.access.action import Refused
from muster.access.actors import actor_for
from muster.access.models import Event
from muster.core import workdays
from muster.core.periods import today
from muster.people.actions.audit import close_campaign, fill, remind, seal
from muster.people.actions.detail import change_own, verify_details
from muster.people.models import AuditCampaign, AuditItem, DetailRule, Member, QualityScore
from muster.people.tasks import begin_audit
from tests.factories import make_member, make_unit

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _in_english():
    with translation.override("en"):
        yield


@pytest.fixture
def firm():
    unit = make_unit("North")
    other = make_unit("South")
    ops = make_member("Ops", role="salesops")
    lead = make_member("Lead", manager=ops, unit=unit, role="manager")
    return {
        "ops": ops,
        "lead": lead,
        "rep": make_member("Rep", manager=lead, unit=unit),
        "mate": make_member("Mate", manager=lead, unit=unit),
        "south": make_member("South rep", manager=ops, unit=other),
        "unit": unit,
    }


def own(member):
    return actor_for(member.user)


def campaign(firm, capture, **more) -> AuditCampaign:
    given = {"name": "Q2", "fields": ["phone", "work_place"], "due_on": today() + dt.timedelta(days=20), **more}
    with capture(execute=True):
        row = begin_audit(own(firm["ops"]), **given)
    row.refresh_from_db()
    return row


def items(**narrow):
    return AuditItem.objects.unscoped("tests").filter(**narrow)


def reminded() -> list[tuple[int, list[int]]]:
    rows = Event.objects.unscoped("tests").filter(action="people.auditcampaign.remind").order_by("id")
    return [(one["step"], one["receivers"]) for one in rows.values_list("context", flat=True)]


def test_a_unit_is_asked_with_all_below_it_and_nobody_else(firm, django_capture_on_commit_callbacks):
    row = campaign(firm, django_capture_on_commit_callbacks, unit=firm["unit"])
    assert (row.status, row.job.state) == ("open", "done")
    asked = set(items(campaign=row).values_list("member__name", "field"))
    assert asked == {(name, field) for name in ("Lead", "Rep", "Mate") for field in ("phone", "work_place")}
    assert fill(row, lambda done, total: None) == 3
    assert items(campaign=row).count() == 6  # made once, however often the job runs


def test_answers_come_from_saying_so_from_changing_and_from_asking(firm, django_capture_on_commit_callbacks):
    row = campaign(firm, django_capture_on_commit_callbacks, fields=["phone", "work_place", "languages"])
    rep = firm["rep"]
    verify_details(own(rep), rep, fields=["phone"])
    change_own(own(rep), rep, work_place="上海", languages="英语")
    answers = dict(items(campaign=row, member=rep).values_list("field", "answer"))
    assert answers == {"phone": "right", "work_place": "asked", "languages": "changed"}
    assert items(campaign=row, member=firm["mate"]).exclude(answer="").count() == 0


def test_the_ladder_goes_member_manager_author_on_working_days(firm, django_capture_on_commit_callbacks):
    monday = dt.date(2026, 3, 16)
    row = campaign(firm, django_capture_on_commit_callbacks, unit=firm["unit"], begins_on=monday)
    AuditCampaign.objects.unscoped("tests").update(begins_on=monday, due_on=monday + dt.timedelta(days=30))
    Member.objects.unscoped("tests").filter(pk=firm["mate"].pk).update(status="on_leave")
    verify_details(own(firm["lead"]), firm["lead"], fields=["phone", "work_place"])
    days = [workdays.shift(monday, at) for at in (2, 3, 3, 5, 7)]
    assert [remind(day) for day in days] == [0, 1, 0, 1, 1]
    rep, lead, ops = (firm[one].pk for one in ("rep", "lead", "ops"))
    assert reminded() == [(1, [rep]), (2, [lead]), (3, [ops])]
    assert remind(dt.date(2026, 3, 21)) == 0  # a Saturday
    verify_details(own(firm["rep"]), firm["rep"], fields=["phone", "work_place"])
    assert remind(workdays.shift(monday, 8)) == 0
    assert row.pk


def test_nobody_is_reminded_twice_on_one_day(firm, django_capture_on_commit_callbacks):
    monday = dt.date(2026, 3, 16)
    for name in ("One", "Two"):
        campaign(firm, django_capture_on_commit_callbacks, unit=firm["unit"], name=name)
    AuditCampaign.objects.unscoped("tests").update(begins_on=monday)
    thursday = workdays.shift(monday, 3)
    assert remind(thursday) == 3  # three people, two campaigns
    assert remind(workdays.shift(thursday, 1)) == 3


def test_a_closed_campaign_is_sealed_and_its_seal_breaks_with_one_letter(firm, django_capture_on_commit_callbacks):
    row = campaign(firm, django_capture_on_commit_callbacks, unit=firm["unit"])
    verify_details(own(firm["rep"]), firm["rep"], fields=["phone", "work_place"])
    close_campaign(own(firm["ops"]), row)
    row.refresh_from_db()
    assert row.result["total"] == {"all": 6, "right": 2, "changed": 0, "asked": 0, "answered": 2}
    assert row.result["units"] == [["North", 3, 6, 2, 2, 0, 0]]
    assert row.result["open"] == sorted([firm["lead"].employee_no, firm["mate"].employee_no])
    assert seal(row.result) == row.result_hash
    assert seal({**row.result, "name": "Q3"}) != row.result_hash
    with pytest.raises(Refused, match="running campaign"):
        close_campaign(own(firm["ops"]), row)
    assert remind() == 0


def test_a_campaign_without_fields_or_with_its_days_turned_round_is_refused(firm, django_capture_on_commit_callbacks):
    with pytest.raises(ValidationError, match="at least one field"):
        campaign(firm, django_capture_on_commit_callbacks, fields=[])
    with pytest.raises(ValidationError, match="due before"):
        campaign(firm, django_capture_on_commit_callbacks, due_on=today() - dt.timedelta(days=1))
    assert AuditCampaign.objects.unscoped("tests").count() == 0


def test_a_manager_sees_how_far_the_team_is_and_not_how_far_others_are(
    client, firm, django_capture_on_commit_callbacks
):
    row = campaign(firm, django_capture_on_commit_callbacks)
    client.force_login(firm["lead"].user)
    page = client.get(row.get_absolute_url()).content.decode()
    assert "North" in page
    assert "South" not in page
    assert client.get("/people/audits/sheet/").status_code == 200
    assert client.get("/people/audits/quality/").status_code == 200
    client.force_login(firm["ops"].user)
    assert "South" in client.get(row.get_absolute_url()).content.decode()
    assert client.post(f"/people/audits/{row.pk}/close/").status_code in (204, 302)
    assert "SHA-256" in client.get(f"/people/audits/{row.pk}/result/").content.decode()


def test_only_what_is_old_or_missing_is_asked_where_that_is_wanted(firm, django_capture_on_commit_callbacks):
    old = timezone.now() - dt.timedelta(days=400)
    Member.objects.unscoped("tests").update(created_at=old, phone="13800000000", work_place="Beijing")
    verify_details(own(firm["rep"]), firm["rep"], fields=["phone", "work_place"])
    Member.objects.unscoped("tests").filter(pk=firm["rep"].pk).update(work_place="")
    row = campaign(firm, django_capture_on_commit_callbacks, unit=firm["unit"], only_old=True)
    asked = set(items(campaign=row).values_list("member__name", "field"))
    assert asked == {("Rep", "work_place")} | {
        (one, key) for one in ("Lead", "Mate") for key in ("phone", "work_place")
    }
    assert fill(row, lambda done, total: None) == 3
    assert items(campaign=row).count() == 5


def test_a_campaign_proposes_the_fields_that_the_rules_say_grow_old(client, firm):
    DetailRule.objects.unscoped("tests").filter(field="phone").update(stale_after=None)
    client.force_login(firm["ops"].user)
    page = client.get("/people/audits/new/").content.decode()
    assert re.search(r'value="work_place"[^>]*checked', page)
    assert not re.search(r'value="phone"[^>]*checked', page)
    sent = {"name": "Q3", "fields_": ["phone"], "only_old": "on", "begins_on": today(), "due_on": today()}
    assert client.post("/people/audits/new/", sent).status_code in (204, 302)
    assert AuditCampaign.objects.unscoped("tests").get().only_old


def test_the_quality_of_data_is_shown_quarter_by_quarter(client, firm):
    client.force_login(firm["ops"].user)
    client.get("/", headers={"accept-language": "en"})
    asked = {"unit": firm["unit"], "asked": 10}
    QualityScore(on=dt.date(2026, 2, 1), fresh=2, **asked).save()
    assert "quality-trend" not in client.get("/people/audits/quality/").content.decode(), "one count is no trend"
    QualityScore(on=dt.date(2026, 3, 1), fresh=5, **asked).save()
    QualityScore(on=dt.date(2026, 5, 1), fresh=8, **asked).save()
    page = client.get("/people/audits/quality/").content.decode()
    assert "quality-trend" in page
    assert re.search(r"\[50, 80\]", page), "of a quarter the last count"


QUERIES = 23


def test_the_sheet_asks_as_many_questions_for_fifty_as_for_five(client, firm, django_assert_max_num_queries):
    for at in range(50):
        make_member(f"Member {at}", manager=firm["lead"], unit=firm["unit"])
    client.force_login(firm["lead"].user)
    with django_assert_max_num_queries(QUERIES):
        assert client.get("/people/audits/sheet/").status_code == 200
    for asked in ("stale=1", "silent=1", "never=1", "lost=1"):
        assert client.get(f"/people/audits/sheet/?{asked}").status_code == 200
