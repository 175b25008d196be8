"""What is asked for when a deal may wait."""

from django import forms
from django.utils.translation import gettext_lazy as _

from muster.core.forms import VerbForm


class SnoozeForm(VerbForm):
    until = forms.DateField(label=_("snoozed until"), help_text=_("That day it is listed again."))
    reason = forms.CharField(label=_("reason"), max_length=200)
