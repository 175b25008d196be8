"""The HTTP API under /api/v1: rooms declare resources; here they are mounted, and errors become problem+json."""

import json
from functools import cached_property
from http import HTTPStatus
from typing import Any

from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from ninja import NinjaAPI, Router
from ninja.errors import AuthenticationError, HttpError
from ninja.errors import ValidationError as SchemaError
from ninja.openapi.schema import REF_TEMPLATE
from ninja.parser import Parser
from ninja.schema import NinjaGenerateJsonSchema
from ninja.security import HttpBearer, SessionAuth

from muster.access import resources
from muster.access.action import Conflict, plain
from muster.access.actors import actor_for_token
from muster.access.bulk.api import add_begin
from muster.access.login import address_of
from muster.access.middleware import record_refusal
from muster.access.routes import EVERYBODY
from muster.access.schemas import ANSWER, PROBLEMS, Problem
from muster.access.scope import Forbidden, NotVisible
from muster.activities.api import ROUTES as ACTIVITY_ROUTES
from muster.core.http import Request
from muster.core.listings import BadInput
from muster.crm.api import ROUTES as CRM_ROUTES
from muster.crm.api.double import router as double_router
from muster.integrations.api import add_upload
from muster.metrics.api import router as metrics_router
from muster.people.api import ROUTES as PEOPLE_ROUTES
from muster.reporting.api import ROUTES as REPORTING_ROUTES
from muster.web.api_resources import RESOURCES


class TokenAuth(HttpBearer):
    """`Authorization: Bearer mst_…`"""

    def authenticate(self, request: Any, token: str) -> Any:
        actor = actor_for_token(token, address_of(request))
        if actor is not None:
            request.actor = actor
        return actor


class WholeText(Parser):
    """JSON may escape half a character ("\\ud800"), which no database stores: such a body cannot be read."""

    def parse_body(self, request: Any) -> Any:
        sent = super().parse_body(request)
        json.dumps(sent, ensure_ascii=False).encode()  # raises UnicodeEncodeError, as other text that is no JSON raises
        return sent


def _answer(status: int, model: Any, schemas: dict[str, Any]) -> dict[int, Any]:
    """What a description says of an answer with STATUS; the MODEL, and what it is made of, goes to its SCHEMAS."""
    if model.__name__ not in schemas:
        made = model.model_json_schema(
            mode="serialization", ref_template=REF_TEMPLATE, schema_generator=NinjaGenerateJsonSchema
        )
        schemas |= made.pop("$defs", {})
        schemas[model.__name__] = made
    content = {"application/json": {"schema": {"$ref": REF_TEMPLATE.format(model=model.__name__)}}}
    return {status: {"description": HTTPStatus(status).phrase, "content": content}}


class DescribedAPI(NinjaAPI):
    """What records and problems look like is written into the description when somebody asks for it, and not into
    models of each operation in every process."""

    def get_openapi_schema(self, **options: Any) -> Any:
        """Seconds of work, and always the same in one language: done once."""
        asked = repr(sorted(options.items())), get_language()
        if asked not in self._described:
            self._described[asked] = self._describe(**options)
        return self._described[asked]

    @cached_property
    def _described(self) -> dict[tuple[str, str | None], Any]:
        return {}

    def _describe(self, **options: Any) -> Any:
        found = super().get_openapi_schema(**options)
        schemas = found["components"]["schemas"]
        for path in found["paths"].values():
            for operation in path.values():
                if ANSWER in operation:
                    status, make, about = operation.pop(ANSWER)
                    operation["responses"] = _answer(status, make(about), schemas)
                for status in PROBLEMS:
                    operation["responses"] |= _answer(status, Problem, schemas)
        return found


api = DescribedAPI(
    title="Muster API",
    version="1",
    description=str(
        gettext_lazy(
            "Everything the pages can do, by the same actions and under the same rights. Amounts are whole minor units."
        )
    ),
    auth=[TokenAuth(), SessionAuth(csrf=True)],
    parser=WholeText(),
    urls_namespace="api",
)
_router = Router()
for _resource in RESOURCES:
    resources.register(_router, _resource)
for _add in (add_begin, add_upload, *PEOPLE_ROUTES, *CRM_ROUTES, *ACTIVITY_ROUTES, *REPORTING_ROUTES):
    _add(_router)
api.add_router("", _router)
api.add_router("", metrics_router)
api.add_router("", double_router)


def problem(
    request: Request, status: int, title: str, detail: str = "", errors: dict[str, Any] | None = None
) -> HttpResponse:
    body = {"type": "about:blank", "title": title, "status": status, "detail": detail, "errors": errors or {}}
    response = api.create_response(request, body, status=status)
    response.headers["Content-Type"] = "application/problem+json"
    return response


@api.exception_handler(AuthenticationError)
def _who(request: Request, error: Exception) -> HttpResponse:
    return problem(request, 401, _("Not logged in"), _("Send a valid token: Authorization: Bearer mst_…"))


@api.exception_handler(Forbidden)
def _may_not(request: Request, error: Forbidden) -> HttpResponse:
    record_refusal(request, error)
    return problem(request, 403, _("Not allowed"), _("This needs the permission %(name)s.") % {"name": error})


@api.exception_handler(NotVisible)
@api.exception_handler(Http404)
def _not_there(request: Request, error: Exception) -> HttpResponse:
    return problem(request, 404, _("Not here"), _("This record does not exist, or it is not for you."))


@api.exception_handler(Conflict)
def _conflict(request: Request, error: Conflict) -> HttpResponse:
    fields = {
        name: dict(zip(("before", "theirs", "yours"), map(plain, three), strict=True))
        for name, three in error.fields.items()
    }
    return problem(request, 409, _("Changed in the meantime"), str(error), {**fields, "version": error.row.version})


@api.exception_handler(BadInput)
def _unreadable(request: Request, error: BadInput) -> HttpResponse:
    return problem(request, 400, _("This cannot be read"), " ".join(error.messages))


@api.exception_handler(ValidationError)
def _refused(request: Request, error: ValidationError) -> HttpResponse:
    fields = error.message_dict if hasattr(error, "error_dict") else {}
    return problem(request, 422, _("This was refused"), " ".join(error.messages), fields)


@api.exception_handler(SchemaError)
def _malformed(request: Request, error: SchemaError) -> HttpResponse:
    fields = {".".join(str(part) for part in one["loc"][1:]) or "body": [one["msg"]] for one in error.errors}
    return problem(
        request,
        422,
        _("This was refused"),
        "; ".join(f"{key}: {' '.join(said)}" for key, said in fields.items()),
        fields,
    )


@api.exception_handler(HttpError)
def _http(request: Request, error: HttpError) -> HttpResponse:
    return problem(request, error.status_code, str(error))


def urls() -> tuple[list[Any], str, str]:
    """The API's addresses. Operations check tokens and permissions themselves; the docs pages are for everybody
    logged in."""
    patterns, app, namespace = api.urls
    pattern: Any
    for pattern in patterns:
        view = pattern.callback
        view.permission = EVERYBODY
        is_operation = pattern.name not in ("openapi-json", "openapi-view", "api-root")
        view.login_required = not is_operation
    return patterns, app, namespace
