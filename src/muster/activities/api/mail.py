"""Mail over the API: what its reader may read on the pages, and writing.

No `from __future__ import annotations` here: django-ninja reads the annotations of the operations made below.
"""

from typing import Any

from django.http import HttpResponse
from ninja import Router

from muster.access.crud import Crud
from muster.access.resources import Resource, Verb
from muster.access.scope import visible_or_404
from muster.activities.actions import mail
from muster.activities.actions.mailbox import connect_mailbox, disconnect_mailbox, edit_mailbox
from muster.activities.forms.mail import MailboxForm, WriteForm
from muster.activities.listings.mail import THREADS
from muster.activities.models import Mail, Mailbox, MailFile, MailSkip
from muster.core.files import attachment, content_of
from muster.core.http import Request
from muster.core.listings import Filter, rows_of

THREAD, MAIL = "activities.mailthread", "activities.mail"
RESOURCES = [
    Resource(
        "mailboxes",
        rows_of(Mailbox, related=("member",)),
        MailboxForm,
        Crud(create=connect_mailbox, edit=edit_mailbox),
        (Verb("disconnect", disconnect_mailbox, "activities.mailbox.disconnect", summary="Forget the password"),),
    ),
    Resource("mail-skips", rows_of(MailSkip, related=("mailbox",)), view="activities.mailbox.view"),
    Resource(
        "mail-threads",
        THREADS,
        verbs=(
            Verb("share", mail.share_thread, f"{THREAD}.share", summary="Share with the team of the customer"),
            Verb("unshare", mail.unshare_thread, f"{THREAD}.unshare", summary="Make it private again"),
            Verb("forget", mail.forget_thread, f"{THREAD}.forget", summary="Remove it from here"),
        ),
    ),
    Resource(
        "mails",
        rows_of(
            Mail,
            Filter("thread", "conversation", kind="number", lookup="thread_id"),
            Filter("activity", "activity", kind="number", lookup="activity_id"),
            Filter("state", "state", kind="text"),
            related=("thread", "member", "activity", "mailbox"),
        ),
        WriteForm,
        Crud(create=mail.write_mail),
        (
            Verb("share", mail.share_mail, f"{MAIL}.share", summary="Share this one with the team of the customer"),
            Verb("unshare", mail.unshare_mail, f"{MAIL}.unshare", summary="Make it private again"),
            Verb("retry", mail.send_again, f"{MAIL}.retry", summary="Send it again"),
            Verb("cancel", mail.cancel_mail, f"{MAIL}.cancel", summary="Do not send it"),
        ),
    ),
    Resource(
        "mail-files",
        rows_of(MailFile, Filter("mail", "mail", kind="number", lookup="mail_id"), related=("mail",)),
        view=f"{MAIL}.view",
    ),
]


def add_mail_files(router: Router) -> None:
    """Fetching the files of mails, beside the other operations of this address."""
    said: dict[str, Any] = {"summary": "The file itself", "tags": ["mail-files"]}

    @router.get(
        "/mail-files/{int:pk}/file",
        operation_id="mail-files_file",
        openapi_extra={"x-permission": f"{MAIL}.view"},
        **said,
    )
    def file(request: Request, pk: int) -> HttpResponse:
        request.actor.require(f"{MAIL}.view")
        row = visible_or_404(MailFile, request.actor, pk=pk)
        return attachment(content_of(row), row.file_name, row.content_type)
