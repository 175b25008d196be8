"""One's own photo: what a phone sends becomes a small upright square, and is seen by who sees the member."""

import io
import resource
import struct
import zipfile
import zlib

import pytest
from django.core.exceptions import ValidationError
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import translation
from PIL import Image

from muster.access.actors import actor_for, new_token
from muster.access.models import ApiToken
from muster.core import photos
from muster.people.actions.dataexport import zipped
from muster.people.actions.detail import approve_change, change_own, reject_change
from muster.people.actions.photo import drop_photo, set_photo
from muster.people.actions.privacy import request_erasure, run_erasure
from muster.people.models import ChangeRequest, DetailRule, Member
from tests.factories import make_member

pytestmark = pytest.mark.django_db
MAKER, ORIENTATION, GPS = 0x010F, 0x0112, 0x8825


@pytest.fixture(autouse=True)
def _files(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    with translation.override("en"):
        yield


@pytest.fixture
def firm():
    lead = make_member("Lead", role="manager")
    return {"lead": lead, "rep": make_member("Rep", manager=lead), "mate": make_member("Mate", manager=lead)}


def own(member):
    return actor_for(member.user)


def fresh(member) -> Member:
    return Member.objects.unscoped("tests").get(pk=member.pk)


def rule(kind: str) -> None:
    DetailRule.objects.unscoped("tests").filter(field="photo").update(own=kind)


def picture(kind="JPEG", size=(900, 600), mode="RGB", **more) -> bytes:
    """Red on its left third, blue on the rest."""
    image, buffer = Image.new("RGB", size, "blue"), io.BytesIO()
    image.paste("red", (0, 0, size[0] // 3, size[1]))
    image.convert(mode).save(buffer, kind, **more)
    return buffer.getvalue()


def upload(content: bytes, name="me.jpg") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


def opened(content: bytes):
    return Image.open(io.BytesIO(content))


def kept(tmp_path) -> list[str]:
    return [path.name for path in tmp_path.rglob("*") if path.is_file()]


def test_a_photo_becomes_a_square_without_place_and_upright():
    exif = Image.Exif()
    exif[MAKER], exif[ORIENTATION] = "SecretPhone", 6  # taken with the phone turned
    exif[GPS] = {1: "N", 2: (39.0, 54.0, 26.0)}
    made = photos.square(upload(picture(size=(900, 600), exif=exif)))
    assert b"SecretPhone" not in made
    result = opened(made)
    assert (result.format, result.size, dict(result.getexif())) == ("JPEG", (512, 512), {})
    red, _green, blue = result.getpixel((256, 20))  # turned right: what was left is on top
    assert red > 200 > blue
    assert opened(photos.small(made)).size == (96, 96)


@pytest.mark.parametrize(
    "content", [picture("PNG", mode="RGBA"), picture("WEBP"), picture("PNG", mode="L"), picture("PNG", mode="P")]
)
def test_each_kind_of_picture_is_taken_whatever_its_name_says(content):
    assert opened(photos.square(upload(content, "me.exe"))).format == "JPEG"


def huge_png(side: int) -> bytes:
    """A PNG that says it has SIDE × SIDE points and weighs next to nothing."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    head = struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"0" * 9)) + chunk(b"IEND", b"")


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (huge_png(50_000), "50000 × 50000 points|cannot be read"),
        (huge_png(6_000), "6000 × 6000 points; at most 25 million"),
        (picture(size=(40, 40)), "at least 64 × 64"),
        (b"<svg onload='alert(1)'></svg>", "cannot be read as a photo"),
        (b"GIF89a", "cannot be read as a photo"),
        (b"", "cannot be read as a photo"),
        (picture()[:200], "cannot be read as a photo"),
    ],
)
def test_what_is_no_photo_for_us_gets_a_sentence_and_memory_stays_small(firm, tmp_path, content, said):
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with pytest.raises(ValidationError, match=said):
        set_photo(own(firm["rep"]), firm["rep"], photo=upload(content))
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 50_000  # kB
    assert (fresh(firm["rep"]).photo.name, kept(tmp_path)) == ("", [])


def test_fifty_megabytes_are_refused_on_the_page(firm, tmp_path):
    client = Client(headers={"accept-language": "en"})
    client.force_login(firm["rep"].user)
    sent = {"photo": upload(b"\xff\xd8" + b"0" * (50 * 1024 * 1024))}
    page = client.post("/people/me/photo/", sent, follow=True).content.decode()
    assert "at most 20 MB" in page
    assert kept(tmp_path) == []


def test_at_once_the_photo_is_everywhere_and_the_former_file_is_gone(
    firm, tmp_path, django_capture_on_commit_callbacks
):
    rep = firm["rep"]
    for _at in range(2):
        with django_capture_on_commit_callbacks(execute=True):
            assert set_photo(own(rep), fresh(rep), photo=upload(picture()))["changed"] == ["photo"]
    assert len(kept(tmp_path)) == 1
    client = Client(headers={"accept-language": "en"})
    client.force_login(rep.user)
    url = f"{fresh(rep).photo_url}&amp;size=small"
    for page in ("/people/", "/people/?view=cards"):
        assert url in client.get(page).content.decode(), page
    assert url in client.get("/people/me/").content.decode()  # the head of every page
    with django_capture_on_commit_callbacks(execute=True):
        drop_photo(own(rep), fresh(rep))
    assert (fresh(rep).photo.name, kept(tmp_path)) == ("", [])


def test_it_is_served_to_who_sees_members_privately_and_never_guessed_at(firm):
    rep = firm["rep"]
    set_photo(own(rep), rep, photo=upload(picture()))
    client = Client()
    assert client.get(f"/people/{rep.pk}/photo/").status_code == 302  # to log in
    client.force_login(firm["mate"].user)
    answer = client.get(f"/people/{rep.pk}/photo/?size=small")
    assert answer["Content-Type"] == "image/jpeg"
    assert answer["Cache-Control"] == "private, max-age=86400"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in answer["Content-Security-Policy"]
    assert opened(answer.content).size == (96, 96)
    default_storage.delete(fresh(rep).photo.name)
    assert client.get(f"/people/{rep.pk}/photo/").status_code == 404


def test_after_approval_the_old_photo_lives_on_until_then(firm, tmp_path, django_capture_on_commit_callbacks):
    rule("approve")
    rep, lead = firm["rep"], own(firm["lead"])
    assert set_photo(own(rep), rep, photo=upload(picture()))["asked"] == ["photo"]
    assert fresh(rep).photo.name == ""
    with pytest.raises(ValidationError, match="waits for approval already"):
        set_photo(own(rep), rep, photo=upload(picture()))
    assert len(kept(tmp_path)) == 1
    request = ChangeRequest.objects.visible_to(lead).get()
    client = Client(headers={"accept-language": "en"})
    for who, status in (("lead", 200), ("rep", 200), ("mate", 404)):
        client.force_login(firm[who].user)
        assert client.get(f"/people/requests/{request.pk}/photo/").status_code == status, who
    client.force_login(firm["lead"].user)
    page = client.get(request.get_absolute_url()).content.decode()
    assert f"/people/requests/{request.pk}/photo/" in page
    assert "members/" not in page
    approve_change(lead, request)
    assert fresh(rep).photo.name.startswith("members/")
    set_photo(own(rep), fresh(rep), photo=upload(picture()))
    with django_capture_on_commit_callbacks(execute=True):
        reject_change(lead, ChangeRequest.objects.visible_to(lead).get(status="waiting"), note="Blurred")
    assert kept(tmp_path) == [fresh(rep).photo.name.rpartition("/")[2]]


def test_closed_means_closed_and_no_other_file_is_taken_by_its_place(firm, tmp_path):
    rep = firm["rep"]
    with pytest.raises(ValidationError, match="as a file"):
        change_own(own(rep), rep, photo="documents/ab/secret")
    rule("closed")
    with pytest.raises(ValidationError, match="by the firm alone"):
        set_photo(own(rep), rep, photo=upload(picture()))
    assert kept(tmp_path) == []


def test_nobody_sets_the_photo_of_another(firm, tmp_path):
    with pytest.raises(Exception, match=r"people\.member\.self"):
        set_photo(own(firm["mate"]), firm["rep"], photo=upload(picture()))
    assert kept(tmp_path) == []


def test_a_photo_that_human_resources_enter_is_made_small_too(firm, tmp_path):
    ops = make_member("Ops", role="salesops")
    client = Client()
    client.force_login(ops.user)
    exif = Image.Exif()
    exif[MAKER] = "SecretPhone"
    rep = firm["rep"]
    sent = {"name": rep.name, "employee_no": rep.employee_no, "status": "active", "time_zone": "Asia/Shanghai"}
    answer = client.post(f"/people/{rep.pk}/edit/", {**sent, "photo": upload(picture(exif=exif))})
    assert answer.status_code in (204, 302)
    with default_storage.open(fresh(rep).photo.name) as file:
        content = file.read()
    assert opened(content).size == (512, 512)
    assert b"SecretPhone" not in content


def test_it_is_in_the_copy_of_ones_own_data_and_goes_with_erasure(firm, tmp_path, django_capture_on_commit_callbacks):
    rep = firm["rep"]
    set_photo(own(rep), rep, photo=upload(picture()))
    with zipfile.ZipFile(io.BytesIO(zipped(fresh(rep)))) as archive:
        assert opened(archive.read("photo.jpg")).size == (512, 512)
    Member.objects.unscoped("tests").filter(pk=rep.pk).update(status="left", left_on="2020-01-01")
    ops, boss = make_member("Ops", role="salesops"), make_member("Boss", role="director")
    row = request_erasure(own(ops), member=fresh(rep))
    with django_capture_on_commit_callbacks(execute=True):
        run_erasure(own(boss), row)
    assert (fresh(rep).photo.name, kept(tmp_path)) == ("", [])


def test_a_program_hands_in_fetches_and_takes_away(firm):
    token, prefix, digest = new_token()
    rep = firm["rep"]
    ApiToken(user=rep.user, name="t", prefix=prefix, digest=digest, scopes=["*"]).save()
    client = Client(headers={"authorization": f"Bearer {token}", "host": "localhost"})
    url = f"/api/v1/members/{rep.pk}/photo"
    assert client.get(url).status_code == 404
    assert client.post(url, {"photo": upload(picture())}).json() == {"changed": ["photo"], "asked": []}
    assert opened(client.get(f"{url}?size=small").content).size == (96, 96)
    assert client.post(url).json()["changed"] == ["photo"]
    assert client.post(f"/api/v1/members/{firm['mate'].pk}/photo").status_code == 403
