"""Daily work besides the records themselves: files on them, and visits on the spot."""

from typing import Any

from muster.access.scope import Scope

OWN = str(Scope.OWN)

_FILES = {f"activities.attachment.{verb}": OWN for verb in ("view", "create", "archive", "restore")}
# A file is seen with its record, so one's own scope is enough for everybody; the others take away what is not theirs.
_OVER = {f"activities.attachment.{verb}": Scope.ALL for verb in ("archive", "restore")}


def _visits(scope: str) -> dict[str, str]:
    """One checks in for oneself; who leads reads where his people were."""
    return {
        **{f"activities.checkin.{verb}": OWN for verb in ("create", "leave", "correct")},
        **{f"activities.locationconsent.{verb}": OWN for verb in ("view", "create", "withdraw")},
        "activities.checkin.view": scope,
        "activities.accountpoint.view": scope,
    }


GRANTS: dict[str, dict[str, str]] = {
    "rep": {**_FILES, **_visits(OWN)},
    "manager": {**_FILES, **dict.fromkeys(_OVER, str(Scope.REPORTS)), **_visits(Scope.REPORTS)},
    "director": {**_FILES, **_OVER, **_visits(Scope.ALL)},
    "salesops": {**_FILES, **_OVER, **_visits(Scope.ALL)},
    "finance": _FILES,
}
FIELDS: dict[str, list[tuple[str, str, Any, str]]] = {
    "rep": [("activities.checkin", "position", OWN, "read")],
    "manager": [("activities.checkin", "position", Scope.REPORTS, "read")],
    "director": [("activities.checkin", "position", Scope.ALL, "read")],
    "salesops": [("activities.checkin", "position", OWN, "read")],
}
