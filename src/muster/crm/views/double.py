"""Looking for duplicates while one types, asking to join, and the owner's answer."""

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from muster.access.pages import act_page, attempt, done, render_form
from muster.core.http import Request
from muster.crm.actions.duplicates import KINDS, look
from muster.crm.actions.joining import accept_join, ask_to_join, decline_join
from muster.crm.forms.duplicates import AcceptForm, AskForm, DeclineForm
from muster.crm.forms.leads import LeadForm
from muster.crm.forms.records import AccountForm, ContactForm
from muster.crm.models import Account, JoinRequest

FORMS = {"account": AccountForm, "contact": ContactForm, "lead": LeadForm}
LONGEST = 300
SHOWN = 10

join_accept = act_page(
    JoinRequest,
    accept_join,
    title=gettext_lazy("Take into the team"),
    text=gettext_lazy("Who asks will see this customer, its contacts and what was done."),
    button=gettext_lazy("Accept"),
    form_class=AcceptForm,
)
join_decline = act_page(
    JoinRequest,
    decline_join,
    title=gettext_lazy("Decline this request"),
    text=gettext_lazy("Who asked hears of it, and not whose customer it is."),
    button=gettext_lazy("Say no"),
    form_class=DeclineForm,
)


def joins_of(actor: Any, account: Account) -> list[JoinRequest]:
    """Who waits to be let in, for those who answer."""
    rows = JoinRequest.objects.visible_to(actor, "crm.joinrequest.accept")
    return list(rows.filter(account=account, status=JoinRequest.Status.WAITING).select_related("member")[:SHOWN])


@require_POST
def double_look(request: Request, kind: str) -> HttpResponse:
    """What may be the same as what stands in the form."""
    if kind not in FORMS:
        raise Http404
    request.actor.require(f"crm.{kind}.create")
    said = {key: request.POST.get(name, "")[:LONGEST] for key, name in FORMS[kind].alike.items()}
    return render(request, "crm/double_hits.html", {"answer": look(request.actor, KINDS[kind], said)})


def join_ask(request: Request) -> HttpResponse:
    """Ask the owner of a masked hit to be let in."""
    form = AskForm(request.POST or None, initial={"token": request.GET.get("token", "")[:400]})
    sent = request.method == "POST" and form.is_valid()
    if sent and attempt(form, lambda: ask_to_join(request.actor, **form.cleaned_data)) is not None:
        return done(request, "/", _("Asked. You hear of the answer."), go=True)
    text = _("The owner sees your name and why you ask, and takes you into the team or declines.")
    context = {"title": _("Ask to join"), "text": text, "submit_label": _("Ask"), "cancel_url": "/"}
    return render_form(request, form, "ui/confirm.html", **context)
