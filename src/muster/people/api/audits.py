"""Results of audit campaigns over the API."""

from typing import Any

from ninja import Router
from ninja.responses import Response

from muster.access.resources import refuse_unknown
from muster.access.scope import Forbidden, can, visible_or_404
from muster.core.files import attachment
from muster.core.http import Request
from muster.people.actions.audit_result import DOWNLOAD, fetch_result
from muster.people.models import AuditCampaign


def add_results(router: Router) -> None:
    """What is handed out beside the operations of the records."""

    @router.get(
        "/audit-campaigns/{int:pk}/result",
        operation_id="audit-campaigns_result",
        summary="The sealed result of a closed one",
        tags=["audit-campaigns"],
        openapi_extra={"x-permission": DOWNLOAD},
    )
    def audit_result(request: Request, pk: int) -> Any:
        request.actor.require(DOWNLOAD)
        refuse_unknown(request, set())
        row = visible_or_404(AuditCampaign, request.actor, pk=pk)
        if not can(request.actor, DOWNLOAD, row):
            raise Forbidden(DOWNLOAD)
        return Response({"result": row.result, "seal": row.result_hash})

    @router.get(
        "/audit-campaigns/{int:pk}/signed",
        operation_id="audit-campaigns_signed",
        summary="The result of a closed one as a signed PDF",
        tags=["audit-campaigns"],
        openapi_extra={"x-permission": DOWNLOAD},
    )
    def audit_signed(request: Request, pk: int, language: str = "") -> Any:
        request.actor.require(DOWNLOAD)
        refuse_unknown(request, {"language"})
        row = visible_or_404(AuditCampaign, request.actor, pk=pk)
        name, content = fetch_result(request.actor, row, language=language)
        return attachment(content, name, "application/pdf")
