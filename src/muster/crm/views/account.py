"""Customers: list, page, forms."""

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from muster.access.at_hand import star_of
from muster.access.pages import act_page, attempt, create_page, done, edit_page, list_page, render_form
from muster.access.scope import visible_or_404
from muster.core import money
from muster.core.custom.show import sections
from muster.core.http import Request
from muster.core.templatetags.ui import day_name
from muster.core.totals import Total
from muster.crm import queries
from muster.crm.actions.account import accounts, add_to_team, change_in_team, take_off_team, transfer_account
from muster.crm.forms.records import AccountForm, TeamForm, TeamTermsForm, TransferForm
from muster.crm.listings.records import ACCOUNTS, LEVEL_TONES
from muster.crm.models import Account, AccountMember, Tag
from muster.crm.views.double import joins_of
from muster.crm.views.many import many_page
from muster.crm.views.merge import merges_of, seen_or_moved
from muster.crm.views.record import changed, fact, field_facts, link_fact, offers

SHOWN = 10

account_list = list_page(ACCOUNTS)
account_create = create_page(AccountForm, accounts.create, title=gettext_lazy("New customer"), template="crm/form.html")
account_edit = edit_page(AccountForm, accounts.edit, "crm.account.edit", template="crm/form.html")
account_archive = act_page(
    Account,
    accounts.archive,
    title=gettext_lazy("Archive this customer"),
    text=gettext_lazy("It leaves the lists and the search. Its deals and records stay, and it can be restored."),
    button=gettext_lazy("Archive"),
)
account_restore = act_page(Account, accounts.restore, title=gettext_lazy("Restore this customer"))
account_transfer = act_page(
    Account,
    transfer_account,
    title=gettext_lazy("Transfer this customer"),
    text=gettext_lazy("Contacts go along. Deals keep their owner."),
    button=gettext_lazy("Transfer"),
    form_class=TransferForm,
)
account_transfer_many = many_page(
    Account, transfer_account, "account_list", title=gettext_lazy("Transfer customers"), form_class=TransferForm
)
account_archive_many = many_page(Account, accounts.archive, "account_list", title=gettext_lazy("Archive customers"))
TABS = {
    "work": gettext_lazy("Deals and contacts"),
    "money": gettext_lazy("Contracts and money"),
    "people": gettext_lazy("Who counts, who works it"),
    "group": gettext_lazy("Group of companies"),
}
TAB_OF = {
    "group": "group",
    "contracts": "money",
    "invoice-details": "money",
    "map": "people",
}  # panels of others; the rest is work


def account_detail(request: Request, pk: int) -> HttpResponse:
    actor, tab = request.actor, request.GET.get("tab", "work")
    if tab not in TABS:
        raise Http404(tab)
    account, now = seen_or_moved(Account, actor, pk, *ACCOUNTS.related)
    if now is not None:
        return redirect(now)
    offered = offers(actor, account, "edit", "transfer", "route", "merge", "tag", "archive", "restore")
    context = {
        "account": account,
        "record": {**_record(actor, account), "star": star_of(actor, account), "tabs": _tabs(account, tab)},
        "custom": sections(account, actor),
        **offered,
        "tab": tab,
        "shown": [one for one in offered["panels"].get("main", []) if TAB_OF.get(one["key"], "work") == tab],
        "merges": merges_of(actor, account),
        "joins": joins_of(actor, account),
        **(_work(actor, account) if tab == "work" else _people(actor, account) if tab == "people" else {}),
    }
    return render(request, "crm/account_detail.html", context)


def _tabs(account: Account, tab: str) -> list[dict[str, Any]]:
    url = account.get_absolute_url()
    return [{"label": label, "url": f"{url}?tab={key}", "active": key == tab} for key, label in TABS.items()]


def _work(actor: Any, account: Account) -> dict[str, Any]:
    deals = list(queries.deals_of(actor, account=account)[: SHOWN + 1])
    contacts = list(queries.contacts_of(actor, account)[:SHOWN])
    return {"deals": deals[:SHOWN], "more_deals": len(deals) > SHOWN, "contacts": contacts}


def _people(actor: Any, account: Account) -> dict[str, Any]:
    return {"team": list(queries.team_of(actor, account)[:SHOWN])}


def _record(actor: Any, account: Account) -> dict[str, Any]:
    totals = queries.account_deals(actor, account)
    return {
        "title": account.name,
        "subtitle": " · ".join(filter(None, [account.industry, account.city])),
        "icon": "building",
        "badges": [{"label": account.get_level_display(), "tone": LEVEL_TONES[account.level]}, *_tags(actor, account)],
        "archived": account.archived_at is not None,
        "facts": [
            link_fact(_("Owner"), account.owner),
            fact(_("Deals in progress"), _amount(totals.get("open")), _deals_url(account, "open")),
            fact(_("Won"), _amount(totals.get("won")), _deals_url(account, "won")),
            fact(_("Last contact"), day_name(account.last_activity_on)),
        ],
        "side": [
            *field_facts(account, "phone", "website", "country"),
            *([fact(_("Address"), account.full_address)] if account.full_address else []),
            *field_facts(account, "parent", "source"),
            *field_facts(account, "founded_in", "employees"),
            *([fact(_("Annual revenue"), _revenue(account))] if account.annual_revenue is not None else []),
            *field_facts(account, "notes"),
        ],
        "line": True,
        "back_url": reverse("account_list"),
        "back_label": _("Customers"),
        "changed": changed(account),
    }


def _tags(actor: Any, account: Account) -> list[dict[str, Any]]:
    rows = Tag.objects.visible_to(actor).filter(tagged__account=account, archived_at=None)
    return [{"label": one.name, "tone": one.tone} for one in rows[:SHOWN]]


def _deals_url(account: Account, status: str) -> str:
    return f"{reverse('deal_list')}?account={account.pk}&status={status}"


def _amount(total: Total | None) -> str:
    return f"{total.text} ({total.count})".strip() if total else ""


def _revenue(account: Account) -> str:
    return money.short(account.annual_revenue, account.currency)


def team_add(request: Request, pk: int) -> HttpResponse:
    account = visible_or_404(Account, request.actor, pk=pk)
    form = TeamForm(request.POST or None, actor=request.actor, row=account)
    if request.method == "POST" and form.is_valid():
        row = attempt(form, lambda: add_to_team(request.actor, account=account, **form.cleaned_data))
        if row is not None:
            return done(request, account.get_absolute_url(), _("%(name)s is on the team.") % {"name": row.member})
    title = _("Add to the team of %(name)s") % {"name": account}
    return render_form(request, form, "ui/form.html", title=title, cancel_url=account.get_absolute_url())


team_edit = act_page(
    AccountMember,
    change_in_team,
    title=gettext_lazy("Part in the team"),
    button=gettext_lazy("Save"),
    form_class=TeamTermsForm,
)


@require_POST
def team_remove(request: Request, pk: int) -> HttpResponse:
    row = visible_or_404(AccountMember, request.actor, pk=pk)
    account, name = row.account, str(row.member)
    take_off_team(request.actor, row)
    return done(request, account.get_absolute_url(), _("%(name)s is off the team.") % {"name": name}, go=True)
