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
    """Field → level, of the SENSITIVE fields and of those the firm added; each found out when it is asked for, because
    most rows are read for something else."""

    def __init__(self, label: str, sensitive: list[str], actor: Any, owner: int | None) -> None:
        super().__init__()
        self.label, self.sensitive, self.actor, self.owner = label, sensitive, actor, owner

    def __missing__(self, key: str) -> str:
        if key not in self.sensitive and not key.startswith(PREFIX):
            raise KeyError(key)
        self[key] = found = best(self.actor, self.label, key, self.owner)
        return found

    def get(self, key: str, default: Any = None) -> Any:
        try:
            return self[key]
        except KeyError:
            return default
