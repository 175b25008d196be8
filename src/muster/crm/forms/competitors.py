"""What is asked for about competitors and discounts."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from muster.core.forms import ActorForm, VerbForm
from muster.crm.models import Competitor, DealCompetitor

LONG = forms.Textarea(attrs={"rows": 4})


class CompetitorForm(ActorForm):
    website = forms.URLField(label=_("website"), max_length=200, required=False, assume_scheme="https")

    class Meta:
        model = Competitor
        fields = ["name", "website", "strengths", "weaknesses", "how_to_beat"]
        widgets = {"strengths": LONG, "weaknesses": LONG, "how_to_beat": LONG}


class RivalForm(VerbForm):
    """A competitor on a deal."""

    competitor = forms.ModelChoiceField(Competitor.objects.none(), label=_("competitor"))
    status = forms.ChoiceField(label=_("status"), choices=DealCompetitor.Status.choices[:2], initial="suspect")
    note = forms.CharField(label=_("note"), max_length=300, required=False)


class RivalChangeForm(VerbForm):
    """What is known of him now."""

    status = forms.ChoiceField(label=_("status"), choices=DealCompetitor.Status.choices)
    note = forms.CharField(label=_("note"), max_length=300, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("status", "note"):
            self.fields[name].initial = getattr(self.row, name)


class AskDiscountForm(VerbForm):
    reason = forms.CharField(label=_("reason"), max_length=500, widget=forms.Textarea(attrs={"rows": 3}))
