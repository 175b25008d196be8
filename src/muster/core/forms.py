"""Forms that know who fills them in: choices are what he sees, fields are what he may write, amounts are typed in
units."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db import models
from django.urls import reverse
from django.utils.functional import SimpleLazyObject
from django.utils.text import capfirst

from muster.core import money
from muster.core.custom.forms import CustomPart
from muster.core.custom.inputs import MemberInput
from muster.core.fields import Sensitive, clearance

LONGEST_KEY = 19  # digits; none of 64 bits has more
DEFAULTED = {"owner", "currency"}  # of a new record: its maker, and the firm's currency


class MoneyInput(forms.CharField):
    """An amount typed in units ('1,234.50', '12.5万'); the form turns it into minor units by its currency."""

    widget = forms.TextInput(attrs={"inputmode": "decimal", "class": "num"})


class Suggested(forms.TextInput):
    """Plain text with usual values to choose from."""

    template_name = "ui/suggested.html"

    def __init__(self, values: Iterable[str], attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs)
        self.values = values

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context(name, value, attrs)
        listed = f"{context['widget']['attrs'].get('id') or name}-list"
        context["widget"]["attrs"]["list"] = listed
        return {**context, "listed": listed, "values": self.values}


class LookupSelect(forms.Select):
    """A select that holds the chosen option only; the others are looked up while one types."""

    def optgroups(self, name: str, value: list[str], attrs: dict[str, Any] | None = None) -> Any:
        chosen = [one for one in value if one]
        choices: Any = self.choices
        rows = choices.queryset.filter(pk__in=chosen) if chosen and all(one.isdigit() for one in chosen) else []
        options = [self.create_option(name, "", "", not rows, 0)]
        options += [self.create_option(name, str(row.pk), str(row), True, at + 1) for at, row in enumerate(rows)]
        return [(None, options, 0)]


class LookupSelectMany(LookupSelect, forms.SelectMultiple):
    """The same for several: holds what is chosen, the others are looked up."""

    def optgroups(self, name: str, value: list[str], attrs: dict[str, Any] | None = None) -> Any:
        keys = [one for one in value if key_of(one)]
        choices: Any = self.choices
        rows = choices.queryset.filter(pk__in=keys) if keys else []
        options = [self.create_option(name, str(row.pk), str(row), True, at) for at, row in enumerate(rows)]
        return [(None, options, 0)]


def key_of(value: Any) -> int | None:
    """The key of a record, given as such or as what somebody wrote into an address."""
    text = str(getattr(value, "pk", value))
    return int(text) if text.isascii() and text.isdigit() and len(text) < LONGEST_KEY else None


class Later(SimpleLazyObject):
    """Rows put together when they are asked for: of the links in a form that is looked up or sent, few are."""

    def all(self) -> "Later":
        return self  # a field that is given a queryset makes one of its own out of it

    def __and__(self, other: Any) -> Any:
        return self.filter() & other  # operators are looked up on the class, past what is lazy


def limit_choices(form: Any, name: str, field: Any, lookups: Any) -> None:
    """Offer only what the actor sees and what is not archived, besides what is chosen already."""
    model = field.queryset.model
    current = key_of(form.initial.get(name))
    live = models.Q(archived_at=None)
    offered = live | models.Q(pk=current) if current else live
    field.queryset = Later(lambda: model.objects.visible_to(form.actor).filter(offered))
    if name in lookups or isinstance(field, MemberInput):
        kind = LookupSelectMany if isinstance(field, forms.ModelMultipleChoiceField) else LookupSelect
        field.widget = kind(attrs={"data-lookup": reverse("lookup", args=[model._meta.label_lower])})
        field.widget.choices = field.choices


def prepare_fields(form: Any, lookups: Any) -> None:
    for name, field in form.fields.items():
        if field.label:
            field.label = capfirst(field.label)
        if isinstance(field, forms.ModelChoiceField):
            limit_choices(form, name, field, lookups)
        elif isinstance(field, forms.DateField):
            field.widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
        elif isinstance(field, forms.DateTimeField):
            field.widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")


def read_amount(form: Any, name: str, unit: str) -> None:
    """Turn what was typed into minor units of UNIT, or say at the field why not."""
    values = form.cleaned_data
    if name not in values:
        return
    try:
        values[name] = money.to_minor(values[name], unit) if values[name] not in ("", None) else None
    except ValueError as error:
        form.add_error(name, str(error))


class VerbForm(forms.Form):
    """What an action on one record asks for besides the record. `money` names its amounts, in the record's currency."""

    money: tuple[str, ...] = ()
    lookups: tuple[str, ...] = ()

    def __init__(self, *args: Any, actor: Any, row: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.actor, self.row = actor, row
        prepare_fields(self, self.lookups)

    def clean(self) -> dict[str, Any]:
        for name in self.money:
            read_amount(self, name, self.row.currency)
        return self.cleaned_data


class ActorForm(CustomPart, forms.ModelForm):
    """A form over the fields of one action. `cleaned_data` is what the action takes, the version the writer saw
    included.

    Meta.money names amount fields with the field that holds their currency; Meta.lookups the links to choose by typing.
    """

    Meta: Any
    conflict: Any = None
    version = forms.IntegerField(required=False, min_value=1, widget=forms.HiddenInput)

    def __init__(self, *args: Any, actor: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.actor = actor
        for name in list(self.fields):
            if not self._may_write(name):
                del self.fields[name]
        self.add_custom()
        prepare_fields(self, getattr(self.Meta, "lookups", ()))
        for name, currency in getattr(self.Meta, "money", {}).items():
            if name in self.fields:
                self._amount(name, currency)
        if self.instance.pk:
            self.fields["version"].initial = self.instance.version
        else:
            del self.fields["version"]
            for name in DEFAULTED & set(self.fields):
                self.fields[name].required = False
            if "owner" in self.fields:
                self.initial.setdefault("owner", actor.member_id)

    def _may_write(self, name: str) -> bool:
        field = next((one for one in self._meta.model._meta.concrete_fields if one.name == name), None)
        return not isinstance(field, Sensitive) or not self.instance.pk or clearance(self.instance, name) == "write"

    def _amount(self, name: str, currency: str) -> None:
        before = self.fields[name]
        self.fields[name] = MoneyInput(label=before.label, required=before.required, help_text=before.help_text)
        value = self.initial.get(name)
        if value is not None:
            unit = self.initial.get(currency) or getattr(self.instance, currency)
            self.initial[name] = f"{money.major(value, unit):.{len(str(money.scale(unit))) - 1}f}"

    def clean(self) -> dict[str, Any]:
        super().clean()
        for name, currency in getattr(self.Meta, "money", {}).items():
            if name in self.fields:
                read_amount(self, name, self.cleaned_data.get(currency) or getattr(self.instance, currency))
        return self.cleaned_data

    def written(self) -> dict[str, Any]:
        """What to hand to the action: of an edit only what was sent, so that a partial edit touches nothing else."""
        values = {key: value for key, value in self.cleaned_data.items() if value or key not in DEFAULTED}
        if self.instance.pk and values.get("version") is None:
            values.pop("version", None)
        return values


def put_errors(form: forms.BaseForm, error: ValidationError) -> None:
    """Show what an action refused at the fields it names, or over the form."""
    if not hasattr(error, "error_dict"):
        form.add_error(None, error)
        return
    for name, errors in error.error_dict.items():
        form.add_error(name if name in form.fields else None, errors)
