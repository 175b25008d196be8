"""What is asked for about papers."""

from django import forms
from django.utils.translation import gettext_lazy as _

from muster.core.forms import ActorForm, VerbForm
from muster.crm.models import Letterhead
from muster.crm.models.paper import OURS, TERMS


class LetterheadForm(ActorForm):
    class Meta:
        model = Letterhead
        fields = [*OURS, *TERMS.values()]
        widgets = dict.fromkeys(TERMS.values(), forms.Textarea(attrs={"rows": 12}))


class AskApprovalForm(VerbForm):
    reason = forms.CharField(
        label=_("note for who approves"), max_length=500, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )
