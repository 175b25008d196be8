"""What is asked for about a visit on the spot."""

from django import forms
from django.utils.translation import gettext_lazy as _

from muster.activities.models import Activity, CheckIn, Datum, LocationConsent
from muster.core.forms import ActorForm, VerbForm
from muster.crm.models import Account


class Measure(forms.FloatField):
    api_type = float | None


class PositionPart(forms.Form):
    """What the device says; the page fills it in."""

    latitude = Measure(label=_("latitude"), required=False, widget=forms.HiddenInput)
    longitude = Measure(label=_("longitude"), required=False, widget=forms.HiddenInput)
    accuracy = Measure(label=_("accuracy in metres"), required=False, min_value=0, widget=forms.HiddenInput)
    datum = forms.ChoiceField(label=_("datum"), required=False, choices=Datum.choices, widget=forms.HiddenInput)
    mocked = forms.BooleanField(label=_("simulated position"), required=False, widget=forms.HiddenInput)


class CheckInForm(PositionPart, ActorForm):
    came_at = forms.DateTimeField(label=_("came at"), required=False)
    activity = forms.ModelChoiceField(Activity.objects.none(), label=_("visit"), required=False)
    account = forms.ModelChoiceField(Account.objects.none(), label=_("customer"), required=False)
    subject = forms.CharField(label=_("subject"), max_length=200, required=False)

    class Meta:
        model = CheckIn
        fields = ["activity", "reason"]
        lookups = ("activity", "account")


class CheckInPageForm(CheckInForm):
    """The same with the photo that gets the time and the place written on it; one comes when one says so."""

    photo = forms.FileField(label=_("photo"), required=False)
    came_at = None  # type: ignore[assignment]


class CheckOutForm(VerbForm):
    outcome = forms.CharField(label=_("outcome"), max_length=200, required=False)
    next_step = forms.CharField(label=_("next step"), max_length=200, required=False)


class CheckOutLaterForm(CheckOutForm):
    """What a program tells that had no network when one left."""

    left_at = forms.DateTimeField(label=_("left at"), required=False)


class CorrectForm(ActorForm):
    class Meta:
        model = CheckIn
        fields = ["in_at", "out_at", "reason"]


class ConsentForm(ActorForm):
    """Nothing is asked but the word itself."""

    class Meta:
        model = LocationConsent
        fields: list[str] = []
