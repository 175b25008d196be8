"""Addresses made quickly: of records, of which a list shows some hundreds, and of the pages in every menu."""

from functools import cache, lru_cache

from django.urls import reverse


def record_url(name: str, pk: int | str) -> str:
    """The address NAME of the record PK, or of the type of record PK. NAME takes it as its only argument."""
    head, tail = _around(name)
    return f"{head}{pk}{tail}"


@cache
def page_url(name: str) -> str:
    """The address NAME, which takes nothing."""
    return reverse(name)


@lru_cache
def _around(name: str) -> tuple[str, str]:
    head, _zero, tail = reverse(name, args=[0]).rpartition("0")
    return head, tail
