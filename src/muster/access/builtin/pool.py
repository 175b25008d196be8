"""Public pools: everybody who sells belongs to some, looks after those he was named for, and asks for what is his."""

from muster.access.scope import Scope

OWN, REPORTS, ALL = Scope.OWN, Scope.REPORTS, Scope.ALL


def _sells(scope: str) -> dict[str, str]:
    """OWN is here: of the pools to which one belongs, or which one looks after."""
    return {
        **{f"crm.{name}.view": OWN for name in ("pool", "poolseat", "poolrule")},
        "crm.pool.edit": OWN,
        "crm.poolseat.create": OWN,
        "crm.poolseat.edit": OWN,
        "crm.poolseat.remove": OWN,
        **{f"crm.poolrule.{verb}": OWN for verb in ("create", "edit", "archive", "restore", "switch")},
        **{f"crm.poolstay.{verb}": OWN for verb in ("claim", "reveal", "assign", "move")},
        "crm.poolstay.view": scope,
        "crm.account.ask_time": OWN,
        "crm.lead.ask_time": OWN,
        "crm.poollook.view": scope,
        "crm.account.return": scope,
        "crm.lead.return": scope,
    }


_OVER_ALL = {
    **_sells(ALL),
    **{f"crm.{name}.view": ALL for name in ("pool", "poolseat", "poolrule", "claimlimit")},
    **{f"crm.poolstay.{verb}": ALL for verb in ("assign", "move")},
    "crm.account.spare": ALL,
    "crm.lead.spare": ALL,
}

GRANTS = {
    "rep": _sells(OWN),
    "manager": {**_sells(REPORTS), "crm.account.spare": REPORTS, "crm.lead.spare": REPORTS},
    "director": _OVER_ALL,
    "salesops": {
        **_OVER_ALL,
        **{f"crm.{name}.*": ALL for name in ("pool", "poolseat", "poolrule", "claimlimit")},
    },
}
