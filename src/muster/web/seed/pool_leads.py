"""A public pool of leads: some lie in it, some return soon, a few were claimed this morning."""

import datetime as dt

from django.db.models import F
from django.utils import timezone

from muster.access.scope import Actor
from muster.core.periods import today
from muster.crm.actions.claim import claim
from muster.crm.actions.pool import claim_limits, pool_rules, pool_seats, pools, switch_pool_rule
from muster.crm.actions.recycle import recycle
from muster.crm.actions.stay import return_lead
from muster.crm.models import Lead, Pool, PoolRule, PoolStay
from muster.people.models import Member
from muster.web.seed.people import Company

TEAM = "R1-1-1"  # the team whose logins are shown
WHY = ["产品线不匹配，请熟悉仓储的同事跟进", "客户在外地，我这边不便拜访"]


def open_lead_pool(firm: Company) -> None:
    made = pools.create(
        firm.actor,
        name="线索公海",
        kind="crm.lead",
        about="逾期未跟进的线索，营销中心人人可领",
        rank=5,
        per_day=10,
        cooldown_hours=48,
        looks_per_day=2,
    )
    pool = Pool.objects.unscoped("seed").get(pk=made.pk)
    pool_seats.create(firm.actor, pool=pool, unit=firm.units["BC-S"])
    lead = Member.objects.unscoped("seed").filter(unit=firm.units[TEAM], position=firm.positions["lead"]).first()
    if lead is not None:
        pool_seats.create(firm.actor, pool=pool, member=lead, is_admin=True)
    claim_limits.create(firm.actor, kind="crm.lead", per_day=15, most_held=60)
    _rule(firm, pool)
    Lead.objects.unscoped("seed").exclude(owner=None).update(owned_since=F("came_on"))
    recycle()
    _story(firm, pool)


def _rule(firm: Company, pool: Pool) -> None:
    """Switched on two months ago, so that the days of grace are over."""
    said = {"name": "线索 15 个工作日未跟进", "days": 15, "counts": "working", "warns": [3, 1]}
    rule = pool_rules.create(firm.actor, pool=pool, **said)
    switch_pool_rule(firm.actor, rule, on=True)
    PoolRule.objects.unscoped("seed").filter(pk=rule.pk).update(on_since=today() - dt.timedelta(days=60))


def _story(firm: Company, pool: Pool) -> None:
    """Some were given back with a word, and colleagues of another branch claimed two."""
    held = Lead.objects.unscoped("seed").filter(status__in=Lead.OPEN, due_on=None).exclude(owner=None)
    for row, why in zip(held.select_related("owner").order_by("pk"), WHY, strict=False):
        return_lead(Actor.operator(str(row.owner)), row, reason=why)
    stays = PoolStay.objects.unscoped("seed").filter(pool=pool, left_at=None).order_by("pk")
    for at, stay in enumerate(stays):
        ago = dt.timedelta(days=firm.random.randint(1, 12), hours=at % 20)
        PoolStay.objects.unscoped("seed").filter(pk=stay.pk).update(came_at=timezone.now() - ago, came_on=today() - ago)
    claimers = Member.objects.unscoped("seed").filter(unit=firm.units["R2-1-1"], left_on=None).order_by("pk")
    for member, stay in zip(claimers[:2], stays, strict=False):
        claimer = Actor.operator(member.name)
        claimer.member_id, claimer.unit_id = member.pk, member.unit_id
        claim(claimer, stay)
