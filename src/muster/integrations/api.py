"""Imports over the API: send the files, look at what they would do, carry it out, take it back."""

from typing import Any

from ninja import File, Form, Router
from ninja.files import UploadedFile
from ninja.responses import Response

from muster.access.crud import Crud
from muster.access.resources import Resource, Verb, refuse_unknown
from muster.access.schemas import as_json, row_schema
from muster.access.scope import Actor
from muster.core.http import Request
from muster.core.listings import Filter, rows_of
from muster.integrations.actions.importing import undo_import
from muster.integrations.actions.notices import (
    archive_bot,
    choose_notices,
    create_bot,
    edit_bot,
    mute,
    retry_delivery,
    try_bot,
    unmute,
)
from muster.integrations.forms import BotForm, NoticeSettingsForm
from muster.integrations.listings import IMPORTS
from muster.integrations.models import Delivery, GroupBot, ImportIssue, NoticeMute, NoticeSettings, Notification
from muster.integrations.tasks import begin, map_and_check, start_run

MUTE = "integrations.noticemute.create"


def _mute_about(actor: Actor, row: Notification) -> NoticeMute:
    found: NoticeMute = mute(actor, model=row.event.model, object_id=row.event.object_id)
    return found


CREATE = "integrations.importbatch.create"
IMPORT = Resource(
    "imports",
    IMPORTS,
    verbs=(
        Verb("columns", map_and_check, "integrations.importbatch.map", takes={"mapping": dict[str, Any]}),
        Verb("commit", start_run, "integrations.importbatch.commit", summary="Carry an import out"),
        Verb("undo", undo_import, "integrations.importbatch.undo", summary="Take an import back"),
    ),
)
RESOURCES = [
    IMPORT,
    Resource(
        "notifications", rows_of(Notification), verbs=(Verb("mute", _mute_about, MUTE, summary="Mute its record"),)
    ),
    Resource("notice-settings", rows_of(NoticeSettings), NoticeSettingsForm, Crud(edit=choose_notices)),
    Resource("muted-records", rows_of(NoticeMute), verbs=(Verb("remove", unmute, "integrations.noticemute.remove"),)),
    Resource(
        "group-bots",
        rows_of(GroupBot),
        BotForm,
        Crud(create_bot, edit_bot),
        (
            Verb("archive", archive_bot, "integrations.groupbot.archive"),
            Verb("try", try_bot, "integrations.groupbot.try"),
        ),
    ),
    Resource(
        "deliveries",
        rows_of(Delivery, Filter("state", "state", kind="text")),
        verbs=(Verb("retry", retry_delivery, "integrations.delivery.retry"),),
    ),
    Resource("import-issues", rows_of(ImportIssue, Filter("batch", "batch", kind="number", lookup="batch_id"))),
]


def add_upload(router: Router) -> None:
    """POST /imports, with the files, beside the other operations of that address."""

    @router.post(
        "/imports",
        response={201: row_schema(IMPORT)},
        operation_id="imports_create",
        summary="Check files; nothing is written yet",
        tags=["imports"],
        openapi_extra={"x-permission": CREATE},
    )
    def create_import(request: Request, source: Form[str], files: File[list[UploadedFile]]) -> Any:
        request.actor.require(CREATE)
        refuse_unknown(request, set())
        sent = [(file.name or "file", file.read()) for file in files]
        batch = begin(request.actor, source=source, files=sent)
        return Response(as_json(batch, IMPORT.fields, []), status=201)
