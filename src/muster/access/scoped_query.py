"""The query under a scoped query set: it knows whose eyes it uses, also where `Subquery`, `Exists` and `x__in` take it
out of its query set. Used by the scope engine alone."""

import contextlib
import contextvars
from collections.abc import Iterator
from typing import Any

from django.db.models.sql import Query

# Django's own validation (unique fields and constraints) must see every row to be true.
_validating = contextvars.ContextVar("validating", default=False)
# True while Django builds a query inside another one by itself (`exclude` over many rows).
_inside = contextvars.ContextVar("inside another query", default=False)


class ScopeMissing(Exception):
    """A query was about to run without anybody's eyes: a defect in our code, never a user's fault."""


@contextlib.contextmanager
def _on(switch: contextvars.ContextVar[bool]) -> Iterator[None]:
    token = switch.set(True)
    try:
        yield
    finally:
        switch.reset(token)


def validation() -> contextlib.AbstractContextManager[None]:
    """Within it queries need no eyes."""
    return _on(_validating)


class ScopedQuery(Query):
    eyes: Any = None  # an actor, or the reason for using nobody's

    def __init__(self, model: Any, alias_cols: bool = True) -> None:
        super().__init__(model, alias_cols)
        if _inside.get():
            self.eyes = "part of a query that has eyes"

    def guard(self) -> None:
        if self.eyes is None and not _validating.get():
            label = self.model._meta.label  # type: ignore[union-attr]
            raise ScopeMissing(f"{label}: say visible_to(actor) or unscoped(reason) before reading.")

    def resolve_expression(self, *args: Any, **kwargs: Any) -> Any:
        self.guard()
        return super().resolve_expression(*args, **kwargs)

    def get_compiler(self, *args: Any, **kwargs: Any) -> Any:
        self.guard()
        return super().get_compiler(*args, **kwargs)

    def split_exclude(self, *args: Any, **kwargs: Any) -> Any:
        with _on(_inside):
            return super().split_exclude(*args, **kwargs)
