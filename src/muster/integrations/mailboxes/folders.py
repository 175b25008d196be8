"""Folders of a mailbox as IMAP names them: in modified UTF-7 (RFC 3501, 5.1.3)."""

import base64
import imaplib
import re

_LISTED = re.compile(rb'\((?P<flags>[^)]*)\) (?:"[^"]*"|NIL) (?P<name>.+)$')


def wire(name: str) -> str:
    """NAME quoted as it goes over the line: 已发送 is "&XfJT0ZAB-"."""
    said, run = [], ""
    for char in [*name, ""]:
        if char and not " " <= char <= "~":
            run += char
            continue
        if run:
            coded = base64.b64encode(run.encode("utf-16-be")).decode().rstrip("=").replace("/", ",")
            said.append(f"&{coded}-")
            run = ""
        said.append("&-" if char == "&" else char)
    return '"' + "".join(said).replace("\\", "\\\\").replace('"', '\\"') + '"'


def read_name(raw: str) -> str:
    """The other way."""

    def undone(found: re.Match[str]) -> str:
        coded = found[1].replace(",", "/")
        return base64.b64decode(coded + "=" * (-len(coded) % 4)).decode("utf-16-be", "replace") if coded else "&"

    return re.sub(r"&([A-Za-z0-9+,]*)-", undone, raw)


def sent_folder(client: imaplib.IMAP4) -> str:
    """What the folder of sent mail is called there; '' where the server does not say."""
    status, rows = client.list()
    for row in rows if status == "OK" else ():
        found = _LISTED.match(row) if isinstance(row, bytes) else None
        if found and b"\\sent" in found["flags"].lower():
            return read_name(found["name"].decode("ascii", "replace").strip().strip('"'))
    return ""
