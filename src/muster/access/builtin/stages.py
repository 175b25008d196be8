"""Rules of stages: sellers tick and weigh their deals, sales operations say what is asked for."""

from muster.access.scope import Scope

OWN, REPORTS, ALL = Scope.OWN, Scope.REPORTS, Scope.ALL


def _sells(scope: str) -> dict[str, str]:
    names = ("crm.deal.tick", "crm.deal.untick", "crm.deal.weigh", "crm.dealtick.view", "crm.dealslip.view")
    return {**dict.fromkeys(names, scope), "crm.stagecriterion.view": ALL}


GRANTS: dict[str, dict[str, str]] = {
    "rep": _sells(OWN),
    "manager": _sells(REPORTS),
    "director": _sells(ALL),
    "salesops": {**_sells(ALL), "crm.stagecriterion.*": ALL},
}
