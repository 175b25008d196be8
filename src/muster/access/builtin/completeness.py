"""How complete customers are: seen by who looks after them, weighed by sales operations."""

from muster.access.scope import Scope

OWN, REPORTS, ALL = Scope.OWN, Scope.REPORTS, Scope.ALL


def _seen(scope: str) -> dict[str, str]:
    return {"crm.accountscore.view": scope, "crm.completenessweight.view": ALL}


GRANTS = {
    "rep": _seen(OWN),
    "manager": _seen(REPORTS),
    "director": _seen(ALL),
    "salesops": {**_seen(ALL), "crm.completenessweight.*": ALL},
}
