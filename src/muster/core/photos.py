"""Photos of people: whatever a phone sends becomes a small upright square that says nothing but the face. Photos of a
place say in the picture when and where they were taken."""

import io
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from PIL import Image, ImageDraw, ImageFont, ImageOps, UnidentifiedImageError

from muster.core.files import MEGABYTE, PICTURES, Received
from muster.core.pdf import FONTS

MOST_BYTES = 20 * MEGABYTE
# What unpacking may take: a JPEG is unpacked at an eighth to a half of its size, the others whole.
MOST_PIXELS = {"JPEG": 60_000_000, "PNG": 25_000_000, "WEBP": 25_000_000}
LEAST_SIDE = 64
SIDE, SMALL, THUMBNAIL, STAMPED = 512, 96, 320, 1280
FONT = FONTS / "NotoSansSC_400Regular.ttf"
ACCEPT = ",".join(PICTURES.values())


def square(upload: Any) -> bytes:
    """UPLOAD as a JPEG of 512 × 512 at most: upright, cropped to its middle, without EXIF and place. Raises
    ValidationError with what to do where it is too large, or no picture by its content."""
    if upload.size > MOST_BYTES:
        said = {"size": f"{upload.size / MEGABYTE:.1f}", "most": MOST_BYTES // MEGABYTE}
        raise ValidationError(_("The photo has %(size)s MB; at most %(most)s MB are taken. Save it smaller.") % said)
    with _opened(upload.read()) as picture:
        _refuse_size(picture)
        return _squared(picture, SIDE)


def stamped(content: bytes, lines: list[str]) -> bytes:
    """CONTENT as a JPEG of 1280 points at most, upright, without EXIF, with LINES written across its foot on a dark
    band. Raises ValidationError where it is no picture or has too many points."""
    with _opened(content) as picture:
        _refuse_points(picture)
        upright = _upright(picture, STAMPED)
        upright.thumbnail((STAMPED, STAMPED))
        size = max(10, min(40, upright.width // 32))
        pen, font = ImageDraw.Draw(upright, "RGBA"), ImageFont.truetype(FONT, size)
        top = upright.height - int(size * 1.5 * (len(lines) + 0.5))
        pen.rectangle((0, top, upright.width, upright.height), fill=(0, 0, 0, 140))
        for at, line in enumerate(lines):
            pen.text(
                (size, top + size * 1.5 * (at + 0.25)), _fitting(line, font, upright.width - 2 * size), "white", font
            )
        return _jpeg(upright)


def _fitting(line: str, font: Any, width: int) -> str:
    """LINE, cut where it would leave the picture."""
    if font.getlength(line) <= width:
        return line
    while line and font.getlength(line + "…") > width:
        line = line[:-1]
    return line + "…"


@contextmanager
def _opened(content: bytes) -> Iterator[Any]:
    """CONTENT as a picture that is not unpacked yet; what fails in it, fails with what to send instead."""
    try:
        with warnings.catch_warnings(), Image.open(io.BytesIO(content), formats=list(PICTURES)) as picture:
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)  # bounded by who opens it
            yield picture
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, Image.DecompressionBombError) as error:
        raise ValidationError(_("This cannot be read as a photo: send a JPG, PNG or WebP.")) from error


def small(content: bytes) -> bytes:
    """A photo of ours for lists."""
    with Image.open(io.BytesIO(content), formats=list(PICTURES)) as picture:
        return _squared(picture, SMALL)


def thumbnail(received: Received) -> bytes:
    """RECEIVED as a small upright JPEG in its own proportions, without EXIF and place; empty where it is no picture or
    too large to be unpacked here."""
    if received.content_type not in PICTURES.values():
        return b""
    try:
        with warnings.catch_warnings(), Image.open(io.BytesIO(received.content), formats=list(PICTURES)) as picture:
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)  # bounded here
            if picture.width * picture.height > MOST_PIXELS[picture.format or ""]:
                return b""
            upright = _upright(picture, THUMBNAIL)
            upright.thumbnail((THUMBNAIL, THUMBNAIL))
            return _jpeg(upright)
    except (OSError, SyntaxError, ValueError, KeyError, Image.DecompressionBombError):
        return b""


def _refuse_points(picture: Any) -> None:
    """By what the file says of itself, before anything is unpacked."""
    width, height = picture.size
    most = MOST_PIXELS[picture.format]
    if width * height > most:
        said = {"width": width, "height": height, "most": most // 1_000_000}
        text = _("The photo has %(width)s × %(height)s points; at most %(most)s million are taken. Save it smaller.")
        raise ValidationError(text % said)


def _refuse_size(picture: Any) -> None:
    _refuse_points(picture)
    width, height = picture.size
    if min(width, height) < LEAST_SIDE:
        raise ValidationError(
            _("The photo has %(width)s × %(height)s points; take one of at least %(least)s × %(least)s.")
            % {"width": width, "height": height, "least": LEAST_SIDE}
        )


def _squared(picture: Any, side: int) -> bytes:
    upright = _upright(picture, side)
    side = min(side, *upright.size)
    return _jpeg(ImageOps.fit(upright, (side, side)))


def _upright(picture: Any, side: int) -> Any:
    if picture.format == "JPEG":
        picture.draft("RGB", (side * 2, side * 2))
    upright = ImageOps.exif_transpose(picture)
    if upright.mode in ("RGBA", "LA", "PA", "P"):
        upright = upright.convert("RGBA")
        ground = Image.new("RGB", upright.size, "white")
        ground.paste(upright, mask=upright.getchannel("A"))
        upright = ground
    return upright.convert("RGB")


def _jpeg(picture: Any) -> bytes:
    buffer = io.BytesIO()
    picture.info.clear()
    picture.save(buffer, "JPEG", quality=86, optimize=True)
    return buffer.getvalue()
