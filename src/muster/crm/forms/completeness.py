"""What is asked for about the completeness of customers."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from muster.core.forms import VerbForm


class WeightForm(VerbForm):
    weight = forms.IntegerField(
        label=_("weight"), min_value=0, max_value=100, help_text=_("0: it is not asked for. Counts from tonight on.")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["weight"].initial = self.row.weight
