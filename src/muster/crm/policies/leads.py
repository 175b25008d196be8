"""Rows and fields of leads."""

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from muster.access import permissions
from muster.access.scope import Actor, Policy, members_within, register
from muster.crm.models import Lead, LeadReason, LeadSource, LeadStep, Routing
from muster.crm.policies.records import OfFirm

for _name, _label in [
    ("crm.lead.view", _("See leads")),
    ("crm.lead.export", _("Export leads")),
    ("crm.leadsource.view", _("See lead sources")),
    ("crm.leadreason.view", _("See reasons to disqualify leads")),
    ("crm.leadstep.view", _("See the ladder for leads nobody follows up")),
]:
    permissions.register(_name, _label)
permissions.register_event("crm.account.fromlead", _("Account of a converted lead"))
permissions.register_event("crm.lead.remind", _("Lead waits for its owner"))
permissions.register_event("crm.lead.escalate", _("Lead waits, the manager was told"))
permissions.register_event("crm.lead.risk", _("Lead marked as high risk"))
permissions.register_event("crm.lead.back", _("Lead taken back"))


@register
class LeadPolicy(Policy):
    """Owned by the scope, or without an owner in the queue of somebody in it."""

    model = Lead

    def owned(self, actor: Actor, scopes: frozenset[str]) -> Q:
        members, leads = members_within(actor, scopes), Lead.objects.unscoped("scope engine").order_by()
        waiting = Routing.objects.unscoped("scope engine").filter(
            kind="crm.lead", status=Routing.Status.WAITING, owner__in=members
        )
        queued = leads.filter(owner=None, pk__in=waiting.values("object_id"))
        own = leads.filter(super().owned(actor, scopes))
        return Q(pk__in=own.values("pk").union(queued.values("pk"), all=True))


@register
class LeadSourcePolicy(OfFirm):
    model = LeadSource


@register
class LeadReasonPolicy(OfFirm):
    model = LeadReason


@register
class LeadStepPolicy(OfFirm):
    model = LeadStep
