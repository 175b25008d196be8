"""Metrics of the way a deal takes: which stages it reached, how far it went from there, and how long it stood in each.
A deal counts once in a stage, on the day it first came there, however often it went back or was taken up again."""

from collections.abc import Callable
from typing import Any

import ibis
from django.utils.translation import gettext_lazy as _

from muster.crm.models import Deal, DealCompetitor, Stage, StageChange
from muster.metrics.metric import Metric, register
from muster.metrics.tables import scoped, structure

NOBODY = ibis.literal("")
OWN = ("member_stage", "product_stage", "origin_stage")
DEAL = ("stage_id", "product_id", "origin_id", *OWN)
RIVAL = ("stage_id", "competitor_id", "competitor_stage")


def _steps() -> Any:
    """Each step with where it began: the day of the step before it."""
    steps = scoped(StageChange)
    order = ibis.window(group_by=steps.deal_id, order_by=[steps.changed_on, steps.id])
    return steps.mutate(came_on=steps.changed_on.lag().over(order))


def _open_stages() -> Any:
    stages = structure(Stage)
    return stages.filter(stages.kind == "open").select(stage=stages.id, place=stages.position_no)


def _entries() -> Any:
    """Each deal once for each open stage, on the day it first came there: deal_id, stage_id, day, place."""
    steps, stages = scoped(StageChange), _open_stages()
    came = steps.join(stages, steps.to_stage_id == stages.stage)
    order = ibis.row_number().over(group_by=[came.deal_id, came.to_stage_id], order_by=[came.changed_on, came.id])
    came = came.mutate(nth=order)
    came = came.filter(came.nth == 0)
    return came.select(deal_id=came.deal_id, stage_id=came.to_stage_id, day=came.changed_on, place=came.place)


def _furthest() -> Any:
    came = _entries()
    return came.group_by(deal=came.deal_id).aggregate(top=came.place.max())


def _of_deals(rows: Any, value: Any) -> Any:
    """ROWS (deal_id, stage_id, day) as facts of the deal's owner, with what they can be counted by."""
    deals = scoped(Deal)
    rows = rows.mutate(worth=value)
    joined = rows.join(deals, rows.deal_id == deals.id)
    return joined.select(
        member_id=deals.owner_id,
        day=rows.day,
        value=rows.worth,
        item=deals.id,
        source_id=deals.id,
        currency=NOBODY,
        stage_id=rows.stage_id,
        product_id=deals.product_id,
        origin_id=deals.source_id,
        member_stage=_pair(deals.owner_id, rows.stage_id),
        product_stage=_pair(deals.product_id, rows.stage_id),
        origin_stage=_pair(deals.source_id, rows.stage_id),
    )


def _pair(group: Any, stage: Any) -> Any:
    return ibis.coalesce(group.cast("string"), NOBODY) + ":" + stage.cast("string")


def _of_rivals(facts: Any) -> Any:
    """FACTS once for each competitor on the deal."""
    rivals = scoped(DealCompetitor)
    rivals = rivals.select(deal=rivals.deal_id, competitor_id=rivals.competitor_id)
    joined = facts.join(rivals, facts.item == rivals.deal)
    kept = [joined[name] for name in facts.columns if name not in OWN]
    return joined.select(*kept, joined.competitor_id, competitor_stage=_pair(joined.competitor_id, joined.stage_id))


def reached() -> Any:
    return _of_deals(_entries(), ibis.literal(1))


def _ended(onward: bool) -> Any:
    """Deals that reached a stage and came further, or were lost without coming further."""
    came, furthest, deals = _entries(), _furthest(), scoped(Deal)
    joined = came.join(furthest, came.deal_id == furthest.deal)
    state = deals.select(one=deals.id, status=deals.status)
    joined = joined.join(state, joined.deal_id == state.one)
    further = (joined.top > joined.place) | (joined.status == "won")
    joined = joined.filter(further if onward else ~further & (joined.status == "lost"))
    return _of_deals(joined.select("deal_id", "stage_id", "day"), ibis.literal(1))


def onward() -> Any:
    return _ended(True)


def given_up() -> Any:
    return _ended(False)


def _stays() -> Any:
    """Each stay in an open stage that ended: deal_id, stage_id, the day it ended, days."""
    steps, stages = _steps(), _open_stages()
    left = steps.join(stages, steps.from_stage_id == stages.stage)
    left = left.filter(left.came_on.notnull())
    days = left.changed_on.delta(left.came_on, unit="day")
    return left.select(deal_id=left.deal_id, stage_id=left.from_stage_id, day=left.changed_on, days=days)


def days_stood() -> Any:
    stays = _stays()
    return _of_deals(stays, stays.days)


def stood() -> Any:
    return _of_deals(_stays(), ibis.literal(1))


def _against(facts: Callable[[], Any]) -> Callable[[], Any]:
    return lambda: _of_rivals(facts())


REACHED = _("Stages reached")
ONWARD = _("Went further")
LOST = _("Lost there")
DAYS = _("Days in the stage, summed")
STOOD = _("Deals that left the stage")
RATE = _("Went further, share")
AVERAGE = _("Days in a stage")
ABOUT = {
    "reached": _(
        "Deals that first came to an open stage in the period. One that goes back or is re-opened counts once."
    ),
    "onward": _("Of the deals that reached a stage in the period, those that came to a later one or were won since."),
    "lost": _("Of the deals that reached a stage in the period, those that were lost without coming further."),
    "rate": _("Deals that came further or were won since ÷ deals that reached an open stage in the period."),
    "days": _("Days that deals stood in the open stages they left in the period ÷ those deals, each counted once."),
}


Seen = Callable[[Callable[[], Any]], Callable[[], Any]]


def _counts(prefix: str, dimensions: tuple[str, ...], seen: Seen) -> None:
    """How many deals reached a stage, went on, were lost there, left it."""
    for key, label, about, facts, better in (
        ("stage_reached", REACHED, ABOUT["reached"], reached, "up"),
        ("stage_onward", ONWARD, ABOUT["onward"], onward, "up"),
        ("stage_given_up", LOST, ABOUT["lost"], given_up, "down"),
        ("stage_stood", STOOD, ABOUT["days"], stood, "up"),
    ):
        more = {"better": better, "facts": seen(facts), "hidden": bool(prefix) or key != "stage_reached"}
        _register(prefix + key, label, about, "count", "distinct", dimensions, parts=True, **more)


def _ratios(prefix: str, dimensions: tuple[str, ...], seen: Seen) -> None:
    """The share that went on, and how long deals stood."""
    days = {"better": "down", "facts": seen(days_stood), "parts": True, "hidden": True}
    _register(f"{prefix}stage_days", DAYS, ABOUT["days"], "days", "flow", dimensions, **days)
    parts = {"numerator": f"{prefix}stage_onward", "denominator": f"{prefix}stage_reached", "hidden": bool(prefix)}
    _register(f"{prefix}stage_conversion", RATE, ABOUT["rate"], "ratio", "ratio", dimensions, **parts)
    parts = {"numerator": f"{prefix}stage_days", "denominator": f"{prefix}stage_stood", "hidden": bool(prefix)}
    _register(f"{prefix}days_in_stage", AVERAGE, ABOUT["days"], "days", "ratio", dimensions, better="down", **parts)


def _register(key: str, label: Any, about: Any, unit: str, kind: str, dimensions: tuple[str, ...], **more: Any) -> None:
    register(Metric(key, label, about, unit, kind, model=Deal, dimensions=dimensions, group="pipeline", **more))


def _same(facts: Callable[[], Any]) -> Callable[[], Any]:
    return facts


for _make in (_counts, _ratios):
    _make("", DEAL, _same)
    _make("rival_", RIVAL, _against)
