"""One's own details, what was asked to be changed, and how fresh a member's details are."""

from typing import Any

from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from muster.access.pages import act_page, attempt, done, edit_page, list_page, render_form
from muster.access.scope import NotVisible, can, visible_or_404
from muster.core.cells import address
from muster.core.fields import mask
from muster.core.http import Request
from muster.core.photos import ACCEPT
from muster.people import freshness
from muster.people.actions import detail as actions
from muster.people.forms import ApproveForm, DetailRuleForm, OwnForm, RejectForm
from muster.people.models import DETAILS, AuditItem, ChangeRequest, DetailRule, Member, MemberPrivate, Own
from muster.people.records.audits import REQUEST_TONES, REQUESTS
from muster.people.views.audit import tabs

request_list = list_page(REQUESTS)
rule_edit = edit_page(DetailRuleForm, actions.rules.edit, "people.detailrule.edit")
request_approve = act_page(
    ChangeRequest,
    actions.approve_change,
    title=gettext_lazy("Approve this change"),
    button=gettext_lazy("Approve"),
    form_class=ApproveForm,
)
request_reject = act_page(
    ChangeRequest,
    actions.reject_change,
    title=gettext_lazy("Reject this change"),
    button=gettext_lazy("Reject"),
    form_class=RejectForm,
    danger=True,
)
request_withdraw = act_page(
    ChangeRequest,
    actions.withdraw_change,
    title=gettext_lazy("Withdraw this request"),
    text=gettext_lazy("Everything stays as it is."),
)


def detail_rules(request: Request) -> HttpResponse:
    rows = DetailRule.objects.visible_to(request.actor)
    context = {"rules": [one for one in rows if one.field in DETAILS], "tabs": tabs(request, "detail_rules")}
    return render(request, "people/detail_rules.html", context)


def own_member(request: Request) -> Member:
    if request.actor.member_id is None:
        raise NotVisible("my details")
    found: Member = visible_or_404(Member, request.actor, pk=request.actor.member_id)
    return found


def my_details(request: Request) -> HttpResponse:
    """What is held about me: say that it is still right, or change it."""
    member = own_member(request)
    form = OwnForm(request.POST or None, actor=request.actor, row=member, rules=actions.rules_in_force())
    if request.method == "POST" and form.is_valid():
        said = attempt(form, lambda: actions.change_own(request.actor, member, **form.changes()))
        if said is not None:
            return done(request, reverse("my_details"), said_of(said), go=True)
    mine = ChangeRequest.objects.visible_to(request.actor).filter(member=member, status=ChangeRequest.Status.WAITING)
    lines = freshness.lines_of(request.actor, member)
    asked = AuditItem.objects.visible_to(request.actor).filter(member=member, answer="", campaign__status="open")
    context = {
        "member": member,
        "lines": lines,
        "old": [one for one in lines if one.is_old or one.is_asked],
        "campaigns": sorted({one.campaign for one in asked.select_related("campaign")}, key=lambda one: one.due_on),
        "waiting": list(mine),
        "may_photo": _may_photo(mine),
        "accept": ACCEPT,
    }
    return render_form(request, form, "people/my_details.html", **context)


def _may_photo(waiting: Any) -> bool:
    """May the photo be changed now: not closed to the member, and no other waits?"""
    rule = actions.rules_in_force().get("photo")
    return rule is not None and rule.own != Own.CLOSED and all(one.field != "photo" for one in waiting)


def said_of(said: dict[str, list[str]]) -> str:
    parts = []
    if said["changed"]:
        parts.append(_("Changed: %(names)s.") % {"names": _names(said["changed"])})
    if said["asked"]:
        parts.append(_("Waits for approval: %(names)s.") % {"names": _names(said["asked"])})
    return " ".join(parts) or _("Nothing was changed.")


def _names(keys: list[str]) -> str:
    return ", ".join(str(DETAILS[key].label) for key in keys)


def member_freshness(request: Request, pk: int) -> HttpResponse:
    """The tab of the member page: each detail, and when it was last found right."""
    member = visible_or_404(Member, request.actor, pk=pk)
    if not can(request.actor, "people.verification.view", member):
        raise NotVisible("people.verification")
    context = {
        "member": member,
        "lines": freshness.lines_of(request.actor, member),
        "may_verify": can(request.actor, "people.member.verify", member),
    }
    return render(request, "people/member_freshness.html", context)


@require_POST
def member_verify(request: Request, pk: int) -> HttpResponse:
    """Still right: the chosen fields."""
    member = visible_or_404(Member, request.actor, pk=pk)
    own = member.pk == request.actor.member_id and request.POST.get("from") == "mine"
    url = reverse("my_details") if own else f"{address(member)}?tab=changes"
    try:
        actions.verify_details(request.actor, member, fields=request.POST.getlist("field"))
    except ValidationError as error:
        return done(request, url, " ".join(error.messages), level=40, go=True)
    return done(request, url, _("Noted as still right."), go=True)


def request_detail(request: Request, pk: int) -> HttpResponse:
    """The present value beside the one that is asked for, as far as the viewer may read them."""
    row = visible_or_404(ChangeRequest, request.actor, "member", pk=pk)
    waits = row.status == ChangeRequest.Status.WAITING
    own = row.member_id == request.actor.member_id
    live = actions.live_mark(row)
    context = {
        "row": row,
        "tone": REQUEST_TONES[row.status],
        "present": _present(request, row),
        "asked": row.asked or "–",
        "is_photo": row.field == "photo",
        "moved": waits and live != row.mark,
        "seen": live,
        "may_decide": waits and not own and can(request.actor, "people.changerequest.approve", row),
        "may_withdraw": waits and own and can(request.actor, "people.changerequest.withdraw", row),
    }
    return render(request, "people/request_detail.html", context)


def _present(request: Request, row: ChangeRequest) -> Any:
    """The live value: as the viewer reads it on the member's page; of what is private enough to recognise it, for who
    decides."""
    detail = DETAILS[row.field]
    if detail.is_file:
        return ""
    if not detail.secret:
        member = visible_or_404(Member, request.actor, pk=row.member_id)
        return getattr(member, row.field) or "–"
    seen = MemberPrivate.objects.visible_to(request.actor).filter(member=row.member_id).first()
    value = getattr(seen, row.field) if seen else None
    if value:
        return value
    hidden = actions.holder(row.member, row.field).__dict__.get(row.field)
    return mask(str(hidden)) if hidden and can(request.actor, "people.changerequest.approve", row) else "–"
