"""Photos of members: shown to who sees the member, handed in and taken away by the member."""

from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from muster.access.pages import done
from muster.access.scope import NotVisible, visible_or_404
from muster.core.http import Request
from muster.people.actions.photo import drop_photo, photo_answer, set_photo
from muster.people.models import ChangeRequest
from muster.people.views.detail import own_member, said_of


@require_POST
def my_photo(request: Request) -> HttpResponse:
    """Hand in one's own photo, or take it away."""
    member, url = own_member(request), reverse("my_details")
    upload = request.FILES.get("photo")
    try:
        if "drop" in request.POST:
            said = drop_photo(request.actor, member)
        elif upload is None:
            raise ValidationError(_("Choose a photo first."))
        else:
            said = set_photo(request.actor, member, photo=upload)
    except ValidationError as error:
        return done(request, url, " ".join(error.messages), level=40, go=True)
    return done(request, url, said_of(said), go=True)


@require_GET
def request_photo(request: Request, pk: int) -> HttpResponse:
    """The photo that a change request asks for, while it waits."""
    row = visible_or_404(ChangeRequest, request.actor, pk=pk)
    if row.field != "photo" or row.status != ChangeRequest.Status.WAITING or not row.asked:
        raise NotVisible("photo")
    return photo_answer(row.asked, small=False)
