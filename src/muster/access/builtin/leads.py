"""Leads, for the built-in roles."""

from typing import Any

from muster.access.scope import Scope

OWN, REPORTS, ALL = Scope.OWN, Scope.REPORTS, Scope.ALL
_SETUP = {"crm.leadsource.view": ALL, "crm.leadreason.view": ALL}


def _work(scope: str) -> dict[str, str]:
    verbs = ("view", "create", "edit", "archive", "restore", "convert", "disqualify", "reopen", "confirm")
    return {**_SETUP, **{f"crm.lead.{verb}": scope for verb in verbs}}


def _lead(scope: str) -> dict[str, str]:
    return {**_work(scope), **{f"crm.lead.{verb}": scope for verb in ("export", "transfer", "route")}}


_ASK = {"crm.joinrequest.create": ALL, **{f"crm.{kind}.double": ALL for kind in ("account", "contact", "lead")}}


def _answer(scope: str) -> dict[str, str]:
    return {f"crm.joinrequest.{verb}": scope for verb in ("view", "accept", "decline")}


def _teams(scope: str) -> dict[str, str]:
    return {"crm.accountmember.edit": scope}


def _merge(scope: str) -> dict[str, str]:
    return dict.fromkeys(("crm.account.merge", "crm.contact.merge", "crm.merge.view", "crm.merge.undo"), scope)


GRANTS: dict[str, dict[str, str]] = {
    "rep": {**_work(OWN), **_ASK, **_answer(OWN), **_teams(OWN), "crm.duplicatecheck.view": OWN},
    "manager": {
        **_lead(REPORTS),
        **_ASK,
        **_answer(REPORTS),
        **_teams(REPORTS),
        **_merge(REPORTS),
        "crm.duplicatecheck.view": REPORTS,
    },
    "director": {
        **_lead(ALL),
        **_ASK,
        **_answer(ALL),
        **_teams(ALL),
        **_merge(ALL),
        "crm.duplicatecheck.view": ALL,
        "crm.leadstep.view": ALL,
    },
    "salesops": {
        **_lead(ALL),
        **_ASK,
        **_answer(ALL),
        **_teams(ALL),
        **_merge(ALL),
        "crm.duplicatecheck.view": ALL,
        **{f"crm.{name}.*": ALL for name in ("leadsource", "leadreason", "leadstep")},
    },
}
FIELDS: dict[str, list[tuple[str, str, Any, str]]] = {
    "rep": [("crm.lead", "*", OWN, "write")],
    "manager": [("crm.lead", "*", REPORTS, "write")],
    "director": [("crm.lead", "*", ALL, "write")],
    "salesops": [("crm.lead", "*", ALL, "write")],
}
