"""What is typed to tell customers of a handover."""

from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from muster.core.forms import VerbForm


class TellForm(VerbForm):
    """The mail to customers at a handover."""

    subject = forms.CharField(label=_("subject"), required=False, max_length=150)
    body = forms.CharField(
        label=_("text"),
        required=False,
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 9}),
        help_text=_(
            "{contact}, {customer}, {old}, {new} and {phone} stand for the contact, the customer, both members and the "
            "mobile phone of the new one. Empty subject and text: nobody is told."
        ),
    )

    def __init__(self, *args: Any, row: Any, **kwargs: Any) -> None:
        super().__init__(*args, row=row, **kwargs)
        self.initial.setdefault("subject", row.letter_subject or _("Your new contact at our company"))
        self.initial.setdefault("body", row.letter_body or _letter())


def _letter() -> str:
    return gettext(
        "Dear {contact},\n\n{old} has handed over the care of {customer}. From now on {new} looks after you and knows "
        "all that was agreed.\n\nYou reach {new} at {phone}, or by answering this mail.\n\nWith kind regards"
    )
