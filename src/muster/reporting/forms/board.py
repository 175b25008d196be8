"""What is asked for when a card is put on a dashboard."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from muster.core.forms import ActorForm, VerbForm
from muster.reporting.forms.analysis import PRESETS
from muster.reporting.models import Widget
from muster.reporting.policies.board import DEFAULTS
from muster.reporting.queries.board import roles
from muster.reporting.queries.pivot_choices import metrics_by_group


class WidgetForm(ActorForm):
    metric = forms.ChoiceField(label=_("metric"), required=False)
    period = forms.ChoiceField(label=_("period"), choices=PRESETS, initial="month")
    role_id = forms.TypedChoiceField(
        label=_("for the role"),
        coerce=int,
        empty_value=None,
        required=False,
        help_text=_("Empty: on your own dashboard."),
    )

    class Meta:
        model = Widget
        fields = ["kind", "metric", "analysis", "view", "period", "width"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields
        groups = metrics_by_group(self.actor)
        fields["metric"].choices = [
            ("", "—"),
            *((label, [(one.key, one.label) for one in rows]) for label, rows in groups),
        ]
        if self.instance.pk or not self.actor.has(DEFAULTS):
            del self.fields["role_id"]
        else:
            fields["role_id"].choices = [("", "—"), *((row.pk, str(row)) for row in roles())]


class MoveForm(VerbForm):
    later = forms.BooleanField(label=_("one place later"), required=False)
