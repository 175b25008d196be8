"""Who sees which pools and what lies in them."""

from typing import Any

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from muster.access import permissions
from muster.access.scope import Actor, Policy, Scope, members_within, nothing, register, units_over
from muster.crm.models import ClaimLimit, Pool, PoolLook, PoolRule, PoolSeat, PoolStay
from muster.people.models import Member

for _name, _label in [
    ("crm.pool.view", _("See public pools")),
    ("crm.poolseat.view", _("See who belongs to public pools")),
    ("crm.poolrule.view", _("See when customers return to public pools")),
    ("crm.poolstay.view", _("See what lies in public pools")),
    ("crm.poollook.view", _("See who looked at contacts in public pools")),
    ("crm.claimlimit.view", _("See claim limits")),
]:
    permissions.register(_name, _label)
for _name, _label in [
    ("crm.account.recycle", _("Taken back into the public pool")),
    ("crm.account.due", _("About to return to the public pool")),
    ("crm.lead.recycle", _("Taken back into the public pool")),
    ("crm.lead.due", _("About to return to the public pool")),
    ("crm.account.more_time", _("More time before the public pool")),
    ("crm.lead.more_time", _("More time before the public pool")),
    ("crm.poolstay.open", _("Customer returned to the public pool")),
]:
    permissions.register_event(_name, _label)

CLAIMING = ("claim", "reveal")


def pools_of(actor: Actor, *, admin: bool) -> Any:
    """Keys of the pools to which ACTOR belongs: as one who looks after them, or as a member who claims."""
    me = Member.objects.unscoped("scope engine").filter(pk=actor.member_id).values("position")
    mine = Q(member=actor.member_id) | Q(position__in=me) | Q(unit__in=units_over(actor))
    return (
        PoolSeat.objects.unscoped("scope engine")
        .filter(mine, is_admin=admin, archived_at=None)
        .order_by()
        .values("pool")
    )


def own_pools(actor: Actor) -> Q:
    return Q(pk__in=pools_of(actor, admin=False)) | Q(pk__in=pools_of(actor, admin=True))


def _whole(actor: Actor, permission: str) -> Q | None:
    """All rows or none, where no question of membership arises."""
    scopes = actor.scopes(permission)
    if Scope.ALL in scopes:
        return Q()
    return nothing() if not scopes or actor.member_id is None else None


@register
class PoolPolicy(Policy):
    """To see a pool one belongs to it; to change it one looks after it. Any grant beyond one's own is for all pools."""

    model = Pool
    owner = None

    def rows(self, actor: Actor, permission: str) -> Q:
        if (whole := _whole(actor, permission)) is not None:
            return whole
        return own_pools(actor) if permission == self.view else Q(pk__in=pools_of(actor, admin=True))


class OfPool(Policy):
    """Seen with its pool, changed by those who look after the pool."""

    owner = None

    def rows(self, actor: Actor, permission: str) -> Q:
        if (whole := _whole(actor, permission)) is not None:
            return whole
        admin = Q(pool__in=pools_of(actor, admin=True))
        return admin | Q(pool__in=pools_of(actor, admin=False)) if permission == self.view else admin


@register
class PoolSeatPolicy(OfPool):
    model = PoolSeat


@register
class PoolRulePolicy(OfPool):
    model = PoolRule


@register
class PoolStayPolicy(Policy):
    """What lies in a pool is seen by those who belong to it, a past stay by its former and its new owner and by those
    who look after the pool. Claiming is for members of pools open to it, assigning for who looks after them."""

    model = PoolStay
    owner = "former_owner_id"

    def rows(self, actor: Actor, permission: str) -> Q:
        verb = permission.rpartition(".")[2]
        whole = _whole(actor, permission)
        if verb in CLAIMING and (whole is None or whole == Q()):
            mine = pools_of(actor, admin=False)
            return Q(left_at=None, pool__is_claimable=True, pool__archived_at=None, pool__in=mine)
        if whole is not None:
            return whole & Q(left_at=None) if permission != self.view and whole == Q() else whole
        if permission != self.view:
            return Q(left_at=None, pool__in=pools_of(actor, admin=True))
        return self._seen(actor, actor.scopes(permission))

    def _seen(self, actor: Actor, scopes: frozenset[str]) -> Q:
        stays, people = PoolStay.objects.unscoped("scope engine").order_by(), members_within(actor, scopes)
        lying = stays.filter(left_at=None, pool__in=pools_of(actor, admin=False))
        parts = [stays.filter(one) for one in (Q(former_owner__in=people), Q(new_owner__in=people))]
        parts.append(stays.filter(pool__in=pools_of(actor, admin=True)))
        return Q(pk__in=lying.values("pk").union(*(one.values("pk") for one in parts), all=True))


@register
class PoolLookPolicy(Policy):
    model = PoolLook
    owner = "member_id"


@register
class ClaimLimitPolicy(Policy):
    model = ClaimLimit
    owner = None
