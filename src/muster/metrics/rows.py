"""How the rows behind a number are listed, by kind of record: each room says it for its own."""

from collections.abc import Callable
from typing import Any

from django.db.models import QuerySet

from muster.access.scope import Actor
from muster.core.listings import Listing

Rows = Callable[[Actor], QuerySet[Any]]
ROWS: dict[Any, Callable[[Any, Rows], Listing]] = {}


def listing_of(model: Any, title: Any, rows: Rows) -> Listing:
    """A list of MODEL over what ROWS gives for its reader."""
    return ROWS[model](title, rows)
