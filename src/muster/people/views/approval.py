"""Approvals: what waits for me in one tap, one request with its history, and the rules."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from muster.access.belonging import add_page, remove_page
from muster.access.pages import act_page, attempt, create_page, done, edit_page, list_page, render_form
from muster.access.scope import can, visible_or_404
from muster.core.http import Request
from muster.people.actions.approval import (
    approval_rules,
    approval_steps,
    approve_request,
    recall_request,
    reject_request,
    remove_step,
)
from muster.people.approvable import approvable, kind_label, said_measure
from muster.people.models import ApprovalRequest, ApprovalRule, ApprovalSeat, ApprovalStep
from muster.people.policies.approvals import DECIDE
from muster.people.records.approvals import APPROVALS, TONES, ApprovalRuleForm, ApproveForm, SendBackForm, StepForm

SHOWN, ON_HOME = 100, 5
SEAT_TONES = {"open": "amber", "approved": "green", "returned": "red", "passed": "gray", "moved": "gray"}

approval_list = list_page(APPROVALS)
approval_approve = act_page(
    ApprovalRequest,
    approve_request,
    title=gettext_lazy("Approve this request"),
    form_class=ApproveForm,
    button=gettext_lazy("Approve"),
)
approval_reject = act_page(
    ApprovalRequest,
    reject_request,
    title=gettext_lazy("Send this request back"),
    form_class=SendBackForm,
    button=gettext_lazy("Send back"),
    danger=True,
)
approval_recall = act_page(
    ApprovalRequest,
    recall_request,
    title=gettext_lazy("Recall this request"),
    text=gettext_lazy("Nobody is asked any more; you can change it and ask anew."),
    button=gettext_lazy("Recall"),
)
approvalrule_create = create_page(ApprovalRuleForm, approval_rules.create, title=gettext_lazy("New approval rule"))
approvalrule_edit = edit_page(ApprovalRuleForm, approval_rules.edit, "people.approvalrule.edit")
approvalrule_archive = act_page(
    ApprovalRule,
    approval_rules.archive,
    title=gettext_lazy("Archive this approval rule"),
    text=gettext_lazy("Requests under way keep the steps they were asked with."),
    button=gettext_lazy("Archive"),
)
approvalrule_restore = act_page(ApprovalRule, approval_rules.restore, title=gettext_lazy("Restore this approval rule"))
approvalstep_edit = act_page(
    ApprovalStep,
    approval_steps.edit,
    title=gettext_lazy("Edit the step"),
    form_class=StepForm,
    button=gettext_lazy("Save"),
)


def _waiting(request: Request, most: int) -> list[dict[str, Any]]:
    rows = ApprovalRequest.objects.visible_to(request.actor, DECIDE[0])
    found = rows.filter(status=ApprovalRequest.Status.OPEN).select_related("asker").order_by("created_at", "pk")
    return [{"row": one, "kind": kind_label(one.kind)} for one in found[:most]]


def approval_inbox(request: Request) -> HttpResponse:
    """What waits for me, the oldest first; and what I asked."""
    mine = ApprovalRequest.objects.visible_to(request.actor).filter(asker=request.actor.member_id or 0)
    asked = [
        {"row": one, "kind": kind_label(one.kind), "tone": TONES[one.status]} for one in mine.order_by("-pk")[:SHOWN]
    ]
    return render(request, "people/approval_inbox.html", {"waiting": _waiting(request, SHOWN), "asked": asked})


def home_approvals(request: Request, pk: int) -> HttpResponse:
    """On the home page of member PK, if it is the viewer."""
    if pk != request.actor.member_id:
        return HttpResponse()
    waiting = _waiting(request, ON_HOME + 1)
    context = {"waiting": waiting[:ON_HOME], "more": len(waiting) > ON_HOME}
    return render(request, "people/home_approvals.html", context)


@require_POST
def approval_yes(request: Request, pk: int) -> HttpResponse:
    """Approve in one tap."""
    row = visible_or_404(ApprovalRequest, request.actor, pk=pk)
    form = ApproveForm(request.POST, actor=request.actor, row=row)
    form.is_valid()
    if attempt(form, lambda: approve_request(request.actor, row)) is None:
        return render_form(request, form, "ui/confirm.html", title=_("Approve this request"), row=row)
    return done(request, reverse("approval_inbox"), _("Approved: %(name)s") % {"name": row}, go=True)


def approval_detail(request: Request, pk: int) -> HttpResponse:
    actor = request.actor
    row = visible_or_404(ApprovalRequest, actor, "asker", pk=pk)
    seats = ApprovalSeat.objects.visible_to(actor).filter(request=row).select_related("member", "stands_for")
    about = approvable(row.kind, row.model).row(row.object_id)
    seen = about is not None and can(actor, f"{row.model}.view", about)
    context = {
        "row": row,
        "kind": kind_label(row.kind),
        "tone": TONES[row.status],
        "seats": [{"seat": one, "tone": SEAT_TONES[one.state]} for one in seats.order_by("pk")[:SHOWN]],
        "about_url": about.get_absolute_url() if seen else "",
        "may_decide": row.status == ApprovalRequest.Status.OPEN and can(actor, DECIDE[0], row),
        "may_recall": row.status == ApprovalRequest.Status.OPEN and row.asker_id == actor.member_id,
        "steps": len(row.plan),
    }
    return render(request, "people/approval_detail.html", context)


def approvalrule_list(request: Request) -> HttpResponse:
    rows = ApprovalRule.objects.visible_to(request.actor).order_by("archived_at", "kind", "above", "pk")
    steps: dict[int, list[str]] = {}
    for one in ApprovalStep.objects.visible_to(request.actor).select_related("role", "member").order_by("number", "pk"):
        steps.setdefault(one.rule_id, []).append(f"{one.number}. {one}")
    lines = [
        {
            "rule": one,
            "kind": kind_label(one.kind),
            "above": said_measure(one.kind, one.above),
            "steps": steps.get(one.pk, []),
        }
        for one in rows[:SHOWN]
    ]
    may = request.actor.has("people.approvalrule.create")
    return render(request, "people/approvalrule_list.html", {"lines": lines, "may_create": may})


def approvalrule_detail(request: Request, pk: int) -> HttpResponse:
    actor = request.actor
    rule = visible_or_404(ApprovalRule, actor, pk=pk)
    rows = ApprovalStep.objects.visible_to(actor).filter(rule=rule).select_related("role", "member")
    context = {
        "rule": rule,
        "kind": kind_label(rule.kind),
        "above": said_measure(rule.kind, rule.above),
        "steps": list(rows.order_by("number", "pk")),
        "may": {verb: actor.has(f"people.approvalrule.{verb}") for verb in ("edit", "archive", "restore")},
        "may_step": actor.has("people.approvalstep.edit"),
    }
    return render(request, "people/approvalrule_detail.html", context)


step_add = add_page(ApprovalRule, approval_steps.create, StepForm, "rule", title=gettext_lazy("Add a step"))


step_remove = remove_page(ApprovalStep, remove_step, "rule", "role", "member")
