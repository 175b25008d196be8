"""Files that people hand in: bounded, known by their content and not by their name, kept encrypted under a name nobody
can guess, and handed out as attachments only."""

import hashlib
import io
import secrets
import unicodedata
import warnings
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any

from cryptography.fernet import InvalidToken
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import models
from django.http import HttpResponse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from PIL import Image, UnidentifiedImageError

from muster.core.fields import cipher

MEGABYTE = 1024 * 1024
MOST_BYTES = 20 * MEGABYTE
MOST_PIXELS = 100_000_000
LONGEST_NAME = 120
OFFICE = "application/vnd.openxmlformats-officedocument."
OPEN = "application/vnd.oasis.opendocument."
TYPES = {
    "application/pdf": ".pdf",
    "image/png": ".png",
    "image/jpeg": ".jpg",
    "image/webp": ".webp",
    f"{OFFICE}wordprocessingml.document": ".docx",
    f"{OFFICE}spreadsheetml.sheet": ".xlsx",
    f"{OPEN}text": ".odt",
    f"{OPEN}spreadsheet": ".ods",
}
ALIKE = {".jpeg": ".jpg", ".jpe": ".jpg"}
PICTURES = {"PNG": "image/png", "JPEG": "image/jpeg", "WEBP": "image/webp"}
PARTS = {"word/document.xml": f"{OFFICE}wordprocessingml.document", "xl/workbook.xml": f"{OFFICE}spreadsheetml.sheet"}
RESERVED = {"con", "prn", "aux", "nul", *(f"{name}{at}" for name in ("com", "lpt") for at in range(1, 10))}


@dataclass(frozen=True)
class Received:
    """A file as it came, after the checks."""

    name: str
    content: bytes
    content_type: str

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.content).hexdigest()


class StoredFile(models.Model):
    """A row with one file. The file lies encrypted outside the web root under a random name; hash and size are of what
    was handed in."""

    file = models.FileField(gettext_lazy("file"), max_length=120, editable=False, blank=True)
    file_name = models.CharField(gettext_lazy("file name"), max_length=150, editable=False, blank=True)
    content_type = models.CharField(max_length=100, editable=False, blank=True)
    size = models.PositiveBigIntegerField(gettext_lazy("size"), editable=False, default=0)
    sha256 = models.CharField(max_length=64, editable=False, blank=True)

    class Meta:
        abstract = True


def receive(upload: Any) -> Received:
    """UPLOAD, if it is not too large and of a type that is taken here. Raises ValidationError with what to do."""
    if upload.size > MOST_BYTES:
        said = {"size": f"{upload.size / MEGABYTE:.1f}", "most": MOST_BYTES // MEGABYTE}
        text = _(
            "The file has %(size)s MB; at most %(most)s MB are taken. Scan or save it smaller, then send it again."
        )
        raise ValidationError({"upload": text % said})
    content = upload.read()
    if not content:
        raise ValidationError({"upload": _("The file is empty: choose it again.")})
    found = type_of(content)
    if not found:
        text = _("No such file is taken here: send a PDF, a picture (JPG, PNG, WebP), Word, Excel or OpenDocument.")
        raise ValidationError({"upload": text})
    return Received(clean_name(upload.name or "", TYPES[found]), content, found)


def type_of(content: bytes) -> str:
    """The type by CONTENT alone; '' where it is none of ours."""
    if content[:1024].lstrip().startswith(b"%PDF-"):
        return "application/pdf"
    return _office(content) if content.startswith(b"PK\x03\x04") else _picture(content)


def _picture(content: bytes) -> str:
    try:
        with warnings.catch_warnings(), Image.open(io.BytesIO(content), formats=list(PICTURES)) as picture:
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)  # bounded below, in pixels
            if picture.width * picture.height > MOST_PIXELS:
                return ""
            kind = picture.format or ""
            picture.verify()
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, Image.DecompressionBombError):
        return ""
    return PICTURES.get(kind, "")


def _office(content: bytes) -> str:
    """Only the table of contents is read: nothing is unpacked but one short name."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            names = set(archive.namelist())
            if "[Content_Types].xml" in names and not any(name.endswith("vbaProject.bin") for name in names):
                return next((kind for part, kind in PARTS.items() if part in names), "")
            if "mimetype" in names and archive.getinfo("mimetype").file_size < len(OPEN) * 2:
                kind = archive.read("mimetype").decode("ascii", errors="replace")
                return kind if kind in TYPES else ""
    except (zipfile.BadZipFile, ValueError, OSError, RuntimeError, NotImplementedError):
        return ""
    return ""


def clean_name(name: str, ending: str) -> str:
    """NAME as it may stand on any disk: no folders, no invisible characters, the ending that the content has."""
    bare = unicodedata.normalize("NFC", name.replace("\\", "/")).rpartition("/")[2]
    bare = "".join(one for one in bare if unicodedata.category(one)[0] != "C" and one not in '<>:"|?*').strip(" .")
    path = PurePosixPath(bare or "file")
    stem, last = path.stem, path.suffix.lower()
    if ALIKE.get(last, last) != ending:
        stem, last = path.name, ending
    stem = f"_{stem}" if stem.partition(".")[0].lower() in RESERVED else stem
    return stem[: LONGEST_NAME - len(last)] + last


@contextmanager
def kept(received: Received, folder: str) -> Iterator[dict[str, Any]]:
    """The columns of a `StoredFile` for RECEIVED, which is stored now, and away again if the block fails."""
    token = secrets.token_hex(16)
    path = default_storage.save(f"{folder}/{token[:2]}/{token}", ContentFile(cipher().encrypt(received.content)))
    try:
        yield {
            "file": path,
            "file_name": received.name,
            "content_type": received.content_type,
            "size": len(received.content),
            "sha256": received.sha256,
        }
    except BaseException:
        default_storage.delete(path)
        raise


@contextmanager
def kept_beside(content: bytes, folder: str) -> Iterator[str]:
    """Where CONTENT of our own making lies, stored like what was handed in; '' where there is none."""
    if not content:
        yield ""
        return
    with kept(Received("", content, ""), folder) as columns:
        yield columns["file"]


def beside(path: str) -> bytes:
    """What `kept_beside` stored; empty where it is gone."""
    try:
        with default_storage.open(path, "rb") as file:
            return cipher().decrypt(file.read())
    except (OSError, InvalidToken):
        return b""


def content_of(row: StoredFile) -> bytes:
    """What was handed in, byte for byte. Raises ValidationError where the file is gone or no longer what it was."""
    try:
        with default_storage.open(str(row.file), "rb") as file:
            content = cipher().decrypt(file.read())
    except (OSError, InvalidToken) as error:
        raise ValidationError(_damaged(row)) from error
    if hashlib.sha256(content).hexdigest() != row.sha256:
        raise ValidationError(_damaged(row))
    return content


def _damaged(row: StoredFile) -> str:
    return _("The file “%(name)s” is damaged or gone: ask whoever runs the server for the backup.") % {
        "name": row.file_name
    }


def attachment(content: bytes, name: str, content_type: str) -> HttpResponse:
    """CONTENT to be saved, never shown inside our pages."""
    answer = HttpResponse(content, content_type=content_type or "application/octet-stream")
    answer.headers["Content-Disposition"] = content_disposition_header(True, name)
    answer.headers["X-Content-Type-Options"] = "nosniff"
    answer.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return answer


def picture(content: bytes) -> HttpResponse:
    """A JPEG of our own making, shown inside our pages; nothing else is ever handed out so."""
    answer = HttpResponse(content, content_type="image/jpeg", status=200 if content else 404)
    answer.headers["X-Content-Type-Options"] = "nosniff"
    answer.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    answer.headers["Cache-Control"] = "private, max-age=3600"
    return answer
