"""Records over HTTP for programs: the same listings, forms and actions as the pages, so that neither can do more than
the other.

No `from __future__ import annotations` here: django-ninja reads the annotations of the operations made below.
"""

import datetime as dt
import hashlib
import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import translation
from django.utils.translation import gettext as _
from ninja import Body, Query, Router, Schema
from ninja.responses import Response
from pydantic import Field

from muster.access.action import record_denied
from muster.access.custom import no_such
from muster.access.models import IdempotencyKey
from muster.access.schemas import ANSWER, as_json, input_schema, make_schema, row_schema
from muster.access.scope import Forbidden, visible_or_404
from muster.core import money
from muster.core.alike import MARKS
from muster.core.custom import PREFIX, known, types
from muster.core.custom.forms import not_offered
from muster.core.custom.show import listing_for
from muster.core.fields import default_currency
from muster.core.forms import DEFAULTED, ActorForm, VerbForm
from muster.core.http import Request
from muster.core.listings import MOST_PER_PAGE, PAGE_SIZE, BadInput, Listing

# Subscripted with schemas made at start-up, which no type checker can know.
QUERY: Any = Query
BODY: Any = Body

INTERNAL = {
    *("refused", "memory", "seals", "search_text", "sort_name", "password", "last_login", "digest", "is_demo"),
    *("clock_owner", "warned_for", "met", *MARKS),
    "result",  # of an audit: names who did not answer, so it is handed out with a permission of its own
}
LONGEST_KEY = 200


@dataclass(frozen=True)
class Verb:
    """POST /<records>/{id}/<key>: runs an action; `form` is the page's form for it, if it asks for something."""

    key: str
    run: Callable[..., Any]
    permission: str
    form: type[VerbForm] | type[ActorForm] | None = None
    summary: Any = ""
    takes: dict[str, Any] | None = None  # what it asks for where no form does: name → type


def made(key: str, create: Callable[..., Any], permission: str, form: Any, link: str, summary: str) -> Verb:
    """POST /<records>/{id}/<key>: makes something that belongs to the record, which CREATE takes by the name LINK."""
    return Verb(key, lambda actor, row, **values: create(actor, **{link: row}, **values), permission, form, summary)


@dataclass(frozen=True)
class Resource:
    name: str  # plural, as in the address
    listing: Listing
    form: Any = None  # an ActorForm: fields that can be created and edited
    crud: Any = None
    verbs: tuple[Verb, ...] = ()
    view: str = ""  # the permission to read, where the rows have none of their own

    @property
    def model(self) -> Any:
        return self.listing.model

    @property
    def label(self) -> str:
        return str(self.model._meta.label_lower)

    @property
    def fields(self) -> list[Any]:
        return [one for one in self.model._meta.concrete_fields if one.name not in INTERNAL]


def form_data(form: type[Any], sent: dict[str, Any], currency: str) -> dict[str, Any]:
    """SENT as FORM expects it typed: amounts in units, nothing as ''."""
    amounts = set(getattr(getattr(form, "Meta", None), "money", {}) or getattr(form, "money", ()))
    typed: dict[str, Any] = {}
    for key, value in sent.items():
        if key in amounts and value is not None:
            value = str(money.major(value, currency))
        typed[key] = "" if value is None else value.isoformat() if isinstance(value, dt.date) else value
    return typed


def refuse_unknown(request: Request, known: set[str]) -> None:
    if unknown := sorted(set(request.GET) - known):
        raise BadInput(_("Unknown parameter: %(names)s.") % {"names": ", ".join(unknown)[:200]})


def sparse(resource: Resource, asked: str | None) -> list[Any]:
    if not asked:
        return resource.fields
    names = {one.strip() for one in asked.split(",")} | {"id"}
    known = {one.name for one in resource.fields}
    if unknown := sorted(names - known):
        raise BadInput(_("Unknown field: %(names)s.") % {"names": ", ".join(unknown)[:200]})
    return [one for one in resource.fields if one.name in names]


def once(request: Request, run: Callable[[], tuple[int, dict[str, Any]]], sent: bytes | None = None) -> Response:
    """RUN, and with an Idempotency-Key never twice: the first answer is kept in the same transaction as its effect.
    SENT is what was asked for, where that is not the body as it came."""
    key = request.headers.get("Idempotency-Key", "")
    if not key:
        status, body = run()
        return Response(body, status=status)
    if len(key) > LONGEST_KEY:
        raise BadInput(_("An Idempotency-Key has at most %(most)s characters.") % {"most": LONGEST_KEY})
    digest = hashlib.sha256(
        f"{request.method} {request.path}\n".encode() + (request.body if sent is None else sent)
    ).hexdigest()
    try:
        with transaction.atomic():
            kept = _kept(request.actor, key, digest)
            if not kept.status:
                kept.status, kept.body = run()
                kept.body = json.loads(Response(kept.body).content)
                kept.save()
    except Forbidden as error:
        record_denied(request.actor, str(error))  # what the action wrote was undone with the key
        raise
    return Response(kept.body, status=kept.status)


def _kept(actor: Any, key: str, digest: str) -> IdempotencyKey:
    try:
        with transaction.atomic():
            IdempotencyKey(user_id=actor.user_id, key=key, request_hash=digest).save(force_insert=True)
    except IntegrityError:
        pass
    kept = IdempotencyKey.objects.select_for_update().get(user_id=actor.user_id, key=key)
    if kept.request_hash != digest:
        raise ValidationError(_("This Idempotency-Key was used for another request: take a new key."))
    return kept


def register(router: Router, resource: Resource) -> None:
    """Add the operations of RESOURCE to ROUTER."""
    _add_reads(router, resource)
    if resource.crud and resource.crud.create:
        _add_create(router, resource)
    if resource.crud and resource.crud.edit:
        _add_edit(router, resource)
    if resource.crud and resource.crud.archive:
        _add_shelf(router, resource)
    for verb in resource.verbs:
        _add_verb(router, resource, verb)


def takes(**kinds: Any) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Annotate parameters with schemas that were made a moment ago, which a type checker cannot know."""

    def annotate(view: Callable[..., Any]) -> Callable[..., Any]:
        view.__annotations__.update(kinds)
        return view

    return annotate


def _options(
    resource: Resource, verb: str, permission: str, summary: Any, status: int = 200, schema: Any = row_schema
) -> dict[str, Any]:
    return {
        "operation_id": f"{resource.name}_{verb}",
        "summary": str(summary),
        "tags": [resource.name],
        "openapi_extra": {"x-permission": permission, ANSWER: (status, schema, resource)},
    }


def _query_schema(resource: Resource) -> Any:
    """The parameters of a list: its filters, search, order, paging, and which fields to send."""
    with translation.override("en"):  # the description of the API is the same wherever it is made
        filters = {one.key: (str | None, Field(None, description=str(one.label))) for one in resource.listing.filters}
    filters.pop("archived", None)  # every list has it
    texts = dict.fromkeys(("q", "sort", "cursor", "archived", "fields"), (str | None, None))
    limit = (int, Field(PAGE_SIZE, ge=1, le=MOST_PER_PAGE))
    return make_schema(f"{resource.model.__name__}Query", __base__=Schema, **texts, limit=limit, **filters)


def _page_schema(resource: Resource) -> Any:
    out: Any = row_schema(resource)
    return make_schema(
        f"{resource.model.__name__}Page",
        __base__=Schema,
        items=(list[out], ...),
        next=(str, ""),
        previous=(str, ""),
        total=(int, 0),
        total_is_capped=(bool, False),
    )


def _add_reads(router: Router, resource: Resource) -> None:
    view, asked = resource.view or f"{resource.label}.view", _query_schema(resource)
    links = [one.name for one in resource.fields if one.is_relation]

    @router.get(
        f"/{resource.name}",
        **_options(resource, "list", view, f"List {resource.name}", schema=_page_schema),
    )
    @takes(query=QUERY[asked])
    def list_rows(request: Request, query: Any) -> Any:
        request.actor.require(view)
        listing, specs = listing_for(resource.listing, request.actor), known(request.actor, resource.model)
        more = {one.key for one in listing.filters} & set(request.GET)
        refuse_unknown(request, {*asked.model_fields, *more})
        fields = sparse(resource, query.fields)
        values = {key: value for key, value in query.dict().items() if isinstance(value, str)}
        values |= {key: request.GET[key] for key in more}
        page = listing.page(request.actor, values, size=query.limit, related=tuple(links))
        items = [as_json(row, fields, specs) for row in page.rows]
        body = {"items": items, "next": page.next, "previous": page.previous}
        return Response({**body, "total": page.total, "total_is_capped": page.capped})

    @router.get(f"/{resource.name}/{{int:pk}}", **_options(resource, "get", view, f"One of {resource.name}"))
    def one_row(request: Request, pk: int, fields: str | None = None) -> Any:
        request.actor.require(view)
        refuse_unknown(request, {"fields"})
        return _answer(request, resource, pk, sparse(resource, fields))


def _answer(request: Request, resource: Resource, pk: int, fields: list[Any] | None = None) -> Response:
    row = visible_or_404(resource.model, request.actor, pk=pk)
    body = as_json(row, fields or resource.fields, known(request.actor, resource.model))
    return Response(body, headers={"ETag": f'"{row.version}"'})


def _body(request: Request, resource: Resource, pk: int) -> dict[str, Any]:
    """The record after a write as its writer sees it; only its id when it has moved out of his sight."""
    row = resource.model.objects.visible_to(request.actor).filter(pk=pk).first()
    specs = known(request.actor, resource.model)
    return as_json(row, resource.fields, specs) if row is not None else {"id": pk}


def _add_create(router: Router, resource: Resource) -> None:
    create = f"{resource.label}.create"
    new = input_schema(resource.form, f"{resource.model.__name__}In", False)

    @router.post(
        f"/{resource.name}",
        **_options(resource, "create", create, f"Create one of {resource.name}", 201),
    )
    @takes(payload=BODY[new])
    def create_row(request: Request, payload: Any) -> Any:
        request.actor.require(create)

        def run() -> tuple[int, dict[str, Any]]:
            sent = with_custom(payload.dict(exclude_unset=True), request.actor, resource.model)
            data = form_data(resource.form, sent, sent.get("currency") or default_currency())
            blank = _initials(resource.form, data)
            form = resource.form(data={**blank, **data}, actor=request.actor)
            refuse_unasked(resource, form, [key for key in sent if key.startswith(PREFIX)])
            row = resource.crud.create(
                request.actor,
                **{
                    key: value
                    for key, value in valid(form).items()
                    if key in {*sent, *blank} and (value or key not in DEFAULTED)
                },
            )
            return 201, _body(request, resource, row.pk)

        return once(request, run)


def _add_edit(router: Router, resource: Resource) -> None:
    edit = f"{resource.label}.edit"
    change = input_schema(resource.form, f"{resource.model.__name__}Change", True)

    @router.patch(
        f"/{resource.name}/{{int:pk}}",
        **_options(resource, "edit", edit, f"Edit one of {resource.name}"),
    )
    @takes(payload=BODY[change])
    def edit_row(request: Request, pk: int, payload: Any) -> Any:
        request.actor.require(edit)
        row = visible_or_404(resource.model, request.actor, pk=pk)
        sent = with_custom(payload.dict(exclude_unset=True), request.actor, resource.model)
        currency = str(sent.get("currency") or getattr(row, "currency", ""))
        version = sent.pop("version", None) or request.headers.get("If-Match", "").strip('W/"') or None

        def run() -> tuple[int, dict[str, Any]]:
            form = resource.form(form_data(resource.form, sent, currency), instance=row, actor=request.actor)
            refuse_unasked(resource, form, sent)
            for key in set(form.fields) - set(sent):
                del form.fields[key]  # what was not sent is neither asked for nor touched
            values = valid(form)
            extra = {"version": int(version)} if version and str(version).isdigit() else {}
            fresh = visible_or_404(resource.model, request.actor, pk=pk)
            resource.crud.edit(request.actor, fresh, **values, **extra)
            return 200, _body(request, resource, pk)

        return once(request, run)


def with_custom(sent: dict[str, Any], actor: Any, model: Any) -> dict[str, Any]:
    """SENT with its custom fields under their full names, as a form takes them. What the writer does not know of is
    refused like what never was."""
    values = sent.pop("custom", None) or {}
    specs = {one.key: one for one in known(actor, model)}
    for key, value in values.items():
        if key not in specs:
            raise no_such(key)
        try:
            sent[specs[key].full_name] = types.sent(specs[key], value)
        except ValidationError as error:
            raise ValidationError({specs[key].full_name: error.messages}) from error
    return sent


def refuse_unasked(resource: Resource, form: Any, sent: Iterable[str]) -> None:
    for key in sent:
        if key not in form.fields:
            if why := not_offered(form, key):
                raise ValidationError({key: why})
            raise Forbidden(f"{resource.label}.{key}")


def _initials(form: type[ActorForm], data: dict[str, Any]) -> dict[str, Any]:
    """The first values of what was not sent."""
    found = {key: one.initial() if callable(one.initial) else one.initial for key, one in form.base_fields.items()}
    return {key: value for key, value in found.items() if value is not None and key not in data}


def valid(form: Any) -> dict[str, Any]:
    if not form.is_valid():
        raise ValidationError(
            {key if key in form.fields else "__all__": errors for key, errors in form.errors.as_data().items()}
        )
    return {key: value for key, value in form.cleaned_data.items() if key != "version"}


def _add_shelf(router: Router, resource: Resource) -> None:
    for verb in ("archive", "restore"):
        _add_verb(
            router,
            resource,
            Verb(
                verb,
                getattr(resource.crud, verb),
                f"{resource.label}.{verb}",
                summary=f"{verb.title()} one of {resource.name}",
            ),
        )


def _add_verb(router: Router, resource: Resource, verb: Verb) -> None:
    name = f"{resource.model.__name__}{verb.key.title().replace('_', '')}"
    asked = (
        input_schema(verb.form, name, False)
        if verb.form
        else make_schema(
            name,
            __base__=Schema,
            __cls_kwargs__={"extra": "forbid"},
            **{key: (kind, ...) for key, kind in (verb.takes or {}).items()},
        )
    )
    options = _options(
        resource, verb.key, verb.permission, verb.summary or f"{verb.key.title()}: one of {resource.name}"
    )

    @router.post(f"/{resource.name}/{{int:pk}}/{verb.key}", **options)
    @takes(payload=BODY[asked])
    def act(request: Request, pk: int, payload: Any = None) -> Any:
        request.actor.require(verb.permission)
        row = visible_or_404(resource.model, request.actor, pk=pk)

        def run() -> tuple[int, dict[str, Any]]:
            sent = payload.dict(exclude_unset=True) if payload else {}
            values = dict(sent)
            if verb.form:
                about = {} if issubclass(verb.form, ActorForm) else {"row": row}
                data = form_data(verb.form, sent, getattr(row, "currency", ""))
                form = verb.form(data, actor=request.actor, **about)
                values = valid(form)
            verb.run(request.actor, row, **values)
            return 200, _body(request, resource, pk)

        return once(request, run)
