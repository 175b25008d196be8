"""Mail: conversations, writing and answering, sharing, and the panels on other records."""

from collections.abc import Callable
from typing import Any

from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.decorators.http import require_GET

from muster.access.action import add_event
from muster.access.pages import act_page, attempt, create_page, done, edit_page, list_page, render_form
from muster.access.scope import Actor, visible_or_404
from muster.activities import queries
from muster.activities.actions import mail
from muster.activities.actions.mailbox import connect_mailbox, disconnect_mailbox, edit_mailbox
from muster.activities.forms.mail import MailboxForm, ReplyForm, WritePageForm
from muster.activities.listings.mail import THREADS
from muster.activities.models import Activity, Mail, Mailbox, MailFile, MailThread
from muster.core import files
from muster.core.http import Request
from muster.crm.queries import contacts_at

mail_list = list_page(THREADS, "activities/mail_list.html")
mail_write = create_page(
    WritePageForm, mail.write_mail, title=gettext_lazy("Write an e-mail"), template="activities/write_form.html"
)
thread_share = act_page(
    MailThread,
    mail.share_thread,
    title=gettext_lazy("Share this conversation"),
    text=gettext_lazy("Whoever sees the customer reads it from now on, and what still comes in it. You can undo this."),
    button=gettext_lazy("Share with the team of the customer"),
)
thread_unshare = act_page(
    MailThread, mail.unshare_thread, title=gettext_lazy("Make it private again"), button=gettext_lazy("Make private")
)
thread_forget = act_page(
    MailThread,
    mail.forget_thread,
    title=gettext_lazy("Remove this conversation from here"),
    text=gettext_lazy("It stays in your mailbox. The timeline still says that there were e-mails."),
    button=gettext_lazy("Remove"),
    danger=True,
)
mail_share = act_page(
    Mail,
    mail.share_mail,
    title=gettext_lazy("Share this e-mail"),
    text=gettext_lazy("Whoever sees the customer reads this one; the others of the conversation stay with you."),
    button=pgettext_lazy("mail", "Share"),
)
mail_unshare = act_page(Mail, mail.unshare_mail, title=gettext_lazy("Make this e-mail private again"))
mail_retry = act_page(Mail, mail.send_again, title=gettext_lazy("Send it again"))
mail_cancel = act_page(
    Mail,
    mail.cancel_mail,
    title=gettext_lazy("Do not send this e-mail"),
    text=gettext_lazy("It is thrown away."),
    button=gettext_lazy("Throw away"),
    danger=True,
)


mailbox_create = create_page(
    MailboxForm,
    connect_mailbox,
    title=gettext_lazy("Connect my mailbox"),
    initial=lambda request: {"address": request.user.email},
)
mailbox_edit = edit_page(MailboxForm, edit_mailbox, "activities.mailbox.edit", title=gettext_lazy("Change my mailbox"))
mailbox_disconnect = act_page(
    Mailbox,
    disconnect_mailbox,
    title=gettext_lazy("Disconnect my mailbox"),
    text=gettext_lazy("The password is forgotten, and nothing is read or sent any more. What stands here stays."),
    button=gettext_lazy("Disconnect"),
    danger=True,
)


def mail_thread(request: Request, pk: int) -> HttpResponse:
    """A conversation, the oldest mail first. That somebody read another's by a right of his own is in the trail."""
    actor = request.actor
    thread = visible_or_404(MailThread, actor, "account", "contact", "lead", "deal", "member", pk=pk)
    mails = queries.mails_of_thread(actor, thread)
    mine = thread.member_id == actor.member_id
    if not mine and not thread.shared_at and any(one.shared_at is None for one in mails):
        add_event(actor, "activities.mailthread.read", thread, {})
    context = {
        "thread": thread,
        "mails": mails,
        "mine": mine,
        "last": next((one for one in reversed(mails) if one.state in (Mail.State.KEPT, Mail.State.SENT)), None),
        "may_reply": mine and actor.has("activities.mail.create"),
        "may_share": mine and actor.has("activities.mailthread.share") and (thread.account_id or thread.lead_id),
        "may_forget": mine and actor.has("activities.mailthread.forget"),
    }
    return render(request, "activities/mail_thread.html", context)


def mail_reply(request: Request, pk: int) -> HttpResponse:
    row = visible_or_404(Mail, request.actor, "thread", "mailbox", pk=pk)
    subject = str(row.subject or "")
    first = {"subject": subject if subject[:3].casefold() in ("re:", "答复", "回复") else f"Re: {subject}"[:200]}
    form: Any = ReplyForm(request.POST or None, request.FILES or None, actor=request.actor, initial=first)
    if request.method == "POST" and form.is_valid():
        sent = attempt(form, lambda: mail.write_mail(request.actor, reply_to=row, **form.written()))
        if sent is not None:
            return done(request, row.thread.get_absolute_url(), _("It goes out in a moment."))
    context = {"title": _("Reply"), "submit_label": _("Send"), "cancel_url": row.get_absolute_url()}
    return render_form(request, form, "activities/write_form.html", contacts=_answered(request.actor, row), **context)


def _answered(actor: Actor, row: Mail) -> list[int]:
    """The contacts among those an answer to ROW goes to, and the one the conversation is with."""
    to = [address for _name, address in mail.answer_to(row, row.mailbox)]
    found = [one.pk for one in contacts_at(actor, to)]
    return found or [row.thread.contact_id or 0]


@require_GET
def mail_file(request: Request, pk: int) -> HttpResponse:
    row = visible_or_404(MailFile, request.actor, "mail", pk=pk)
    try:
        content = files.content_of(row)
    except ValidationError as error:
        return done(request, row.get_absolute_url(), " ".join(error.messages), level=40)
    return files.attachment(content, row.file_name, row.content_type)


def mail_panel(model: Any, link: str) -> Callable[..., HttpResponse]:
    """The conversations about records of MODEL that the viewer may read."""

    def view(request: Request, pk: int) -> HttpResponse:
        row = visible_or_404(model, request.actor, pk=pk)
        box = mail.mailbox_of(request.actor)
        context = {
            "threads": queries.threads_about(request.actor, row, link),
            "query": _write_to(row, link),
            "box": box,
            "may_write": request.actor.has("activities.mail.create"),
        }
        return render(request, "activities/mail_panel.html", context)

    return view


def _write_to(row: Any, link: str) -> str:
    """What is known of whom one writes to."""
    if link == "account":
        return ""
    contact = getattr(row, "contact_id", None) if link == "deal" else None
    return f"{link}={row.pk}" + (f"&contact={contact}" if contact else "")


def mail_of_activity(request: Request, pk: int) -> HttpResponse:
    """The mail behind an activity, or that it is private."""
    activity = visible_or_404(Activity, request.actor, "owner", pk=pk)
    context = {"one": queries.mails_behind(request.actor, [activity.pk]).get(activity.pk), "activity": activity}
    return render(request, "activities/mail_of_activity.html", context)
