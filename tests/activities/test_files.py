"""Files on records: seen by whoever sees the record, carried where it goes, known by their content."""

import datetime as dt
import io

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from factories import actor_of, make_account, make_activity, make_contact, make_deal, make_task
from PIL import Image

from muster.access.scope import Forbidden, NotVisible
from muster.activities.actions.attachment import add_attachment, archive_attachment
from muster.activities.models import Attachment
from muster.crm.actions.conversion import convert_lead
from muster.crm.actions.merging import merge_accounts, undo_merge
from muster.crm.models import Lead, Merge

pytestmark = pytest.mark.django_db
TODAY = dt.date(2026, 6, 15)
PDF = b"%PDF-1.7 offer"


@pytest.fixture(autouse=True)
def media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    return tmp_path


def photo(size=(800, 400)) -> bytes:
    buffer = io.BytesIO()
    Image.new("RGB", size, "red").save(buffer, "JPEG")
    return buffer.getvalue()


def keep(member, row, content=PDF, name="offer.pdf") -> Attachment:
    upload = SimpleUploadedFile(name, content)
    return add_attachment(actor_of(member), model=row._meta.label_lower, object_id=row.pk, upload=upload)


def test_a_file_is_fetched_byte_for_byte_by_who_sees_the_record(firm, login):
    file = keep(firm.wang, make_account(firm.wang))
    answer = login(firm.boss).get(f"/files/{file.pk}/")
    assert answer.content == PDF
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Disposition"] == 'attachment; filename="offer.pdf"'
    assert login(firm.other).get(f"/files/{file.pk}/").status_code == 404
    assert login(firm.other).get(f"/api/v1/attachments/{file.pk}/file").status_code == 404


def test_it_lies_encrypted_on_the_disk(firm, media):
    keep(firm.wang, make_account(firm.wang))
    [stored] = [one for one in media.rglob("*") if one.is_file()]
    assert b"offer" not in stored.read_bytes()
    assert "offer" not in str(stored)


@pytest.mark.parametrize("kind", ["account", "contact", "deal", "lead", "activity", "task"])
def test_every_record_has_a_place_for_files(firm, login, kind):
    account = make_account(firm.wang)
    lead = Lead(name="Mr Zhou", owner=firm.wang)
    lead.save()
    row = {
        "account": account,
        "contact": make_contact(account),
        "deal": make_deal(firm.wang, account=account),
        "lead": lead,
        "activity": make_activity(firm.wang, TODAY),
        "task": make_task(firm.wang),
    }[kind]
    client = login(firm.wang)
    page = client.get(row.get_absolute_url()).content.decode()
    [url] = [one for one in page.split('"') if one.endswith("/files/")][:1]
    sent = client.post(url, {"upload": [SimpleUploadedFile("a.pdf", PDF), SimpleUploadedFile("b.jpg", photo())]})
    assert sent.status_code == 200
    assert "a.pdf" in sent.content.decode()
    assert "b.jpg" in sent.content.decode()
    assert login(firm.other).get(url).status_code == 404


def test_what_is_not_taken_is_said_and_the_others_are_kept(firm, login):
    row = make_task(firm.wang)
    sent = login(firm.wang).post(
        f"/tasks/{row.pk}/files/",
        {"upload": [SimpleUploadedFile("virus.pdf", b"MZ\x90"), SimpleUploadedFile("a.pdf", PDF)]},
    )
    assert sent.status_code == 422
    assert "virus.pdf: No such file is taken here" in sent.content.decode()
    assert [one.file_name for one in Attachment.objects.unscoped("test")] == ["a.pdf"]


def test_a_picture_has_a_small_one_beside_it(firm, login):
    row = make_task(firm.wang)
    file, plan = keep(firm.wang, row, photo(), "site.jpg"), keep(firm.wang, row)
    answer = login(firm.wang).get(f"/files/{file.pk}/small/")
    assert Image.open(io.BytesIO(answer.content)).size == (320, 160)
    assert login(firm.wang).get(f"/files/{plan.pk}/small/").status_code == 404
    assert login(firm.other).get(f"/files/{file.pk}/small/").status_code == 404


def test_a_picture_too_large_to_unpack_is_kept_without_a_small_one(firm, monkeypatch):
    monkeypatch.setattr("muster.core.photos.MOST_PIXELS", {"JPEG": 1000})
    assert keep(firm.wang, make_task(firm.wang), photo(), "site.jpg").thumbnail == ""


def test_nobody_keeps_a_file_on_what_he_does_not_see(firm, media):
    with pytest.raises(ValidationError):
        keep(firm.other, make_account(firm.wang))
    assert not any(one.is_file() for one in media.rglob("*"))


def test_ones_own_file_is_archived_and_a_managers_people_s(firm):
    row = make_account(firm.wang, team=(firm.li,))
    file = keep(firm.wang, row)
    with pytest.raises((Forbidden, NotVisible)):
        archive_attachment(actor_of(firm.li), file)
    archive_attachment(actor_of(firm.boss), file)
    assert Attachment.objects.unscoped("test").get().archived_at


def test_files_of_a_lead_hang_on_what_it_became(firm, login):
    lead = Lead(name="Mr Zhou", company="Zhou & Co", owner=firm.wang)
    lead.save()
    keep(firm.wang, lead)
    convert_lead(actor_of(firm.wang), lead, with_deal=True, deal_name="Pumps", amount=100)
    lead.refresh_from_db()
    for link, row in (("customers", lead.account), ("contacts", lead.contact), ("deals", lead.deal), ("leads", lead)):
        assert "offer.pdf" in login(firm.wang).get(f"/{link}/{row.pk}/files/").content.decode()


def test_files_move_with_a_merge_and_back(firm):
    ops = actor_of(firm.ops)
    stays, goes = make_account(firm.wang), make_account(firm.wang)
    file = keep(firm.wang, goes)
    merge_accounts(ops, stays, other=goes)
    file.refresh_from_db()
    assert file.account_id == stays.pk
    undo_merge(ops, Merge.objects.visible_to(ops).get())
    file.refresh_from_db()
    assert file.account_id == goes.pk


def test_the_api_keeps_and_lists_files(firm, login):
    row = make_account(firm.wang)
    client = login(firm.wang)
    sent = {"model": "crm.account", "object_id": row.pk, "file": SimpleUploadedFile("a.pdf", PDF)}
    made = client.post("/api/v1/attachments", sent)
    assert made.status_code == 201, made.content
    listed = client.get(f"/api/v1/attachments?account={row.pk}").json()
    assert [one["file_name"] for one in listed["items"]] == ["a.pdf"]
    assert client.get(f"/api/v1/attachments/{made.json()['id']}/file").content == PDF


def test_three_files_cost_as_many_queries_as_one(firm, login):
    row = make_account(firm.wang)
    client, url = login(firm.boss), f"/customers/{row.pk}/files/"

    def count() -> int:
        with CaptureQueriesContext(connection) as found:
            assert client.get(url).status_code == 200
        return len(found)

    keep(firm.wang, row)
    count()
    few = count()
    for _at in range(2):
        keep(firm.wang, row)
    assert count() == few == 5
