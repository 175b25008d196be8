"""A member's own photo: handed in, shown to who sees the member, taken away."""

import secrets
from typing import Any

from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.http import HttpResponse
from PIL import UnidentifiedImageError

from muster.access.scope import Actor, NotVisible
from muster.core import photos
from muster.core.files import PICTURES, type_of
from muster.people.actions.detail import StoredPhoto, change_own
from muster.people.models import Member

FOLDER = "members"
DAY = 86_400  # seconds


def prepared(upload: Any) -> ContentFile[bytes]:
    """UPLOAD as it is kept, under a name nobody can guess. Raises ValidationError at `photo`."""
    try:
        content = photos.square(upload)
    except ValidationError as error:
        raise ValidationError({"photo": error.messages}) from error
    return ContentFile(content, f"{secrets.token_hex(16)}.jpg")


def set_photo(actor: Actor, member: Member, *, photo: Any) -> dict[str, list[str]]:
    """The member's own photo, at once or as a request, as the rule for it says; which it was, as of `change_own`."""
    made = prepared(photo)
    path = default_storage.save(f"{FOLDER}/{made.name}", made)
    try:
        said: dict[str, list[str]] = change_own(actor, member, photo=StoredPhoto(path))
    except BaseException:
        default_storage.delete(path)
        raise
    return said


def drop_photo(actor: Actor, member: Member) -> dict[str, list[str]]:
    """Take the photo away, by the same rule."""
    said: dict[str, list[str]] = change_own(actor, member, photo=StoredPhoto(""))
    return said


def photo_answer(path: str, small: bool) -> HttpResponse:
    """The picture itself, for this reader's browser alone. Gone or no picture: as if there were none."""
    try:
        with default_storage.open(path, "rb") as file:
            content = file.read()
        content = photos.small(content) if small else content
    except (OSError, UnidentifiedImageError) as error:
        raise NotVisible("photo") from error
    kind = type_of(content)
    if kind not in PICTURES.values():
        raise NotVisible("photo")
    answer = HttpResponse(content, content_type=kind)
    answer.headers["Cache-Control"] = f"private, max-age={DAY}"
    answer.headers["X-Content-Type-Options"] = "nosniff"
    answer.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return answer
