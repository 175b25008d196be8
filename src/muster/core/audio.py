"""Recordings that people hand in: bounded, and known by their content as one of the kinds that phones make."""

from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from muster.core.files import MEGABYTE, Received, clean_name

MOST_BYTES = 50 * MEGABYTE  # an hour and a half as phones record
AUDIO = {
    "audio/mpeg": ".mp3",
    "audio/mp4": ".m4a",
    "audio/aac": ".aac",
    "audio/amr": ".amr",
    "audio/ogg": ".ogg",
    "audio/wav": ".wav",
}
ACCEPT = ",".join(AUDIO.values())
_BRANDS = (b"M4A ", b"M4B ", b"mp41", b"mp42", b"isom", b"iso2", b"3gp4", b"3gp5", b"3gp6", b"dash")
_FRAMES = (b"\xff\xfb", b"\xff\xfa", b"\xff\xf3", b"\xff\xf2")  # layer III
_ADTS = (b"\xff\xf1", b"\xff\xf9")


def receive_recording(upload: Any) -> Received:
    """UPLOAD, if it is not too large and a recording. Raises ValidationError with what to do."""
    if upload.size > MOST_BYTES:
        said = {"size": f"{upload.size / MEGABYTE:.1f}", "most": MOST_BYTES // MEGABYTE}
        text = _("The recording has %(size)s MB; at most %(most)s MB are taken. Save it as MP3 or M4A, then send it.")
        raise ValidationError({"upload": text % said})
    content = upload.read()
    found = audio_of(content)
    if not found:
        raise ValidationError({"upload": _("This is no recording: send an MP3, M4A, AAC, AMR, OGG or WAV file.")})
    return Received(clean_name(upload.name or "", AUDIO[found]), content, found)


def audio_of(content: bytes) -> str:
    """The kind of recording by CONTENT alone; '' where it is none."""
    head = content[:16]
    if head[:4] == b"RIFF" and head[8:12] == b"WAVE":
        return "audio/wav"
    if head[4:8] == b"ftyp" and head[8:12] in _BRANDS:
        return "audio/mp4"
    if head.startswith(b"#!AMR"):
        return "audio/amr"
    if head.startswith(b"OggS"):
        return "audio/ogg"
    if head.startswith((b"ID3", *_FRAMES)):
        return "audio/mpeg"
    return "audio/aac" if head.startswith(_ADTS) else ""
