"""Parts of other rooms' pages: what a member owns."""

from django.http import HttpResponse
from django.shortcuts import render

from muster.access.scope import visible_or_404
from muster.core.http import Request
from muster.crm import queries
from muster.crm.models import Account, Deal
from muster.people.models import Member

SHOWN = 8
ON_OVERVIEW = 4


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


def member_serves(request: Request, pk: int) -> HttpResponse:
    """On the overview: how many customers of which level, and the ones with most at stake."""
    actor = request.actor
    member = visible_or_404(Member, actor, pk=pk)
    levels = queries.accounts_by_level(actor, member)
    deals = Deal.objects.visible_to(actor).filter(owner=member, archived_at=None, status=Deal.Status.OPEN)
    at_stake = {pk: one for pk, one in queries.deal_totals(deals, "account_id").items() if pk}
    largest = sorted(at_stake, key=lambda pk: -max(at_stake[pk].sums.values()))[:ON_OVERVIEW]
    named = Account.objects.visible_to(actor).in_bulk(largest)
    context = {
        "member": member,
        "count": sum(levels.values()),
        "levels": [(label, levels[key]) for key, label in Account.Level.choices if levels.get(key)],
        "open": queries.deal_totals(deals, "status").get("open"),
        "lines": [(named[pk], at_stake[pk]) for pk in largest if pk in named],
    }
    return render(request, "crm/member_serves.html", context)
