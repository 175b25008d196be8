"""Addresses made quickly: of records, of which a list shows some hundreds, and of the pages in every menu."""

import re
from functools import cache, lru_cache
from typing import Any

from django.urls import Resolver404, resolve, reverse

_KEY = re.compile(r"\d+")


def record_url(name: str, pk: int | str) -> str:
    """The address NAME of the record PK, or of the type of record PK. NAME takes it as its only argument."""
    head, tail = _around(name)
    return f"{head}{pk}{tail}"


@cache
def page_url(name: str) -> str:
    """The address NAME, which takes nothing."""
    return reverse(name)


def opens(actor: Any, address: str) -> bool:
    """Has the page at ADDRESS a door that lets ACTOR in? Which rows it shows him is for the scope engine."""
    door = _door(_KEY.sub("0", address.partition("?")[0])) if address else ""
    return not door or bool(actor.has(door))


@lru_cache(maxsize=1024)
def _door(address: str) -> str:
    """The permission that the page at ADDRESS asks for; '' where everybody may open it, or it is no page."""
    try:
        permission = getattr(resolve(address).func, "permission", "")
    except Resolver404:
        return ""
    return permission if "." in permission else ""


@lru_cache
def _around(name: str) -> tuple[str, str]:
    head, _zero, tail = reverse(name, args=[0]).rpartition("0")
    return head, tail
