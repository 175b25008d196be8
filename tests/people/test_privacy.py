"""Personal data: the register, one's own copy, erasure that keeps what the law wants, and looks at private details."""

import csv
import datetime as dt
import io
import json
import zipfile

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone, translation
from hypothesis import given
from hypothesis import strategies as st

from muster.access.action import verify
from muster.access.models import Event, FieldRule, Grant, Role, User
from muster.access.scope import Actor, Forbidden
from muster.core.fields import Sensitive
from muster.crm.actions.account import accounts
from muster.integrations import notifications
from muster.people import personal
from muster.people.actions.checklist import begin, complete_item, ensure_default_templates
from muster.people.actions.dataexport import drop_old_exports, fetch_export, request_export
from muster.people.actions.document import add_document
from muster.people.actions.lifecycle import plan_leaving
from muster.people.actions.member import members, privates
from muster.people.actions.privacy import (
    decline_erasure,
    ensure_register,
    propose_erasures,
    request_erasure,
    reveal,
    run_erasure,
)
from muster.people.models import (
    ChecklistItem,
    DataExport,
    Erasure,
    Member,
    MemberDocument,
    MemberPrivate,
    PersonalField,
    SkillEvidence,
)
from tests import factories

pytestmark = pytest.mark.django_db
OPERATOR = Actor.operator("tests")
TODAY = dt.date(2026, 3, 10)
ID_NUMBER = "110101199001011234"


@pytest.fixture(autouse=True)
def _one_day(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    settings.LANGUAGE_CODE = "en"
    with time_machine.travel(dt.datetime(2026, 3, 10, 4, tzinfo=dt.UTC), tick=False), translation.override("en"):
        ensure_register()
        ensure_default_templates()
        yield


def give(role, *permissions):
    row = Role.objects.unscoped("tests").get(key=role)
    for one in permissions:
        Grant.objects.unscoped("tests").filter(role=row, permission=one).delete()
        Grant(role=row, permission=one, scope="all").save()
    FieldRule(role=row, model="people.memberprivate", field="*", scope="all", level="read").save()


def private(firm):
    return MemberPrivate.objects.unscoped("tests").get(member=firm.rep)


def events(action):
    return Event.objects.unscoped("tests").filter(action=action)


# Looking at what is private.


def test_a_look_needs_a_reason_and_is_shown_to_the_member_with_it(firm, as_role):
    give("salesops", "people.memberprivate.view", "people.memberprivate.reveal")
    url = reverse("member_private", args=[firm.rep.pk])
    closed = as_role("salesops").get(url).content.decode()
    assert (ID_NUMBER in closed, "•••" in closed) == (False, True)
    refused = as_role("salesops").post(url, {"reason": "  "})
    assert (refused.status_code, ID_NUMBER in refused.content.decode()) == (422, False)
    assert not events("people.memberprivate.reveal").exists()
    opened = as_role("salesops").post(url, {"reason": "Social insurance 2026"}).content.decode()
    assert ID_NUMBER in opened
    event = events("people.memberprivate.reveal").get()
    assert event.context["reason"] == "Social insurance 2026"
    assert "id_number" in event.context["fields"]
    assert ID_NUMBER not in str(event.changes) + str(event.context)
    assert ID_NUMBER not in as_role("salesops").get(url).content.decode()  # the next look asks again
    own = as_role("rep").get(url).content.decode()
    assert "Social insurance 2026" in own
    assert firm.salesops.name in own
    notifications.read_events()
    assert "looked at your private details" in as_role("rep").get(reverse("notifications")).content.decode()


def test_who_may_see_that_there_are_details_may_not_open_them_without_the_permission(firm, as_role, actor):
    give("salesops", "people.memberprivate.view")
    url = reverse("member_private", args=[firm.rep.pk])
    assert "What do you need it for?" not in as_role("salesops").get(url).content.decode()
    assert as_role("salesops").post(url, {"reason": "Curious"}).status_code == 403
    with pytest.raises(Forbidden):
        reveal(actor("salesops"), private(firm), reason="Curious")
    assert events("access.denied").exists()
    assert not events("people.memberprivate.reveal").exists()


def test_after_twenty_looks_in_an_hour_there_is_a_sentence_an_event_and_a_notice(firm, actor, as_role):
    give("salesops", "people.memberprivate.view", "people.memberprivate.reveal")
    who = actor("salesops")
    row = MemberPrivate.objects.visible_to(who).get(member=firm.rep)
    for _at in range(20):
        reveal(who, row, reason="Payroll")
    answer = as_role("salesops").post(reverse("member_private", args=[firm.rep.pk]), {"reason": "Payroll"})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "20 times within an hour" in page
    assert ID_NUMBER not in page
    assert events("people.memberprivate.reveal").count() == 20
    limit = events("people.memberprivate.limit").get()
    assert (limit.model, limit.object_id) == ("people.member", firm.salesops.pk)
    notifications.read_events()
    bell = as_role("sysadmin").get(reverse("notifications")).content.decode()
    assert f"{firm.salesops.name} looked at private details too often" in bell
    with time_machine.travel(timezone.now() + dt.timedelta(minutes=61)):
        assert "id_number" in reveal(who, row, reason="Payroll")


def test_the_form_for_private_details_of_another_shows_none_and_empties_none(firm, as_role):
    give("salesops", "people.memberprivate.view", "people.memberprivate.edit")
    role = Role.objects.unscoped("tests").get(key="salesops")
    FieldRule.objects.unscoped("tests").filter(role=role, model="people.memberprivate").update(level="write")
    url = reverse("private_edit", args=[private(firm).pk])
    page = as_role("salesops").get(url).content.decode()
    assert ID_NUMBER not in page
    assert 'name="id_number"' in page
    sent = {"bank_account": "6222000011112222", "version": private(firm).version}
    assert as_role("salesops").post(url, sent).status_code == 302
    row = private(firm)
    assert (row.id_number, row.bank_account) == (ID_NUMBER, "6222000011112222")


# The register.


def test_everything_held_stands_in_the_register_with_purpose_basis_and_time(firm, as_role):
    lines = set(PersonalField.objects.unscoped("tests").values_list("model", "field"))
    for model in (Member, MemberPrivate):
        sensitive = {one.name for one in model._meta.concrete_fields if isinstance(one, Sensitive)}
        assert {(model._meta.label_lower, one) for one in sensitive} <= lines
    page = as_role("rep").get(reverse("privacy_mine")).content.decode()
    assert "Contract, social insurance, tax" in page
    assert "Duty by law" in page
    chinese = as_role("rep").get(reverse("privacy_mine"), headers={"accept-language": "zh-hans"}).content.decode()
    assert "签订合同、社保、个税" in chinese
    ensure_register()
    assert PersonalField.objects.unscoped("tests").count() == len(lines)


def test_a_line_is_changed_by_who_may_and_an_upgrade_leaves_it_alone(firm, as_role):
    row = PersonalField.objects.unscoped("tests").get(model="people.member", field="phone")
    said = {"purpose": "To call at work", "purpose_zh": "电话联系", "basis": "interest", "months": "6"}
    url = reverse("register_edit", args=[row.pk])
    assert as_role("rep").post(url, said).status_code == 403
    assert as_role("salesops").post(url, {**said, "months": "9999"}).status_code == 422
    assert as_role("salesops").post(url, {**said, "version": row.version}).status_code == 302
    ensure_register()
    row.refresh_from_db()
    assert (row.purpose, row.basis, row.months) == ("To call at work", "interest", 6)
    assert events("people.personalfield.edit").get().changes["months"] == [12, 6]


# One's own copy.


def export(client, capture):
    with capture(execute=True):
        client.post(reverse("data_export"))
    return DataExport.objects.unscoped("tests").latest("pk")


def opened(content):
    return zipfile.ZipFile(io.BytesIO(content))


def test_the_copy_holds_everything_on_the_member_and_nothing_of_others(
    firm, as_role, django_capture_on_commit_callbacks, tmp_path
):
    for one in (firm.rep, firm.peer):
        upload = SimpleUploadedFile("licence.pdf", f"%PDF-1.7 {one.name}".encode())
        add_document(OPERATOR, member=one, upload=upload, kind="certificate", title=f"Licence {one.name}")
    add_document(
        OPERATOR,
        member=firm.rep,
        upload=SimpleUploadedFile("w.pdf", b"%PDF-1.7 warning"),
        kind="other",
        title="Warning",
        audience="hr",
    )
    accounts.create(OPERATOR, name="Secret Customer Ltd", owner=firm.rep)
    members.edit(OPERATOR, firm.rep, about="=HYPERLINK(1)")
    row = export(as_role("rep"), django_capture_on_commit_callbacks)
    answer = as_role("rep").get(reverse("data_export_file", args=[row.pk]))
    assert answer.headers["Content-Disposition"].startswith("attachment")
    with opened(answer.content) as archive:
        names = archive.namelist()
        whole = {name: archive.read(name).decode("utf-8", errors="replace") for name in names}
    assert json.loads(whole["json/private.json"])[0]["id_number"] == ID_NUMBER
    assert json.loads(whole["json/member.json"])[0]["phone"] == firm.rep.__dict__["phone"]
    assert next(csv.DictReader(io.StringIO(whole["csv/private.csv"].lstrip("\ufeff"))))["ID number"] == ID_NUMBER
    assert "'=HYPERLINK(1)" in whole["csv/member.csv"]
    assert {f"json/{part.key}.json" for part in personal.parts()} <= set(names)
    assert [name for name in names if name.startswith("documents/")] == [
        f"documents/{MemberDocument.objects.unscoped('tests').get(member=firm.rep, audience='line').pk}-licence.pdf"
    ]
    page = whole["index.html"]
    assert "Everything held on you: 张三" in page
    assert "1 document is not in here" in page
    told = "".join(whole.values())
    assert "Secret Customer Ltd" not in told
    assert "Warning" not in told
    assert f"Licence {firm.peer.name}" not in told
    assert len(json.loads(whole["json/accounts.json"])) == 1
    assert all(ID_NUMBER.encode() not in path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())


def test_the_copy_is_made_in_the_language_of_the_member(firm, as_role, django_capture_on_commit_callbacks):
    User.objects.filter(pk=firm.rep.user_id).update(language="zh-hans")
    row = export(as_role("rep"), django_capture_on_commit_callbacks)
    with opened(as_role("rep").get(reverse("data_export_file", args=[row.pk])).content) as archive:
        assert 'lang="zh-hans"' in archive.read("index.html").decode()


def test_only_the_member_fetches_it_and_for_seven_days(
    firm, as_role, actor, django_capture_on_commit_callbacks, tmp_path
):
    row = export(as_role("rep"), django_capture_on_commit_callbacks)
    url = reverse("data_export_file", args=[row.pk])
    give("salesops", "people.dataexport.view", "people.dataexport.fetch")
    for role in ("peer", "manager", "director", "salesops", "sysadmin"):
        assert as_role(role).get(url).status_code == 404, role
    assert as_role("rep").get(url).status_code == 200
    assert [event.actor_name for event in events("people.dataexport.fetch")] == [firm.rep.name]
    notifications.read_events()
    assert "ready to be fetched" in as_role("rep").get(reverse("notifications")).content.decode()
    with time_machine.travel(timezone.now() + dt.timedelta(days=7, minutes=1)):
        with pytest.raises(ValidationError, match="seven days only"):
            fetch_export(actor("rep"), DataExport.objects.unscoped("tests").get())
        assert drop_old_exports() == 1
        assert drop_old_exports() == 0
    assert not [path for path in tmp_path.rglob("*") if path.is_file()]


def test_a_second_copy_is_not_asked_for_while_one_is_made_and_without_a_member_there_is_none(firm, actor):
    request_export(actor("rep"))
    with pytest.raises(ValidationError, match="being put together"):
        request_export(actor("rep"))
    nobody = factories.make_user(role="sysadmin")
    with pytest.raises(ValidationError, match="belongs to no member"):
        request_export(Actor(user_id=nobody.pk, grants={"*": {"own"}}))
    assert DataExport.objects.unscoped("tests").count() == 1


# Erasure.


@pytest.fixture
def leaver(firm, actor):
    """Somebody with a past: private details, a document of each kind, a skill, a tick on another's list, a deal won."""
    rep = firm.rep
    privates.edit(OPERATOR, private(firm), bank_account="6222000011112222", emergency_name="张母")
    for kind in ("contract", "certificate"):
        upload = SimpleUploadedFile("f.pdf", b"%PDF-1.7 x")
        add_document(OPERATOR, member=rep, upload=upload, kind=kind, title=f"{kind} of 张三")
    members.edit(OPERATOR, rep, about="Loves Go, 张三", personal_email="zs@home.example")
    deal = factories.make_deal(rep, won=dt.date(2026, 1, 5), name="Machine")
    begin(firm.peer, "joiner", TODAY)
    item = ChecklistItem.objects.unscoped("tests").filter(member=firm.peer).first()
    complete_item(Actor(rep.user_id, rep.pk, name=rep.name, grants={"*": {"all"}}, address="10.1.2.3"), item)
    with time_machine.travel(dt.datetime(2026, 1, 31, 4, tzinfo=dt.UTC)):
        plan_leaving(OPERATOR, Member.objects.unscoped("tests").get(pk=rep.pk), left_on=dt.date(2026, 1, 31))
    row = Member.objects.unscoped("tests").get(pk=rep.pk)
    assert row.status == "left"
    return row, deal, item


def erased(actor_, member):
    """Asked for by one, carried out by another."""
    row = request_erasure(OPERATOR, member=member, reason="Asked by letter")
    run_erasure(actor_, row)
    return Erasure.objects.unscoped("tests").get(pk=row.pk)


def trail_text():
    said = Event.objects.unscoped("tests").values_list("actor_name", "object_name", "changes", "context")
    return json.dumps(list(said), ensure_ascii=False)


def test_the_preview_says_what_goes_and_what_stays_until_when_and_why(firm, leaver, as_role):
    row = request_erasure(OPERATOR, member=leaver[0])
    page = as_role("director").get(reverse("erasure_detail", args=[row.pk])).content.decode()
    going, staying = page.split("What stays, and why")
    assert "Home address" in going
    assert "Emergency contact" in going
    assert "ID number" not in going
    assert "ID number" in staying
    assert "Contracts and copies of identity documents" in staying
    assert "Duty by law" in staying
    assert "2028" in staying
    assert as_role("manager").get(reverse("erasure_detail", args=[row.pk])).status_code == 403


def test_on_request_all_goes_but_what_the_law_keeps(firm, leaver, actor, django_capture_on_commit_callbacks, tmp_path):
    member, deal, _item = leaver
    with django_capture_on_commit_callbacks(execute=True):
        done = erased(actor("director"), member)
    row = Member.objects.unscoped("tests").get(pk=member.pk)
    kept = private(firm)
    assert (row.name, row.employee_no) == ("张三", member.employee_no)
    assert (row.__dict__["phone"], row.__dict__["personal_email"], row.about, row.work_email) == ("", "", "", "")
    assert (kept.id_number, kept.bank_account) == (ID_NUMBER, "6222000011112222")
    assert (kept.home_address, kept.emergency_name, kept.birth_date) == ("", "", None)
    assert list(MemberDocument.objects.unscoped("tests").values_list("kind", flat=True)) == ["contract"]
    assert len([path for path in tmp_path.rglob("*") if path.is_file()]) == 1
    assert not SkillEvidence.objects.unscoped("tests").exists()
    user = User.objects.get(pk=member.user_id)
    assert (user.username, user.email, user.is_active) == (f"former-{member.pk}", "", False)
    deal.refresh_from_db()
    assert deal.owner_id == member.pk
    assert (done.status, row.erased_at) == ("done", None)
    assert "Loves Go" not in trail_text()
    assert "certificate of 张三" not in trail_text()
    assert "contract of 张三" in trail_text()
    assert verify() is None


def test_when_the_law_wants_it_no_longer_the_name_goes_too_and_the_trail_stays_whole(
    firm, leaver, actor, as_role, django_capture_on_commit_callbacks, tmp_path
):
    member, _deal, item = leaver
    head = Event.objects.unscoped("tests").latest("pk").hash
    PersonalField.objects.unscoped("tests").update(months=0)
    with django_capture_on_commit_callbacks(execute=True):
        erased(actor("director"), member)
    row = Member.objects.unscoped("tests").get(pk=member.pk)
    assert row.name == f"Former member #{member.pk}"
    assert row.employee_no == f"#{member.pk}"
    assert row.erased_at is not None
    assert "zhangsan" not in row.search_text
    assert private(firm).id_number == ""
    assert not MemberDocument.objects.unscoped("tests").exists()
    assert not [path for path in tmp_path.rglob("*") if path.is_file()]
    item.refresh_from_db()
    assert item.done_by == f"Former member #{member.pk}"
    told = trail_text()
    for secret in ("张三", "zs@home.example", "Loves Go", "10.1.2.3", "rep@firm.example", member.employee_no):
        assert secret not in told, secret
    assert verify() is None
    assert Event.objects.unscoped("tests").filter(hash=head).exists()  # anchors kept elsewhere still hold
    page = as_role("director").get(reverse("member_detail", args=[member.pk])).content.decode()
    assert f"Former member #{member.pk}" in page
    assert "张三" not in page
    assert as_role("director").get(reverse("audit_list")).status_code == 200
    tick = events("people.checklistitem.complete").get()
    assert tick.by == f"Former member #{member.pk}"
    assert not any(one.goes for one in personal.steps(row, "request"))


def test_what_others_hold_and_did_is_untouched(firm, leaver, actor):
    before = {
        one.pk: (one.actor_name, one.object_name, one.changes, one.context)
        for one in Event.objects.unscoped("tests").filter(owner_id=firm.peer.pk).exclude(actor_member_id=firm.rep.pk)
    }
    PersonalField.objects.unscoped("tests").update(months=0)
    erased(actor("director"), leaver[0])
    for pk, said in before.items():
        one = Event.objects.unscoped("tests").get(pk=pk)
        assert (one.actor_name, one.object_name, one.changes, one.context) == said
    peer = Member.objects.unscoped("tests").get(pk=firm.peer.pk)
    assert (peer.name, peer.work_email) == ("曾小红", "peer@firm.example")


def test_it_is_one_action_in_the_trail_and_says_no_value(firm, leaver, actor):
    done = erased(actor("director"), leaver[0])
    event = events("people.erasure.run").get()
    assert (event.actor_name, event.object_id) == (firm.director.name, done.pk)
    said = json.dumps([event.changes, event.object_name, done.report], ensure_ascii=False)
    assert "张三" not in said
    assert ID_NUMBER not in said
    assert {"model": "people.memberprivate", "field": "id_number", "count": 1, "gone": False} in done.report


def test_who_asked_does_not_carry_it_out_and_nobody_does_it_twice(firm, leaver, actor, as_role):
    row = request_erasure(actor("salesops"), member=leaver[0])
    assert as_role("salesops").post(reverse("erasure_run", args=[row.pk])).status_code == 302
    assert private(firm).home_address == "北京市朝阳区"
    with pytest.raises(ValidationError, match="somebody else carries it out"):
        run_erasure(actor("salesops"), row)
    with pytest.raises(ValidationError, match="waits for a decision already"):
        request_erasure(actor("director"), member=leaver[0])
    assert as_role("director").post(reverse("erasure_run", args=[row.pk])).status_code == 302
    assert private(firm).home_address == ""
    with pytest.raises(ValidationError, match="decided already"):
        run_erasure(actor("director"), row)
    with pytest.raises(ValidationError, match="could be erased now"):
        request_erasure(OPERATOR, member=Member.objects.unscoped("tests").get(pk=leaver[0].pk))


def test_nothing_of_who_is_here_is_erased(firm, actor):
    with pytest.raises(ValidationError, match="has not left"):
        request_erasure(actor("salesops"), member=firm.peer)
    row = Erasure(member=firm.peer, origin="request")
    row.save()
    with pytest.raises(ValidationError, match="has not left"):
        run_erasure(actor("director"), row)
    assert Member.objects.unscoped("tests").get(pk=firm.peer.pk).__dict__["phone"] == firm.peer.__dict__["phone"]
    with pytest.raises(Forbidden):
        request_erasure(actor("manager"), member=firm.rep)


def test_the_chore_proposes_when_the_time_is_over_and_erases_nothing(firm, leaver, actor):
    member = leaver[0]
    propose_erasures()  # what needs consent goes at once: so it is proposed from the first day
    row = Erasure.objects.unscoped("tests").get(member=member)
    assert (row.origin, row.status) == ("retention", "proposed")
    assert private(firm).emergency_name == "张母"
    assert propose_erasures() == 0
    run_erasure(actor("director"), row)
    kept = private(firm)
    assert (kept.emergency_name, kept.home_address, kept.id_number) == ("", "北京市朝阳区", ID_NUMBER)
    year, two = dt.date(2027, 2, 1), dt.date(2028, 2, 1)
    with time_machine.travel(dt.datetime.combine(year, dt.time(4), tzinfo=dt.UTC)):
        assert propose_erasures() == 1
        run_erasure(actor("director"), Erasure.objects.unscoped("tests").latest("pk"))
        kept = private(firm)
        assert (kept.home_address, kept.id_number) == ("", ID_NUMBER)
    with time_machine.travel(dt.datetime.combine(two, dt.time(4), tzinfo=dt.UTC)):
        assert propose_erasures() == 1
        run_erasure(actor("director"), Erasure.objects.unscoped("tests").latest("pk"))
        assert private(firm).id_number == ""
        assert Member.objects.unscoped("tests").get(pk=member.pk).erased_at is not None
        assert propose_erasures() == 0
    assert verify() is None


def test_what_was_declined_is_not_proposed_again_for_half_a_year(firm, leaver, actor, as_role):
    propose_erasures()
    row = Erasure.objects.unscoped("tests").get()
    url = reverse("erasure_decline", args=[row.pk])
    assert as_role("director").post(url, {"reason": "Lawsuit"}).status_code == 302
    row.refresh_from_db()
    assert (row.status, row.reason) == ("declined", "Lawsuit")
    assert propose_erasures() == 0
    with pytest.raises(ValidationError, match="decided already"):
        decline_erasure(actor("director"), row, reason="Again")
    with time_machine.travel(timezone.now() + dt.timedelta(days=181)):
        assert propose_erasures() == 1


def test_the_deciders_are_told_and_the_member_page_offers_it(firm, leaver, as_role):
    propose_erasures()
    notifications.read_events()
    assert "Personal data wait for erasure" in as_role("director").get(reverse("notifications")).content.decode()
    page = as_role("salesops").get(reverse("member_detail", args=[firm.rep.pk])).content.decode()
    assert reverse("erasure_new", args=[firm.rep.pk]) in page
    assert (
        reverse("erasure_new", args=[firm.peer.pk])
        not in as_role("salesops").get(reverse("member_detail", args=[firm.peer.pk])).content.decode()
    )


@given(st.dates(dt.date(1990, 1, 1), dt.date(2100, 1, 1)), st.integers(0, 1200))
def test_months_after_a_day_are_months_after_it(day, months):
    later = personal.months_after(day, months)
    assert (later.year - day.year) * 12 + later.month - day.month == months
    assert later.day <= day.day
    assert later >= day
