"""The custom fields of a record form: those its writer may write, on the kind of record it is about."""

from typing import Any

from django.core.exceptions import FieldDoesNotExist
from django.utils.translation import gettext as _

from muster.core import custom
from muster.core.custom import PREFIX, inputs, kinds, store, types


class CustomPart:
    """Mixin of `ActorForm`. `variants` are the fields of the form on which depends what else is asked."""

    def add_custom(self: Any) -> None:
        specs = custom.known(self.actor, self._meta.model)
        self.variants = sorted({way.split(".")[0] for one in specs for way in _ways(one)} & set(self.fields))
        self._reached: dict[str, Any] = {}
        self.specs: dict[str, Any] = {}
        for spec in specs:
            if custom.writable(self.actor, spec, self.instance) and kinds.applies(spec, self._reach):
                current = store.kept(self.instance, spec)
                self.specs[spec.full_name] = spec
                self.fields[spec.full_name] = inputs.field_for(spec, current)
                self.initial.setdefault(spec.full_name, types.typed(spec, current))

    def _reach(self: Any, way: str) -> Any:
        """What stands at the end of WAY as the form is filled in now, else on the record."""
        if way not in self._reached:
            first, _dot, rest = way.partition(".")
            value = self._stands(first)
            for part in filter(None, rest.split(".")):
                value = getattr(value, part, None)
            self._reached[way] = value
        return self._reached[way]

    def _stands(self: Any, name: str) -> Any:
        said = self.data.get(name) if self.is_bound and name in self.data else self.initial.get(name)
        if not said and not (self.is_bound and name in self.data):
            return getattr(self.instance, name, None)
        try:
            field = self._meta.model._meta.get_field(name)
        except FieldDoesNotExist:
            return said
        if not field.is_relation:
            return said
        pk = str(getattr(said, "pk", said))
        rows = field.related_model.objects.visible_to(self.actor)
        return rows.filter(pk=pk).first() if pk.isdigit() and len(pk) < 19 else None

    @property
    def plain_fields(self: Any) -> list[Any]:
        return [self[name] for name in self.fields if not name.startswith(PREFIX) and not self[name].is_hidden]

    @property
    def custom_sections(self: Any) -> list[dict[str, Any]]:
        """The custom fields under the headings of their sections, in order."""
        found: dict[str, list[Any]] = {}
        for name, spec in self.specs.items():
            if name in self.fields:
                found.setdefault(spec.section_said, []).append(self[name])
        return [{"title": title, "fields": fields} for title, fields in found.items()]

    def typed_again(self: Any, name: str, value: Any) -> Any:
        """VALUE of a field as one would type it: to choose between two writers' versions."""
        return types.typed(self.specs[name], value) if name in self.specs else value


def initial_from(names: Any, values: Any) -> dict[str, Any]:
    """First values out of an address: of the form's fields NAMES, and of custom ones."""
    found: dict[str, Any] = {key: value for key, value in values.items() if key in names}
    for key in values:
        if key.startswith(PREFIX) and (said := [one for one in values.getlist(key) if one]):
            found[key] = said if len(said) > 1 else said[0]
    return found


def deciding(model: Any) -> set[str]:
    """The fields of MODEL on which it depends which custom fields a record has."""
    return {way.split(".")[0] for way in getattr(model, "custom_kinds", ())}


def _ways(spec: Any) -> list[str]:
    return [one.rpartition(":")[0] for one in spec.kinds]


def not_offered(form: Any, name: str) -> str:
    """Why the form does not ask for a field that its writer knows of; '' where he may not write it."""
    spec = next((one for one in custom.known(form.actor, form._meta.model) if one.full_name == name), None)
    if spec is None or kinds.applies(spec, form._reach):
        return ""
    model = form._meta.model
    return _("“%(name)s” is only for: %(kinds)s.") % {"name": spec.label, "kinds": kinds.said(spec, model)}
