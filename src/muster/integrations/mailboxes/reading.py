"""What stands in a mail, however carelessly it was written: headers in any encoding or none, text in the charsets that
are used in China, HTML as plain text. Nothing outside is ever fetched."""

import datetime as dt
import email
import hashlib
import re
from collections.abc import Iterator
from email.header import decode_header
from email.message import Message
from email.policy import Compat32
from email.utils import getaddresses, parsedate_to_datetime
from html.parser import HTMLParser

from django.utils import timezone

from muster.activities.actions.mail import Letter

LONGEST_SUBJECT = 200
LONGEST_ID = 400
MOST_PARTS = 200
IDS = re.compile(r"<[^<>\s]{1,400}>")
# What is called GB2312 or GBK has characters beyond it more often than not.
CHARSETS = {"gb2312": "gb18030", "gbk": "gb18030", "gb_2312-80": "gb18030", "x-gbk": "gb18030", "cp936": "gb18030"}
PRIVATE = {"personal", "private", "company-confidential"}  # RFC 4021, what Outlook writes


class _AsSent(Compat32):
    """Headers stay the bytes they came as: what charset they are in is found out here, and not given up."""

    def header_fetch_parse(self, name: str, value: str) -> str:
        return value


POLICY = _AsSent()


class Broken(Exception):
    """Not a mail, or none that can be read."""


def read_letter(content: bytes) -> Letter:
    """CONTENT as a letter. Raises `Broken`."""
    try:
        message = email.message_from_bytes(content, policy=POLICY)
        found = _letter(message, content)
    except (ValueError, LookupError, TypeError, AttributeError, KeyError, IndexError, RecursionError) as error:
        raise Broken(type(error).__name__) from error
    if not found.sender[1] and not found.recipients:
        raise Broken("no addresses")
    return found


def read_head(content: bytes) -> Letter:
    """The headers alone: who wrote to whom."""
    return read_letter(content.split(b"\r\n\r\n", 1)[0] + b"\r\n\r\n")


def is_private(content: bytes) -> bool:
    """Did the writer mark it as private?"""
    message = email.message_from_bytes(content, policy=POLICY)
    return text_of(message.get("Sensitivity")).strip().casefold() in PRIVATE


def _letter(message: Message, content: bytes) -> Letter:
    sender = _people(message, "From") or _people(message, "Sender") or [("", "")]
    body, files = _parts(message)
    return Letter(
        _id_of(message, content),
        _date(message),
        sender[0],
        _people(message, "To") + _people(message, "Cc"),
        text_of(message.get("Subject"))[:LONGEST_SUBJECT],
        body,
        _references(message),
        files,
    )


def _id_of(message: Message, content: bytes) -> str:
    """Its Message-ID; of a mail without one, a sum over what cannot change."""
    found = IDS.search(text_of(message.get("Message-ID")))
    if found:
        return found[0]
    head = "\n".join(text_of(message.get(name)) for name in ("Date", "From", "To", "Subject", "Received"))
    return f"<{hashlib.sha256(head.encode()).hexdigest()[:40]}@no-id.muster>"


def _references(message: Message) -> list[str]:
    said = f"{text_of(message.get('References'))} {text_of(message.get('In-Reply-To'))}"
    return list(dict.fromkeys(IDS.findall(said)))[-50:]


def _date(message: Message) -> dt.datetime:
    try:
        found = parsedate_to_datetime(text_of(message.get("Date")))
        found = found if found.tzinfo else found.replace(tzinfo=dt.UTC)
        return found.astimezone(dt.UTC)
    except (ValueError, TypeError, OverflowError):
        return timezone.now()


def _people(message: Message, name: str) -> list[tuple[str, str]]:
    """Split first and decoded afterwards: a comma inside a name parts no addresses."""
    raw = [_line(one) for one in message.get_all(name, [])]
    return [
        (_clean(text_of(person))[:100], _clean(address)[:254])
        for person, address in getaddresses(raw)
        if "@" in address
    ]


def _line(value: object) -> str:
    """A header as text; bytes that say no encoding are tried in the usual ones."""
    text = str(value)
    raw = text.encode("utf-8", "surrogateescape")
    return " ".join((text if raw.isascii() else decoded(raw, "")).split())


def text_of(value: object) -> str:
    """A header as people read it: encoded words undone, charsets guessed where they lie."""
    if value is None:
        return ""
    line = _line(value)
    if "=?" not in line:
        return _clean(line)
    try:
        parts = decode_header(line)
    except (ValueError, email.errors.HeaderParseError):
        return _clean(line)
    return _clean("".join(decoded(one, name or "") if isinstance(one, bytes) else one for one, name in parts))


def _clean(text: str) -> str:
    return "".join(one for one in text.replace("\n", " ").replace("\t", " ") if one.isprintable()).strip()


def decoded(content: bytes, charset: str) -> str:
    """CONTENT as text: in the charset it names, else in UTF-8, else in GB 18030; the rest is marked as unreadable."""
    named = CHARSETS.get(charset.casefold().strip("'\" "), charset.strip("'\" "))
    for one in (named, "utf-8", "gb18030"):
        try:
            return content.decode(one) if one else content.decode("ascii")
        except (UnicodeError, LookupError, ValueError):
            continue
    return content.decode("utf-8", "replace")


# -- parts -----------------------------------------------------------------------------------------------------------


def _parts(message: Message) -> tuple[str, list[tuple[str, bytes]]]:
    """The text, and the files. Of text and HTML that say the same, the text."""
    plain: list[str] = []
    rich: list[str] = []
    files: list[tuple[str, bytes]] = []
    for part in _leaves(message):
        kind, name = part.get_content_type(), _name_of(part)
        content = _payload(part)
        if name or part.get_content_disposition() == "attachment" or not kind.startswith("text/"):
            if content and kind not in ("multipart/alternative", "multipart/mixed"):
                files.append((name or f"file-{len(files) + 1}", content))
        elif kind == "text/html":
            rich.append(as_text(decoded(content, part.get_content_charset() or "")))
        else:
            plain.append(decoded(content, part.get_content_charset() or ""))
    text = "\n".join(one for one in plain if one.strip()) or "\n".join(rich)
    return _tidy(text), files


def _leaves(message: Message) -> Iterator[Message]:
    """Its parts, without going into mails that are attached."""
    waiting, seen = [message], 0
    while waiting and seen < MOST_PARTS:
        part = waiting.pop(0)
        seen += 1
        inner = part.get_payload()
        if part.is_multipart() and part.get_content_maintype() == "multipart" and isinstance(inner, list):
            waiting[:0] = [one for one in inner if isinstance(one, Message)]
        elif not part.is_multipart():
            yield part


def _payload(part: Message) -> bytes:
    found = part.get_payload(decode=True)
    return found if isinstance(found, bytes) else b""


def _name_of(part: Message) -> str:
    return text_of(part.get_filename() or "")[:150]


def _tidy(text: str) -> str:
    lines = [line.rstrip() for line in text.replace("\r\n", "\n").replace("\r", "\n").replace("\0", "").split("\n")]
    return re.sub(r"\n{4,}", "\n\n\n", "\n".join(lines)).strip()


class _Text(HTMLParser):
    """What a reader would see of HTML: no scripts, no styles, no pictures; where a link leads stands beside it."""

    HIDDEN = frozenset({"script", "style", "title", "template", "noscript"})
    BLOCKS = frozenset({"p", "div", "br", "tr", "li", "ul", "ol", "table", "blockquote", "h1", "h2", "h3", "h4", "hr"})

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.said: list[str] = []
        self.hidden = 0
        self.link = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.hidden += tag in self.HIDDEN
        if tag in self.BLOCKS:
            self.said.append("\n")
        if tag == "a":
            self.link = next((value or "" for key, value in attrs if key == "href"), "")

    def handle_endtag(self, tag: str) -> None:
        self.hidden = max(0, self.hidden - (tag in self.HIDDEN))
        if tag in self.BLOCKS:
            self.said.append("\n")
        if tag == "a" and self.link.startswith(("http://", "https://")):
            if self.link not in "".join(self.said[-3:]):
                self.said.append(f" ({self.link[:300]})")
            self.link = ""

    def handle_data(self, data: str) -> None:
        if not self.hidden:
            self.said.append(re.sub(r"\s+", " ", data))


def as_text(html: str) -> str:
    reader = _Text()
    reader.feed(html)
    reader.close()
    lines = [line.strip() for line in "".join(reader.said).split("\n")]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()
