"""Input of the metrics room."""

from django import forms
from django.utils.translation import gettext_lazy as _

from muster.core.forms import VerbForm
from muster.core.periods import today


class SeatsForm(VerbForm):
    """How many seats a unit has from a day on."""

    seats = forms.IntegerField(label=_("seats"), min_value=0, max_value=100_000)
    valid_from = forms.DateField(label=_("valid from"), initial=today)
