"""What is still to come in: by age, for a week, and the reminders of it."""

import datetime as dt
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.db.models import Count, F, Q, QuerySet, Sum
from django.utils.translation import gettext_lazy as _

from muster.access.action import append, make_event
from muster.access.scope import Actor
from muster.core import money, workdays
from muster.core.periods import DAY, today
from muster.crm.models import Account, Contract, Instalment
from muster.people.models import Member

OPEN = Q(over_on=None, contract__status__in=("signed", "ended"), contract__archived_at=None)
BUCKETS = [
    ("current", _("Not yet due"), None, 0),
    ("1-30", _("1–30 days"), 1, 30),
    ("31-60", _("31–60 days"), 31, 60),
    ("61-90", _("61–90 days"), 61, 90),
    ("over-90", _("Over 90 days"), 91, None),
]  # key, label, days late from and to
DAYS_BEFORE = 7
DAY_OF = 0
WORKDAYS_AFTER = (3, 7, 15)  # each goes a step further up: the owner, his manager, and the manager over him


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


# -- reminders ---------------------------------------------------------------------------------------------------------


def step_on(due: dt.date, day: dt.date) -> int | None:
    """The step of the reminders that is reached on DAY: -1 a week before, 0 on the day, 1 to 3 after 3, 7 and 15 working
    days; None before all of them."""
    if day < due - DAY * DAYS_BEFORE:
        return None
    if day < due:
        return -1
    passed = workdays.between(due + DAY, day + DAY)
    return sum(passed >= one for one in WORKDAYS_AFTER)


@transaction.atomic
def remind_of_dues(day: dt.date | None = None) -> int:
    """Tell of each open instalment once a step; how many were told. A step that was missed, because nothing ran, is not
    made up for: only the present one is told."""
    day = day or today()
    rows = Instalment.objects.unscoped("reminders of payments").filter(OPEN, due_on__lte=day + DAY * DAYS_BEFORE)
    rows = rows.filter(Q(reminded=None) | Q(reminded__lt=len(WORKDAYS_AFTER)))
    rows = rows.select_for_update(of=("self",)).select_related("contract__account", "contract__owner")
    told, events, actor = [], [], Actor.operator("reminder of payments", via="job")
    for row in rows.order_by("due_on", "pk"):
        step = step_on(row.due_on, day)
        if step is None or (row.reminded is not None and step <= row.reminded):
            continue
        row.reminded = step
        told.append(row)
        events.append(_event(actor, row, step, day))
    Instalment.objects.unscoped("reminders of payments").bulk_update(told, ["reminded"])
    if events:
        append(events)
    return len(told)


def _event(actor: Actor, row: Instalment, step: int, day: dt.date) -> Any:
    days = abs((day - row.due_on).days)
    said = {
        "receivers": _line_up(row.contract.owner, step),
        "days": days,
        "open": row.outstanding,
        "account": str(row.contract.account),
    }
    return make_event(actor, "crm.instalment.late" if step > 0 else "crm.instalment.due", row, {}, **said)


def _line_up(owner: Member | None, step: int) -> list[int]:
    """The owner, and with each step after the first one manager more."""
    people, at = [], owner
    for _step in range(max(step, 1)):
        if at is None:
            break
        people.append(at.pk)
        at = Member.objects.unscoped("whom to remind").filter(pk=at.manager_id).first() if at.manager_id else None
    return people
