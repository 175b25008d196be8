"""Reads for the rules of stages."""

from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from django.db.models import BigIntegerField, Count, F, Sum
from django.db.models.functions import Coalesce

from muster.access.scope import Actor
from muster.core.money import rounded
from muster.core.totals import Total
from muster.crm.models import Deal, DealSlip, DealTick, Stage, StageCriterion

MOST_PUSHES = 20
CHANCE = Coalesce("probability", "stage__probability")


@dataclass(frozen=True)
class Check:
    criterion: StageCriterion
    tick: DealTick | None


def weighted(actor: Actor, **of: Any) -> dict[int, Total]:
    """Stage → what its open deals are worth by their probability: multiplied deal by deal, rounded once."""
    rows = Deal.objects.visible_to(actor).filter(status=Deal.Status.OPEN, archived_at=None, **of)
    points = Sum(F("amount") * CHANCE, output_field=BigIntegerField())
    found: dict[int, Total] = {}
    grouped = rows.order_by().values_list("stage", "currency").annotate(number=Count("pk"), points=points)
    for stage, currency, number, hundredths in grouped:
        found.setdefault(stage, Total()).add(number, currency, rounded(Fraction(hundredths or 0, 100)))
    return found


def checklist(actor: Actor, deal: Deal) -> list[Check]:
    """The criteria of the stage in which DEAL stands, and who ticked them."""
    if deal.status != Deal.Status.OPEN:
        return []
    rows = StageCriterion.objects.visible_to(actor).filter(stage=deal.stage_id, archived_at=None)
    criteria = list(rows.order_by("position_no", "pk"))
    if not criteria:
        return []
    ticks = DealTick.objects.visible_to(actor).filter(deal=deal).select_related("member")
    by = {one.criterion_id: one for one in ticks}
    return [Check(one, by.get(one.pk)) for one in criteria]


def pushes(actor: Actor, deal: Deal) -> list[DealSlip]:
    """How the closing date was put off, the latest first."""
    if not deal.slips:
        return []
    rows = DealSlip.objects.visible_to(actor).filter(deal=deal).select_related("member")
    return list(rows.order_by("-pk")[:MOST_PUSHES])


def criteria_of(actor: Actor, stage: Stage) -> list[StageCriterion]:
    rows = StageCriterion.objects.visible_to(actor).filter(stage=stage)
    return list(rows.order_by("archived_at", "position_no", "pk"))
