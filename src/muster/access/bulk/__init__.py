"""Bulk changes: what a list lets one change on many of its records at once.

A `BulkEdit` joins a `Listing` with `Part`s: each part offers fields, knows whether a record is so already, writes by an
ordinary action, and takes back what nobody changed since.

    register(BulkEdit(DEALS, (Fields(DealForm, ("expected_on",), deals.edit, "crm.deal.edit"), Link(…))))

`form` asks; `access.actions.bulk` are the verbs, `access.actions.bulk_run` does them row by row.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Protocol

from django.urls import reverse

from muster.access.scope import Actor
from muster.core.listings import Listing


class Part(Protocol):
    """Some fields of a record that are written by one action."""

    @property
    def key(self) -> str: ...
    @property
    def permission(self) -> str: ...
    @property
    def asks(self) -> tuple[str, ...]: ...  # what is asked for besides, where one of the fields is chosen

    def fields(self, actor: Actor) -> dict[str, Any]:
        """Form fields by name: those that can be chosen, and what is asked for besides."""

    def narrow(self, fields: dict[str, Any]) -> None:
        """Offer less in FIELDS than everything one sees."""

    def same(self, actor: Actor, row: Any, values: dict[str, Any]) -> bool:
        """Is ROW so already?"""

    def run(self, actor: Actor, row: Any, values: dict[str, Any], **version: int) -> dict[str, Any]:
        """Write; returns what it takes to take it back, as JSON."""

    def undo(self, actor: Actor, row: Any, memory: dict[str, Any]) -> list[str]:
        """Take back what nobody changed since; the names of what somebody did."""


@dataclass(frozen=True)
class BulkEdit:
    listing: Listing
    parts: tuple[Part, ...]

    @property
    def model(self) -> Any:
        return self.listing.model

    def allowed(self, actor: Actor) -> list[Part]:
        return [part for part in self.parts if actor.has(part.permission)]

    def split(self, actor: Actor, values: dict[str, Any]) -> list[tuple[Part, dict[str, Any]]]:
        """VALUES by the part that writes them, in the order of the parts."""
        found = []
        for part in self.allowed(actor):
            own = {name: values[name] for name in part.fields(actor) if name in values}
            if set(own) - set(part.asks):
                found.append((part, own))
        return found


_edits: dict[str, BulkEdit] = {}


def register(edit: BulkEdit) -> BulkEdit:
    _edits[edit.listing.key] = edit
    return edit


def edit_of(key: str) -> BulkEdit | None:
    return _edits.get(key)


def bulk_url(listing: Listing, actor: Actor) -> str:
    """Where many rows of the list are changed at once; '' where they are not."""
    edit = edit_of(listing.key)
    may = edit and edit.model is listing.model and actor.has("access.bulkchange.create") and edit.allowed(actor)
    return reverse("bulk_new", args=[listing.key]) if may else ""


def edits() -> Iterable[BulkEdit]:
    return _edits.values()
