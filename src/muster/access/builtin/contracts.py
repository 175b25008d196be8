"""Quotes, contracts, and the money on them. Sales make the papers; what came in and what was invoiced is entered by
finance, or by sales operations where a firm has nobody there yet."""

from muster.access.scope import Scope

OWN, REPORTS, ALL = Scope.OWN, Scope.REPORTS, Scope.ALL
SEEN = (
    *("instalment", "planchange", "contractamendment", "receipt", "allocation", "invoice", "invoicereceipt"),
    *("contractline", "quoteline"),
)
BOOKS = {
    **{f"crm.receipt.{verb}": ALL for verb in ("create", "allocate", "refund", "void")},
    **{f"crm.invoice.{verb}": ALL for verb in ("create", "red", "void", "link")},
    "crm.numberseries.*": ALL,
}


def _sells(scope: str) -> dict[str, str]:
    return {
        **{f"crm.{name}.view": scope for name in SEEN},
        **{f"crm.contract.{verb}": scope for verb in ("view", "create", "edit", "archive", "restore", "plan", "sign")},
        "crm.contract.end": scope,
        "crm.contract.ask_approval": scope,
        "crm.contract.amend": scope,
        **{f"crm.quote.{verb}": scope for verb in ("view", "create", "edit", "archive", "restore")},
        **{f"crm.quote.{verb}": scope for verb in ("send", "revise", "decline", "accept")},
        **{
            f"crm.{name}.{verb}": scope
            for name in ("contractline", "quoteline")
            for verb in ("create", "edit", "remove")
        },
        **{f"crm.accountinvoicedata.{verb}": scope for verb in ("view", "create", "edit")},
    }


def _exports(scope: str) -> dict[str, str]:
    return {f"crm.{name}.export": scope for name in ("contract", "quote", "instalment", "receipt", "invoice")}


def _leads(scope: str) -> dict[str, str]:
    return {**_sells(scope), **_exports(scope), "crm.contract.transfer": scope, "crm.contract.terminate": scope}


GRANTS = {
    "rep": _sells(OWN),
    "manager": _leads(REPORTS),
    "director": _leads(ALL),
    "salesops": {**_leads(ALL), **BOOKS, "crm.letterhead.*": ALL},
    "finance": {
        **{f"crm.{name}.view": ALL for name in (*SEEN, "contract", "quote", "accountinvoicedata")},
        **_exports(ALL),
        **BOOKS,
    },
}
_DETAILS = ("crm.accountinvoicedata", "*")
FIELDS = {
    "rep": [(*_DETAILS, OWN, "write")],
    "manager": [(*_DETAILS, REPORTS, "write")],
    "director": [(*_DETAILS, ALL, "read")],
    "salesops": [(*_DETAILS, ALL, "write")],
    "finance": [(*_DETAILS, ALL, "read")],
}
