"""Lists of the integrations room."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from muster.core.listings import Column, Filter, Listing
from muster.integrations.importing.sources import SOURCES
from muster.integrations.models import ImportBatch

TONES = {"checked": "blue", "running": "amber", "done": "green", "failed": "red", "undone": "gray"}


def _source(row: ImportBatch) -> str:
    return str(SOURCES[row.source].label) if row.source in SOURCES else row.source


def _statuses(_actor: Any) -> Any:
    return ImportBatch.Status.choices


IMPORTS = Listing(
    ImportBatch,
    "imports",
    _("Imports"),
    [
        Column("file", _("File"), lambda row: row.file_name or f"#{row.pk}", "link"),
        Column("source", _("Source"), _source),
        Column(
            "status", _("Status"), lambda row: row.get_status_display(), "badge", tone=lambda row: TONES[row.status]
        ),
        Column("by", _("By"), lambda row: str(row.user) if row.user else ""),
        Column("at", _("Begun"), lambda row: row.created_at, "datetime"),
    ],
    [Filter("status", _("Status"), "choice", choices=_statuses)],
    related=("user",),
    searchable=False,
    create_url="import_new",
    create_permission="integrations.importbatch.create",
    create_label=_("New import"),
    empty_icon="file-import",
    empty_title=_("Nothing has been imported yet"),
    empty_text=_("Bring a team, its customers and its deals along from the system used so far."),
)
