"""Parts of other rooms' pages: what a member owns."""

from django.http import HttpResponse
from django.shortcuts import render

from muster.access.scope import visible_or_404
from muster.core.http import Request
from muster.crm import queries
from muster.crm.models import Account, Deal
from muster.people.models import Member

SHOWN = 8


def member_deals(request: Request, pk: int) -> HttpResponse:
    member = visible_or_404(Member, request.actor, pk=pk)
    deals = list(queries.deals_of(request.actor, owner=member)[: SHOWN + 1])
    totals = queries.deal_totals(
        Deal.objects.visible_to(request.actor).filter(owner=member, archived_at=None), "status"
    )
    context = {
        "member": member,
        "deals": deals[:SHOWN],
        "has_more": len(deals) > SHOWN,
        "open": totals.get("open"),
        "won": totals.get("won"),
    }
    return render(request, "crm/member_deals.html", context)


def member_accounts(request: Request, pk: int) -> HttpResponse:
    member = visible_or_404(Member, request.actor, pk=pk)
    rows = Account.objects.visible_to(request.actor).filter(owner=member, archived_at=None)
    accounts = list(rows.order_by("-last_activity_on", "-id")[: SHOWN + 1])
    context = {"member": member, "accounts": accounts[:SHOWN], "has_more": len(accounts) > SHOWN}
    return render(request, "crm/member_accounts.html", context)
