"""How complete what is known of customers is: on one of them, of all, and what things weigh."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy

from muster.access.pages import act_page, create_page, list_page
from muster.access.scope import can, visible_or_404
from muster.core.http import Request
from muster.crm.actions.completeness import ask_for, own_items, score_for, weigh
from muster.crm.completeness import ITEMS, Item
from muster.crm.forms.completeness import AskedForm, WeightForm
from muster.crm.listings.completeness import SCORES, tone
from muster.crm.models import Account, CompletenessWeight

completeness_list = list_page(SCORES)
weight_create = create_page(AskedForm, ask_for, title=gettext_lazy("Ask for a field of your own"), stay=True)
weight_edit = act_page(
    CompletenessWeight,
    weigh,
    title=gettext_lazy("Weight in the completeness"),
    button=gettext_lazy("Save"),
    form_class=WeightForm,
)


def account_completeness(request: Request, pk: int) -> HttpResponse:
    """Panel on a customer's page: how much is known, and what is missing, each with the page where it is filled in."""
    actor = request.actor
    account = visible_or_404(Account, actor, pk=pk)
    found = score_for(actor, account)
    may = can(actor, "crm.account.edit", account)
    missing = [{"label": one.label, "url": _fill(actor, account, one) if may else ""} for one in found.missing]
    shown = {"account": account, "score": found, "missing": missing, "tone": tone(found.percent or 0)}
    return render(request, "crm/account_completeness.html", shown)


def _fill(actor: Any, account: Account, item: Item) -> str:
    """Where ITEM is filled in, if ACTOR may."""
    if item.fill == "account_edit":
        return f"{reverse('account_edit', args=[account.pk])}#id_{item.field or item.key}"
    permission = "crm.contact.create" if item.fill == "contact_create" else "crm.accountinvoicedata.create"
    return f"{reverse(item.fill)}?account={account.pk}" if actor.has(permission) else ""


def completeness(request: Request) -> HttpResponse:
    """The formula, and what each thing weighs."""
    own = own_items(request.actor)
    items = {**ITEMS, **own}
    rows = CompletenessWeight.objects.visible_to(request.actor).filter(archived_at=None, item__in=items)
    lines = [{"row": one, "label": items[one.item].label, "own": one.item in own} for one in rows]
    whole = sum(one.weight for one in rows)
    for line in lines:
        line["share"] = round(100 * line["row"].weight / whole) if whole else 0
    lines.sort(key=lambda line: -line["row"].weight)
    may = request.actor.has("crm.completenessweight.edit")
    more = request.actor.has("crm.completenessweight.create") and set(own) - {one.item for one in rows}
    return render(request, "crm/completeness.html", {"lines": lines, "whole": whole, "may": may, "may_ask": bool(more)})
