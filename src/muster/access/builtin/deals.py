"""Credit of deals, price books, lines and competitors, for the built-in roles."""

from muster.access.scope import Scope

OWN, REPORTS, ALL = Scope.OWN, Scope.REPORTS, Scope.ALL


def _sells(scope: str) -> dict[str, str]:
    lines = [f"crm.dealline.{verb}" for verb in ("view", "create", "edit", "remove")]
    lines += ["crm.deal.ask_discount", "crm.quote.ask_discount", "crm.dealcompetitor.view"]
    lines += [f"crm.dealcompetitor.{verb}" for verb in ("create", "edit", "remove")]
    return {
        **dict.fromkeys(("crm.dealcredit.view", "crm.deal.split", "crm.deal.split_after_win", *lines), scope),
        **dict.fromkeys(("crm.pricebook.view", "crm.pricebookentry.view", "crm.competitor.view"), ALL),
    }


def _leads(scope: str) -> dict[str, str]:
    return {**_sells(scope), "crm.dealcredit.export": scope}


GRANTS: dict[str, dict[str, str]] = {
    "rep": _sells(OWN),
    "manager": _leads(REPORTS),
    "director": _leads(ALL),
    "salesops": {
        **_leads(ALL),
        "crm.competitor.*": ALL,
        "crm.pricebook.*": ALL,
        "crm.pricebookentry.*": ALL,
    },
}
