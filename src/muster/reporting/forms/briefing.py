"""What is asked for about sales briefings."""

from django import forms
from django.utils.translation import gettext_lazy as _

from muster.core.forms import ActorForm, VerbForm
from muster.people.models import Member
from muster.reporting.models import Briefing


class BriefingForm(ActorForm):
    class Meta:
        model = Briefing
        fields = ["name", "kind", "send_at", "unit", "is_on"]
        lookups = ("unit",)
        widgets = {"send_at": forms.TimeInput(attrs={"type": "time"}, format="%H:%M")}


class ExcludeForm(VerbForm):
    lookups = ("member",)
    member = forms.ModelChoiceField(Member.objects.none(), label=_("member"))
