"""Calls with their recordings, and mail. Who leads hears the recordings of his people; mail is for the member alone
until he shares it, or until a firm gives a role `activities.mail.view` beyond one's own."""

from typing import Any

from muster.access.scope import Scope

OWN, REPORTS, ALL = str(Scope.OWN), str(Scope.REPORTS), str(Scope.ALL)

_MAIL = {
    **{f"activities.mailbox.{verb}": OWN for verb in ("view", "create", "edit", "disconnect", "try")},
    **{f"activities.mailthread.{verb}": OWN for verb in ("view", "share", "unshare", "forget")},
    **{f"activities.mail.{verb}": OWN for verb in ("view", "create", "receive", "send", "retry", "cancel")},
    **{f"activities.mail.{verb}": OWN for verb in ("share", "unshare")},
}


def _calls(scope: str, line: str) -> dict[str, str]:
    """One records one's own calls only; SCOPE sees the calls, LINE hears them."""
    return {
        **{f"activities.call.{verb}": OWN for verb in ("create", "edit")},
        "activities.call.view": scope,
        "activities.recording.create": OWN,
        **({f"activities.recording.{verb}": line for verb in ("view", "listen", "erase")} if line else {}),
    }


GRANTS: dict[str, dict[str, str]] = {
    "rep": {**_MAIL, **_calls(OWN, OWN)},
    "manager": {**_MAIL, **_calls(REPORTS, REPORTS)},
    "director": {**_MAIL, **_calls(ALL, REPORTS)},
    "salesops": {**_MAIL, **_calls(ALL, OWN)},
}
_READ = [(f"activities.{name}", "*", ALL, "read") for name in ("mail", "mailthread", "mailskip")]
FIELDS: dict[str, list[tuple[str, str, Any, str]]] = {
    "rep": [*_READ, ("activities.call", "number", OWN, "write")],
    "manager": [*_READ, ("activities.call", "number", REPORTS, "write")],
    "director": [*_READ, ("activities.call", "number", ALL, "write")],
    "salesops": [*_READ, ("activities.call", "number", ALL, "write")],
}
