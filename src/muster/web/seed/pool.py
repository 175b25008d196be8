"""Three public pools in use: some customers lie in them, some return soon, some are stopped by a leave, and a log."""

import datetime as dt
from typing import Any

from django.db.models import Max
from django.utils import timezone

from muster.access.scope import Actor
from muster.activities.models import Activity
from muster.core.periods import today
from muster.crm.actions.claim import claim
from muster.crm.actions.more_time import ask_account_time, spare_account
from muster.crm.actions.pool import claim_limits, pool_rules, pool_seats, pools, switch_pool_rule
from muster.crm.actions.recycle import recycle
from muster.crm.actions.stay import return_account
from muster.crm.models import Account, Contact, Pool, PoolRule, PoolStay
from muster.people.models import Absence, Member
from muster.web.seed import words
from muster.web.seed.people import Company

KINDS = ("visit", "call", "meeting", "email")
TEAM = "R1-1-1"  # the team whose logins are shown
QUIET = [50, 47, 46, 45, 44, 43, 42, 40, 39, 30, 12]  # days since the last call of a member's prospects
RETURNED = [
    "客户已搬到外地，我这边跟不过来",
    "预算冻结，半年内没有采购计划",
    "行业不对口，请熟悉医疗的同事接手",
    "对接人离职，暂时联系不上",
]


def open_pools(firm: Company) -> None:
    _clocks()
    chief = Member.objects.unscoped("seed").get(position=firm.positions["head"])
    key = _pool(
        firm, "大客户公海", "重点客户不开放领取，由管理员分配", rank=1, asks={"level": "key"}, is_claimable=False
    )
    medical = _pool(
        firm, "医疗行业公海", "医疗客户，懂行的同事来领", rank=2, asks={"industry": "医疗"}, looks_per_day=3
    )
    rest = _pool(
        firm, "综合公海", "其余客户，营销中心人人可领", rank=9, per_day=5, cooldown_hours=72, team_cooldown_hours=12
    )
    for pool in (key, medical, rest):
        pool_seats.create(firm.actor, pool=pool, member=chief, is_admin=True)
    pool_seats.create(firm.actor, pool=key, unit=firm.units["key"])
    pool_seats.create(firm.actor, pool=medical, unit=firm.units["R1"])
    pool_seats.create(firm.actor, pool=rest, unit=firm.units["BC-S"])
    lead = Member.objects.unscoped("seed").filter(unit=firm.units[TEAM], position=firm.positions["lead"]).first()
    if lead is not None:
        pool_seats.create(firm.actor, pool=medical, member=lead, is_admin=True)
    _rules(firm, key, rest)
    claim_limits.create(firm.actor, per_day=8, most_held=120)
    made = _prospects(firm)
    recycle()
    _story(firm, made)


def _clocks() -> None:
    """When each customer was last visited, called, met and written to."""
    done = Activity.objects.unscoped("seed").filter(done_on__isnull=False, account__isnull=False).order_by()
    last = done.values_list("account", "kind").annotate(day=Max("done_on"))
    accounts = {one.pk: one for one in Account.objects.unscoped("seed")}
    for account, kind, day in last:
        if kind in KINDS:
            setattr(accounts[account], f"last_{kind}_on", day)
    columns = [f"last_{kind}_on" for kind in KINDS]
    Account.objects.unscoped("seed").bulk_update(accounts.values(), columns, batch_size=500)


def _pool(firm: Company, name: str, about: str, **fields: Any) -> Pool:
    made = pools.create(firm.actor, name=name, kind="crm.account", about=about, won_counts=False, **fields)
    return Pool.objects.unscoped("seed").get(pk=made.pk)


def _rules(firm: Company, key: Pool, rest: Pool) -> None:
    """Switched on two months ago, so that the days of grace are over."""
    plans: list[tuple[Pool, dict[str, Any]]] = [
        (
            key,
            {
                "name": "重点客户 60 个工作日未跟进",
                "days": 60,
                "counts": "working",
                "asks": {"level": "key"},
                "rank": 1,
            },
        ),
        (rest, {"name": "小客户 45 天未跟进", "days": 45, "asks": {"level": "small"}, "rank": 2}),
        (rest, {"name": "普通客户 90 天未跟进", "days": 90, "asks": {"level": "normal"}, "rank": 3}),
        (rest, {"name": "合同到期 30 天", "trigger": "contract", "days": 30, "rank": 9, "spares_won": False}),
    ]
    for pool, fields in plans:
        switch_pool_rule(firm.actor, pool_rules.create(firm.actor, pool=pool, **fields), on=True)
    PoolRule.objects.unscoped("seed").update(on_since=today() - dt.timedelta(days=60))


def _prospects(firm: Company) -> list[Account]:
    """Small customers who have bought nothing yet, last called some weeks ago; each of the shown team has some."""
    rows: list[Account] = []
    team = Member.objects.unscoped("seed").filter(unit__in=[firm.units[TEAM], firm.units["R1-1-2"]], left_on=None)
    for member in team.order_by("pk"):
        for days in QUIET:
            rows.append(_prospect(firm, member, today() - dt.timedelta(days=days), len(rows)))
    made = Account.objects.bulk_create(rows, batch_size=500)
    Contact.objects.bulk_create([_contact(firm, row) for row in made], batch_size=500)
    return made


def _prospect(firm: Company, member: Member, called: dt.date, at: int) -> Account:
    trade = firm.random.choice(list(words.TRADES))
    city = firm.cities.get(member.pk, "上海")
    stem = firm.random.choice(words.TRADES[trade])
    row = Account(
        name=f"{city}{words.GIVEN[at % len(words.GIVEN)]}{words.BRANDS[at % len(words.BRANDS)]}{stem}有限公司"
    )
    row.owner, row.industry, row.city, row.country, row.level = member, trade, city, "中国", "small"
    row.phone, row.currency = f"021-{firm.random.randint(50_000_000, 69_999_999)}", "CNY"
    row.clock_owner, row.owned_since = member.pk, called - dt.timedelta(days=20)
    row.last_call_on = row.last_activity_on = called
    row.fill_search()
    return row


def _contact(firm: Company, account: Account) -> Contact:
    name = firm.random.choice(words.SURNAMES) + "".join(firm.random.sample(words.GIVEN, 2))
    phone = f"139{firm.random.randint(10_000_000, 99_999_999)}"
    row = Contact(account=account, owner=account.owner, name=name, title=firm.random.choice(words.TITLES), phone=phone)
    row.fill_search()
    return row


def _story(firm: Company, made: list[Account]) -> None:
    """Some were returned, some claimed, some are asked more time for, some are spared."""
    mine = Account.objects.unscoped("seed").filter(pk__in=[one.pk for one in made]).select_related("owner")
    owned = list(mine.exclude(owner=None).filter(due_on=None).order_by("pk"))
    for at, row in enumerate(owned[::2][:8]):
        return_account(Actor.operator(str(row.owner)), row, reason=RETURNED[at % len(RETURNED)])
    for stay in PoolStay.objects.unscoped("seed").order_by("pk"):
        ago = dt.timedelta(days=firm.random.randint(1, 20), hours=firm.random.randint(0, 20))
        PoolStay.objects.unscoped("seed").filter(pk=stay.pk).update(came_at=timezone.now() - ago, came_on=today() - ago)
    _claims(firm)
    away = set(Absence.objects.unscoped("seed").values_list("member", flat=True))
    due = [one for one in mine.exclude(due_on=None).order_by("due_on", "pk") if one.owner_id not in away]
    for row in due[3:5]:
        owner = row.owner
        asking = Actor.operator(str(owner))
        asking.member_id = owner.pk if owner else None
        ask_account_time(asking, row, reason="对方下月招标，正在准备方案")
    if due:
        spare_account(firm.actor, due[-1], until=today() + dt.timedelta(days=40), reason="集团框架协议谈判中")


def _claims(firm: Company) -> None:
    """Colleagues of another branch claimed some this morning."""
    claimers = Member.objects.unscoped("seed").filter(unit=firm.units["R2-1-1"], left_on=None).order_by("pk")
    stays = PoolStay.objects.unscoped("seed").filter(left_at=None, pool__is_claimable=True, pool__looks_per_day=0)
    for member, stay in zip(claimers, stays.order_by("pk")[::3], strict=False):
        claimer = Actor.operator(member.name)
        claimer.member_id, claimer.unit_id = member.pk, member.unit_id
        claim(claimer, stay)
