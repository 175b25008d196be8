"""Daily work besides the records themselves: files on them."""

from muster.access.scope import Scope

OWN = str(Scope.OWN)

_FILES = {f"activities.attachment.{verb}": OWN for verb in ("view", "create", "archive", "restore")}
# A file is seen with its record, so one's own scope is enough for everybody; the others take away what is not theirs.
_OVER = {f"activities.attachment.{verb}": Scope.ALL for verb in ("archive", "restore")}

GRANTS: dict[str, dict[str, str]] = {
    "rep": _FILES,
    "manager": {**_FILES, **dict.fromkeys(_OVER, Scope.REPORTS)},
    "director": {**_FILES, **_OVER},
    "salesops": {**_FILES, **_OVER},
    "finance": {f"activities.attachment.{verb}": OWN for verb in ("view", "create", "archive", "restore")},
}
