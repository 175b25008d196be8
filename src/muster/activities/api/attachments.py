"""Files on records over HTTP: what stands beside a file is JSON, the file itself is sent and fetched as it is.

No `from __future__ import annotations` here: django-ninja reads the annotations of the operations made below.
"""

import hashlib
from typing import Any

from django.http import HttpResponse
from ninja import File, Form, Router
from ninja.files import UploadedFile

from muster.access.crud import Crud
from muster.access.resources import Resource, once, refuse_unknown
from muster.access.schemas import as_json, row_schema
from muster.access.scope import visible_or_404
from muster.activities.actions.attachment import add_attachment, archive_attachment, restore_attachment
from muster.activities.models import HOLDERS, Attachment
from muster.core.files import attachment, content_of
from muster.core.http import Request
from muster.core.listings import Filter, rows_of

FILE = "activities.attachment"
_FILES = Resource(
    "attachments",
    rows_of(
        Attachment,
        *(Filter(link, link, kind="number", lookup=f"{link}_id") for link in HOLDERS.values()),
        Filter("added_by", "added by", kind="number", lookup="added_by_id"),
        related=("added_by",),
    ),
    crud=Crud(archive=archive_attachment, restore=restore_attachment),
)
RESOURCES = [_FILES]


def _said(permission: str, name: str, summary: str) -> dict[str, Any]:
    return {
        "operation_id": name,
        "summary": summary,
        "tags": ["attachments"],
        "openapi_extra": {"x-permission": permission},
    }


def add_attachments(router: Router) -> None:
    """Sending and fetching files, beside the other operations of this address."""

    @router.post(
        "/attachments",
        response={201: row_schema(_FILES)},
        **_said(f"{FILE}.create", "attachments_create", "Keep a file on a record"),
    )
    def add(request: Request, model: Form[str], object_id: Form[int], file: File[UploadedFile]) -> Any:
        request.actor.require(f"{FILE}.create")
        refuse_unknown(request, set())

        def run() -> tuple[int, dict[str, Any]]:
            row = add_attachment(request.actor, model=model, object_id=object_id, upload=file)
            fresh = visible_or_404(Attachment, request.actor, pk=row.pk)
            return 201, as_json(fresh, _FILES.fields, [])

        digest = hashlib.sha256(b"".join(file.chunks())).hexdigest()
        file.seek(0)
        return once(request, run, f"{model} {object_id} {file.name} {digest}".encode())

    @router.get("/attachments/{int:pk}/file", **_said(f"{FILE}.view", "attachments_file", "The file itself"))
    def file(request: Request, pk: int) -> HttpResponse:
        request.actor.require(f"{FILE}.view")
        row = visible_or_404(Attachment, request.actor, pk=pk)
        return attachment(content_of(row), row.file_name, row.content_type)
