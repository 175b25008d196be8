"""What is asked for when a deal may wait."""

import datetime as dt
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from muster.core.forms import VerbForm
from muster.core.periods import today

WEEK = dt.timedelta(days=7)


class SnoozeForm(VerbForm):
    until = forms.DateField(label=_("snoozed until"), help_text=_("That day it is listed again."))
    reason = forms.CharField(label=_("reason"), max_length=200)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["until"].initial = today() + WEEK
