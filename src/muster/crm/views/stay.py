"""One card in a public pool: claim it, assign it, move it, look at its contacts; and what becomes of a customer."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_POST

from muster.access.pages import act_page, done, render_form
from muster.access.scope import Actor, can, policy_of, rights, visible_or_404
from muster.core.http import Request
from muster.core.periods import today
from muster.crm.actions.claim import assign, claim, claim_many, looked, preview, reveal
from muster.crm.actions.more_time import (
    ask_account_time,
    ask_lead_time,
    due_of,
    spare_account,
    spare_lead,
)
from muster.crm.actions.standing import standing
from muster.crm.actions.stay import gone, move_stay, return_account, return_lead
from muster.crm.actions.time_asked import KIND
from muster.crm.forms.pool import (
    AssignForm,
    MoreTimeForm,
    MoveForm,
    ReturnForm,
    SpareForm,
)
from muster.crm.listings.pool import level_of, reason_of
from muster.crm.models import Account, Lead, PoolStay
from muster.crm.pooled import kind_of, kinds
from muster.crm.views.many import MOST_AT_ONCE, MOST_NAMED, many_page
from muster.people.models import Absence, ApprovalRequest, Member

SHOWN = 6
stay_assign = act_page(
    PoolStay, assign, title=gettext_lazy("Assign to a member"), button=gettext_lazy("Assign"), form_class=AssignForm
)
stay_move = act_page(
    PoolStay,
    move_stay,
    title=gettext_lazy("Move to another pool"),
    button=gettext_lazy("Move to the pool"),
    form_class=MoveForm,
)
stay_reveal = act_page(
    PoolStay,
    reveal,
    title=gettext_lazy("Show contacts"),
    text=gettext_lazy("You see them for the rest of the day. It is counted, and it stands in the trail."),
)
stay_assign_many = many_page(
    PoolStay, assign, "pool_list", title=gettext_lazy("Assign from the pool"), form_class=AssignForm
)
stay_move_many = many_page(
    PoolStay, move_stay, "pool_list", title=gettext_lazy("Move to another pool"), form_class=MoveForm
)
account_return = act_page(
    Account,
    return_account,
    title=gettext_lazy("Return to the public pool"),
    text=gettext_lazy("Others can claim this customer. Its history stays with it."),
    button=gettext_lazy("Return"),
    form_class=ReturnForm,
)
account_return_many = many_page(
    Account, return_account, "account_list", title=gettext_lazy("Return to the public pool"), form_class=ReturnForm
)
lead_return = act_page(
    Lead,
    return_lead,
    title=gettext_lazy("Return to the public pool"),
    text=gettext_lazy("Others can claim this lead. Its history stays with it."),
    button=gettext_lazy("Return"),
    form_class=ReturnForm,
)
lead_return_many = many_page(
    Lead, return_lead, "lead_list", title=gettext_lazy("Return to the public pool"), form_class=ReturnForm
)
lead_spare = act_page(
    Lead,
    spare_lead,
    title=gettext_lazy("Keep out of the pool"),
    text=gettext_lazy("No rule takes this lead back until then."),
    button=gettext_lazy("Save"),
    form_class=SpareForm,
)
account_spare = act_page(
    Account,
    spare_account,
    title=gettext_lazy("Keep out of the pool"),
    text=gettext_lazy("No rule takes this customer back until then."),
    button=gettext_lazy("Save"),
    form_class=SpareForm,
)
account_extend, lead_extend = (
    act_page(
        model,
        ask,
        title=gettext_lazy("Ask for more time"),
        text=gettext_lazy("Who looks after the pool decides, or whom the rule for approvals names."),
        button=gettext_lazy("Ask"),
        form_class=MoreTimeForm,
    )
    for model, ask in ((Account, ask_account_time), (Lead, ask_lead_time))
)


def stay_detail(request: Request, pk: int) -> HttpResponse:
    """The card, why it came, and what the viewer may do; afterwards why it changed hands."""
    stay = visible_or_404(PoolStay, request.actor, "pool", "former_owner", "new_owner", "rule", pk=pk)
    kind, verbs = kind_of(stay.kind), ("claim", "assign", "move", "reveal")
    may = {verb: can(request.actor, f"crm.poolstay.{verb}", stay) for verb in verbs}
    record = kind.model.objects.visible_to(request.actor).filter(pk=stay.object_id).first() if kind else None
    context = {
        "stay": stay,
        "level": level_of(stay),
        "reason": reason_of(stay),
        "record": record,
        "standing": standing(request.actor, stay.pool),
        "contacts": looked(request.actor, stay) if may["reveal"] else None,
        "may": may,
    }
    return render(request, "crm/pool_stay.html", context)


def stay_claim(request: Request, pk: int) -> HttpResponse:
    """Claim one; whoever comes second reads a sentence, and nothing of what it was."""
    stay = PoolStay.objects.visible_to(request.actor).select_related("pool").filter(pk=pk).first()
    if request.method != "POST":
        stay = visible_or_404(PoolStay, request.actor, pk=pk)
        text = _("It is yours from now on, with contacts and history.")
        shown = {
            "title": _("Claim this lead") if stay.kind == "crm.lead" else _("Claim this customer"),
            "text": text,
            "submit_label": _("Claim"),
            "tone": "primary",
        }
        return render_form(request, None, "ui/confirm.html", row=stay, cancel_url=stay.get_absolute_url(), **shown)
    if stay is None or stay.left_at:
        return done(request, reverse("pool_list"), gone(), level=messages.ERROR)
    try:
        claim(request.actor, stay)
    except ValidationError as error:
        return done(request, stay.pool.get_absolute_url(), " ".join(error.messages), level=messages.ERROR)
    kind = kind_of(stay.kind)
    row = kind.model.objects.visible_to(request.actor).filter(pk=stay.object_id).first() if kind else None
    url = row.get_absolute_url() if row is not None else reverse("pool_list")
    return done(request, url, _("%(name)s is yours now.") % {"name": stay}, go=True)


@require_POST
def stay_claim_many(request: Request) -> HttpResponse:
    """First what would be claimed and what not, and why; then it is done."""
    wanted = [int(one) for one in request.POST.getlist("pk") if one.isdigit() and len(one) < 19][:MOST_AT_ONCE]
    rows = PoolStay.objects.visible_to(request.actor).filter(pk__in=wanted, left_at=None).select_related("pool")
    stays, member = list(rows), Member.objects.visible_to(request.actor).filter(pk=request.actor.member_id or 0).first()
    if not stays or member is None:
        messages.warning(request, gone() if wanted else _("Tick the rows first."))
        return _back("pool_list")
    if "confirmed" not in request.POST:
        return render(request, "crm/pool_claim.html", {"preview": preview(member, stays), "pool": stays[0].pool})
    found = claim_many(request.actor, stays)
    if n := len(found.fits):
        messages.success(request, ngettext("%(n)s record claimed.", "%(n)s records claimed.", n) % {"n": n})
    for stay, why in found.refused[:MOST_NAMED]:
        messages.error(request, why if why == gone() else f"{stay}: {why}")
    return _back("pool_detail", stays[0].pool_id)


def _back(name: str, *args: Any) -> HttpResponse:
    return HttpResponseRedirect(reverse(name, args=args))


def account_pool(request: Request, pk: int) -> HttpResponse:
    return _standing(request, Account, pk)


def lead_pool(request: Request, pk: int) -> HttpResponse:
    return _standing(request, Lead, pk)


def _standing(request: Request, model: Any, pk: int) -> HttpResponse:
    """How a record stands towards the public pool: when it returns and why, or since when it lies there."""
    actor, label = request.actor, model._meta.label_lower
    kind, row = kind_of(label), visible_or_404(model, actor, pk=pk)
    stays = PoolStay.objects.visible_to(actor).filter(kind=label, object_id=pk)
    due = due_of(kind, row) if kind else None
    may = rights(actor, row)
    asked = ApprovalRequest.objects.visible_to(actor).filter(kind=KIND, model=label, object_id=pk, status="open")
    verbs = ("extend", "spare", "return")
    context = {
        "row": row,
        "due": due,
        "why": due.reason() if due else "",
        "frozen": _frozen(actor, row) if due else None,
        "asked": asked.first(),
        "stays": [(one, reason_of(one)) for one in stays.select_related("pool", "former_owner", "new_owner")[:SHOWN]],
        "may_extend": row.owner_id == actor.member_id and may(f"{label}.ask_time"),
        "may": {verb: may(f"{label}.{verb}") for verb in ("return", "spare")},
        "url": {verb: reverse(f"{model._meta.model_name}_{verb}", args=[pk]) for verb in verbs},
        "lives": kind is not None and model.objects.visible_to(actor).filter(kind.live, pk=pk).exists(),
    }
    return render(request, "crm/record_pool.html", context)


def _frozen(actor: Actor, row: Any) -> Any:
    """The absence of the owner that stops the clock now, if any."""
    rows = Absence.objects.visible_to(actor).filter(member=row.owner_id, archived_at=None)
    return rows.filter(starts_on__lte=today(), ends_on__gte=today()).first()


def pool_home(request: Request, pk: int) -> HttpResponse:
    """What the viewer loses soon."""
    member = visible_or_404(Member, request.actor, pk=pk)
    found: list[Any] = []
    for kind in kinds():
        if request.actor.has(policy_of(kind.model).view):
            rows = kind.model.objects.visible_to(request.actor).filter(kind.live, owner=member, archived_at=None)
            found += rows.exclude(due_on=None).select_related("due_rule").order_by("due_on", "pk")[: SHOWN + 1]
    found.sort(key=lambda row: row.due_on)
    return render(request, "crm/pool_home.html", {"rows": found[:SHOWN], "has_more": len(found) > SHOWN})
