"""Stages of another system as ours: as said on the review page, else by name, else by what they mean."""

from collections import Counter
from typing import Any

from muster.access.scope import Actor
from muster.crm.actions.deal import default_pipeline
from muster.crm.models import Stage
from muster.integrations.importing import parsing
from muster.integrations.importing.systems.shape import System


class Stages:
    """Of the default pipeline. SAID: stage there -> key of the one here."""

    def __init__(self, system: System, actor: Actor, said: dict[str, str]) -> None:
        self.system, self.said = system, said
        self.pipeline = default_pipeline()
        rows = Stage.objects.visible_to(actor).filter(pipeline=self.pipeline, archived_at=None)
        self.stages = list(rows.order_by("position_no", "id"))
        self.seen: Counter[str] = Counter()

    def find(self, name: str) -> Any:
        """The stage that NAME means; where nothing tells, the first open one. None where there is none."""
        self.seen[name] += 1
        return self._find(name)

    def _find(self, name: str) -> Any:
        said = self.said.get(name)
        words = {parsing.bare(said or name)}
        for one in self.stages:
            if words & {parsing.bare(one.key), *(() if said else (parsing.bare(one.name), parsing.bare(one.name_zh)))}:
                return one
        kind = Stage.Kind.OPEN
        for meant, names in ((Stage.Kind.WON, self.system.won), (Stage.Kind.LOST, self.system.lost)):
            kind = meant if name.casefold() in names else kind
        return next((one for one in self.stages if one.kind == kind), None)

    def review(self) -> dict[str, dict[str, Any]]:
        found = {}
        for name, count in self.seen.most_common():
            stage = self._find(name)
            found[name] = {"count": count, "here": stage.key if stage else ""}
        return found


def stage_choices(actor: Actor) -> list[tuple[str, str]]:
    """The stages of the default pipeline, as a form offers them."""
    rows = Stage.objects.visible_to(actor).filter(pipeline=default_pipeline(), archived_at=None)
    return [(one.key, str(one)) for one in rows.order_by("position_no", "id")]
