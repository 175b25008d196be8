"""A night of recycling: `python -m bench.pool [customers]` fills the empty database of DATABASE_URL with so many
customers of 500 members, as on an ordinary night: one of a hundred returns, three are warned of. Both runs are
measured."""

import datetime as dt
import os
import sys
import time

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "muster.web.settings")

import django

django.setup()

from django.db import connection  # noqa: E402

from muster.access.scope import Actor  # noqa: E402
from muster.core.periods import today  # noqa: E402
from muster.crm.actions.pool import pool_rules, pools, switch_pool_rule  # noqa: E402
from muster.crm.actions.recycle import recycle  # noqa: E402
from muster.crm.models import Account, PoolRule  # noqa: E402
from muster.people.models import Absence, Member  # noqa: E402

CUSTOMERS, MEMBERS, BATCH = 300_000, 500, 5_000
WARNED = {7: None, 6: 7, 5: 7, 4: 7, 3: 7, 2: 3, 1: 3, 0: 1}  # days left → what was said on the nights before
LEVELS = {"key": 90, "normal": 45, "small": 30}  # days allowed


def fill(customers: int) -> None:
    """Of a hundred customers one is due tonight, seven within a week, the others later."""
    actor, day = Actor.operator("bench"), today()
    people = [Member(employee_no=f"B{at:05d}", name=f"Bench {at}") for at in range(MEMBERS)]
    for one in people:
        one.fill_search()
    members = Member.objects.bulk_create(people)
    Absence.objects.bulk_create([Absence(member=one, starts_on=day, ends_on=day) for one in members[:25]])
    pool = pools.create(actor, name="Bench", kind="crm.account")
    for at, (level, days) in enumerate(LEVELS.items()):
        rule = pool_rules.create(actor, pool=pool, name=level, rank=at, days=days, asks={"level": level})
        switch_pool_rule(actor, rule, on=True)
    PoolRule.objects.unscoped("bench").update(on_since=day - dt.timedelta(days=30))
    rules = {one.name: one for one in PoolRule.objects.unscoped("bench")}
    for start in range(0, customers, BATCH):
        Account.objects.bulk_create(
            [_customer(members, rules, at, day) for at in range(start, min(start + BATCH, customers))]
        )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def _customer(members: list[Member], rules: dict[str, PoolRule], at: int, day: dt.date) -> Account:
    level, days = list(LEVELS.items())[at % 3]
    owner, share = members[at % len(members)], at // 3 % 100
    left = share if share < 8 else days - share % (days - 8)  # days until it returns
    row = Account(name=f"Bench {at}", owner=owner, level=level, clock_owner=owner.pk)
    row.owned_since = day - dt.timedelta(days=400)
    row.last_call_on = day - dt.timedelta(days=days + 1 - left)
    if left < 8:
        row.due_on, row.due_rule = day + dt.timedelta(days=left), rules[level]
        row.warned_for = WARNED[left]
    row.fill_search()
    return row


def main() -> None:
    customers = int(sys.argv[1]) if len(sys.argv) > 1 else CUSTOMERS
    if not Account.objects.unscoped("bench").exists():
        fill(customers)
    for name in ("first", "second"):
        begun = time.monotonic()
        taken = recycle()
        print(f"{name} run over {customers:,} customers: {taken:,} returned, {time.monotonic() - begun:.1f} s")


if __name__ == "__main__":
    main()
