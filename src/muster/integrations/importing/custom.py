"""The firm's own fields as columns of a file: named by their labels, names or keys, checked like on the page."""

from collections.abc import Callable, Collection
from dataclasses import replace
from functools import cached_property
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext, gettext_lazy
from django.utils.translation import gettext_lazy as _

from muster.access.custom import TAKEN, check, holding, writable
from muster.access.scope import Actor
from muster.core.custom import PREFIX, kinds, known, store, types
from muster.core.custom.types import Type
from muster.core.exports import harmless
from muster.integrations.importing import parsing
from muster.integrations.importing.engine import Ref
from muster.integrations.importing.lookups import Directory, batches
from muster.integrations.importing.sentences import Wrong, of_error
from muster.integrations.importing.tables import Column, Table

NOT_YOURS = gettext_lazy("You may not change the private fields of this record.")


class CustomColumn(Column):
    """One custom field as a column."""

    money = False
    needed = False  # may depend on the kind of record: asked line by line

    def __init__(self, spec: Any) -> None:
        self.spec, self.key = spec, spec.full_name
        self.link = "member" if spec.type == Type.MEMBER else ""
        self.names = (spec.key,)

    label = property(lambda self: self.spec.label)

    @cached_property
    def spellings(self) -> tuple[str, ...]:
        return tuple(filter(None, (self.spec.name_zh, self.spec.name, self.key, self.spec.key)))

    @cached_property
    def read(self) -> Callable[[str], Any]:
        return self._value

    def _value(self, text: str) -> Any:
        if text.startswith("'") and harmless(text[1:]) == text:
            text = text[1:]  # out of one of our own exports
        try:
            return types.read(self.spec, parsing.day(text) if self.spec.type == Type.DATE else text)
        except ValidationError as error:
            raise wrong(error) from error

    @property
    def offered(self) -> list[str]:
        if self.spec.type == Type.BOOL:
            return [gettext("yes"), gettext("no")]
        return [label for _key, label in types.offers(self.spec)] if self.spec.type == Type.CHOICE else []


def wrong(error: ValidationError) -> Wrong:
    message, params = of_error(error)
    return Wrong(message, **params)


def with_custom(table: Table, actor: Actor) -> Table:
    """TABLE with the custom fields that ACTOR may fill in on new records."""
    blank = table.model()
    specs = [one for one in known(actor, table.model) if writable(actor, one, blank)]
    return replace(table, columns=(*table.columns, *map(CustomColumn, specs))) if specs else table


def stands(row: Any, key: str) -> Any:
    """What ROW holds of custom.<key>."""
    return store.opened((row.custom or {}).get(key.removeprefix(PREFIX)))


class Custom:
    """What the custom columns of a file ask of its lines."""

    def __init__(self, table: Table, actor: Actor, directory: Directory, chosen: Collection[str]) -> None:
        self.table, self.actor, self.directory = table, actor, directory
        every = [one.spec for one in table.columns if isinstance(one, CustomColumn)]
        self.specs = {one.full_name: one for one in every if one.full_name in chosen}
        self.required = [one for one in every if one.required]
        self.taken: dict[str, dict[Any, Any]] = {}  # full name -> value -> key of the record, or row of the file

    def load(self, lines: list[Any]) -> None:
        """Which values of fields that hold each once stand already."""
        for name, spec in self.specs.items():
            if spec.unique:
                said = {line.values[name] for line in lines if line.values.get(name) is not None}
                held = self.taken.setdefault(name, {})
                for part in batches({one.pk if isinstance(one, Ref) else one for one in said}):
                    for row in holding(self.table.model, spec, part):
                        held[store.kept(row, spec)] = row.pk

    def line(self, line: Any) -> None:
        """Raises `Wrong` where the line may not be so."""
        for name, spec in self.specs.items():
            if name in line.values:
                self._value(line, name, spec)
        if line.row is None:
            for spec in self.required:
                if line.values.get(spec.full_name) is None and kinds.applies(spec, self._find(line)):
                    raise Wrong(_("%(column)s is empty."), column=spec.label)

    def _value(self, line: Any, name: str, spec: Any) -> None:
        value = line.values[name]
        value = value.pk if isinstance(value, Ref) else value
        current = stands(line.row, name) if line.row is not None else None
        if value == current:
            return
        if line.row is not None and not writable(self.actor, spec, line.row):
            raise Wrong(NOT_YOURS)
        try:
            check(self.actor, self.table.model, spec, value, current, self._find(line))
        except ValidationError as error:
            raise Wrong(_("%(column)s: %(why)s"), column=spec.label, why=wrong(error)) from error
        if spec.unique and value is not None:
            self._once(line, name, spec, value)

    def _once(self, line: Any, name: str, spec: Any, value: Any) -> None:
        held = self.taken[name]
        if value in held and held[value] != (line.row.pk if line.row is not None else None):
            raise Wrong(TAKEN, text=types.shown(spec, value))
        held[value] = line.row.pk if line.row is not None else f"row {line.number}"

    def _find(self, line: Any) -> Callable[[str], Any]:
        def find(way: str) -> Any:
            first, *rest = way.split(".")
            value = line.get(first)
            if isinstance(value, Ref):
                link = next(one.link for one in self.table.columns if one.key == first)
                value = self.directory.rows[link].get(value.pk or 0)
            elif value is None and line.row is None:
                value = getattr(self.table.model(), first, None)
            for part in rest:
                value = getattr(value, part, None)
            return value

        return find
