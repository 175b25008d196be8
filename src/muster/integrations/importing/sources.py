"""The sources the importer knows."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from muster.integrations.importing import opportunities
from muster.integrations.importing.engine import Plan
from muster.integrations.importing.reading import Sheet


@dataclass(frozen=True)
class Source:
    key: str
    label: Any
    about: Any
    plan: Callable[[list[Sheet]], Plan]
    order: list[Any]
    tables: dict[str, list[str]]


SOURCES = {
    one.key: one
    for one in [
        Source(
            opportunities.SOURCE,
            _("Sales opportunities"),
            _("Four tables: accounts, products, sales teams and sales pipeline, as CSV or XLSX, or in one zip."),
            opportunities.plan,
            opportunities.ORDER,
            opportunities.TABLES,
        ),
    ]
}
