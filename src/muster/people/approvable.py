"""What can be approved. Higher rooms say what there is: the engine knows no quotes and no deals."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from muster.access.scope import Actor


def nothing_more(actor: Actor, row: Any, request: Any) -> None:
    """Where the approval itself is all."""


@dataclass(frozen=True)
class Approvable:
    """A KIND of request about records of MODEL. `mark(row)` is what an approval is of; `apply` is done once it is
    granted, as who approved last, and must not fail for what was fine when it was asked. `measured` where rules ask
    for a measure: how people say so much of it. `usual(row)` are the steps where no rule fits, as a request keeps
    them; without any the manager decides."""

    kind: str
    label: Any
    model: Any
    mark: Callable[[Any], str]
    apply: Callable[[Actor, Any, Any], None] = nothing_more
    measured: Callable[[int], str] | None = None
    usual: Callable[[Any], list[list[dict[str, Any]]]] | None = None

    @property
    def key(self) -> tuple[str, str]:
        return self.kind, self.model._meta.label_lower

    def row(self, pk: int) -> Any:
        """The record, whoever sees it."""
        return self.model.objects.unscoped("what an approval is about").filter(pk=pk).first()


_all: dict[tuple[str, str], Approvable] = {}


def register(one: Approvable) -> None:
    _all[one.key] = one


def approvable(kind: str, model: str) -> Approvable:
    return _all[kind, model]


def kinds() -> list[tuple[str, Any]]:
    """Kind and name of each."""
    return list({one.kind: one.label for one in _all.values()}.items())


def kind_label(kind: str) -> str:
    return str(dict(kinds()).get(kind, kind))


def is_measured(kind: str) -> bool:
    return any(one.measured for one in _all.values() if one.kind == kind)


def said_measure(kind: str, above: int) -> str:
    """A measure of KIND as people say it; '' of a kind that has none."""
    say = next((one.measured for one in _all.values() if one.kind == kind and one.measured), None)
    return say(above) if say else ""
