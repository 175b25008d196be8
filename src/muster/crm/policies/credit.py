"""A credit is seen by whom it is for and by who sees the deal; it counts for whom it is for."""

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from muster.access import permissions
from muster.access.scope import Actor, Policy, Scope, members_within, nothing, register
from muster.crm.models import Deal, DealCredit

permissions.register("crm.dealcredit.view", _("See who gets credit for deals"))
permissions.register_event("crm.deal.split_corrected", _("Credit of a won deal corrected"))
permissions.register("crm.dealcredit.export", _("Export credits of deals"))


@register
class DealCreditPolicy(Policy):
    model = DealCredit
    owner = "member_id"
    trail_follows_rows = True

    def owned(self, actor: Actor, scopes: frozenset[str]) -> Q:
        return super().owned(actor, scopes) | Q(deal__in=Deal.objects.visible_to(actor).order_by().values("pk"))

    def counted(self, actor: Actor) -> Q:
        scopes = actor.scopes(self.view)
        if Scope.ALL in scopes:
            return Q()
        return Q(member__in=members_within(actor, scopes)) if scopes and actor.member_id else nothing()
