"""What is asked for about a call and its recording."""

import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from muster.activities.models import Call, Recording
from muster.core import audio
from muster.core.forms import ActorForm, VerbForm
from muster.crm.models import Account, Contact, Deal, Lead

TALK = re.compile(r"(?:(\d{1,2})[:：])?(\d{1,3})[:：]([0-5]?\d)")


class TalkField(forms.CharField):
    """A talk time as people read it off the phone: 3:05, 1:02:05, or minutes alone. Programs send whole seconds."""

    api_type = int
    widget = forms.TextInput(attrs={"inputmode": "text", "placeholder": "3:05", "class": "num"})

    def clean(self, value: Any) -> int:
        if isinstance(value, int):
            return value
        text = str(super().clean(value) or "").strip()
        if not text:
            return 0
        if text.isascii() and text.isdigit() and len(text) <= 4:
            return int(text) * 60
        found = TALK.fullmatch(text)
        if not found:
            raise ValidationError(gettext("Enter minutes and seconds, for example 3:05."))
        hours, minutes, seconds = (int(one or 0) for one in found.groups())
        return hours * 3600 + minutes * 60 + seconds

    def prepare_value(self, value: Any) -> Any:
        return Call(seconds=value).talked if isinstance(value, int) and value else value or ""


def _talk() -> TalkField:
    return TalkField(label=_("talk time"), required=False, help_text=_("Minutes and seconds, for example 3:05."))


class CallDetailsForm(ActorForm):
    """How a call went."""

    seconds = _talk()

    class Meta:
        model = Call
        fields = ["direction", "result", "number"]

    field_order = ["direction", "result", "seconds", "number"]


class CallForm(CallDetailsForm):
    """A call that took place: with whom, how it went, what was said."""

    account = forms.ModelChoiceField(Account.objects.none(), label=_("account"), required=False)
    contact = forms.ModelChoiceField(Contact.objects.none(), label=_("contact"), required=False)
    deal = forms.ModelChoiceField(Deal.objects.none(), label=_("deal"), required=False)
    lead = forms.ModelChoiceField(Lead.objects.none(), label=_("lead"), required=False)
    subject = forms.CharField(label=_("subject"), max_length=200, required=False)
    body = forms.CharField(
        label=_("what was said"), required=False, widget=forms.Textarea(attrs={"rows": 3}), max_length=10_000
    )
    next_step = forms.CharField(label=_("next step"), max_length=200, required=False)
    done_at = forms.DateTimeField(label=_("done at"), required=False, help_text=_("Empty: just now."))
    field_order = [
        *("contact", "account", "direction", "result", "seconds", "number", "subject", "body", "next_step", "done_at"),
        *("deal", "lead"),
    ]

    class Meta(CallDetailsForm.Meta):
        lookups = ("account", "contact", "deal", "lead")

    def clean(self) -> dict[str, Any]:
        values = super().clean()
        if not any(values.get(name) for name in self.Meta.lookups):
            self.add_error("contact", gettext("Say with whom: a contact, a customer, a deal or a lead."))
        return values


class ConsentPart(forms.Form):
    """Whose voice is heard said yes: asked for beside the file, and without it the file is not taken."""

    upload = forms.FileField(
        label=_("recording"),
        required=False,
        widget=forms.FileInput(attrs={"accept": audio.ACCEPT}),
        help_text=_("MP3, M4A, AAC, AMR, OGG or WAV; at most 50 MB."),
    )
    consented = forms.BooleanField(label=_("Whoever is heard agreed to the recording"), required=False)
    consent_by = forms.CharField(label=_("who agreed"), max_length=100, required=False)
    consent_how = forms.ChoiceField(label=_("how one agreed"), choices=Recording.How.choices, required=False)
    consent_at = forms.DateTimeField(label=_("agreed at"), required=False, help_text=_("Empty: just now."))


class CallPageForm(ConsentPart, CallForm):
    field_order = [*CallForm.field_order, *ConsentPart.base_fields]

    def written(self) -> dict[str, Any]:
        """Without a file nothing of a consent is noted."""
        values = super().written()
        if values.get("upload") is None:
            values = {key: one for key, one in values.items() if key not in ConsentPart.base_fields}
        return values


class RecordingForm(ConsentPart, VerbForm):
    """The recording of a call that is logged already."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["upload"].required = True
