"""Documents: the tab of the member page, all of them in a list, and the file itself."""

from typing import Any

from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from muster.access.pages import act_page, attempt, done, edit_page, list_page, render_form
from muster.access.scope import rights, visible_or_404
from muster.core.cells import address
from muster.core.files import attachment
from muster.core.http import Request
from muster.people.actions.document import (
    SENSITIVE,
    add_document,
    archive_document,
    edit_document,
    fetch_document,
    restore_document,
)
from muster.people.models import Member, MemberDocument
from muster.people.records.forms import DocumentEditForm, DocumentForm
from muster.people.records.listings import DOCUMENTS, state_of, tone_of

MOST_SHOWN = 200

document_list = list_page(DOCUMENTS)
document_edit = edit_page(DocumentEditForm, edit_document, "people.memberdocument.edit", in_lists=False)
document_archive = act_page(
    MemberDocument,
    archive_document,
    title=gettext_lazy("Archive this document"),
    text=gettext_lazy("It disappears from the member's page. The file stays until it is restored or erased by law."),
    danger=True,
)
document_restore = act_page(MemberDocument, restore_document, title=gettext_lazy("Restore this document"))


def member_documents(request: Request, pk: int) -> HttpResponse:
    """The tab: what there is, until when it is valid, and what this viewer may fetch."""
    actor = request.actor
    member = visible_or_404(Member, actor, pk=pk)
    may = rights(actor, member)
    rows = MemberDocument.objects.visible_to(actor).filter(member=member, archived_at=None)[:MOST_SHOWN]
    fetch, sensitive = may("people.memberdocument.download"), may(SENSITIVE)
    shown: list[dict[str, Any]] = [
        {
            "row": one,
            "state": state_of(one.valid_until) if one.valid_until else "",
            "tone": tone_of(one.valid_until),
            "may_fetch": fetch and (sensitive or not one.is_sensitive),
        }
        for one in rows
    ]
    context = {
        "member": member,
        "documents": shown,
        "may_add": may("people.memberdocument.create"),
        "may_edit": may("people.memberdocument.edit"),
        "may_archive": may("people.memberdocument.archive"),
    }
    return render(request, "people/member_documents.html", context)


def document_add(request: Request, pk: int) -> HttpResponse:
    member = visible_or_404(Member, request.actor, pk=pk)
    form = DocumentForm(request.POST or None, request.FILES or None, actor=request.actor, row=member)
    if request.method == "POST" and form.is_valid():
        row = attempt(form, lambda: add_document(request.actor, member=member, **form.cleaned_data))
        if row is not None:
            return done(request, address(row), _("Saved: %(name)s") % {"name": row}, go=True)
    url = f"{address(member)}?tab=documents"
    return render_form(request, form, "ui/form.html", title=_("Add a document"), row=member, cancel_url=url)


@require_GET
def document_file(request: Request, pk: int) -> HttpResponse:
    """The file, to be saved; that it was fetched is recorded."""
    row = visible_or_404(MemberDocument, request.actor, pk=pk)
    try:
        content = fetch_document(request.actor, row)
    except ValidationError as error:
        return done(request, address(row), " ".join(error.messages), level=40)
    return attachment(content, row.file_name, row.content_type)
