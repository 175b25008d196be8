"""What a closed audit campaign leaves behind: a sealed result, as a signed PDF in both languages."""

import datetime as dt
import io

import pypdf
import pytest
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import translation

from muster.access.action import Refused
from muster.access.actors import actor_for, new_token
from muster.access.models import ApiToken, Event
from muster.access.scope import Forbidden
from muster.core import files, signature
from muster.core.periods import today
from muster.people.actions import audit_result
from muster.people.actions.audit_result import fetch_result, seal, sign_results
from muster.people.actions.detail import change_own, verify_details
from muster.people.models import AuditCampaign, AuditItem, AuditReport
from muster.people.tasks import begin_audit, close_audit, sign_audit
from tests.factories import make_member, make_unit

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _in_english(settings, tmp_path):
    settings.SIGNING_FILE, settings.MEDIA_ROOT = tmp_path / "signing.pem", tmp_path / "files"
    settings.SIGNING_CERTIFICATE = settings.SIGNING_KEY = settings.SIGNING_PASSWORD = ""
    with translation.override("en"):
        yield


@pytest.fixture
def firm():
    unit = make_unit("华北大区")
    ops = make_member("孙七", role="salesops")
    lead = make_member("李明", manager=ops, unit=unit, role="manager")
    return {
        "ops": ops,
        "lead": lead,
        "rep": make_member("张三", manager=lead, unit=unit),
        "silent": make_member("曾小红", manager=lead, unit=unit),
        "director": make_member("王大伟", role="director"),
        "unit": unit,
    }


def own(member):
    return actor_for(member.user)


@pytest.fixture
def campaign(firm, django_capture_on_commit_callbacks) -> AuditCampaign:
    """Asked: phone and work place of three; one said and changed, one said one, one was silent."""
    with django_capture_on_commit_callbacks(execute=True):
        row = begin_audit(
            own(firm["ops"]),
            name="三季度核实",
            unit=firm["unit"],
            fields=["phone", "languages"],
            due_on=today() + dt.timedelta(days=20),
        )
    verify_details(own(firm["rep"]), firm["rep"], fields=["phone"])
    change_own(own(firm["rep"]), firm["rep"], languages="英语")
    verify_details(own(firm["lead"]), firm["lead"], fields=["phone"])
    row.refresh_from_db()
    return row


@pytest.fixture
def closed(campaign, firm, django_capture_on_commit_callbacks) -> AuditCampaign:
    with django_capture_on_commit_callbacks(execute=True):
        close_audit(own(firm["ops"]), campaign)
    campaign.refresh_from_db()
    return campaign


def text_of(content: bytes) -> str:
    pages = pypdf.PdfReader(io.BytesIO(content)).pages
    return "".join("".join(one.extract_text().split()) for one in pages).replace("\u200b", "")


def test_closing_leaves_a_signed_pdf_in_each_language(closed, firm):
    assert closed.job.state == "done"
    rows = AuditReport.objects.unscoped("tests").filter(campaign=closed)
    assert sorted(rows.values_list("language", flat=True)) == ["en", "zh-hans"]
    for row in rows:
        assert signature.check(files.content_of(row)).holds
        assert row.certificate == signature.fingerprint()
    said = (
        Event.objects.unscoped("tests").filter(action="people.auditcampaign.signed").values_list("context", flat=True)
    )
    assert {one["sha256"] for one in said} == {one.sha256 for one in rows}


def test_the_pdf_says_who_answered_what_and_who_did_not(closed, firm):
    name, content = fetch_result(own(firm["ops"]), closed)
    assert name == f"三季度核实-{today():%Y-%m-%d}-en.pdf"
    text = text_of(content)
    for said in ("三季度核实", "华北大区", "Mobilephone", "Languages", closed.closed_by, closed.result_hash):
        assert said in text, said
    rep, lead, silent = (firm[one].employee_no for one in ("rep", "lead", "silent"))
    assert f"{rep}张三华北大区1100" in text  # 1 right, 1 changed
    assert f"{lead}李明华北大区1001" in text
    assert f"曾小红{silent}" in text.partition("Withoutananswer")[2]
    assert "华北大区3632105" in text.replace("50%", "5")  # 3 members, 6 questions, 3 answered: 2, 1, 0; 50 %
    head = closed.result["trail"]
    assert f"{head['event']}{head['hash']}" in text
    assert Event.objects.unscoped("tests").get(pk=head["event"]).hash == head["hash"]


def test_the_pdf_is_in_the_language_of_its_reader(closed, firm):
    with translation.override("zh-hans"):
        text = text_of(fetch_result(own(firm["ops"]), closed)[1])
    assert "手机" in text
    assert "Mobilephone" not in text
    with pytest.raises(ValidationError, match="no such language"):
        fetch_result(own(firm["ops"]), closed, language="fr")


def test_one_changed_byte_is_found_and_an_untouched_file_is_known(closed, firm, tmp_path, capsys):
    _name, content = fetch_result(own(firm["ops"]), closed)
    file = tmp_path / "result.pdf"
    file.write_bytes(content)
    call_command("audit", "verify-pdf", str(file))
    said = capsys.readouterr().out
    assert "The signature holds." in said
    assert "三季度核实" in said
    middle = len(content) // 3
    file.write_bytes(content[:middle] + bytes([content[middle] ^ 1]) + content[middle + 1 :])
    with pytest.raises(CommandError, match=r"changed|damaged"):
        call_command("audit", "verify-pdf", str(file))
    with pytest.raises(CommandError, match="cannot be read"):
        call_command("audit", "verify-pdf", str(tmp_path / "none.pdf"))


def test_the_job_run_again_signs_nothing_twice_and_asking_again_is_refused(closed, firm):
    assert sign_results(closed) == 0
    with pytest.raises(Refused, match="signed already"):
        sign_audit(own(firm["ops"]), closed)


def test_a_result_that_could_not_be_signed_says_why_and_is_signed_later(
    campaign, firm, settings, tmp_path, client, django_capture_on_commit_callbacks
):
    with pytest.raises(Refused, match="closed campaign"):
        sign_audit(own(firm["ops"]), campaign)
    settings.SIGNING_CERTIFICATE = str(tmp_path / "gone.pem")
    with django_capture_on_commit_callbacks(execute=True):
        close_audit(own(firm["ops"]), campaign)
    client.force_login(firm["ops"].user)
    page = client.get(f"/people/audits/{campaign.pk}/result/").content.decode()
    assert "gone.pem" in page
    assert client.get(f"/people/audits/{campaign.pk}/signed/").status_code == 302
    settings.SIGNING_CERTIFICATE = ""
    with django_capture_on_commit_callbacks(execute=True):
        assert client.post(f"/people/audits/{campaign.pk}/sign/").status_code == 302
    answer = client.get(f"/people/audits/{campaign.pk}/signed/")
    assert answer["Content-Type"] == "application/pdf"
    assert answer["Content-Disposition"].startswith("attachment")


def test_an_answer_after_closing_changes_nothing_that_was_sealed(closed, firm):
    verify_details(own(firm["silent"]), firm["silent"], fields=["phone", "languages"])
    items = AuditItem.objects.unscoped("tests").filter(campaign=closed)
    assert items.filter(answer="").count() == 3
    assert seal(audit_result.result_of(closed) | {"trail": closed.result["trail"]}) == closed.result_hash


def test_who_may_not_read_the_result_gets_neither_page_nor_file_nor_api(closed, firm):
    for who, page, file in (("ops", 200, 200), ("director", 200, 200), ("lead", 403, 403), ("rep", 403, 403)):
        client = Client()
        client.force_login(firm[who].user)
        assert client.get(f"/people/audits/{closed.pk}/result/").status_code == page
        assert client.get(f"/people/audits/{closed.pk}/signed/").status_code == file
    with pytest.raises(Forbidden):
        fetch_result(own(firm["rep"]), closed)


def program(member) -> Client:
    token, prefix, digest = new_token()
    ApiToken(user=member.user, name="test", prefix=prefix, digest=digest, scopes=["*"]).save()
    return Client(headers={"authorization": f"Bearer {token}", "host": "localhost"})


def test_a_program_fetches_the_result_and_the_pdf_and_others_do_not_see_who_was_silent(closed, firm):
    path = f"/api/v1/audit-campaigns/{closed.pk}"
    ops, rep = program(firm["ops"]), program(firm["rep"])
    assert ops.get(f"{path}/result").json()["seal"] == closed.result_hash
    assert signature.check(ops.get(f"{path}/signed?language=zh-hans").content).holds
    assert (rep.get(f"{path}/result").status_code, rep.get(f"{path}/signed").status_code) == (403, 403)
    assert rep.get(path).status_code == 200
    assert "result" not in rep.get(path).json()
    fetched = Event.objects.unscoped("tests").filter(action="people.auditcampaign.download")
    assert fetched.count() == 1


def test_a_large_campaign_tells_of_teams_and_not_of_each_member(campaign, firm, monkeypatch):
    monkeypatch.setattr(audit_result, "MOST_LISTED", 2)
    monkeypatch.setattr(audit_result, "MOST_NAMED", 1)
    result = audit_result.result_of(campaign)
    assert (result["people"], result["members"], len(result["open"]), result["silent"]) == (3, [], 1, 2)
    assert result["units"] == [["华北大区", 3, 6, 3, 2, 1, 0]]
