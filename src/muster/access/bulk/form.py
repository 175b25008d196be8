"""What a bulk change asks for: which fields, and their new values."""

from copy import deepcopy
from typing import Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from muster.access.bulk import BulkEdit
from muster.access.scope import Actor
from muster.core import finders
from muster.core.forms import prepare_fields


class BulkForm(forms.Form):
    """`change` names the chosen fields; the others may hold anything."""

    def __init__(self, data: Any = None, *, edit: BulkEdit, actor: Actor) -> None:
        super().__init__(data)
        self.edit, self.actor = edit, actor
        self.chosen: list[str] = list(data.getlist("change")) if data is not None else []
        self.choosable: list[str] = []
        for part in edit.allowed(actor):
            found = part.fields(actor)
            self.fields |= deepcopy(found)
            self.choosable += [name for name in found if name not in part.asks]
        self.extra = {name for part in edit.allowed(actor) if self._asked(part) for name in part.asks}
        prepare_fields(self, [name for name, field in self.fields.items() if _is_looked_up(field)])
        for part in edit.allowed(actor):
            part.narrow(self.fields)
        for field in self.fields.values():
            look = "form-select" if isinstance(field.widget, forms.Select) else "form-control"
            bare = isinstance(field.widget, forms.CheckboxInput | forms.CheckboxSelectMultiple)
            more = {} if bare else {"class": f"{field.widget.attrs.get('class', '')} {look}".strip()}
            field.widget.attrs |= {"aria-label": capfirst(field.label or ""), **more}

    def _asked(self, part: Any) -> bool:
        return bool({*part.fields(self.actor)} & {*self.chosen} - {*part.asks})

    def full_clean(self) -> None:
        super().full_clean()
        errors: Any = self.__dict__["_errors"]
        for name in list(errors or {}):
            if name in self.fields and name not in self.chosen and name not in self.extra:
                del errors[name]

    def clean(self) -> dict[str, Any]:
        if not self.chosen:
            raise ValidationError(_("Tick at least one field to change."))
        for name in self.chosen:
            if name not in self.choosable:
                raise ValidationError(_("“%(name)s” cannot be changed for many at once.") % {"name": name[:40]})
        return self.cleaned_data

    def values(self) -> dict[str, Any]:
        """The chosen fields with what goes with them."""
        return {name: value for name, value in self.cleaned_data.items() if name in {*self.chosen, *self.extra}}

    def typed(self) -> dict[str, list[str]]:
        """The same as it was typed, to be read again later with the rights of then."""
        kept, sent = [*self.chosen, *sorted(self.extra)], cast("QueryDict", self.data)
        values = {name: sent.getlist(name) or [""] for name in kept}
        return {**values, "change": self.chosen}

    def offers(self) -> list[dict[str, Any]]:
        """Each field that can be chosen, for the page."""
        asking = {name for part in self.edit.allowed(self.actor) if part.asks for name in part.fields(self.actor)}
        return [
            {"field": self[name], "label": self[name].label, "ticked": name in self.chosen, "asks": name in asking}
            for name in self.choosable
        ]

    def besides(self) -> list[dict[str, Any]]:
        """What is asked for besides, with the fields it goes with."""
        return [
            {"fields": [self[name] for name in part.asks], "key": part.key}
            for part in self.edit.allowed(self.actor)
            if part.asks
        ]


def _is_looked_up(field: Any) -> bool:
    """Of what there may be thousands, one is found by typing."""
    rows = getattr(field, "queryset", None)
    return rows is not None and bool(finders.finder(rows.model._meta.label_lower))


def as_sent(values: dict[str, list[str]]) -> QueryDict:
    """What `typed` gave, as a form takes it."""
    data = QueryDict(mutable=True)
    for name, said in values.items():
        data.setlist(name, [str(one) for one in said])
    return data


def read(edit: BulkEdit, actor: Actor, values: dict[str, list[str]]) -> BulkForm:
    """A form over VALUES that is found to be right; raises ValidationError."""
    form = BulkForm(as_sent(values), edit=edit, actor=actor)
    if not form.is_valid():
        raise ValidationError(
            {key if key in form.fields else "__all__": errors for key, errors in form.errors.as_data().items()}
        )
    return form
