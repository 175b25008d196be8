"""Calls over the API; a recording is sent and fetched as it is.

No `from __future__ import annotations` here: django-ninja reads the annotations of the operations made below.
"""

import datetime as dt
from typing import Any

from django.http import HttpResponse
from ninja import File, Form, Router
from ninja.files import UploadedFile
from ninja.responses import Response

from muster.access.crud import Crud
from muster.access.resources import Resource, Verb, refuse_unknown
from muster.access.schemas import as_json, row_schema
from muster.access.scope import visible_or_404
from muster.activities.actions.call import add_recording, erase_recording, listen, log_call
from muster.activities.forms.calls import CallForm
from muster.activities.models import Call, Recording
from muster.core.files import attachment
from muster.core.http import Request
from muster.core.listings import Filter, rows_of

RECORDING = "activities.recording"
_RECORDINGS = Resource(
    "recordings",
    rows_of(
        Recording,
        Filter("call", "call", kind="number", lookup="call_id"),
        Filter("member", "member", kind="number", lookup="member_id"),
        related=("call", "member"),
    ),
    verbs=(Verb("erase", erase_recording, f"{RECORDING}.erase", summary="Delete the recording for good"),),
)
RESOURCES = [
    Resource(
        "calls",
        rows_of(
            Call,
            Filter("member", "member", kind="number", lookup="member_id"),
            Filter("activity", "activity", kind="number", lookup="activity_id"),
            Filter("direction", "direction", kind="text"),
            Filter("result", "result", kind="text"),
            related=("activity", "member"),
        ),
        CallForm,
        Crud(create=log_call),
    ),
    _RECORDINGS,
]


def _said(permission: str, name: str, summary: str) -> dict[str, Any]:
    extra = {"x-permission": permission}
    return {"operation_id": name, "summary": summary, "tags": ["recordings"], "openapi_extra": extra}


def add_recordings(router: Router) -> None:
    """Sending and fetching recordings, beside the other operations of this address."""

    @router.post(
        "/recordings",
        response={201: row_schema(_RECORDINGS)},
        **_said(f"{RECORDING}.create", "recordings_create", "Keep the recording of a call, with who agreed"),
    )
    def add(
        request: Request,
        call: Form[int],
        file: File[UploadedFile],
        consented: Form[bool] = False,
        consent_by: Form[str] = "",
        consent_how: Form[str] = "",
        consent_at: Form[dt.datetime | None] = None,
    ) -> Any:
        request.actor.require(f"{RECORDING}.create")
        refuse_unknown(request, set())
        of = visible_or_404(Call, request.actor, pk=call)
        said = {"consent_by": consent_by, "consent_how": consent_how, "consent_at": consent_at}
        row = add_recording(request.actor, call=of, upload=file, consented=consented, **said)
        fresh = visible_or_404(Recording, request.actor, "call__activity", pk=row.pk)
        return Response(as_json(fresh, _RECORDINGS.fields, []), status=201)

    @router.get("/recordings/{int:pk}/file", **_said(f"{RECORDING}.listen", "recordings_file", "The recording itself"))
    def file(request: Request, pk: int) -> HttpResponse:
        request.actor.require(f"{RECORDING}.listen")
        row = visible_or_404(Recording, request.actor, pk=pk)
        return attachment(listen(request.actor, row), row.file_name, row.content_type)
