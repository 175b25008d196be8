"""The names of everything that can be allowed. An unknown name stops the start, so a typo cannot open or close a
door."""

from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any

from django.utils.translation import gettext as _

UNIMPORTED = ".unimport"  # of any kind of record


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


def label_of(name: str) -> str:
    """What happened, in words; the name itself where nothing is called so any more."""
    if name in _known:
        return str(_known[name].label)
    if name in _events:
        return str(_events[name])
    return _("Import taken back") if name.endswith(UNIMPORTED) else name


def known() -> dict[str, Permission]:
    return dict(sorted(_known.items()))


def is_known(pattern: str) -> bool:
    """Is PATTERN a permission, or does it match one?"""
    return pattern in _known or any(fnmatchcase(name, pattern) for name in _known)
