"""The group of companies on the page of one of them."""

from django.http import HttpResponse
from django.shortcuts import render

from muster.access.scope import rights, visible_or_404
from muster.core.http import Request
from muster.crm.models import Account
from muster.metrics import display
from muster.metrics.group import Group, Total


def account_group(request: Request, pk: int) -> HttpResponse:
    """The tree of the group, and its totals; each opens its rows."""
    account = visible_or_404(Account, request.actor, pk=pk)
    group = Group(request.actor, account)
    context = {
        "account": account,
        "group": group,
        "alone": len(group.keys) == 1,
        "tiles": [_tile(one) for one in group.totals()],
        "opens": request.actor.has("metrics.dashboard.view"),
        "may_add": rights(request.actor, account)("crm.account.edit") and request.actor.has("crm.account.create"),
    }
    return render(request, "metrics/account_group.html", context)


def _tile(total: Total) -> dict[str, str]:
    texts = [display.text(total.metric, one) for one in (total.cell, *total.others)]
    return {
        "key": total.metric.key,
        "label": str(total.metric.label),
        "value": texts[0],
        "hint": " + ".join(texts[1:]),
        "href": total.url,
    }
