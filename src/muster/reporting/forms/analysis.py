"""What is asked for when an analysis is put together, and when it is sent."""

import datetime as dt
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from muster.core.forms import ActorForm, VerbForm
from muster.core.periods import DAY, parse
from muster.people.models import Member
from muster.reporting.models import Analysis, Rhythm
from muster.reporting.queries.pivot_choices import FILTERS, axes, metrics_by_group, values

PRESETS = [
    ("month", gettext_lazy("This month")),
    ("last-month", gettext_lazy("Last month")),
    ("quarter", gettext_lazy("This quarter")),
    ("last-quarter", gettext_lazy("Last quarter")),
    ("year", gettext_lazy("This year")),
    ("last-year", gettext_lazy("Last year")),
]
OTHER = "dates"


class PeriodInput(forms.Select):
    """A usual period, or two days."""

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Any:
        value = data.get(name)
        if value != OTHER:
            return value
        first, last = data.get(f"{name}-from", ""), data.get(f"{name}-to", "")
        try:
            return f"{first}..{dt.date.fromisoformat(last) + DAY}"
        except (ValueError, OverflowError):
            return f"{first}..{last}"


class WhereInput(forms.Widget):
    """A select for each dimension on the page; over the API an object."""

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Any:
        if name in data:
            return data[name]
        return {key: data[f"{name}-{key}"] for key in FILTERS if data.get(f"{name}-{key}")}


class WhereField(forms.Field):
    widget = WhereInput
    api_type = dict[str, Any]

    def to_python(self, value: Any) -> dict[str, Any]:
        if value in (None, ""):
            return {}
        if not isinstance(value, dict):
            raise ValidationError(_("Write it as an object of names and values."))
        return {str(key): _read(str(key), one) for key, one in value.items() if one not in (None, "")}


def _read(key: str, value: Any) -> Any:
    if not key.endswith("_id"):
        return str(value)[:40]
    if not str(value).isdecimal() or len(str(value)) > 18:
        raise ValidationError(_("“%(text)s” is no record number.") % {"text": str(value)[:40]})
    return int(value)


class AnalysisForm(ActorForm):
    metrics = forms.MultipleChoiceField(label=gettext_lazy("metrics"))
    rows = forms.ChoiceField(label=gettext_lazy("rows"), initial="member")
    columns = forms.ChoiceField(label=gettext_lazy("columns"), required=False)
    period = forms.CharField(
        label=gettext_lazy("period"), initial="quarter", max_length=30, widget=PeriodInput(choices=PRESETS)
    )
    where = WhereField(label=gettext_lazy("only where"), required=False)

    class Meta:
        model = Analysis
        fields = [
            *("name", "about", "metrics", "rows", "columns", "period", "compare"),
            *("totals", "chart", "unit", "where", "share"),
        ]
        lookups = ("unit",)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.groups = metrics_by_group(self.actor)
        offered = [(one.key, one.label) for _label, rows in self.groups for one in rows]
        kept = [(key, key) for key in self.instance.metrics if key not in dict(offered)]  # what its maker reads no more
        fields: dict[str, Any] = self.fields
        fields["metrics"].choices = [*offered, *kept]
        fields["rows"].choices = axes()
        fields["columns"].choices = [("", _("None")), *axes()]

    def clean_where(self) -> dict[str, Any]:
        """One narrows by what one sees, or leaves what was there."""
        where: dict[str, Any] = self.cleaned_data["where"]
        for key, value in where.items():
            known = key not in FILTERS or str(value) in dict(values(self.actor, key))
            if not known and self.instance.where.get(key) != value:
                raise ValidationError(_("There is no such choice for you: choose one from the list."))
        return where

    def clean_period(self) -> str:
        try:
            parse(self.cleaned_data["period"])
        except ValueError as error:
            raise ValidationError(str(error)) from error
        return str(self.cleaned_data["period"])

    @property
    def chosen(self) -> list[str]:
        """The numbers ticked now."""
        return list(self["metrics"].value() or [])

    @property
    def filters(self) -> list[dict[str, Any]]:
        """The selects of the page: of each dimension that has values for the reader."""
        now = self["where"].value() or {}
        found = []
        for key, label in axes():
            choices = values(self.actor, key) if key in FILTERS else []
            if choices:
                found.append({"key": key, "label": label, "choices": choices, "value": str(now.get(key, ""))})
        return found

    @property
    def dates(self) -> tuple[dt.date, dt.date] | None:
        """First and last day, where the period is none of the usual ones."""
        value = str(self["period"].value() or "")
        if value in dict(PRESETS):
            return None
        try:
            period = parse(value)
        except ValueError:
            return None
        return period.start, period.last


class SubscribeForm(VerbForm):
    kind = forms.ChoiceField(label=gettext_lazy("rhythm"), choices=Rhythm.choices, initial=Rhythm.WEEK)
    send_at = forms.TimeField(
        label=gettext_lazy("sent at"),
        initial=dt.time(8, 30),
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
        help_text=gettext_lazy(
            "On working days alone. Before noon: on the first one of each week or month; from noon on: on its last one."
        ),
    )


class SendForm(SubscribeForm):
    lookups = ("member",)
    member = forms.ModelChoiceField(Member.objects.none(), label=gettext_lazy("to whom"))
    field_order = ["member", "kind", "send_at"]
