"""What pages do with files, private details and drafts, programs do too, under the same rights."""

import datetime as dt

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import translation

from muster.access.models import Event, FieldRule, Grant, Role
from muster.core.periods import today
from muster.people.models import DraftChange, MemberDocument, MemberPrivate, PaperReading, StructureDraft
from tests.factories import make_member, make_unit
from tests.web.test_api import program, send

pytestmark = pytest.mark.django_db
PDF = b"%PDF-1.4\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"


@pytest.fixture(autouse=True)
def english():
    with translation.override("en"):
        yield


def pdf(name="a.pdf", content=PDF):
    return SimpleUploadedFile(name, content, content_type="application/pdf")


def test_a_document_is_sent_described_fetched_and_put_away():
    member, ops = make_member("Ann"), program(make_member(role="salesops"))
    sent = {"member": member.pk, "kind": "certificate", "title": "Licence", "valid_until": "2027-01-31", "file": pdf()}
    made = ops.post("/api/v1/documents", sent)
    assert (made.status_code, made.json()["title"], made.json()["valid_until"]) == (201, "Licence", "2027-01-31")
    pk = made.json()["id"]
    assert send(ops, "patch", f"/documents/{pk}", {"note": "checked"}).json()["note"] == "checked"
    mine = program(member).get(f"/api/v1/documents/{pk}/file")
    assert (mine.status_code, mine.content) == (200, PDF)
    assert Event.objects.unscoped("tests").filter(action="people.memberdocument.download").count() == 1
    assert program(make_member("Bob")).get(f"/api/v1/documents/{pk}/file").status_code == 404
    assert send(ops, "post", f"/documents/{pk}/archive", {}).status_code == 200


def test_a_file_that_is_not_what_it_says_is_refused_and_nothing_kept():
    member, ops = make_member("Ann"), program(make_member(role="salesops"))
    wrong = {"member": member.pk, "kind": "other", "file": pdf(content=b"MZ\x90 not a pdf")}
    assert ops.post("/api/v1/documents", wrong).status_code == 422
    assert ops.post("/api/v1/documents", {**wrong, "file": pdf(), "kind": "nonsense"}).status_code == 422
    assert not MemberDocument.objects.unscoped("tests").exists()


def test_a_paper_is_published_and_acknowledged():
    reader, ops = make_member("Ann"), program(make_member(role="salesops"))
    paper = send(ops, "post", "/papers", {"title": "Gifts", "days": 14})
    assert paper.status_code == 201, paper.content
    pk = paper.json()["id"]
    assert ops.post(f"/api/v1/papers/{pk}/publish", {}).status_code == 422
    version = ops.post(f"/api/v1/papers/{pk}/publish", {"body": "No gifts over 200 yuan.", "file": pdf()})
    assert (version.status_code, version.json()["number"]) == (201, 1)
    client = program(reader)
    assert client.get(f"/api/v1/paper-versions/{version.json()['id']}/file").content == PDF
    asked = client.get("/api/v1/paper-readings").json()["items"]
    assert [one["read_at"] for one in asked] == [None]
    assert send(client, "post", f"/paper-readings/{asked[0]['id']}/acknowledge", {}).status_code == 200
    assert PaperReading.objects.unscoped("tests").get(member=reader).read_at is not None


def test_private_details_are_dots_until_a_reason_is_given():
    member, looker = make_member("Ann"), make_member("HR", role="salesops")
    MemberPrivate(member=member, home_address="上海市静安区").save()
    role = Role.objects.unscoped("tests").get(key="salesops")
    for verb in ("view", "reveal", "edit"):
        Grant.objects.unscoped("tests").update_or_create(
            role=role, permission=f"people.memberprivate.{verb}", defaults={"scope": "all"}
        )
    FieldRule(role=role, model="people.memberprivate", field="home_address", scope="all", level="write").save()
    path = f"/members/{member.pk}/private"
    assert send(program(member), "get", path).json()["home_address"] == "上海市静安区"
    hr = program(looker)
    assert send(hr, "get", path).json()["home_address"] == "•••"
    assert "id_number" not in send(hr, "get", path).json()
    assert send(hr, "post", f"{path}/reveal", {"reason": " "}).status_code == 422
    assert send(hr, "post", f"{path}/reveal", {"reason": "visa"}).json()["home_address"] == "上海市静安区"
    looks = Event.objects.unscoped("tests").filter(action="people.memberprivate.reveal")
    assert [one.context["reason"] for one in looks] == ["visa"]
    assert send(hr, "patch", path, {"home_address": "北京市"}).json()["home_address"] == "•••"
    assert MemberPrivate.objects.unscoped("tests").get(member=member).home_address == "北京市"
    assert send(hr, "patch", path, {"id_number": "11010119900101001X"}).status_code == 403
    assert send(program(make_member("Bob")), "get", path).status_code == 404


def test_a_structure_is_planned_step_by_step():
    director, member, unit = make_member(role="salesops"), make_member("Ann"), make_unit("North")
    client, day = program(director), today() + dt.timedelta(days=30)
    draft = send(client, "post", "/structure-drafts", {"name": "Spring", "effective_on": day.isoformat()})
    assert draft.status_code == 201, draft.content
    path = f"/structure-drafts/{draft.json()['id']}"
    new = send(client, "post", f"{path}/new_unit", {"name": "West", "parent": f"u{unit.pk}"})
    assert new.status_code == 200, new.content
    planned = DraftChange.objects.unscoped("tests").get(kind="new_unit")
    moved = send(client, "post", f"{path}/move", {"member": member.pk, "unit": f"n{planned.pk}"})
    assert moved.status_code == 200, moved.content
    named = {"unit": f"u{unit.pk}", "name": "North-West", "parent": "top", "closes": False}
    assert send(client, "post", f"{path}/unit", named).status_code == 200
    kinds = {one["kind"]: one["id"] for one in send(client, "get", "/draft-changes").json()["items"]}
    assert set(kinds) == {"new_unit", "move", "rename"}
    assert (
        send(client, "post", f"{path}/revert", {"change": kinds["new_unit"]}).status_code == 422
    )  # Ann is to go there
    assert send(client, "post", f"{path}/revert", {"change": kinds["rename"]}).status_code == 200
    assert send(client, "post", f"{path}/publish", {}).status_code == 200
    assert StructureDraft.objects.unscoped("tests").get().status == "published"
    assert send(program(make_member()), "get", "/draft-changes").status_code == 403


def test_without_a_token_no_file_is_handed_out():
    assert Client(headers={"host": "localhost"}).get("/api/v1/documents/1/file").status_code == 401
