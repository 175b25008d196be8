"""Forms that look for duplicates before a new record is made, and those of asking to join."""

from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from muster.core.forms import VerbForm
from muster.crm.actions.duplicates import Answer, look

REASON = "double_reason"


class LooksForDouble:
    """Mixed into the form of a new record. Where one stands that is very probably the same, it is saved with a reason
    only, by whoever may. `alike` says which field is what is compared by."""

    alike: ClassVar[dict[str, str]] = {}
    found: Answer = Answer()
    fields: dict[str, Any]
    instance: Any
    actor: Any
    data: Any

    def add_reason(self) -> None:
        if self.instance.pk is None:
            label = _("why it is another one")
            self.fields[REASON] = forms.CharField(label=label, max_length=200, required=False)

    @property
    def looks(self) -> str:
        """What is looked for while one types: the kind of record."""
        return self.instance._meta.model_name if self.instance.pk is None else ""

    @property
    def looked_at(self) -> list[str]:
        return [name for name in self.alike.values() if name in self.fields]

    def look_for_double(self, values: dict[str, Any]) -> None:
        if self.instance.pk is not None:
            return
        said = {key: str(values.get(name) or "") for key, name in self.alike.items()}
        self.found = look(self.actor, type(self.instance), said)
        if not self.found.same:
            return
        if not self.actor.has(f"{self.instance._meta.label_lower}.double"):
            raise ValidationError(
                gettext("There is one like this already: work with that one, or ask to join its team.")
            )
        if not values.get(REASON):
            raise ValidationError(
                {REASON: gettext("There is one like this already. If yours is another one, say here why.")}
            )


class AskForm(forms.Form):
    token = forms.CharField(max_length=400, widget=forms.HiddenInput)
    note = forms.CharField(label=_("why"), max_length=300, required=False)


class AcceptForm(VerbForm):
    part = forms.CharField(label=_("part"), max_length=100, required=False)
    until = forms.DateField(label=_("valid until"), required=False, help_text=_("Empty: without an end."))


class DeclineForm(VerbForm):
    answer = forms.CharField(label=_("note for yourself"), max_length=300, required=False)
