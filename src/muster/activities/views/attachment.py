"""The files of a record: the list with the place to drop new ones, and each file itself."""

from collections.abc import Callable
from typing import Any

from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from muster.access.pages import act_page, done
from muster.access.scope import Actor, visible_or_404
from muster.activities.actions.attachment import add_attachment, archive_attachment, restore_attachment
from muster.activities.models import HOLDERS, Attachment
from muster.core import files
from muster.core.http import Request

MOST_SHOWN = 200
MOST_AT_ONCE = 20

attachment_archive = act_page(
    Attachment,
    archive_attachment,
    title=gettext_lazy("Archive this file"),
    text=gettext_lazy("It disappears from the record. It can be restored."),
    button=gettext_lazy("Archive"),
)
attachment_restore = act_page(Attachment, restore_attachment, title=gettext_lazy("Restore this file"))


def files_of(label: str) -> Callable[..., HttpResponse]:
    """The files of records called LABEL; sending some answers with the same part anew."""
    link = HOLDERS[label]
    model: Any = Attachment._meta.get_field(link).related_model

    def view(request: Request, pk: int) -> HttpResponse:
        actor = request.actor
        row = visible_or_404(model, actor, pk=pk)
        refused = _take(request, label, pk) if request.method == "POST" else []
        rows = Attachment.objects.visible_to(actor).filter(**{link: pk}, archived_at=None)
        context = {
            "items": rows.select_related("added_by")[:MOST_SHOWN],
            "row": row,
            "link": link,
            "refused": refused,
            "may_add": actor.has("activities.attachment.create") and actor.member_id,
            "may_archive": _whose(actor),
        }
        return render(request, "activities/files.html", context, status=422 if refused else 200)

    return view


def _take(request: Request, label: str, pk: int) -> list[str]:
    """Keep what was sent, each file by itself; why some were not kept."""
    refused = []
    for upload in request.FILES.getlist("upload")[:MOST_AT_ONCE]:
        try:
            add_attachment(request.actor, model=label, object_id=pk, upload=upload)
        except ValidationError as error:
            refused.append(f"{upload.name}: {' '.join(error.messages)}")
    return refused


def _whose(actor: Actor) -> int | None:
    return actor.member_id if actor.has("activities.attachment.archive") else None


@require_GET
def attachment_file(request: Request, pk: int) -> HttpResponse:
    row = visible_or_404(Attachment, request.actor, pk=pk)
    try:
        content = files.content_of(row)
    except ValidationError as error:
        return done(request, row.get_absolute_url(), " ".join(error.messages), level=40)
    return files.attachment(content, row.file_name, row.content_type)


@require_GET
def attachment_small(request: Request, pk: int) -> HttpResponse:
    row = visible_or_404(Attachment, request.actor, pk=pk)
    if not row.thumbnail:
        raise Http404
    return files.picture(files.beside(row.thumbnail))
