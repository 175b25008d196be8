"""Papers over the API, and what stands on them.

No `from __future__ import annotations` here: django-ninja reads the annotations of the operations made below.
"""

from typing import Any

from django.http import HttpResponse
from django.utils.translation import get_language
from ninja import Router

from muster.access.crud import Crud
from muster.access.resources import Resource, Verb, refuse_unknown
from muster.access.scope import visible_or_404
from muster.core.files import attachment
from muster.core.http import Request
from muster.core.listings import rows_of
from muster.crm.actions.contract_approval import ask_contract_approval
from muster.crm.actions.contract_paper import contract_pdf, language_of
from muster.crm.actions.paper import letterheads
from muster.crm.actions.quote_paper import quote_pdf
from muster.crm.forms.paper import AskApprovalForm, LetterheadForm
from muster.crm.models import Contract, Letterhead, Quote

RESOURCES = [Resource("contract-paper", rows_of(Letterhead), LetterheadForm, Crud(edit=letterheads.edit))]
OF_CONTRACTS = (
    Verb(
        "ask_approval",
        ask_contract_approval,
        "crm.contract.ask_approval",
        AskApprovalForm,
        "Ask that the draft may be signed as it is",
    ),
)


def _said(name: str, permission: str, summary: str) -> dict[str, Any]:
    return {
        "operation_id": f"{name}_pdf",
        "summary": summary,
        "tags": [name],
        "openapi_extra": {"x-permission": permission},
    }


def add_papers(router: Router) -> None:
    """What is handed out beside the operations of the records."""

    @router.get("/contracts/{int:pk}/pdf", **_said("contracts", "crm.contract.view", "A contract as a PDF"))
    def of_contract(request: Request, pk: int, language: str = "") -> HttpResponse:
        request.actor.require("crm.contract.view")
        refuse_unknown(request, {"language"})
        row = visible_or_404(Contract, request.actor, "account", pk=pk)
        content = contract_pdf(request.actor, row, language_of(language, get_language() or ""))
        return attachment(content, f"{row.number}.pdf", "application/pdf")

    @router.get("/quotes/{int:pk}/pdf", **_said("quotes", "crm.quote.view", "A quote as a PDF"))
    def of_quote(request: Request, pk: int) -> HttpResponse:
        request.actor.require("crm.quote.view")
        refuse_unknown(request, set())
        row = visible_or_404(Quote, request.actor, "account", "owner", "contact", pk=pk)
        return attachment(quote_pdf(row), f"{row.number}-{row.revision}.pdf", "application/pdf")
