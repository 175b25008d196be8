"""Addresses of mail."""

from muster.access.routes import route
from muster.activities.views import mail
from muster.crm.models import Account, Contact, Deal, Lead

THREAD, MAIL, BOX = "activities.mailthread", "activities.mail", "activities.mailbox"
AT: dict[str, tuple[str, type]] = {
    "account": ("customers", Account),
    "contact": ("contacts", Contact),
    "deal": ("deals", Deal),
    "lead": ("leads", Lead),
}

urlpatterns = [
    route("mailbox/new/", mail.mailbox_create, name="mailbox_create", permission=f"{BOX}.create"),
    route("mailbox/<int:pk>/edit/", mail.mailbox_edit, name="mailbox_edit", permission=f"{BOX}.edit"),
    route(
        "mailbox/<int:pk>/disconnect/",
        mail.mailbox_disconnect,
        name="mailbox_disconnect",
        permission=f"{BOX}.disconnect",
    ),
    route("mail/", mail.mail_list, name="mail_list", permission=f"{THREAD}.view"),
    route("mail/new/", mail.mail_write, name="mail_write", permission=f"{MAIL}.create"),
    route("mail/<int:pk>/", mail.mail_thread, name="mail_thread", permission=f"{THREAD}.view"),
    *(
        route(
            f"mail/<int:pk>/{verb}/",
            getattr(mail, f"thread_{verb}"),
            name=f"thread_{verb}",
            permission=f"{THREAD}.{verb}",
        )
        for verb in ("share", "unshare", "forget")
    ),
    *(
        route(
            f"mails/<int:pk>/{verb}/", getattr(mail, f"mail_{verb}"), name=f"mail_{verb}", permission=f"{MAIL}.{verb}"
        )
        for verb in ("share", "unshare", "retry", "cancel")
    ),
    route("mails/<int:pk>/reply/", mail.mail_reply, name="mail_reply", permission=f"{MAIL}.create"),
    route("mails/files/<int:pk>/", mail.mail_file, name="mail_file", permission=f"{MAIL}.view"),
    route(
        "activities/<int:pk>/mail/",
        mail.mail_of_activity,
        name="mail_of_activity",
        permission="activities.activity.view",
    ),
    *(
        route(
            f"{address}/<int:pk>/mail/",
            mail.mail_panel(model, link),
            name=f"{link}_mail",
            permission=f"{THREAD}.view",
        )
        for link, (address, model) in AT.items()
    ),
]
