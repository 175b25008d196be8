"""Approvals over the API: they are asked for at their records, and decided here."""

from muster.access.resources import Resource, Verb, made
from muster.core.listings import Filter, rows_of
from muster.people.actions.approval import (
    approval_rules,
    approval_steps,
    approve_request,
    recall_request,
    reject_request,
    remove_step,
)
from muster.people.models import ApprovalRule, ApprovalSeat, ApprovalStep
from muster.people.records.approvals import APPROVALS, ApprovalRuleForm, ApproveForm, SendBackForm, StepForm

RESOURCES = [
    Resource(
        "approvals",
        APPROVALS,
        verbs=(
            Verb("approve", approve_request, "people.approvalrequest.approve", ApproveForm),
            Verb(
                "reject", reject_request, "people.approvalrequest.reject", SendBackForm, "Send back: to 0 is the asker"
            ),
            Verb("recall", recall_request, "people.approvalrequest.recall"),
        ),
    ),
    Resource(
        "approval-seats",
        rows_of(
            ApprovalSeat,
            Filter("request", "approval", kind="number", lookup="request_id"),
            related=("request", "member", "stands_for"),
        ),
    ),
    Resource(
        "approval-rules",
        rows_of(ApprovalRule),
        ApprovalRuleForm,
        approval_rules,
        (made("steps", approval_steps.create, "people.approvalstep.create", StepForm, "rule", "Add a step"),),
    ),
    Resource(
        "approval-steps",
        rows_of(
            ApprovalStep,
            Filter("rule", "rule", kind="number", lookup="rule_id"),
            related=("rule", "role", "member"),
        ),
        verbs=(
            Verb("edit", approval_steps.edit, "people.approvalstep.edit", StepForm),
            Verb("remove", remove_step, "people.approvalstep.remove"),
        ),
    ),
]
