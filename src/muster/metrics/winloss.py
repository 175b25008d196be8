"""What was won and lost in a period, by member, product, source, reason and competitor."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from muster.access.scope import Actor
from muster.core.periods import Period
from muster.metrics import display
from muster.metrics.compute import Cell, Result, compute
from muster.metrics.metric import metric
from muster.metrics.report import competitor_names, member_names, product_names, reason_names, source_names

BY = {
    "member": gettext_lazy("Member"),
    "product": gettext_lazy("Product"),
    "source": gettext_lazy("Source"),
    "reason": gettext_lazy("Reason"),
    "competitor": gettext_lazy("Competitor"),
}
DIMENSIONS: dict[str, tuple[str, Any]] = {
    "member": ("member", member_names),
    "product": ("product_id", product_names),
    "source": ("origin_id", source_names),
    "reason": ("reason_id", reason_names),
    "competitor": ("competitor_id", competitor_names),
}
OF_ALL = ("deals_won", "deals_lost", "win_rate", "revenue_won")
OF_REASON = ("deals_lost",)
OF_COMPETITOR = ("wins_against", "losses_to")


class WinLoss:
    """One table: a line for each group, the one with most deals first. One question to `compute`."""

    def __init__(self, actor: Actor, period: Period, by: str, **who: Any) -> None:
        self.actor, self.period, self.by, self.who = actor, period, by, who
        self.keys = {"reason": OF_REASON, "competitor": OF_COMPETITOR}.get(by, OF_ALL)

    def heads(self) -> list[Any]:
        labels = [metric(key).label for key in self.keys]
        return [*labels, _("Win rate")] if self.by == "competitor" else labels

    def lines(self) -> list[dict[str, Any]]:
        dimension, names = DIMENSIONS[self.by]
        found = compute(self.keys, self.actor, self.period, by=dimension, **self.who)
        groups = list(dict.fromkeys(group for key in self.keys for group in found.groups(key)))
        known = names(metric(self.keys[0]), self.actor, groups)
        lines = [self._line(found, group, known[group][1]) for group in groups if group in known]
        return sorted(lines, key=lambda one: (-one["n"], one["label"]))

    def _line(self, found: Result, group: Any, label: str) -> dict[str, Any]:
        cells = [found.cell(key, group) for key in self.keys]
        shown = [
            {"text": display.text(metric(key), cell), "label": metric(key).label}
            for key, cell in zip(self.keys, cells, strict=True)
        ]
        if self.by == "competitor":
            shown.append({"text": self._rate(*cells), "label": _("Win rate")})
        counts = [int(one.value or 0) for one in cells[:2]]
        return {"label": label, "cells": shown, "n": sum(counts), "group": group}

    def _rate(self, won: Cell, lost: Cell) -> str:
        whole = int(won.value or 0) + int(lost.value or 0)
        rate = metric("win_rate")
        return display.text(rate, Cell(display.share(int(won.value or 0), whole), whole))
