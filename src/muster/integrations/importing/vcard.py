"""Business cards (vCard 2.1, 3.0, 4.0) as a table: one row for each card, with the columns of contacts and leads."""

import quopri
import re
from collections.abc import Iterator

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

HEAD = ("external id", "name", "company", "title", "phone", "email", "website", "notes")
MOST_CARDS = 20_000
LINE = re.compile(r"(?:[\w-]+\.)?([\w-]+)((?:;[^:\"]*(?:\"[^\"]*\")?[^:\"]*)*):(.*)", re.DOTALL)
SPLIT = re.compile(r"(?<!\\);")
PLAIN = {"UID": "external id", "FN": "name", "TITLE": "title", "URL": "website", "NOTE": "notes"}
ESCAPED = {"n": "\n", "N": "\n"}
CELL = ("CELL", "MOBILE")

Line = tuple[str, str, str]  # name, parameters in capitals, text


def cards(name: str, text: str) -> list[tuple[int, list[str]]]:
    """Lines of a table, numbered by the line of the file on which the card begins. Raises ValidationError."""
    rows: list[tuple[int, list[str]]] = [(1, list(HEAD))]
    begun, lines = 0, list[Line]()
    for number, line in _unfolded(text):
        upper = line.strip().upper()
        if upper == "BEGIN:VCARD":
            begun, lines = number, []
        elif upper == "END:VCARD" and begun:
            card = _card(lines)
            rows.append((begun, [card.get(key, "") for key in HEAD]))
            begun = 0
        elif begun and (found := LINE.fullmatch(line)):
            lines.append((found[1].upper(), found[2].upper(), found[3]))
    if begun or len(rows) == 1:
        raise ValidationError(_("“%(name)s” holds no whole business card: export it again."), params={"name": name})
    if len(rows) > MOST_CARDS:
        raise ValidationError(_("“%(name)s” holds more than 20,000 cards: split it."), params={"name": name})
    return rows


def _unfolded(text: str) -> Iterator[tuple[int, str]]:
    """Lines with those that go on in the next one put together: by a blank, or in quoted-printable by =."""
    start, whole = 0, ""
    for number, line in enumerate(re.split(r"\r\n|\r|\n", text), start=1):
        if whole.endswith("=") and "QUOTED-PRINTABLE" in whole.upper():
            whole = whole[:-1] + line.lstrip()
        elif start and line[:1] in (" ", "\t"):
            whole += line[1:]
        else:
            if start:
                yield start, whole
            start, whole = number, line
    if start:
        yield start, whole


def _card(lines: list[Line]) -> dict[str, str]:
    found: dict[str, str] = {}
    phones: dict[bool, str] = {}
    for key, said, raw in lines:
        text = _decoded(said, raw)
        if key in PLAIN:
            found.setdefault(PLAIN[key], _plain(text))
        elif key == "N":
            found["n"] = " ".join(filter(None, (_plain(one) for one in _given_first(SPLIT.split(text)))))
        elif key == "ORG":
            found.setdefault("company", _plain(SPLIT.split(text)[0]))
        elif key == "TEL" and text:
            phones.setdefault(any(one in said for one in CELL), _plain(text).removeprefix("tel:"))
        elif key == "EMAIL" and "@" in text:
            found.setdefault("email", _plain(text).removeprefix("mailto:"))
    found["phone"] = phones.get(True) or phones.get(False) or ""
    found["name"] = found.get("name") or found.get("n", "")
    return found


def _given_first(parts: list[str]) -> list[str]:
    family, given, middle = (*parts, "", "", "")[:3]
    return [given, middle, family]


def _decoded(said: str, raw: str) -> str:
    if "QUOTED-PRINTABLE" not in said:
        return raw
    content = quopri.decodestring(raw.encode("utf-8", "replace"))
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError:
        return content.decode("gb18030", "replace")


def _plain(text: str) -> str:
    return re.sub(r"\\(.)", lambda found: ESCAPED.get(found[1], found[1]), text).strip()
