"""Rows and fields of the crm room."""

from typing import Any

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from muster.access import permissions
from muster.access.scope import Actor, Policy, Scope, members_within, register
from muster.core.periods import today
from muster.crm.models import (
    Account,
    AccountMember,
    Contact,
    Deal,
    DealCredit,
    LossReason,
    Pipeline,
    Product,
    Routing,
    RoutingRule,
    RoutingSeat,
    RoutingSkill,
    Stage,
    StageChange,
)

for _name, _label in [
    ("crm.account.view", _("See accounts")),
    ("crm.account.export", _("Export accounts")),
    ("crm.accountmember.view", _("See account teams")),
    ("crm.contact.view", _("See contacts")),
    ("crm.contact.export", _("Export contacts")),
    ("crm.deal.view", _("See deals")),
    ("crm.deal.export", _("Export deals")),
    ("crm.stagechange.view", _("See the stage history of deals")),
    ("crm.product.view", _("See products")),
    ("crm.pipeline.view", _("See pipelines")),
    ("crm.stage.view", _("See stages")),
    ("crm.lossreason.view", _("See loss reasons")),
    ("crm.routingrule.view", _("See routing rules")),
    ("crm.routingskill.view", _("See which skills routing rules ask for")),
    ("crm.routingseat.view", _("See who is named in routing rules")),
    ("crm.routing.view", _("See what routing decided")),
]:
    permissions.register(_name, _label)
for _name in ("crm.contact.doubted", "crm.lead.doubted"):
    permissions.register_event(_name, _("Address doubtful: mail came back"))
permissions.register_event("crm.routing.wait", _("Nobody found by routing"))


def live_team() -> Any:
    """Team members whose time has not run out."""
    rows = AccountMember.objects.unscoped("scope engine")
    return rows.filter(Q(until=None) | Q(until__gte=today()))


@register
class AccountPolicy(Policy):
    """Owned by the scope, or worked by somebody in it, or without an owner in the queue of somebody in it."""

    model = Account

    def rows(self, actor: Actor, permission: str) -> Q:
        """Whoever is on a team sees; he changes what he may edit."""
        scopes = actor.scopes(permission)
        if not scopes or Scope.ALL in scopes or actor.member_id is None:
            return super().rows(actor, permission)
        return self._within(actor, scopes, Q() if permission == self.view else Q(level=AccountMember.Level.EDIT))

    def owned(self, actor: Actor, scopes: frozenset[str]) -> Q:
        return self._within(actor, scopes, Q())

    def _within(self, actor: Actor, scopes: frozenset[str], level: Q) -> Q:
        """As one list of keys: with OR between several, PostgreSQL reads every account for a page of a few."""
        members, accounts = members_within(actor, scopes), Account.objects.unscoped("scope engine").order_by()
        team = live_team().filter(level, member__in=members)
        waiting = Routing.objects.unscoped("scope engine").filter(
            kind="crm.account", status=Routing.Status.WAITING, owner__in=members
        )
        queued = accounts.filter(owner=None, pk__in=waiting.values("object_id"))
        own = accounts.filter(super().owned(actor, scopes))
        return Q(pk__in=own.values("pk").union(team.order_by().values("account"), queued.values("pk"), all=True))


@register
class AccountMemberPolicy(Policy):
    model = AccountMember
    owner = "member_id"
    parent = "account"


@register
class ContactPolicy(Policy):
    """A contact is seen with its account; the owner's clearance counts for phone and mail."""

    model = Contact
    parent = "account"


@register
class DealPolicy(Policy):
    """One's own; and those of customers that are one's own or whose team one is on with their deals, and those that one
    has credit for: to see, not to change, and not counted."""

    model = Deal

    def rows(self, actor: Actor, permission: str) -> Q:
        if permission != self.view or actor.scopes(permission) != {Scope.OWN} or actor.member_id is None:
            return super().rows(actor, permission)
        deals = Deal.objects.unscoped("scope engine").order_by()
        team = live_team().order_by().filter(member=actor.member_id, with_deals=True)
        mine = Account.objects.unscoped("scope engine").order_by().filter(owner=actor.member_id)
        credited = DealCredit.objects.unscoped("scope engine").order_by()
        credited = credited.filter(member=actor.member_id, archived_at=None)
        own = deals.filter(owner=actor.member_id).values("pk")
        beside = (deals.filter(account__in=one).values("pk") for one in (team.values("account"), mine.values("pk")))
        return Q(pk__in=own.union(*beside, credited.values("deal"), all=True))

    def counted(self, actor: Actor) -> Q:
        return super().rows(actor, self.view)


@register
class StageChangePolicy(Policy):
    model = StageChange
    owner = None
    parent = "deal"


class OfFirm(Policy):
    owner = None


@register
class ProductPolicy(OfFirm):
    model = Product


@register
class PipelinePolicy(OfFirm):
    model = Pipeline


@register
class StagePolicy(OfFirm):
    model = Stage


@register
class LossReasonPolicy(OfFirm):
    model = LossReason


@register
class RoutingPolicy(Policy):
    model = Routing


@register
class RoutingRulePolicy(OfFirm):
    model = RoutingRule


@register
class RoutingSkillPolicy(OfFirm):
    model = RoutingSkill


@register
class RoutingSeatPolicy(OfFirm):
    model = RoutingSeat
