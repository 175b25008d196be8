"""A cell of a list, changed where it stands: by the form and the action of the record's own edit page, or by the action
that moves one link, such as a transfer. There is no way of writing here that is not one of those."""

from collections.abc import Callable
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.translation import gettext as _

from muster.access.action import can_see
from muster.access.bulk import edits
from muster.access.bulk.parts import Link
from muster.access.scope import Actor, Forbidden, NotVisible, can
from muster.core import money
from muster.core.custom import PREFIX
from muster.core.forms import ActorForm, prepare_fields
from muster.core.listings import Listing


@dataclass(frozen=True)
class Edit:
    """What an edit page does."""

    form: type[ActorForm]
    run: Callable[..., Any]
    permission: str


_edits: dict[str, list[Edit]] = {}


def register(form: type[ActorForm], run: Callable[..., Any], permission: str) -> None:
    _edits.setdefault(form._meta.model._meta.label_lower, []).append(Edit(form, run, permission))


def _links(label: str) -> list[Link]:
    """The links that change by an action of their own."""
    found = [part for one in edits() if one.model._meta.label_lower == label for part in one.parts]
    return [part for part in found if isinstance(part, Link)]


def editable(listing: Listing, actor: Actor) -> set[str]:
    """The columns of LISTING that ACTOR may change on some record; on which one is asked when he does."""
    label = listing.model._meta.label_lower
    own = [one for one in _edits.get(label, []) if actor.has(one.permission)]
    names = {name for one in own for name in one.form.base_fields}
    names |= {one.name for one in _links(label) if actor.has(one.permission)}
    return {one.key for one in listing.columns if one.key in names or (own and one.key.startswith(PREFIX))}


class LinkForm(forms.Form):
    """One link of a record, as the form of its action offers it."""

    conflict: Any = None

    def __init__(self, data: Any, *, part: Link, actor: Actor, row: Any) -> None:
        super().__init__(data, initial={part.name: getattr(row, f"{part.name}_id")})
        self.actor, self.row = actor, row
        self.fields[part.name] = deepcopy(part.fields(actor)[part.name])
        prepare_fields(self, [part.name])
        part.narrow(self.fields)

    def typed_again(self, _name: str, value: Any) -> Any:
        return value


@dataclass
class Cell:
    """The form of one cell, and what saves it."""

    form: Any
    name: str
    run: Callable[[Any], Any]  # of the record, read anew

    @property
    def field(self) -> forms.BoundField:
        """It, without its name, which stands over the column."""
        field: forms.BoundField = self.form[self.name]
        widget = field.field.widget
        if not isinstance(widget, forms.CheckboxInput | forms.CheckboxSelectMultiple | forms.RadioSelect):
            look = "form-select" if isinstance(widget, forms.Select) else "form-control"
            widget.attrs["class"] = f"{widget.attrs.get('class', '')} {look} form-{look[5:]}-sm".strip()
        widget.attrs["aria-label"] = str(field.label)
        return field

    @property
    def errors(self) -> list[str]:
        return [] if self.form.conflict else [str(one) for part in self.form.errors.values() for one in part]

    @property
    def clash(self) -> dict[str, str] | None:
        """What somebody else wrote in the meantime, and what was to be written."""
        for line in self.form.conflict or []:
            if line["name"] == self.name:
                return {key: self._said(line[key]) for key in ("theirs", "mine")}
        return None

    def _said(self, value: Any) -> str:
        field: Any = self.form.fields[self.name]
        if value in (None, ""):
            return "–"
        if isinstance(value, bool):
            return _("Yes") if value else _("No")
        if queryset := getattr(field, "queryset", None):
            row = queryset.filter(pk=getattr(value, "pk", value)).first()
            return str(row or value)
        unit = getattr(getattr(self.form, "Meta", None), "money", {}).get(self.name)
        if unit and isinstance(value, int):
            return money.display(value, getattr(self.form.instance, unit))
        return str(dict(getattr(field, "choices", ())).get(value, value))


def cell(actor: Actor, row: Any, name: str, data: Any = None) -> Cell:
    """The cell NAME of ROW for ACTOR, filled in with DATA where something was sent. Raises Forbidden, and NotVisible
    where no list lets one change such a column."""
    label, refused = row._meta.label_lower, ""
    for edit in _edits.get(label, []) if name != "version" else ():
        if name not in edit.form.base_fields and not name.startswith(PREFIX):
            continue
        if not can(actor, edit.permission, row):
            refused = edit.permission
            continue
        form = edit.form(data, instance=row, actor=actor)
        if name in form.fields:
            return _of_form(actor, edit, form, name)
        refused = f"{label}.{name}"
    for part in _links(label):
        if part.name == name:
            if can(actor, part.permission, row):
                return _of_link(actor, part, LinkForm(data, part=part, actor=actor, row=row))
            refused = part.permission
    if refused and can_see(actor, row):
        raise Forbidden(refused)
    raise NotVisible(label)


def _of_form(actor: Actor, edit: Edit, form: Any, name: str) -> Cell:
    for other in set(form.fields) - {name, "version"}:
        del form.fields[other]  # what was not sent is neither asked for nor touched
    return Cell(form, name, lambda fresh: edit.run(actor, fresh, **form.written()))


def _of_link(actor: Actor, part: Link, form: LinkForm) -> Cell:
    form.fields["version"] = forms.IntegerField(required=False, min_value=1, widget=forms.HiddenInput)
    form.fields["version"].initial = form.row.version

    def run(fresh: Any) -> Any:
        version = {"version": form.cleaned_data["version"]} if form.cleaned_data.get("version") else {}
        part.run(actor, fresh, {part.name: form.cleaned_data[part.name]}, **version)
        return fresh

    return Cell(form, part.name, run)
