"""Private details over HTTP, as on their page: one's own in the open, another's behind dots until a reason is given.

No `from __future__ import annotations` here: django-ninja reads the annotations of the operations made below.
"""

from typing import Any

from ninja import Router
from ninja.responses import Response

from muster.access.action import PRIVATE
from muster.access.resources import BODY, form_data, takes, valid
from muster.access.schemas import input_schema, make_schema
from muster.access.scope import Forbidden, policy_of, visible_or_404
from muster.core.fields import clearance
from muster.core.http import Request
from muster.people.actions.member import privates
from muster.people.actions.privacy import REVEAL, reveal
from muster.people.forms import PrivateForm
from muster.people.models import Member, MemberPrivate
from muster.people.records.forms import ReasonForm

NAMES = policy_of(MemberPrivate).sensitive
VIEW, EDIT = "people.memberprivate.view", "people.memberprivate.edit"


def shown(row: MemberPrivate, opened: list[str] | None) -> dict[str, Any]:
    """Field by field as far as the reader's rules go. OPENED: those a reason was given for; None: all."""
    found: dict[str, Any] = {"id": row.pk, "version": row.version, "member": row.member_id}
    for name in NAMES:
        level, value = clearance(row, name), getattr(row, name)
        closed = opened is not None and name not in opened and level in ("read", "write")
        if level != "hidden":
            found[name] = PRIVATE if closed and value else value
    return found


def _row(request: Request, pk: int) -> MemberPrivate:
    member = visible_or_404(Member, request.actor, pk=pk)
    return visible_or_404(MemberPrivate, request.actor, member=member.pk)


def add_private(router: Router) -> None:
    """/members/{id}/private"""
    options: dict[str, Any] = {"tags": ["members"]}
    fields = {"id": (int, 0), "version": (int, 0), "member": (int, 0), **dict.fromkeys(NAMES, (str | None, None))}
    out = make_schema("PrivateOut", **fields)
    asked, change = input_schema(ReasonForm, "PrivateReveal", False), input_schema(PrivateForm, "PrivateChange", True)

    def said(permission: str, name: str, summary: str) -> dict[str, Any]:
        extra = {"x-permission": permission}
        return {**options, "operation_id": name, "summary": summary, "openapi_extra": extra, "response": {200: out}}

    @router.get("/members/{int:pk}/private", **said(VIEW, "members_private", "Private details; another's behind dots"))
    def get(request: Request, pk: int) -> Any:
        request.actor.require(VIEW)
        return Response(shown(_row(request, pk), None if request.actor.member_id == pk else []))

    @router.post("/members/{int:pk}/private/reveal", **said(REVEAL, "members_reveal", "Look at them, for a reason"))
    @takes(payload=BODY[asked])
    def look(request: Request, pk: int, payload: Any) -> Any:
        request.actor.require(REVEAL)
        row = _row(request, pk)
        form = ReasonForm(payload.dict(), actor=request.actor, row=row)
        return Response(shown(row, reveal(request.actor, row, **valid(form))))

    @router.patch("/members/{int:pk}/private", **said(EDIT, "members_private_edit", "Change them; what is empty stays"))
    @takes(payload=BODY[change])
    def edit(request: Request, pk: int, payload: Any) -> Any:
        request.actor.require(EDIT)
        sent = payload.dict(exclude_unset=True)
        version = sent.pop("version", None)
        form = PrivateForm(form_data(PrivateForm, sent, ""), instance=_row(request, pk), actor=request.actor)
        if closed := [key for key in sent if key not in form.fields]:
            raise Forbidden(f"people.memberprivate.{closed[0]}")
        for key in set(form.fields) - set(sent):
            del form.fields[key]
        valid(form)
        extra = {"version": version} if version else {}
        values = {key: value for key, value in form.written().items() if key != "version"}
        privates.edit(request.actor, _row(request, pk), **values, **extra)
        return Response(shown(_row(request, pk), None if request.actor.member_id == pk else []))
