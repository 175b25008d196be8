"""Documents of members and company papers over HTTP: what stands beside a file is JSON, the file itself is sent and
fetched as it is.

No `from __future__ import annotations` here: django-ninja reads the annotations of the operations made below.
"""

import datetime as dt
from typing import Any

from django.http import HttpResponse
from ninja import File, Form, Router
from ninja.files import UploadedFile
from ninja.responses import Response

from muster.access.crud import Crud
from muster.access.resources import Resource, Verb, refuse_unknown, valid
from muster.access.schemas import as_json, row_schema
from muster.access.scope import visible_or_404
from muster.core.files import attachment, content_of
from muster.core.http import Request
from muster.core.listings import Filter, rows_of
from muster.people.actions.document import (
    add_document,
    archive_document,
    edit_document,
    fetch_document,
    restore_document,
)
from muster.people.actions.paper import acknowledge, papers, publish_version
from muster.people.models import Member, MemberDocument, Paper, PaperReading, PaperVersion, QualityScore
from muster.people.records.forms import DocumentEditForm, DocumentForm, PaperForm, PublishForm
from muster.people.records.listings import DOCUMENTS, PAPERS

DOCUMENT = "people.memberdocument"
_DOCUMENTS = Resource(
    "documents",
    DOCUMENTS,
    DocumentEditForm,
    Crud(edit=edit_document, archive=archive_document, restore=restore_document),
)
_VERSIONS = Resource(
    "paper-versions",
    rows_of(PaperVersion, Filter("paper", "paper", kind="number", lookup="paper_id")),
    view="people.paper.view",
)
_READINGS = rows_of(PaperReading, Filter("edition", "version", kind="number", lookup="edition_id"), related=("member",))
RESOURCES = [
    _DOCUMENTS,
    Resource("papers", PAPERS, PaperForm, papers),
    _VERSIONS,
    Resource(
        "paper-readings",
        _READINGS,
        verbs=(Verb("acknowledge", acknowledge, "people.paperreading.acknowledge", summary="Say that it was read"),),
    ),
    Resource(
        "quality-scores",
        rows_of(QualityScore, Filter("unit", "unit", kind="number", lookup="unit_id"), related=("unit",)),
    ),
]


def add_files(router: Router) -> None:
    """Sending and fetching files, beside the other operations of these addresses."""
    _add_sending(router)
    _add_fetching(router)


def _said(permission: str, name: str, tag: str, summary: str) -> dict[str, Any]:
    extra = {"x-permission": permission}
    return {"operation_id": name, "summary": summary, "tags": [tag], "openapi_extra": extra}


def _add_sending(router: Router) -> None:
    create, publish = f"{DOCUMENT}.create", "people.paper.publish"

    @router.post(
        "/documents",
        response={201: row_schema(_DOCUMENTS)},
        **_said(create, "documents_create", "documents", "Keep a file on a member"),
    )
    def add(
        request: Request,
        member: Form[int],
        kind: Form[str],
        file: File[UploadedFile],
        audience: Form[str] = "line",
        title: Form[str] = "",
        valid_until: Form[dt.date | None] = None,
        note: Form[str] = "",
    ) -> Any:
        request.actor.require(create)
        refuse_unknown(request, set())
        owner = visible_or_404(Member, request.actor, pk=member)
        sent = {"kind": kind, "audience": audience, "title": title, "valid_until": valid_until, "note": note}
        form = DocumentForm(sent, {"upload": file}, actor=request.actor, row=owner)
        row = add_document(request.actor, member=owner, **valid(form))
        fresh = visible_or_404(MemberDocument, request.actor, pk=row.pk)
        return Response(as_json(fresh, _DOCUMENTS.fields, []), status=201)

    @router.post(
        "/papers/{int:pk}/publish",
        response={201: row_schema(_VERSIONS)},
        **_said(publish, "papers_publish", "papers", "Publish a new version, with words, a file or both"),
    )
    def publish_paper(
        request: Request,
        pk: int,
        body: Form[str] = "",
        changed: Form[str] = "",
        file: UploadedFile = File(None),  # noqa: B008 - how ninja says that a file may be left out
    ) -> Any:
        request.actor.require(publish)
        paper = visible_or_404(Paper, request.actor, pk=pk)
        files = {"upload": file} if file else {}
        form = PublishForm({"body": body, "changed": changed}, files, actor=request.actor, row=paper)
        row = publish_version(request.actor, paper, **valid(form))
        return Response(as_json(row, _VERSIONS.fields, []), status=201)


def _add_fetching(router: Router) -> None:
    fetch, view = f"{DOCUMENT}.download", "people.paper.view"

    @router.get("/documents/{int:pk}/file", **_said(fetch, "documents_file", "documents", "The file of a document"))
    def document(request: Request, pk: int) -> HttpResponse:
        request.actor.require(fetch)
        row = visible_or_404(MemberDocument, request.actor, pk=pk)
        return attachment(fetch_document(request.actor, row), row.file_name, row.content_type)

    @router.get(
        "/paper-versions/{int:pk}/file", **_said(view, "paper_versions_file", "papers", "The file of a version")
    )
    def version(request: Request, pk: int) -> HttpResponse:
        request.actor.require(view)
        row = visible_or_404(PaperVersion, request.actor, "paper", pk=pk)
        return attachment(content_of(row), row.file_name, row.content_type)
