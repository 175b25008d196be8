"""The names of everything that can be allowed. An unknown name stops the start, so a typo cannot open or close a
door."""

from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any


@dataclass(frozen=True)
class Permission:
    name: str  # "crm.deal.win"
    label: Any


_known: dict[str, Permission] = {}
_events: dict[str, Any] = {}


def register(name: str, label: Any) -> str:
    _known.setdefault(name, Permission(name, label))
    return name


def register_event(name: str, label: Any) -> None:
    """Name what is recorded in the trail without being something that one is allowed to do."""
    _events[name] = label


def events() -> dict[str, Any]:
    return dict(sorted(_events.items()))


def known() -> dict[str, Permission]:
    return dict(sorted(_known.items()))


def is_known(pattern: str) -> bool:
    """Is PATTERN a permission, or does it match one?"""
    return pattern in _known or any(fnmatchcase(name, pattern) for name in _known)
