"""Contracts on paper, their approval, and what stands on all of them."""

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language, gettext_lazy

from muster.access.pages import act_page, edit_page
from muster.access.scope import visible_or_404
from muster.core.files import attachment
from muster.core.http import Request
from muster.crm.actions.contract_approval import ask_contract_approval
from muster.crm.actions.contract_paper import contract_pdf, language_of
from muster.crm.actions.paper import letterheads
from muster.crm.forms.paper import AskApprovalForm, LetterheadForm
from muster.crm.models import Contract, Letterhead

contract_ask_approval = act_page(
    Contract,
    ask_contract_approval,
    title=gettext_lazy("Ask for approval of this contract"),
    text=gettext_lazy("It is approved as it stands now: who changes lines, amount, terms or payments asks anew."),
    button=gettext_lazy("Ask for approval"),
    form_class=AskApprovalForm,
)
letterhead_edit = edit_page(LetterheadForm, letterheads.edit, "crm.letterhead.edit", in_lists=False)


def contract_paper(request: Request, pk: int) -> HttpResponse:
    """The contract as a PDF, in the reader's language or the one asked for."""
    contract = visible_or_404(Contract, request.actor, "account", pk=pk)
    language = language_of(request.GET.get("language", ""), get_language() or "")
    return attachment(contract_pdf(request.actor, contract, language), f"{contract.number}.pdf", "application/pdf")


def letterhead(request: Request) -> HttpResponse:
    row = Letterhead.objects.visible_to(request.actor).order_by("pk").first()
    context = {"row": row, "may_edit": request.actor.has("crm.letterhead.edit")}
    return render(request, "crm/letterhead.html", context)
