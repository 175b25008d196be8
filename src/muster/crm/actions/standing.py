"""How the viewer stands towards a pool: does he belong to it, does he look after it, what may he still claim."""

from dataclasses import dataclass

from muster.access.scope import Actor, can
from muster.crm.actions.claim import Claimer, is_member
from muster.crm.models import Pool
from muster.people.models import Member


@dataclass(frozen=True)
class Standing:
    """`left_today` and `slots`: how many he may still claim today and hold; None is without limit."""

    belongs: bool = False
    may_claim: bool = False
    looks_after: bool = False
    left_today: int | None = None
    slots: int | None = None


def standing(actor: Actor, pool: Pool) -> Standing:
    looks_after = actor.has("crm.poolstay.assign") and can(actor, "crm.pool.edit", pool)
    member = Member.objects.visible_to(actor).filter(pk=actor.member_id or 0).first()
    if member is None or not is_member(pool, member):
        return Standing(looks_after=looks_after)
    may_claim = pool.is_claimable and pool.archived_at is None and actor.has("crm.poolstay.claim")
    if not may_claim:
        return Standing(belongs=True, looks_after=looks_after)
    claimer = Claimer(member, pool)
    return Standing(True, True, looks_after, claimer.left_today(), claimer.slots())
