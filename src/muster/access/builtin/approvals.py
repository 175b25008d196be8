"""Approvals: everybody asks and decides what waits for him; sales operations say who decides what."""

from muster.access.scope import Scope

OWN, REPORTS, ALL = Scope.OWN, Scope.REPORTS, Scope.ALL


def _asks(scope: str) -> dict[str, str]:
    verbs = ("create", "approve", "reject", "recall")
    return {
        "people.approvalrequest.view": scope,
        "people.approvalseat.view": scope,
        **{f"people.approvalrequest.{verb}": OWN for verb in verbs},
        "people.approvalrule.view": ALL,
        "people.approvalstep.view": ALL,
    }


GRANTS: dict[str, dict[str, str]] = {
    "rep": _asks(OWN),
    "manager": _asks(REPORTS),
    "director": _asks(ALL),
    "salesops": {**_asks(ALL), "people.approvalrule.*": ALL, "people.approvalstep.*": ALL},
    "hr": _asks(OWN),
    "finance": _asks(OWN),
}
