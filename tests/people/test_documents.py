"""Documents of members: what is taken, who knows of them, who fetches them, and a word before they end."""

import datetime as dt
import io
import zipfile

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from muster.access.action import verify
from muster.access.models import Event, Grant, Role
from muster.access.scope import Actor, Forbidden
from muster.core import files
from muster.integrations import notifications
from muster.integrations.models import Notification
from muster.people.actions.document import (
    add_document,
    archive_document,
    edit_document,
    fetch_document,
    remind_of_ends,
)
from muster.people.actions.skill import assess_skill, categories, skills
from muster.people.models import MemberDocument

pytestmark = pytest.mark.django_db
OPERATOR = Actor.operator("tests")
TODAY = dt.date(2026, 3, 10)
PDF = b"%PDF-1.7\nhello\n%%EOF"
LIST_QUERIES = 5


@pytest.fixture(autouse=True)
def _one_day(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    with time_machine.travel(dt.datetime(2026, 3, 10, 4, tzinfo=dt.UTC), tick=False), translation.override("en"):
        yield


def upload(content=PDF, name="contract.pdf"):
    return SimpleUploadedFile(name, content)


def picture(kind="PNG", size=(8, 8)):
    buffer = io.BytesIO()
    Image.new("RGB", size).save(buffer, kind)
    return buffer.getvalue()


def office(*names):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name in names:
            archive.writestr(name, "x")
    return buffer.getvalue()


def document(member, kind="certificate", who=OPERATOR, content=PDF, name="contract.pdf", **said):
    return add_document(who, member=member, upload=upload(content, name), kind=kind, **said)


def rows():
    return MemberDocument.objects.unscoped("tests")


def stored(folder):
    return [path for path in folder.rglob("*") if path.is_file()]


def give(role, *permissions, scope="all"):
    row = Role.objects.unscoped("tests").get(key=role)
    for one in permissions:
        Grant.objects.unscoped("tests").filter(role=row, permission=one).delete()
        Grant(role=row, permission=one, scope=scope).save()


def test_a_file_is_kept_encrypted_under_a_random_name_and_comes_back_byte_for_byte(firm, actor, tmp_path):
    row = document(firm.rep, title="Licence", content=PDF + b"110101199001011234")
    (path,) = stored(tmp_path)
    assert "contract" not in str(path)
    assert path.suffix == ""
    assert b"110101199001011234" not in path.read_bytes()
    assert b"%PDF" not in path.read_bytes()
    assert fetch_document(actor("rep"), row) == PDF + b"110101199001011234"


def test_a_photo_of_fifty_megabytes_gets_a_sentence_and_nothing_is_kept(firm, as_role, tmp_path):
    big = SimpleUploadedFile("photo.jpg", b"\xff\xd8" + b"0" * (50 * 1024 * 1024))
    sent = {"upload": big, "kind": "other", "audience": "line"}
    answer = as_role("rep").post(reverse("document_add", args=[firm.rep.pk]), sent)
    assert answer.status_code == 422
    assert "The file has 50.0 MB; at most 20 MB are taken." in answer.content.decode()
    assert not rows().exists()
    assert stored(tmp_path) == []


@pytest.mark.parametrize(
    ("content", "name", "ending"),
    [
        (PDF, "a.exe", "a.exe.pdf"),
        (picture("PNG"), "照片.png", "照片.png"),
        (picture("JPEG"), "photo.jpeg", "photo.jpeg"),
        (picture("WEBP"), "photo.html", "photo.html.webp"),
        (office("[Content_Types].xml", "word/document.xml"), "cv.docx", "cv.docx"),
        (office("[Content_Types].xml", "xl/workbook.xml"), "cv", "cv.xlsx"),
    ],
)
def test_the_content_says_what_a_file_is(firm, content, name, ending):
    assert document(firm.rep, content=content, name=name).file_name == ending


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (b"<html><script>alert(1)</script></html>", "page.pdf"),
        (b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", "picture.png"),
        (b"MZ\x90\x00\x03", "setup.pdf"),
        (b"#!/bin/sh\nrm -rf /", "contract.pdf"),
        (b"GIF89a", "a.gif"),
        (b"PK\x03\x04broken", "a.docx"),
        (office("evil.sh"), "a.docx"),
        (office("[Content_Types].xml", "word/document.xml", "word/vbaProject.bin"), "a.docx"),
        (b"\x89PNG\r\n\x1a\n" + b"\x00" * 20, "a.png"),
        (b"", "empty.pdf"),
    ],
)
def test_what_only_calls_itself_a_document_is_refused_with_a_sentence(firm, content, name, tmp_path):
    with pytest.raises(ValidationError):
        document(firm.rep, content=content, name=name)
    assert not rows().exists()
    assert stored(tmp_path) == []


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("../../etc/passwd", "passwd.pdf"),
        ("C:\\Users\\x\\证书.pdf", "证书.pdf"),
        ("a\x00b\r\nSet-Cookie: x.pdf", "abSet-Cookie x.pdf"),
        ("invoice\u202efdp.exe", "invoicefdp.exe.pdf"),
        ("con.pdf", "_con.pdf"),
        ("...", "file.pdf"),
        ("", "file.pdf"),
        ("<img src=x onerror=alert(1)>.pdf", "img src=x onerror=alert(1).pdf"),
        ("=cmd|' /C calc'!A0.pdf", "C calc'!A0.pdf"),
        ("長" * 300 + ".pdf", "長" * 116 + ".pdf"),
    ],
)
def test_naughty_names_become_harmless_ones(name, kept):
    assert files.clean_name(name, ".pdf") == kept


@given(st.text(max_size=400))
def test_no_name_leaves_its_folder_or_breaks_a_header(name):
    kept = files.clean_name(name, ".pdf")
    assert kept.endswith(".pdf")
    assert not set(kept) & set('/\\\x00\r\n"<>')
    assert 4 < len(kept) <= 120


@given(st.binary(max_size=300) | st.binary(max_size=300).map(lambda rest: b"PK\x03\x04" + rest))
def test_whatever_bytes_come_the_answer_is_a_known_type_or_none(content):
    assert files.type_of(content) in {"", *files.TYPES}


def test_a_file_is_an_attachment_and_never_a_page_of_ours(firm, as_role):
    row = document(firm.rep, name="证书 “一”.pdf")
    answer = as_role("rep").get(reverse("document_file", args=[row.pk]))
    assert answer.content == PDF
    assert answer.headers["Content-Disposition"].startswith("attachment; filename*=utf-8''")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Type"] == "application/pdf"
    assert "sandbox" in answer.headers["Content-Security-Policy"]


def test_each_time_a_file_is_fetched_is_in_the_trail(firm, as_role):
    row = document(firm.rep)
    as_role("manager").get(reverse("document_file", args=[row.pk]))
    event = Event.objects.unscoped("tests").get(action="people.memberdocument.download")
    assert (event.actor_name, event.object_id, event.owner_id) == (firm.manager.name, row.pk, firm.rep.pk)
    assert verify() is None


@pytest.mark.parametrize(
    ("audience", "who"),
    [
        ("line", {"rep", "manager", "director", "salesops"}),
        ("member", {"rep", "salesops"}),
        ("hr", {"salesops"}),
    ],
)
def test_who_knows_of_a_document(firm, as_role, audience, who):
    row = document(firm.rep, title="Warning letter", audience=audience)
    for role in ("rep", "peer", "manager", "director", "salesops", "sysadmin"):
        tab = as_role(role).get(reverse("member_documents", args=[firm.rep.pk])).content.decode()
        whole = as_role(role).get(reverse("document_list")).content.decode()
        file = as_role(role).get(reverse("document_file", args=[row.pk]))
        assert ("Warning letter" in tab, "Warning letter" in whole) == (role in who, role in who), role
        assert file.status_code == (200 if role in who else 404), role


def test_the_trail_says_nothing_of_a_document_to_who_may_not_know_of_it(firm, as_role):
    row = document(firm.rep, title="Warning letter", audience="hr")
    edit_document(OPERATOR, row, note="Second one")
    for role in ("rep", "manager", "director", "sysadmin"):
        assert "Warning letter" not in as_role(role).get(reverse("audit_list")).content.decode(), role
    assert "Warning letter" in as_role("salesops").get(reverse("audit_list")).content.decode()


@pytest.mark.parametrize("kind", ["contract", "identity", "health"])
def test_sensitive_kinds_are_known_of_and_fetched_only_with_the_permission(firm, as_role, actor, kind):
    row = document(firm.rep, kind, title="Sealed")
    url = reverse("document_file", args=[row.pk])
    assert "Sealed" in as_role("manager").get(reverse("member_documents", args=[firm.rep.pk])).content.decode()
    assert as_role("rep").get(url).status_code == 200
    assert [as_role(role).get(url).status_code for role in ("manager", "director", "salesops")] == [403] * 3
    with pytest.raises(Forbidden):
        fetch_document(actor("salesops"), row)
    assert Event.objects.unscoped("tests").filter(action="people.memberdocument.download").count() == 1
    give("salesops", "people.memberdocument.sensitive")
    assert as_role("salesops").get(url).content == PDF


def test_nobody_keeps_files_on_others_or_hides_one_from_himself(firm, actor, as_role, tmp_path):
    with pytest.raises((Forbidden, ValidationError)):
        document(firm.peer, who=actor("rep"))
    with pytest.raises(Forbidden):
        document(firm.rep, who=actor("rep"), audience="hr")
    assert not rows().exists()
    assert stored(tmp_path) == []  # a refused file is not left behind
    assert document(firm.rep, who=actor("rep")).member == firm.rep
    page = as_role("rep").get(reverse("document_add", args=[firm.rep.pk])).content.decode()
    assert "Human resources only" not in page


def test_a_document_is_added_edited_and_archived_on_the_pages(firm, as_role):
    client = as_role("salesops")
    sent = {"upload": upload(), "kind": "contract", "title": "", "audience": "member", "valid_until": "2027-03-31"}
    assert client.post(reverse("document_add", args=[firm.rep.pk]), sent).status_code == 302
    row = rows().get()
    assert (row.title, row.size, row.valid_until) == ("contract.pdf", len(PDF), dt.date(2027, 3, 31))
    said = {"kind": "contract", "title": "Employment contract", "audience": "member", "version": row.version}
    assert client.post(reverse("document_edit", args=[row.pk]), said).status_code == 302
    assert rows().get().title == "Employment contract"
    assert as_role("rep").get(reverse("document_edit", args=[row.pk])).status_code == 403
    assert client.post(reverse("document_archive", args=[row.pk])).status_code == 302
    assert "Employment contract" not in client.get(reverse("member_documents", args=[firm.rep.pk])).content.decode()


def test_a_damaged_file_is_never_handed_out(firm, actor, as_role, tmp_path):
    row = document(firm.rep)
    (path,) = stored(tmp_path)
    path.write_bytes(path.read_bytes()[:-4] + b"AAAA")
    with pytest.raises(ValidationError, match="damaged or gone"):
        fetch_document(actor("rep"), row)
    assert as_role("rep").get(reverse("document_file", args=[row.pk])).status_code == 302
    default_storage.delete(str(row.file))
    with pytest.raises(ValidationError, match="damaged or gone"):
        fetch_document(actor("rep"), row)


def test_the_list_costs_the_same_however_many_it_shows_and_finds_what_ends(firm, as_role, django_assert_num_queries):
    document(firm.rep, title="Ends soon", valid_until=TODAY + dt.timedelta(days=90))
    document(firm.rep, title="Has ended", valid_until=TODAY - dt.timedelta(days=1))
    document(firm.rep, title="Later", valid_until=TODAY + dt.timedelta(days=91))
    client = as_role("salesops")
    client.get(reverse("document_list"))
    for more in (0, 20):
        for at in range(more):
            MemberDocument(member=firm.peer, kind="other", title=f"M{at}").save()
        with django_assert_num_queries(LIST_QUERIES):
            client.get(reverse("document_list"))
    soon = client.get(reverse("document_list"), {"ends": "soon"}).content.decode()
    ended = client.get(reverse("document_list"), {"ends": "ended"}).content.decode()
    assert ("Ends soon" in soon, "Has ended" in soon, "Later" in soon) == (True, False, False)
    assert ("Ends soon" in ended, "Has ended" in ended) == (False, True)
    tab = client.get(reverse("member_documents", args=[firm.rep.pk])).content.decode()
    assert all(f"tone-{tone}" in tab for tone in ("amber", "red", "green"))


def days_of(model):
    events = Event.objects.unscoped("tests").filter(action=f"people.{model}.ends").order_by("pk")
    return [event.context["days"] for event in events]


def test_a_word_comes_ninety_thirty_and_seven_days_before_the_end_each_once(firm):
    row = document(firm.rep, valid_until=TODAY + dt.timedelta(days=100))
    for day in range(110):
        remind_of_ends(TODAY + dt.timedelta(days=day))
        remind_of_ends(TODAY + dt.timedelta(days=day))
    assert days_of("memberdocument") == [90, 30, 7]
    edit_document(OPERATOR, row, valid_until=TODAY + dt.timedelta(days=20))
    assert remind_of_ends() == 1
    assert days_of("memberdocument")[-1] == 20


@given(left=st.integers(-5, 120), gaps=st.lists(st.integers(1, 40), max_size=8))
def test_whenever_the_chore_runs_nobody_hears_the_same_step_twice(firm, left, gaps):
    rows().delete()
    Event.objects.unscoped("tests").filter(action__endswith=".ends").delete()
    document(firm.rep, valid_until=TODAY + dt.timedelta(days=left))
    day = TODAY
    for gap in [0, *gaps]:
        day += dt.timedelta(days=gap)
        remind_of_ends(day)
    said = days_of("memberdocument")
    steps = [min(one for one in (7, 30, 90) if days <= one) for days in said]
    assert steps == sorted(set(steps), reverse=True)
    assert all(days >= 0 for days in said)


def test_certificates_of_skills_are_reminded_of_too_and_the_line_is_told(firm, as_role):
    shelf = categories.create(OPERATOR, name="Licences", code="lic")
    skill = skills.create(OPERATOR, name="Fund licence", category=shelf)
    until = TODAY + dt.timedelta(days=29)
    assess_skill(
        OPERATOR, member=firm.rep, skill=skill, source="test", level=3, number="F-1", valid_until=until, on=TODAY
    )
    archive_document(OPERATOR, document(firm.rep, valid_until=until))
    assert remind_of_ends() == 1
    notifications.read_events()
    told = Notification.objects.unscoped("tests").filter(event__action="people.skillevidence.ends")
    told = told.values_list("user__member", flat=True)
    assert set(told) == {firm.rep.pk, firm.manager.pk}
    assert "Certificate ends in 29 days" in as_role("rep").get(reverse("notifications")).content.decode()
    growth = as_role("rep").get(reverse("member_growth", args=[firm.rep.pk])).content.decode()
    assert "tone-amber" in growth
