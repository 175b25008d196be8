"""Stakeholder maps and tags, for the built-in roles."""

from muster.access.scope import Scope

OWN, REPORTS, ALL = Scope.OWN, Scope.REPORTS, Scope.ALL


def _work(scope: str) -> dict[str, str]:
    names = (
        "crm.stakeholder.view",
        "crm.acquaintance.view",
        "crm.acquaintance.remove",
        "crm.contact.map",
        "crm.contact.unmap",
        "crm.contact.relate",
        "crm.account.tag",
        "crm.accounttag.view",
    )
    return {**dict.fromkeys(names, scope), "crm.tag.view": ALL}


GRANTS: dict[str, dict[str, str]] = {
    "rep": _work(OWN),
    "manager": _work(REPORTS),
    "director": _work(ALL),
    "salesops": {**_work(ALL), "crm.tag.*": ALL},
}
