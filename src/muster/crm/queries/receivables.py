"""What is still to come in: by age, for a week, of a customer."""

import datetime as dt
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Count, F, Q, QuerySet, Sum
from django.utils.translation import gettext_lazy as _

from muster.access.scope import Actor
from muster.core import money
from muster.core.periods import DAY, today
from muster.crm.models import Account, Contract, Instalment

OPEN = Q(over_on=None, contract__status__in=("signed", "ended"), contract__archived_at=None)
BUCKETS = [
    ("current", _("Not yet due"), None, 0),
    ("1-30", _("1–30 days"), 1, 30),
    ("31-60", _("31–60 days"), 31, 60),
    ("61-90", _("61–90 days"), 61, 90),
    ("over-90", _("Over 90 days"), 91, None),
]  # key, label, days late from and to


def open_instalments(actor: Actor) -> QuerySet[Instalment]:
    """The instalments of signed contracts that are still to be paid, as ACTOR sees them."""
    return Instalment.objects.visible_to(actor).filter(OPEN)


def bucket_of(late_days: int) -> str:
    """The bucket of what is so many days over its due day; 0 and less is not yet due."""
    fitting = [key for key, _label, first, last in BUCKETS if late_days >= (first or -(10**6))]
    return fitting[-1]


def in_bucket(rows: QuerySet[Instalment], key: str, day: dt.date) -> QuerySet[Instalment]:
    """Those of ROWS that on DAY lie in the bucket KEY."""
    first, last = next((first, last) for one, _label, first, last in BUCKETS if one == key)
    if last is not None:
        rows = rows.filter(due_on__gte=day - DAY * last)
    return rows.filter(due_on__lte=day - DAY * first) if first is not None else rows


@dataclass
class Age:
    key: str
    label: Any
    count: int = 0
    sums: dict[str, int] = field(default_factory=dict)

    @property
    def text(self) -> str:
        return " + ".join(money.short(minor, unit) for unit, minor in sorted(self.sums.items()))


def ageing(rows: QuerySet[Instalment], day: dt.date) -> list[Age]:
    """How much of ROWS lies in each bucket on DAY, by currency: one small sum a bucket."""
    found = []
    for key, label, _first, _last in BUCKETS:
        age = Age(key, label)
        inside = in_bucket(rows, key, day).order_by()
        sums = inside.values_list("contract__currency").annotate(
            minor=Sum(F("amount") - F("received")), number=Count("pk")
        )
        for currency, minor, number in sums:
            age.sums[currency] = int(minor)
            age.count += number
        found.append(age)
    return found


def to_collect(actor: Actor, until: dt.date, most: int) -> list[Instalment]:
    """What the actor himself has to collect by a day, what is overdue first."""
    rows = open_instalments(actor).filter(contract__owner=actor.member_id or 0, due_on__lte=until)
    return list(rows.select_related("contract__account").order_by("due_on", "pk")[:most])


def money_of(actor: Actor, rows: QuerySet[Contract]) -> dict[str, dict[str, int]]:
    """What is signed, received, invoiced and open of the contracts ROWS, by currency. Drafts count nothing."""
    live = rows.exclude(status="draft").order_by()
    expected = Sum(F("total") - F("received"), filter=~Q(status="terminated"))
    sums = live.values("currency").annotate(
        signed=Sum("total"), got=Sum("received"), billed=Sum("invoiced"), left=expected
    )
    late = dict(
        Instalment.objects.visible_to(actor)
        .filter(OPEN, contract__in=live.values("pk"), late_on__lte=today())
        .order_by()
        .values_list("contract__currency")
        .annotate(minor=Sum(F("amount") - F("received")))
    )
    return {
        one["currency"]: {
            "signed": int(one["signed"]),
            "received": int(one["got"]),
            "invoiced": int(one["billed"]),
            "open": int(one["left"] or 0),
            "overdue": int(late.get(one["currency"], 0)),
        }
        for one in sums
    }


def late_of(actor: Actor, contract: Contract) -> int:
    rows = Instalment.objects.visible_to(actor).filter(OPEN, contract=contract, late_on__lte=today())
    return int(rows.aggregate(minor=Sum(F("amount") - F("received")))["minor"] or 0)


def contracts_of(actor: Actor, **of: Any) -> QuerySet[Contract]:
    rows = Contract.objects.visible_to(actor).filter(archived_at=None, **of)
    return rows.select_related("owner").order_by("-signed_on", "-id")


def account_money(actor: Actor, account: Account) -> dict[str, dict[str, int]]:
    return money_of(actor, Contract.objects.visible_to(actor).filter(account=account, archived_at=None))
