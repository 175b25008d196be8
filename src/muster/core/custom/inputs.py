"""Custom fields in forms."""

from typing import Any

from django import forms
from django.apps import apps
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from muster.core.custom import types
from muster.core.custom.types import Type


class CustomInput(forms.Field):
    """Asks for one field; what it gives is the value as it is kept."""

    def __init__(self, spec: Any, current: Any = None, **kwargs: Any) -> None:
        self.spec, self.current = spec, current
        super().__init__(widget=_widget(spec, current), **kwargs)

    def to_python(self, raw: Any) -> Any:
        value = types.read(self.spec, raw)
        refuse_retired(self.spec, value, self.current)
        return value


class MemberInput(forms.ModelChoiceField):
    """A member, found by typing; what it gives is his key."""

    def __init__(self, spec: Any, **kwargs: Any) -> None:
        model: Any = apps.get_model("people.member")
        super().__init__(model.objects.none(), **kwargs)

    def clean(self, value: Any) -> Any:
        found = super().clean(value)
        return found.pk if found is not None else None


def field_for(spec: Any, current: Any = None) -> forms.Field:
    """The form field of SPEC on a record that holds CURRENT."""
    said = {"label": spec.label, "required": spec.required, "help_text": spec.help_said}
    if spec.type == Type.MEMBER:
        return MemberInput(spec, **said)
    return CustomInput(spec, current, **said)


def refuse_retired(spec: Any, value: Any, current: Any) -> None:
    """A retired choice stays where it is and is chosen by nobody any more."""
    if spec.type not in types.CHOSEN or value is None:
        return
    had = current if isinstance(current, list) else [current]
    live = dict(types.offers(spec))
    for one in value if isinstance(value, list) else [value]:
        if one not in live and one not in had:
            label = types.shown(spec, one)
            raise ValidationError(gettext_lazy("“%(name)s” is no longer chosen here."), params={"name": label})


def _widget(spec: Any, current: Any) -> forms.Widget:
    kept = current if isinstance(current, list) else [current] if current else []
    if spec.type == Type.CHOICE:
        return forms.Select(choices=[("", "–"), *types.offers(spec, *kept)])
    if spec.type == Type.CHOICES:
        return forms.CheckboxSelectMultiple(choices=types.offers(spec, *kept))
    if spec.type == Type.BOOL:
        return forms.Select(choices=[("", "–"), ("true", _("Yes")), ("false", _("No"))])
    if spec.type == Type.LONG:
        return forms.Textarea(attrs={"rows": 3})
    if spec.type == Type.DATE:
        return forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    if spec.type in types.NUMBERS:
        return forms.TextInput(attrs={"inputmode": "decimal", "class": "num"})
    kinds = {Type.LINK: forms.URLInput, Type.EMAIL: forms.EmailInput}
    modes = {Type.PHONE: {"inputmode": "tel"}}
    return kinds.get(spec.type, forms.TextInput)(attrs=modes.get(spec.type, {}))
