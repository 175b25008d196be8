"""Who gets credit for a deal."""

from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from muster.access.pages import act_page
from muster.access.scope import rights, visible_or_404
from muster.core.http import Request
from muster.core.periods import today
from muster.crm.actions.credit import in_force, parts_of, split_after_win, split_deal
from muster.crm.forms.credit import CorrectCreditForm, CreditForm
from muster.crm.models import Deal, DealCredit

SHOWN = 30

deal_split = act_page(
    Deal, split_deal, title=gettext_lazy("Split the credit"), form_class=CreditForm, button=gettext_lazy("Save")
)
deal_split_after_win = act_page(
    Deal,
    split_after_win,
    title=gettext_lazy("Correct the credit"),
    text=gettext_lazy("Once it is approved the win counts by the new split, on the day it was won."),
    form_class=CorrectCreditForm,
    button=gettext_lazy("Ask for approval"),
)


def deal_credits(request: Request, pk: int) -> HttpResponse:
    """Panel on a deal's page: the split in force, what is to come, and what was."""
    deal = visible_or_404(Deal, request.actor, "owner", pk=pk)
    day = deal.closed_on or today()
    rows = in_force(deal, day)
    others = DealCredit.objects.visible_to(request.actor).filter(deal=deal).exclude(pk__in=[one.pk for one in rows])
    others = others.select_related("member").order_by("-valid_from", "-pk")
    verb = "split" if deal.status == Deal.Status.OPEN else "split_after_win" if deal.status == Deal.Status.WON else ""
    may = bool(verb) and rights(request.actor, deal)(f"crm.deal.{verb}")
    context = {
        "deal": deal,
        "lines": [{"row": row, "amount": part} for row, part in zip(rows, parts_of(deal.amount, rows), strict=True)],
        "has_revenue": any(one.kind == DealCredit.Kind.REVENUE for one in rows),
        "later": list(others.filter(archived_at=None, valid_from__gt=day)[:SHOWN]),
        "former": list(others.filter(Q(valid_from__lte=day) | Q(archived_at__isnull=False))[:SHOWN]),
        "edit_url": reverse(f"deal_{verb}", args=[pk]) if may else "",
        "edit_label": _("Split the credit") if verb == "split" else _("Correct the credit"),
    }
    return render(request, "crm/deal_credits.html", context)
