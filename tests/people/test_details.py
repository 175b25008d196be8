"""Members keep their own card true: what changes at once, what waits for approval, what was found right when."""

import datetime as dt

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone, translation

from muster.access.action import Refused
from muster.access.actors import actor_for
from muster.access.models import Event
from muster.access.scope import Forbidden, NotVisible
from muster.core.periods import today
from muster.integrations.models import Notification
from muster.integrations.notifications import read_events
from muster.people import freshness
from muster.people.actions.detail import (
    approve_change,
    change_own,
    reject_change,
    rules,
    verify_details,
    withdraw_change,
)
from muster.people.actions.member import members
from muster.people.actions.sheet import correct
from muster.people.models import ChangeRequest, DetailRule, Member, MemberPrivate, Verification
from muster.people.tasks import note_quality
from tests.factories import make_member, make_unit, operator

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _in_english():
    with translation.override("en"):
        yield


@pytest.fixture
def team():
    unit = make_unit("North")
    lead = make_member("Lead", unit=unit, role="manager")
    return lead, make_member("Rep", manager=lead, unit=unit, phone="13800138000")


def own(member):
    return actor_for(member.user)


def fresh(member) -> Member:
    return Member.objects.unscoped("tests").get(pk=member.pk)


def told(member) -> list[str]:
    read_events()
    rows = Notification.objects.unscoped("tests").filter(user=member.user_id).order_by("pk")
    rows = rows.exclude(event__action="people.member.move")
    return list(rows.values_list("event__action", flat=True))


def test_a_free_field_changes_at_once_and_counts_as_found_right(team):
    lead, rep = team
    said = change_own(own(rep), rep, languages="普通话、粤语")
    assert said == {"changed": ["languages"], "asked": []}
    assert fresh(rep).languages == "普通话、粤语"
    seen = Verification.objects.unscoped("tests").get(member=rep, field="languages")
    assert (seen.on, seen.by) == (today(), own(rep).name)
    assert told(lead) == []


def test_the_manager_is_told_that_a_phone_changed_but_not_to_what(team):
    lead, rep = team
    change_own(own(rep), rep, phone="13911112222")
    assert fresh(rep).__dict__["phone"] == "13911112222"
    assert told(lead) == ["people.member.told"]
    assert "13911112222" not in str(list(Event.objects.unscoped("tests").values_list("changes", "context")))


def test_what_needs_approval_waits_while_the_old_value_lives_on(team):
    lead, rep = team
    said = change_own(own(rep), rep, work_place="上海", reason="搬到上海办公")
    assert said == {"changed": [], "asked": ["work_place"]}
    assert fresh(rep).work_place == ""
    request = ChangeRequest.objects.unscoped("tests").get()
    assert told(lead) == ["people.changerequest.create"]
    approve_change(own(lead), request)
    assert fresh(rep).work_place == "上海"
    assert Verification.objects.unscoped("tests").get(field="work_place").by == own(lead).name
    assert told(rep) == ["people.changerequest.approve"]
    with pytest.raises(Refused, match="decided already"):
        approve_change(own(lead), request)


def test_a_second_request_on_the_same_field_is_refused_and_nothing_of_the_form_is_written(team):
    _lead, rep = team
    change_own(own(rep), rep, work_place="上海")
    with pytest.raises(ValidationError, match="waits for approval already"):
        change_own(own(rep), rep, work_place="北京", languages="英语")
    assert ChangeRequest.objects.unscoped("tests").count() == 1
    assert fresh(rep).languages == ""


def test_private_details_stand_encrypted_in_the_request_and_come_out_whole(team):
    lead, rep = team
    change_own(own(rep), rep, bank_account="6222020000012345678", birth_date=dt.date(1990, 5, 1))
    by_field = {one.field: one for one in ChangeRequest.objects.unscoped("tests")}
    account = by_field["bank_account"]
    assert account.__dict__["value"] == ""
    raw = ChangeRequest.objects.unscoped("tests").filter(secret__contains="6222").count()
    assert raw == 0
    seen = ChangeRequest.objects.visible_to(own(lead)).get(pk=account.pk)
    assert seen.asked.startswith("622")
    assert "*" in seen.asked
    for one in by_field.values():
        approve_change(own(lead), one)
    row = MemberPrivate.objects.unscoped("tests").get(member=rep)
    assert row.__dict__["bank_account"] == "6222020000012345678"
    assert row.__dict__["birth_date"] == dt.date(1990, 5, 1)


def test_the_approver_is_told_when_the_present_value_moved_on(team):
    lead, rep = team
    change_own(own(rep), rep, work_place="上海")
    request = ChangeRequest.objects.unscoped("tests").get()
    ops = make_member("Ops", role="salesops")
    members.edit(own(ops), fresh(rep), work_place="杭州")
    with pytest.raises(Refused, match="changed meanwhile"):
        approve_change(own(lead), request)
    assert fresh(rep).work_place == "杭州"


def test_nobody_approves_his_own_change_or_that_of_another_team(team):
    lead, rep = team
    change_own(own(lead), lead, work_place="上海")
    mine = ChangeRequest.objects.unscoped("tests").get()
    with pytest.raises(Refused, match="Nobody approves"):
        approve_change(own(lead), mine)
    with pytest.raises(NotVisible):
        approve_change(own(rep), mine)
    assert fresh(lead).work_place == ""


def test_who_asked_may_withdraw_and_ask_again_and_a_rejection_has_its_reason(team):
    lead, rep = team
    change_own(own(rep), rep, work_place="上海")
    withdraw_change(own(rep), ChangeRequest.objects.unscoped("tests").get())
    change_own(own(rep), rep, work_place="北京")
    reject_change(own(lead), ChangeRequest.objects.unscoped("tests").get(status="waiting"), note="没有北京的工位")
    assert fresh(rep).work_place == ""
    assert told(rep) == ["people.changerequest.reject"]


def test_a_closed_field_is_refused_with_a_sentence(team):
    _lead, rep = team
    DetailRule.objects.unscoped("tests").filter(field="work_email").update(own="closed")
    with pytest.raises(ValidationError, match="by the firm alone"):
        change_own(own(rep), rep, work_email="me@example.com")


def test_bad_input_is_refused_and_nothing_is_changed(team):
    _lead, rep = team
    with pytest.raises(ValidationError):
        change_own(own(rep), rep, personal_email="no address", languages="英语")
    assert fresh(rep).languages == ""
    with pytest.raises(ValidationError, match="Unknown field"):
        change_own(own(rep), rep, employee_no="E1")


def test_nobody_changes_another_members_details_here(team):
    lead, rep = team
    with pytest.raises(Forbidden):
        change_own(own(lead), rep, languages="英语")


def test_a_detail_grows_old_and_is_found_right_again(team):
    lead, rep = team
    long_ago = timezone.now() - dt.timedelta(days=200)
    Member.objects.unscoped("tests").filter(pk=rep.pk).update(created_at=long_ago)
    lines = {one.key: one for one in freshness.lines_of(own(rep), fresh(rep))}
    assert (lines["phone"].is_old, lines["languages"].is_old) == (True, False)  # 180 and 365 days
    verify_details(own(lead), rep, fields=["phone"])
    lines = {one.key: one for one in freshness.lines_of(own(lead), fresh(rep))}
    assert (lines["phone"].is_old, lines["phone"].by) == (False, own(lead).name)
    assert "bank_account" not in lines  # a manager sees no private details


def test_the_work_status_grows_old_too_and_nobody_types_it_in(team):
    lead, rep = team
    past = timezone.now() - dt.timedelta(days=31)
    Member.objects.unscoped("tests").filter(pk=rep.pk).update(created_at=past)
    line = next(one for one in freshness.lines_of(own(rep), fresh(rep)) if one.key == "status")
    assert (line.value, line.is_old) == ("Active", True)
    assert freshness.due({rep.pk}, ["status", "phone"])["status"] == {rep.pk}, "a campaign asks for it"
    verify_details(own(rep), rep, fields=["status"])
    assert not next(one for one in freshness.lines_of(own(rep), fresh(rep)) if one.key == "status").is_old
    rule = DetailRule.objects.unscoped("tests").get(field="status")
    with pytest.raises(ValidationError, match="its own steps"):
        rules.edit(operator, rule, own="free")
    with pytest.raises(ValidationError):
        change_own(own(rep), rep, status="left")
    with pytest.raises(ValidationError, match="not corrected here"):
        correct(own(lead), rep, field="status", value="left")


def test_data_quality_counts_what_is_filled_in_and_fresh(team):
    lead, rep = team
    rows = Member.objects.unscoped("tests").filter(pk__in=[lead.pk, rep.pk])
    asked = len(freshness.asked_for())
    assert freshness.quality(rows) == {rep.unit_id: (3, 2 * asked)}  # one phone number, two work statuses
    Member.objects.unscoped("tests").update(created_at=timezone.now() - dt.timedelta(days=400))
    assert freshness.quality(rows)[rep.unit_id] == (0, 2 * asked)
    verify_details(own(rep), rep, fields=["phone"])
    assert freshness.quality(rows)[rep.unit_id] == (1, 2 * asked)
    assert note_quality(dt.date(2026, 4, 1)) == 1
    assert note_quality(dt.date(2026, 4, 1)) == 1
    assert note_quality(dt.date(2026, 4, 2)) == 0


def test_the_page_takes_changes_and_shows_what_waits(client, team):
    lead, rep = team
    client.force_login(rep.user)
    page = client.get("/people/me/").content.decode()
    assert 'name="phone"' in page
    answer = client.post("/people/me/", {"work_place": "上海", "languages": "英语", "reason": ""}, follow=True)
    assert answer.status_code == 200
    assert fresh(rep).languages == "英语"
    assert fresh(rep).__dict__["phone"] == "13800138000"  # what was not sent is left alone
    request = ChangeRequest.objects.unscoped("tests").get()
    client.force_login(lead.user)
    assert "上海" in client.get(request.get_absolute_url()).content.decode()
    client.post(f"/people/requests/{request.pk}/approve/", {"seen": "", "note": ""})
    assert fresh(rep).work_place == "上海"
