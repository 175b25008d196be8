"""What is asked for about mailboxes and mail."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from muster.activities.models import Mail, Mailbox
from muster.core.forms import ActorForm
from muster.crm.models import Contact, Deal, Lead


class MailboxForm(ActorForm):
    """Where one's mail is. The password goes in and never comes out again."""

    new_secret = forms.CharField(
        label=_("password"),
        required=False,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=_("Many providers want an authorisation code here (授权码). Empty leaves the one that is set."),
    )
    field_order = (
        *("address", "login", "new_secret", "imap_host", "imap_port", "imap_security", "smtp_host", "smtp_port"),
        *("smtp_security", "sent_folder", "keeps_sent", "since", "private_domains", "private_labels", "keeps_all"),
        "is_on",
    )

    class Meta:
        model = Mailbox
        fields = (
            *("address", "login", "imap_host", "imap_port", "imap_security", "smtp_host", "smtp_port"),
            *("smtp_security", "sent_folder", "keeps_sent", "since", "private_domains", "private_labels"),
            *("keeps_all", "is_on"),
        )
        help_texts = {
            "login": _("Mostly the address itself."),
            "imap_host": _("For example imap.exmail.qq.com, imap.qiye.aliyun.com, imap.163.com."),
            "smtp_host": _("For example smtp.exmail.qq.com. Empty: mail is read only."),
            "sent_folder": _("Sent or 已发送, as it is called there; then what you send elsewhere is seen too."),
            "private_domains": _("Domains or addresses, for example my-bank.com. Such mail is not even opened."),
            "private_labels": _("Labels or flags of your mail program, for example private."),
            "keeps_all": _("Otherwise of such mail only the number is kept."),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["login"].required = False


class FilesInput(forms.ClearableFileInput):
    allow_multiple_selected = True


class FilesField(forms.FileField):
    """Any number of files."""

    widget = FilesInput

    def clean(self, data: Any, initial: Any = None) -> list[Any]:
        return [super(FilesField, self).clean(one, initial) for one in data or ()]


class WriteForm(ActorForm):
    """A mail to a contact or a lead."""

    contact = forms.ModelChoiceField(Contact.objects.none(), label=pgettext_lazy("mail", "to"), required=False)
    lead = forms.ModelChoiceField(Lead.objects.none(), label=_("lead"), required=False)
    deal = forms.ModelChoiceField(Deal.objects.none(), label=_("deal"), required=False)
    cc = forms.CharField(label=_("copy to"), max_length=1000, required=False)
    subject = forms.CharField(label=_("subject"), max_length=200)
    body = forms.CharField(label=_("text"), widget=forms.Textarea(attrs={"rows": 10}), max_length=100_000)

    class Meta:
        model = Mail
        fields: tuple[str, ...] = ()
        lookups = ("contact", "lead", "deal")


class WritePageForm(WriteForm):
    uploads = FilesField(label=_("files"), required=False)


class ReplyForm(ActorForm):
    cc = forms.CharField(label=_("copy to"), max_length=1000, required=False)
    subject = forms.CharField(label=_("subject"), max_length=200)
    body = forms.CharField(label=_("text"), widget=forms.Textarea(attrs={"rows": 10}), max_length=100_000)
    uploads = FilesField(label=_("files"), required=False)

    class Meta:
        model = Mail
        fields: tuple[str, ...] = ()
