"""An approval is seen by who asked, by whom it was put to, and by who sees what those in his scope ask; it is
decided by whom it waits for, whatever a role's scope says."""

from typing import Any

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from muster.access import permissions
from muster.access.scope import Actor, Policy, Scope, nothing, register
from muster.people.models import ApprovalRequest, ApprovalRule, ApprovalSeat, ApprovalStep

RECALL = "people.approvalrequest.recall"
DECIDE = ("people.approvalrequest.approve", "people.approvalrequest.reject")

for _name, _label in [
    ("people.approvalrequest.view", _("See approvals")),
    ("people.approvalseat.view", _("See who approved what")),
    ("people.approvalrule.view", _("See approval rules")),
    ("people.approvalstep.view", _("See steps of approval rules")),
]:
    permissions.register(_name, _label)
for _name, _label in [
    ("people.approvalrequest.waits", _("Approval waits for somebody")),
    ("people.approvalrequest.granted", _("Request approved")),
    ("people.approvalrequest.remind", _("Reminder of an approval")),
    ("people.approvalrequest.lapse", _("Approval lapsed")),
]:
    permissions.register_event(_name, _label)


def _asked(actor: Actor, **more: Any) -> Any:
    rows = ApprovalSeat.objects.unscoped("scope engine").filter(member=actor.member_id or 0, **more)
    return rows.order_by().values("request")


@register
class ApprovalRequestPolicy(Policy):
    model = ApprovalRequest
    owner = "asker_id"
    trail_follows_rows = True

    def rows(self, actor: Actor, permission: str) -> Q:
        scopes = actor.scopes(permission)
        if not scopes or (actor.member_id is None and not actor.system and Scope.ALL not in scopes):
            return nothing()
        if permission in DECIDE and not actor.system:
            return Q(pk__in=_asked(actor, state=ApprovalSeat.State.OPEN))
        if permission == RECALL and not actor.system:
            return Q(asker=actor.member_id or 0)
        return super().rows(actor, permission)

    def owned(self, actor: Actor, scopes: frozenset[str]) -> Q:
        return super().owned(actor, scopes) | Q(pk__in=_asked(actor))


@register
class ApprovalSeatPolicy(Policy):
    model = ApprovalSeat
    owner = None
    parent = "request"


class OfFirm(Policy):
    owner = None


@register
class ApprovalRulePolicy(OfFirm):
    model = ApprovalRule


@register
class ApprovalStepPolicy(OfFirm):
    model = ApprovalStep
