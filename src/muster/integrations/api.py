"""Imports over the API: send the files, look at what they would do, carry it out, take it back."""

from typing import Any

from ninja import File, Form, Router
from ninja.files import UploadedFile
from ninja.responses import Response

from muster.access.resources import Resource, Verb, refuse_unknown
from muster.access.schemas import PROBLEMS, as_json, row_schema
from muster.core.http import Request
from muster.core.listings import Filter, rows_of
from muster.integrations.actions import begin_import, map_columns, undo_import
from muster.integrations.listings import IMPORTS
from muster.integrations.models import ImportIssue
from muster.integrations.tasks import start_run

CREATE = "integrations.importbatch.create"
IMPORT = Resource(
    "imports",
    IMPORTS,
    verbs=(
        Verb("columns", map_columns, "integrations.importbatch.map", takes={"mapping": dict[str, Any]}),
        Verb("commit", start_run, "integrations.importbatch.commit", summary="Carry an import out"),
        Verb("undo", undo_import, "integrations.importbatch.undo", summary="Take an import back"),
    ),
)
RESOURCES = [
    IMPORT,
    Resource("import-issues", rows_of(ImportIssue, Filter("batch", "batch", kind="number", lookup="batch_id"))),
]


def add_upload(router: Router) -> None:
    """POST /imports, with the files, beside the other operations of that address."""

    @router.post(
        "/imports",
        response={201: row_schema(IMPORT), **PROBLEMS},
        operation_id="imports_create",
        summary="Check files; nothing is written yet",
        tags=["imports"],
        openapi_extra={"x-permission": CREATE},
    )
    def create_import(request: Request, source: Form[str], files: File[list[UploadedFile]]) -> Any:
        request.actor.require(CREATE)
        refuse_unknown(request, set())
        sent = [(file.name or "file", file.read()) for file in files]
        batch = begin_import(request.actor, source=source, files=sent)
        return Response(as_json(batch, IMPORT.fields, []), status=201)
