"""How far an actor may read the sensitive fields of one row."""

from typing import Any

from muster.core.custom import PREFIX

LEVELS = ["hidden", "masked", "read", "write"]


def best(actor: Any, label: str, name: str, owner: int | None = None, anywhere: bool = False) -> str:
    """The best level that any of ACTOR's rules gives field NAME on a row of OWNER; with `anywhere`, on any row."""
    found = "hidden"
    for model, field, scope, level in actor.rules:
        if model not in ("*", label) or field not in ("*", name) or LEVELS.index(level) <= LEVELS.index(found):
            continue
        if anywhere or actor.covers(scope, owner):
            found = level
    return found


class Levels(dict[str, str]):
    """Field → level. Fields that the firm added are asked by their names, when they are asked."""

    def __init__(self, label: str, sensitive: list[str], actor: Any, owner: int | None) -> None:
        super().__init__({name: best(actor, label, name, owner) for name in sensitive})
        self.label, self.actor, self.owner = label, actor, owner

    def get(self, key: str, default: Any = None) -> Any:
        if key.startswith(PREFIX) and key not in self:
            self[key] = best(self.actor, self.label, key, self.owner)
        return super().get(key, default)
