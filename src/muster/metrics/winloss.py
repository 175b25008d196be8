"""What was won and lost in a period, by member, product, source, reason and competitor."""

from typing import Any

from muster.access.scope import Actor
from muster.core.periods import Period
from muster.metrics import display
from muster.metrics.compute import Result, compute
from muster.metrics.grouped import NAMES, Links
from muster.metrics.metric import metric
from muster.metrics.report import plain

DIMENSIONS = {
    "member": "member",
    "product": "product_id",
    "source": "origin_id",
    "reason": "reason_id",
    "competitor": "competitor_id",
}
OF_ALL = ("deals_won", "deals_lost", "win_rate", "revenue_won")
OF_REASON = ("deals_lost",)
OF_COMPETITOR = ("wins_against", "losses_to", "win_rate_against")


class WinLoss:
    """One table: a line for each group, the one with most deals first. One question to `compute`."""

    def __init__(self, actor: Actor, period: Period, by: str, query: str = "", **who: Any) -> None:
        self.actor, self.period, self.by, self.who = actor, period, by, who
        self.keys = {"reason": OF_REASON, "competitor": OF_COMPETITOR}.get(by, OF_ALL)
        self.links = Links(actor, period, by, query)

    def heads(self) -> list[Any]:
        return [metric(key).label for key in self.keys]

    def lines(self) -> list[dict[str, Any]]:
        found = compute(self.keys, self.actor, self.period, by=DIMENSIONS[self.by], **self.who)
        groups = list(dict.fromkeys(group for key in self.keys for group in found.groups(key)))
        known = NAMES[self.by](metric(self.keys[0]), self.actor, groups)
        self.links.know(groups)
        lines = [self._line(found, group, *known[group]) for group in groups if group in known]
        return sorted(lines, key=lambda one: (-one["n"], one["label"]))

    def _line(self, found: Result, group: Any, key: str, label: str) -> dict[str, Any]:
        cells = {one: found.cell(one, group) for one in self.keys}
        shown = [
            {
                "text": display.text(metric(one), cell),
                "label": metric(one).label,
                "href": self.links.to(one, group) if cell.n else "",
            }
            for one, cell in cells.items()
        ]
        values = {one: plain(metric(one), cell) for one, cell in cells.items()}
        n = sum(int(cells[one].value or 0) for one in self.keys[:2])
        return {"label": label, "cells": shown, "n": n, "group": group, "key": key, "values": values}
