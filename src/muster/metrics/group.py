"""A group of companies in numbers, as far as somebody sees it."""

from dataclasses import dataclass
from functools import cached_property

from django.db.models import QuerySet

from muster.access.scope import Actor, policy_of
from muster.core.periods import Period, parse
from muster.crm.models import Account
from muster.crm.queries.group import Node, family, top_of, tree
from muster.metrics.compute import Cell, compute
from muster.metrics.display import rows_url
from muster.metrics.metric import Metric, metric

TOTALS = ("pipeline_open", "revenue_won", "collected", "receivables_open")


def companies(actor: Actor, keys: set[int]) -> QuerySet[Account]:
    rows: QuerySet[Account] = Account.objects.visible_to(actor).filter(pk__in=keys)
    return rows


@dataclass(frozen=True)
class Total:
    metric: Metric
    cell: Cell
    others: tuple[Cell, ...]  # the same in other currencies
    url: str


class Group:
    """The group of ACCOUNT: its companies, and what they come to in a period (this year where none is said)."""

    def __init__(self, actor: Actor, account: Account, period: Period | None = None) -> None:
        self.actor, self.account, self.period = actor, account, period or parse("year")
        self.top = top_of(actor, account)
        self.keys = family(actor, self.top.pk) or {self.top.pk}

    @cached_property
    def nodes(self) -> list[Node]:
        return tree(self.actor, self.top, self.keys)

    @property
    def more(self) -> int:
        """Companies that are not shown because there are too many."""
        return len(self.keys) - len(self.nodes)

    def totals(self) -> list[Total]:
        """Of what the viewer may see at all."""
        models = {key: metric(key).model for key in TOTALS}
        keys = [key for key, model in models.items() if model and self.actor.has(policy_of(model).view)]
        if not keys:
            return []
        found = compute(keys, self.actor, self.period, customers=companies(self.actor, self.keys))
        totals = []
        for key in keys:
            cell = found.cell(key)
            by_currency = found.cells.get(key, {}).get(None, {}).values()
            others = tuple(one for one in by_currency if one.currency != cell.currency)
            totals.append(Total(metric(key), cell, others, rows_url(key, self.period, company=self.top.pk)))
        return totals
