"""Many records at once: whoever may change one may change many, each by its own right."""

from muster.access.scope import Scope

_OWN = {f"access.bulkchange.{verb}": Scope.OWN for verb in ("view", "create", "commit", "stop", "undo")}
_OWN["access.bulkrow.view"] = Scope.OWN
GRANTS = {
    **dict.fromkeys(("rep", "manager", "salesops"), _OWN),
    "director": {**_OWN, "people.member.unmove": Scope.ALL},
}
