"""Which records a field is for: `spec.kinds` holds "way:value", a way being an own choice of the record ("kind") or one
of a record it is linked to ("account.level"). Of each way one value must fit; a field without any is for all."""

from collections import defaultdict
from collections.abc import Callable
from typing import Any

from django.utils.text import capfirst


def applies(spec: Any, find: Callable[[str], Any]) -> bool:
    """Is the field for the record on which FIND follows a way?"""
    wanted: dict[str, set[str]] = defaultdict(set)
    for one in spec.kinds:
        way, _colon, value = one.rpartition(":")
        wanted[way].add(value)
    return all(str(find(way)) in values for way, values in wanted.items())


def of_row(row: Any) -> Callable[[str], Any]:
    def find(way: str) -> Any:
        value = row
        for part in way.split("."):
            value = getattr(value, part, None)
        return value

    return find


def offers(model: Any) -> list[tuple[str, str]]:
    """All that a field of MODEL may be limited to, with words for it."""
    return [
        (f"{way}:{value}", f"{_names(model, way)}: {label}")
        for way in model.custom_kinds
        for value, label in _field(model, way).flatchoices
    ]


def said(spec: Any, model: Any) -> str:
    named = dict(offers(model))
    return ", ".join(named.get(one, one) for one in spec.kinds)


def _steps(model: Any, way: str) -> list[Any]:
    found = []
    for part in way.split("."):
        found.append(model._meta.get_field(part))
        model = found[-1].related_model or model
    return found


def _field(model: Any, way: str) -> Any:
    return _steps(model, way)[-1]


def _names(model: Any, way: str) -> str:
    return str(capfirst(" · ".join(str(one.verbose_name) for one in _steps(model, way))))
