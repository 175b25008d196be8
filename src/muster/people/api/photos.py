"""Photos of members over the API."""

from typing import Any

from ninja import File, Router
from ninja.files import UploadedFile
from ninja.responses import Response

from muster.access.resources import refuse_unknown
from muster.access.scope import NotVisible, visible_or_404
from muster.core.http import Request
from muster.people.actions.photo import drop_photo, photo_answer, set_photo
from muster.people.models import Member

SELF = "people.member.self"


def add_photos(router: Router) -> None:
    """What the pages do with a photo."""

    @router.get(
        "/members/{int:pk}/photo",
        operation_id="members_photo",
        summary="The photo of a member; size=small for lists",
        tags=["members"],
        openapi_extra={"x-permission": "people.member.view"},
    )
    def photo_of(request: Request, pk: int, size: str = "") -> Any:
        request.actor.require("people.member.view")
        refuse_unknown(request, {"size"})
        member = visible_or_404(Member, request.actor, pk=pk)
        if not member.photo:
            raise NotVisible("photo")
        return photo_answer(str(member.photo), size == "small")

    @router.post(
        "/members/{int:pk}/photo",
        operation_id="members_set_photo",
        summary="Hand in one's own photo; without a file it is taken away",
        tags=["members"],
        openapi_extra={"x-permission": SELF},
    )
    def set_own_photo(request: Request, pk: int, photo: File[UploadedFile | None] = None) -> Any:
        request.actor.require(SELF)
        refuse_unknown(request, set())
        member = visible_or_404(Member, request.actor, pk=pk)
        said = set_photo(request.actor, member, photo=photo) if photo else drop_photo(request.actor, member)
        return Response(said)
