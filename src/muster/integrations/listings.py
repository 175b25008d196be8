"""Lists of the integrations room."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from muster.core.listings import Column, Filter, Listing
from muster.integrations.importing.sources import SOURCES
from muster.integrations.models import Delivery, DirectoryConnection, DirectoryRun, GroupBot, ImportBatch

TONES = {"checking": "amber", "checked": "blue", "running": "amber", "done": "green", "failed": "red", "undone": "gray"}


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

RUN_TONES = {"reading": "amber", "compared": "blue", "applying": "amber", "applied": "green", "failed": "red"}

DIRECTORIES = Listing(
    DirectoryConnection,
    "directories",
    _("Directories"),
    [
        Column("name", _("Name"), str, "link", order="name"),
        Column("kind", _("kind"), lambda row: row.get_kind_display(), "badge"),
        Column("unit", _("Its top is the unit"), lambda row: str(row.unit or "")),
        Column("daily", _("Compared every day"), kind="bool"),
    ],
    related=("unit",),
    order="name",
    searchable=False,
    create_url="directory_create",
    create_permission="integrations.directoryconnection.create",
    create_label=_("Connect a directory"),
    empty_icon="address-book",
    empty_title=_("No directory is connected yet"),
    empty_text=_("Connect WeCom, DingTalk, Feishu or LDAP: differences are shown first, and nobody is ever deleted."),
)

DIRECTORY_RUNS = Listing(
    DirectoryRun,
    "directory-runs",
    _("Comparisons with directories"),
    [
        Column("run", _("Comparison"), str, "link"),
        Column(
            "status", _("Status"), lambda row: row.get_status_display(), "badge", tone=lambda row: RUN_TONES[row.status]
        ),
        Column("people", _("People read"), kind="number"),
        Column("gone", _("Gone"), kind="number"),
        Column("by", _("By"), lambda row: str(row.user) if row.user else ""),
        Column("at", _("Begun"), lambda row: row.created_at, "datetime"),
    ],
    [
        Filter(
            "connection",
            _("Directory"),
            choices=lambda actor: [(one.pk, one.name) for one in DirectoryConnection.objects.visible_to(actor)],
            lookup="connection_id",
        ),
        Filter("status", _("Status"), choices=lambda _actor: DirectoryRun.Status.choices),
    ],
    related=("connection", "user"),
    searchable=False,
    empty_icon="arrows-diff",
    empty_title=_("Nothing has been compared yet"),
)

STATE_TONES = {"waiting": "blue", "sending": "blue", "sent": "green", "dropped": "gray", "failed": "red"}

DELIVERIES = Listing(
    Delivery,
    "deliveries",
    _("Mails and messages"),
    [
        Column("to", _("recipient"), lambda row: str(row.bot or row.user), "link"),
        Column(
            "state", _("state"), lambda row: row.get_state_display(), "badge", tone=lambda row: STATE_TONES[row.state]
        ),
        Column("due_at", _("due at"), kind="datetime", order="due_at"),
        Column("sent_at", _("sent at"), kind="datetime", order="sent_at"),
        Column("tries", _("tries"), kind="number", order="tries"),
        Column("error", _("error")),
    ],
    [Filter("state", _("state"), "choice", choices=lambda _actor: Delivery.State.choices)],
    related=("user", "bot"),
    searchable=False,
    empty_icon="mail",
    empty_title=_("Nothing went out yet"),
    empty_text=_("Notices by mail and messages of group bots show up here, with what became of them."),
)

BOTS = Listing(
    GroupBot,
    "bots",
    _("Group bots"),
    [
        Column("name", _("name"), str, "link", order="name"),
        Column("kind", _("kind"), lambda row: row.get_kind_display(), "badge"),
        Column("unit", _("of the unit"), lambda row: str(row.unit)),
        Column("is_on", _("switched on"), kind="bool"),
        Column("problem", _("problem")),
    ],
    related=("unit",),
    order="name",
    searchable=False,
    create_url="bot_create",
    create_permission="integrations.groupbot.create",
    create_label=_("New group bot"),
    empty_icon="robot",
    empty_title=_("No group bot yet"),
    empty_text=_("A bot tells a group of WeCom, DingTalk, Feishu, Slack or Teams what its unit won and what waits."),
)
