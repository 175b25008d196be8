"""Reads of the crm room over several rows: what an account holds, how much stands in each stage."""

from collections import Counter
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Window
from django.db.models.functions import Coalesce, RowNumber

from muster.access.scope import Actor
from muster.core import alike, workdays
from muster.core.fields import is_open
from muster.core.periods import Period, today
from muster.core.totals import Total, totals
from muster.crm.models import Account, AccountMember, Contact, Deal, DealSnooze, Pipeline, Pool, PoolStay, Stage
from muster.people.models import Member

MOST_ADDRESSES = 50
SEPARATORS = str.maketrans(";；，、", ",,,,")  # between mail addresses, as people type them

MOST_INDUSTRIES = 100
CARDS_PER_LANE = 25
MOST_NUMBERED = 30_000
TOUCHED = Coalesce("last_activity_on", "stage_since", "opened_on")  # when something was last done with a deal


def industries(actor: Actor) -> list[str]:
    """Industries of the accounts that the viewer sees."""
    rows = Account.objects.visible_to(actor).exclude(industry="").order_by("industry")
    return list(rows.values_list("industry", flat=True).distinct()[:MOST_INDUSTRIES])


def provinces(actor: Actor) -> list[str]:
    """Provinces of the accounts that the viewer sees."""
    rows = Account.objects.visible_to(actor).exclude(province="").order_by("province")
    return list(rows.values_list("province", flat=True).distinct()[:MOST_INDUSTRIES])


def deal_totals(deals: QuerySet[Deal], by: str) -> dict[Any, Total]:
    """How many of DEALS, and how much, for each value of BY."""
    return totals(deals, by)


def account_deals(actor: Actor, account: Account) -> dict[Any, Total]:
    """The viewer's sight of an account's deals by status."""
    return deal_totals(Deal.objects.visible_to(actor).filter(account=account, archived_at=None), "status")


@dataclass
class Lane:
    stage: Stage
    total: Total
    deals: list[Deal]

    @property
    def more(self) -> int:
        return self.total.count - len(self.deals)


def pipeline_in_use(actor: Actor) -> Pipeline | None:
    """The default pipeline if the viewer has deals in it; else the one his newest deal is in."""
    deals = Deal.objects.visible_to(actor).filter(archived_at=None, pipeline__archived_at=None)
    deals = deals.select_related("pipeline")
    found = [*deals.filter(pipeline__is_default=True).order_by()[:1]] or [*deals.order_by("-id")[:1]]
    return found[0].pipeline if found else None


def stages_of(actor: Actor, pipeline: int) -> list[Stage]:
    return list(
        Stage.objects.visible_to(actor).filter(pipeline=pipeline, archived_at=None).order_by("position_no", "id")
    )


def lanes(actor: Actor, deals: QuerySet[Deal], pipeline: Pipeline, closed_in: Period) -> list[Lane]:
    """Open deals by stage, the largest first, and what was won and lost in the period."""
    rows, stages = deals.filter(pipeline=pipeline), stages_of(actor, pipeline.pk)
    closed = rows.exclude(status=Deal.Status.OPEN)
    closed = closed.filter(closed_on__gte=closed_in.start, closed_on__lt=closed_in.end)
    sums: dict[int, Total] = {}
    largest: dict[int, list[Deal]] = {}
    for inside, still in ((rows.filter(status=Deal.Status.OPEN), True), (closed, False)):
        found = deal_totals(inside, "stage")
        of = [one.pk for one in stages if (one.kind == Stage.Kind.OPEN) == still]
        largest |= _largest(inside, of, sum(found[one].count for one in of if one in found))
        sums |= found
    return [Lane(one, sums.get(one.pk, Total()), largest.get(one.pk, [])) for one in stages]


def _largest(rows: QuerySet[Deal], stages: list[int], count: int) -> dict[int, list[Deal]]:
    """For each stage the cards of its lane. Of some thousands the database numbers all at once; of the COUNT of a whole
    firm it finds the largest along an index, lane by lane."""
    order = (F("amount").desc(nulls_last=True), F("id").desc())
    if count > MOST_NUMBERED:
        shown = rows.select_related("account", "owner").order_by(*order)
        return {one: list(shown.filter(stage=one)[:CARDS_PER_LANE]) for one in stages}
    place = Window(RowNumber(), partition_by="stage", order_by=order)
    first = rows.filter(stage__in=stages).order_by().annotate(place=place).filter(place__lte=CARDS_PER_LANE)
    found: dict[int, list[Deal]] = {}
    for deal in Deal.objects.among(first).select_related("account", "owner").order_by(*order):
        found.setdefault(deal.stage_id, []).append(deal)
    return found


def contacts_of(actor: Actor, account: Account) -> QuerySet[Contact]:
    rows = Contact.objects.visible_to(actor).filter(account=account, archived_at=None)
    return rows.select_related("owner").order_by("-decides", "name")


def deals_of(actor: Actor, **of: Any) -> QuerySet[Deal]:
    """Deals of an account, a product, a contact or a member: the open ones first, the largest first."""
    rows = Deal.objects.visible_to(actor).filter(archived_at=None, **of)
    return rows.select_related("owner", "stage", "account").order_by(
        F("closed_on").desc(nulls_first=True), F("amount").desc(nulls_last=True), "-id"
    )


def accounts_by_level(actor: Actor, member: Member) -> dict[str, int]:
    """How many customers of each level MEMBER looks after."""
    rows = Account.objects.visible_to(actor).filter(owner=member, archived_at=None)
    return dict(rows.order_by().values_list("level").annotate(Count("pk")))


def team_of(actor: Actor, account: Account) -> QuerySet[AccountMember]:
    return AccountMember.objects.visible_to(actor).filter(account=account).select_related("member").order_by("id")


def pipelines_with_stages(actor: Actor) -> list[tuple[Pipeline, list[dict[str, Any]]]]:
    """Every pipeline with its stages and how many open deals stand in each."""
    stages: dict[int, list[dict[str, Any]]] = {}
    open_deals = Deal.objects.visible_to(actor).filter(status=Deal.Status.OPEN, archived_at=None)
    numbers = deal_totals(open_deals, "stage")
    asks = Count("criteria", filter=Q(criteria__archived_at=None))
    for stage in Stage.objects.visible_to(actor).annotate(asks=asks).order_by("position_no", "id"):
        line = {"stage": stage, "open": numbers[stage.pk].count if stage.pk in numbers else 0}
        stages.setdefault(stage.pipeline_id, []).append(line)
    return [(one, stages.get(one.pk, [])) for one in Pipeline.objects.visible_to(actor).order_by("position_no", "id")]


def lying(actor: Actor, pools: list[Pool]) -> Counter[int]:
    """How many records lie in each of POOLS."""
    rows = PoolStay.objects.visible_to(actor).filter(pool__in=pools, left_at=None).order_by()
    return Counter(dict(rows.values_list("pool").annotate(number=Count("pk"))))


def stale(actor: Actor) -> Q:
    """For deals with `touched` (TOUCHED): open, without contact or step for more working days than the stage allows,
    and not snoozed."""
    late = Q(pk__in=[])
    for stage in Stage.objects.visible_to(actor).exclude(stale_after_days=None):
        late |= Q(stage=stage.pk, touched__lt=workdays.shift(today(), -stage.stale_after_days))
    waits = DealSnooze.objects.unscoped("deals that may wait").filter(deal=OuterRef("pk"), until__gt=today())
    return late & Q(status=Deal.Status.OPEN) & ~Q(Exists(waits))


def stale_deals(actor: Actor) -> QuerySet[Deal]:
    """The stale deals that count for ACTOR, the longest left alone first."""
    rows: QuerySet[Deal] = (
        Deal.objects.counted_for(actor).filter(archived_at=None).alias(touched=TOUCHED).filter(stale(actor))
    )
    return rows.annotate(touched=TOUCHED).select_related("account", "owner", "stage").order_by("touched", "pk")


def contacts_at(actor: Actor, addresses: list[str]) -> list[Contact]:
    """The contacts with one of these mail ADDRESSES, of those whose address ACTOR reads."""
    marks = [alike.mark(one.strip().casefold()) for one in addresses if "@" in one][:MOST_ADDRESSES]
    rows = Contact.objects.visible_to(actor).filter(match_mail__in=marks, archived_at=None) if marks else []
    return [one for one in rows if is_open(one, "email")]
