"""Panels that a higher room hangs on a lower room's page: registered by page, loaded by URL name, never imported."""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.urls import reverse


@dataclass(frozen=True)
class Slot:
    page: str  # "crm.account"
    key: str
    label: Any
    url_name: str  # takes the record's id
    permission: str
    place: str = "tab"  # tab, side or main; on the home page top or main
    order: int = 50
    icon: str = ""

    def url(self, pk: int) -> str:
        return reverse(self.url_name, args=[pk])


_slots: dict[str, list[Slot]] = defaultdict(list)


def register(slot: Slot) -> None:
    _slots[slot.page] = sorted([*_slots[slot.page], slot], key=lambda one: one.order)


def slots(page: str, may: Callable[[str], bool], place: str | None = None) -> list[Slot]:
    """The panels of PAGE whose permission its viewer holds on the very record it shows: MAY says so."""
    return [one for one in _slots[page] if place in (None, one.place) and may(one.permission)]
