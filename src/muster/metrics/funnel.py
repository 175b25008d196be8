"""The way deals take through a pipeline: how many reached each stage, how many went further, how long they stood there;
over all, or by member, product, source and competitor."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from muster.access.scope import Actor
from muster.core.periods import Period
from muster.crm.models import Pipeline, Stage
from muster.metrics import display
from muster.metrics.compute import Result, compute
from muster.metrics.grouped import BY, NAMES, Links
from muster.metrics.metric import metric
from muster.metrics.report import plain

MEASURES = ("stage_reached", "stage_onward", "stage_given_up", "stage_conversion", "days_in_stage")
SHOWS: dict[str, Any] = {
    "stage_reached": _("Deals that came there"),
    "stage_conversion": _("Went further, share"),
    "days_in_stage": _("Days in the stage"),
}
GROUPS = {key: BY[key] for key in ("member", "product", "source", "competitor")}
PAIRS = {
    "member": "member_stage",
    "product": "product_stage",
    "source": "origin_stage",
    "competitor": "competitor_stage",
}


def pipelines(actor: Actor) -> list[Pipeline]:
    rows = Pipeline.objects.visible_to(actor).filter(archived_at=None)
    return list(rows.order_by("-is_default", "position_no", "id"))


class Funnel:
    """Of PIPELINE, for the deals that came to its stages in PERIOD. One question to `compute`."""

    def __init__(self, actor: Actor, period: Period, pipeline: Pipeline | None, by: str = "", **who: Any) -> None:
        self.actor, self.period, self.by = actor, period, by
        query = who.pop("query", "")
        self.who, self.links = who, Links(actor, period, by, query)
        self.prefix = "rival_" if by == "competitor" else ""
        stages = Stage.objects.visible_to(actor).filter(pipeline=pipeline, kind=Stage.Kind.OPEN)
        self.stages = list(stages.order_by("position_no", "id"))

    def lines(self) -> list[dict[str, Any]]:
        """Of each group its stages with their numbers; without groups one line for all."""
        keys = [self.prefix + key for key in MEASURES]
        found = compute(keys, self.actor, self.period, by=PAIRS.get(self.by, "stage_id"), **self.who)
        if not self.by:
            return [self._line(found, None, "", "")]
        groups = self._groups(found)
        known = NAMES[self.by](metric(keys[0]), self.actor, groups)
        self.links.know(groups)
        lines = [self._line(found, group, *known[group]) for group in groups if group in known]
        return sorted(lines, key=lambda one: (-one["n"], one["label"]))

    def _groups(self, found: Result) -> list[int | None]:
        """Those with deals in a stage of this pipeline."""
        here = {str(one.pk) for one in self.stages}
        pairs = [str(pair).partition(":") for key in found.cells for pair in found.groups(key)]
        words = dict.fromkeys(group for group, _colon, stage in pairs if stage in here)
        return [int(word) if word else None for word in words]

    def _line(self, found: Result, group: Any, key: str, label: str) -> dict[str, Any]:
        cells = [self._stage(found, group, stage) for stage in self.stages]
        n = sum(one["values"]["stage_reached"] or 0 for one in cells)
        return {"group": group, "key": key, "label": label, "cells": cells, "n": n}

    def _stage(self, found: Result, group: Any, stage: Stage) -> dict[str, Any]:
        pair = f"{'' if group is None else group}:{stage.pk}" if self.by else stage.pk
        answer: dict[str, Any] = {"stage": stage, "values": {}, "shown": {}}
        for key in MEASURES:
            one = metric(self.prefix + key)
            cell = found.cell(one.key, pair)
            href = self.links.to(one.key, group, stage=stage.pk) if cell.n else ""
            answer["values"][key] = plain(one, cell)
            answer["shown"][key] = {"text": display.text(one, cell), "label": one.label, "href": href}
        return answer
