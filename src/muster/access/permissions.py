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


def register(name: str, label: Any) -> str:
    _known.setdefault(name, Permission(name, label))
    return name


def known() -> dict[str, Permission]:
    return dict(sorted(_known.items()))


def is_known(pattern: str) -> bool:
    """Is PATTERN a permission, or does it match one?"""
    return pattern in _known or any(fnmatchcase(name, pattern) for name in _known)
