"""What is asked for when a screen is hung on a wall."""

import datetime as dt
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from muster.core.forms import ActorForm
from muster.core.periods import today
from muster.reporting.models import Analysis, Screen

MOST_OFFERED = 100


class ScreenForm(ActorForm):
    analyses = forms.TypedMultipleChoiceField(
        label=_("analyses"), coerce=int, required=False, widget=forms.CheckboxSelectMultiple
    )

    class Meta:
        model = Screen
        fields = ["name", "with_board", "analyses", "seconds", "hides", "ends_on"]
        labels = {"ends_on": _("shown until")}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rows = Analysis.objects.visible_to(self.actor).filter(archived_at=None)[:MOST_OFFERED]
        fields: dict[str, Any] = self.fields
        fields["analyses"].choices = [(row.pk, str(row)) for row in rows]
        self.initial.setdefault("ends_on", today() + dt.timedelta(days=30))
