"""Where somebody wins and where he loses: deals by what kind of customer they are of and how large they are, and by the
stage they were lost from. Parts of the strength profile, not shown by themselves."""

from typing import Any

import ibis
from django.utils.translation import gettext_lazy as _

from muster.crm.models import Account, Deal, Stage, StageChange
from muster.metrics.metric import Metric, register
from muster.metrics.tables import scoped, structure

# Of amounts in minor units of the deal's own currency: up to, not including.
SIZES = {"s": 100_000_00, "m": 500_000_00, "l": 2_000_000_00}
LARGEST = "xl"


def _sized(amount: Any) -> Any:
    found = ibis.literal(LARGEST)
    for key, most in reversed(SIZES.items()):
        found = ibis.ifelse(amount < most, ibis.literal(key), found)
    return ibis.ifelse(amount.isnull(), ibis.literal(""), found)


def _closed(*statuses: str) -> Any:
    """Closed deals with the industry and level of their customer, as far as the viewer sees him."""
    deals, accounts = scoped(Deal), scoped(Account)
    deals = deals.filter(deals.status.isin(statuses))
    joined = deals.left_join(accounts, deals.account_id == accounts.id)
    return joined.select(
        member_id=deals.owner_id,
        day=deals.closed_on,
        value=ibis.literal(1),
        source_id=deals.id,
        currency=ibis.literal(""),
        industry=ibis.coalesce(accounts.industry, ibis.literal("")),
        level=ibis.coalesce(accounts.level, ibis.literal("")),
        size=_sized(deals.amount),
        member_industry=deals.owner_id.cast("string") + ":" + ibis.coalesce(accounts.industry, ibis.literal("")),
    )


def won() -> Any:
    return _closed("won")


def closed() -> Any:
    return _closed("won", "lost")


def _left(lost: bool) -> Any:
    """Each deal that left a stage, once for each stage; with LOST only those that were lost from it."""
    steps, deals, stages = scoped(StageChange), scoped(Deal), structure(Stage)
    steps = steps.filter(steps.from_stage_id.notnull())
    kinds = stages.select(stage=stages.id, kind=stages.kind)
    joined = steps.join(deals, steps.deal_id == deals.id).select(
        member_id=deals.owner_id,
        day=steps.changed_on,
        value=ibis.literal(1),
        source_id=deals.id,
        item=deals.id,
        currency=ibis.literal(""),
        stage_id=steps.from_stage_id,
        to=steps.to_stage_id,
    )
    before = kinds.rename(was="kind", at="stage")
    joined = joined.join(before, joined.stage_id == before.at).filter(before.was == "open")
    joined = joined.join(kinds, joined.to == kinds.stage)
    joined = joined.filter(joined.kind == "lost") if lost else joined
    return joined.select("member_id", "day", "value", "source_id", "item", "currency", "stage_id")


def stage_left() -> Any:
    return _left(False)


def stage_lost() -> Any:
    return _left(True)


CUSTOMER = ("industry", "level", "size", "member_industry")
for _key, _label, _about, _facts in (
    ("strength_won", _("Deals won, by kind"), _("Deals won, by industry, level of the customer and size."), won),
    ("strength_closed", _("Deals closed, by kind"), _("Deals won or lost, by industry, level and size."), closed),
):
    register(Metric(_key, _label, _about, "count", model=Deal, facts=_facts, dimensions=CUSTOMER, hidden=True))
for _key, _label, _about, _facts in (
    ("stage_left", _("Deals that left a stage"), _("Deals that left an open stage, once for each stage."), stage_left),
    ("stage_lost", _("Deals lost from a stage"), _("Deals that were lost from an open stage."), stage_lost),
):
    register(
        Metric(
            _key, _label, _about, "count", "distinct", model=Deal, facts=_facts, dimensions=("stage_id",), hidden=True
        )
    )
