"""Who knows of a custom field, who writes it, and what is checked when he does."""

from collections.abc import Callable
from functools import cache
from typing import Any

from django.apps import apps
from django.core.exceptions import ValidationError
from django.db import connection
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from muster.access.levels import best
from muster.access.models import CustomField, Event
from muster.access.scope import Actor, Forbidden, policies, policy_of
from muster.core import custom
from muster.core.custom import PREFIX, inputs, kinds, store, types
from muster.core.custom.show import MEMBER
from muster.core.custom.store import HasCustom

TAKEN = gettext_lazy("“%(text)s” stands on another record already: this field holds each value once.")


def records() -> dict[str, Any]:
    """The record types to which fields can be added, by name."""
    return {policy.label: model for model, policy in policies().items() if issubclass(model, HasCustom)}


def definitions(actor: Actor, label: str) -> list[CustomField]:
    """Every field of the record type, the retired ones too; read once for an actor, who lives for one request."""
    if label not in actor.custom:
        rows = CustomField.objects.unscoped("definitions of custom fields").filter(record=label)
        actor.custom[label] = list(rows.order_by("position_no", "id"))
    return actor.custom[label]


def may_know(actor: Actor, spec: Any) -> bool:
    """A sensitive field that no rule of ACTOR's opens anywhere is, to him, not there."""
    return not spec.sensitive or best(actor, spec.record, spec.full_name, anywhere=True) != "hidden"


def known(actor: Actor, model: Any) -> list[Any]:
    found = definitions(actor, model._meta.label_lower)
    return [one for one in found if one.archived_at is None and may_know(actor, one)]


def writable(actor: Actor, spec: Any, row: Any) -> bool:
    """On a new record, whose owner is yet to be said, a rule for any scope is enough."""
    if not spec.sensitive:
        return True
    if row._state.adding:
        return best(actor, spec.record, spec.full_name, anywhere=True) == "write"
    return bool(policy_of(type(row)).levels(actor, row).get(spec.full_name) == "write")


class _Guide:
    known = staticmethod(known)
    writable = staticmethod(writable)


custom.provide(_Guide())


def no_such(key: str) -> ValidationError:
    return ValidationError(
        {f"{PREFIX}{key}"[:80]: _("There is no custom field “%(key)s” here.") % {"key": key.removeprefix(PREFIX)[:40]}}
    )


def write(actor: Actor, row: Any, fields: dict[str, Any]) -> None:
    """Put the custom values among FIELDS, named custom.<key> and as they are kept, on ROW."""
    sent = {key: value for key, value in fields.items() if key.startswith(PREFIX)}
    specs = {one.full_name: one for one in known(actor, type(row))} if sent else {}
    for name, value in sent.items():
        if name not in specs:
            raise no_such(name)
        try:
            _put(actor, row, specs[name], value)
        except ValidationError as error:
            raise ValidationError({name: error.messages}) from error


def _put(actor: Actor, row: Any, spec: Any, value: Any) -> None:
    current = store.kept(row, spec)
    value = types.read(spec, types.typed(spec, value)) if value != current else current
    if value == current:
        return
    if not writable(actor, spec, row):
        raise Forbidden(f"{spec.record}.{spec.full_name}")
    check(actor, type(row), spec, value, current, kinds.of_row(row))
    if value is not None and spec.unique:
        refuse_taken(type(row), spec, value, row.pk)
    store.put(row, spec, value)


def check(actor: Actor, model: Any, spec: Any, value: Any, current: Any, find: Callable[[str], Any]) -> None:
    """Whether VALUE may stand on the record of MODEL on which FIND follows a way; raises ValidationError."""
    if value is None:
        return
    if not kinds.applies(spec, find):
        raise ValidationError(
            gettext_lazy("“%(name)s” is only for: %(kinds)s."),
            params={"name": spec.label, "kinds": kinds.said(spec, model)},
        )
    inputs.refuse_retired(spec, value, current)
    if spec.type == types.Type.MEMBER:
        member: Any = apps.get_model(MEMBER)
        if not member.objects.visible_to(actor).filter(pk=value).exists():
            what = member._meta.verbose_name
            raise ValidationError(_("There is no such %(what)s for you: choose one from the list.") % {"what": what})


def holding(model: Any, spec: Any, values: list[Any]) -> Any:
    """The records of MODEL that hold one of VALUES."""
    rows = model.objects.unscoped("values of a custom field")
    if connection.vendor == "postgresql" and len(values) == 1:  # answered by the index over all fields
        return rows.filter(custom__contains={spec.key: values[0]})
    return rows.filter(**{f"custom__{spec.key}__in": values})


def refuse_taken(model: Any, spec: Any, value: Any, pk: int | None) -> None:
    """Two writers at once wait for one another at the definition."""
    CustomField.objects.unscoped("one writer of a unique field").select_for_update().get(pk=spec.pk)
    if holding(model, spec, [value]).exclude(pk=pk).exists():
        raise ValidationError(TAKEN, params={"text": types.shown(spec, value)})


def has_values(spec: Any) -> bool:
    model = records()[spec.record]
    rows = model.objects.unscoped("values of a custom field")
    return bool(rows.filter(**{f"custom__{spec.key}__isnull": False}).exists())


# -- what the trail tells --------------------------------------------------------------------------------------------


def telling(actor: Actor, label: str) -> dict[str, Any]:
    """The fields of a record type, retired ones too, of whose changes ACTOR may be told."""
    return {one.full_name: one for one in definitions(actor, label) if may_know(actor, one)}


def told(event: Event) -> dict[str, Any]:
    """The changes of EVENT as its reader may know of them: not even the name of a field that is hidden from him."""
    eyes, changes = store.reader(event), dict(event.changes)
    if eyes is None or not any(key.startswith(PREFIX) for key in changes):
        return changes
    open_ = telling(eyes, event.model)
    return {key: pair for key, pair in changes.items() if not key.startswith(PREFIX) or key in open_}


def in_words(event: Event) -> list[tuple[str, Any]]:
    """What `told` tells, each under the name that people know the field by."""
    changes, eyes = told(event), store.reader(event)
    columns = fields_of(event.model)
    names = {key: str(columns[key].verbose_name) for key in changes if key in columns}
    if eyes is not None and any(key.startswith(PREFIX) for key in changes):
        names |= {key: str(one.label) for key, one in telling(eyes, event.model).items()}
    return [(capfirst(names.get(key, key)), pair) for key, pair in changes.items()]


@cache
def fields_of(label: str) -> dict[str, Any]:
    """The columns of the record type LABEL by name; none where it is no longer known."""
    model = next((one for one in policies() if one._meta.label_lower == label), None)
    return {one.name: one for one in model._meta.concrete_fields} if model else {}


class Story:
    """What EVENTS say of custom fields, in words; the members they name are read once."""

    def __init__(self, actor: Actor, events: list[Event]) -> None:
        self.actor, ids = actor, set()
        for event in events:
            for key, pair in event.changes.items():
                spec = self._spec(event, key)
                if spec is not None and spec.type == types.Type.MEMBER:
                    ids |= {one for one in pair if isinstance(one, int)}
        member: Any = apps.get_model(MEMBER)
        self.named = {one.pk: one for one in member.objects.visible_to(actor).filter(pk__in=ids)} if ids else {}

    def _spec(self, event: Event, key: str) -> Any:
        return telling(self.actor, event.model).get(key) if key.startswith(PREFIX) else None

    def change(self, event: Event, key: str, row: Any = None) -> tuple[str, str, str] | None:
        """(label, before, after) of one change; None where it is not to be told of ROW."""
        spec = self._spec(event, key)
        if spec is None or (row is not None and spec.sensitive and self._level(row, spec) == "hidden"):
            return None
        before, after = (self._said(spec, one) for one in event.changes[key])
        return spec.label, before, after

    def _level(self, row: Any, spec: Any) -> str:
        return str(policy_of(type(row)).levels(self.actor, row).get(spec.full_name))

    def _said(self, spec: Any, value: Any) -> str:
        if value is None:
            return "–"
        if spec.sensitive:
            return "•••"
        return types.shown(spec, value, self.named.get(value) if isinstance(value, int) else None)
