"""Looking for duplicates and asking to join, over the API."""

from typing import Any, Literal

from ninja import Router, Schema
from pydantic import Field

from muster.access.resources import Resource, Verb
from muster.core.http import Request
from muster.core.listings import Filter, rows_of
from muster.crm.actions.duplicates import KINDS, look
from muster.crm.actions.joining import accept_join, ask_to_join, decline_join
from muster.crm.forms.duplicates import AcceptForm, DeclineForm
from muster.crm.models import DuplicateCheck, JoinRequest

ASK = "crm.joinrequest.create"
ACCOUNT = Filter("account", "account", kind="number", lookup="account_id")

RESOURCES = [
    Resource(
        "join-requests",
        rows_of(JoinRequest, ACCOUNT, Filter("status", "status", kind="text"), related=("account", "member")),
        verbs=(
            Verb("accept", accept_join, "crm.joinrequest.accept", AcceptForm),
            Verb("decline", decline_join, "crm.joinrequest.decline", DeclineForm),
        ),
    ),
    Resource("duplicate-checks", rows_of(DuplicateCheck, related=("member",))),
]
router = Router(tags=["duplicates"])


class Said(Schema, extra="forbid"):
    name: str = Field("", max_length=300)
    phone: str = Field("", max_length=100)
    email: str = Field("", max_length=300)
    website: str = Field("", max_length=300)
    code: str = Field("", max_length=40)


class HitOut(Schema):
    """Of a masked hit only `kind`, `owner` (one character), `days` since the last contact, and `token` to ask."""

    kind: str
    id: int | None
    name: str
    by: list[str]
    is_same: bool
    is_masked: bool
    owner: str
    days: int | None
    token: str


class Hits(Schema):
    hits: list[HitOut]
    is_limited: bool


class Ask(Schema, extra="forbid"):
    token: str = Field(max_length=400)
    note: str = Field("", max_length=300)


@router.post(
    "/duplicates/{kind}/check",
    response={200: Hits},
    openapi_extra={"x-permission": ASK},
    operation_id="duplicates_check",
)
def check(request: Request, kind: Literal["account", "contact", "lead"], payload: Said) -> Any:
    """What stands here that may be the same as a new account, contact or lead."""
    request.actor.require(ASK)
    request.actor.require(f"crm.{kind}.create")
    answer = look(request.actor, KINDS[kind], payload.dict())
    hits = [
        {
            **{name: getattr(one, name) for name in ("kind", "is_same", "is_masked", "owner", "days", "token")},
            "by": list(one.by),
            "id": None if one.row is None else one.row.pk,
            "name": "" if one.row is None else str(one.row),
        }
        for one in answer.hits
    ]
    return {"hits": hits, "is_limited": answer.is_limited}


@router.post(
    "/duplicates/ask",
    response={200: dict[str, bool]},
    openapi_extra={"x-permission": ASK},
    operation_id="duplicates_ask",
)
def ask(request: Request, payload: Ask) -> Any:
    """Ask the owner of a masked hit to be let in."""
    request.actor.require(ASK)
    ask_to_join(request.actor, token=payload.token, note=payload.note)
    return {"asked": True}
