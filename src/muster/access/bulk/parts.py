"""The parts that most records have: plain fields, and a link that changes by an action of its own."""

from collections.abc import Callable
from typing import Any

from muster.access.action import plain
from muster.access.scope import Actor
from muster.core import custom
from muster.core.custom import PREFIX, inputs, store
from muster.core.fields import Sensitive


def bulk_specs(actor: Actor, model: Any) -> list[Any]:
    """The firm's own fields that many records may be given at once: not what is sensitive, nor what is unique."""
    return [one for one in custom.known(actor, model) if not one.sensitive and not one.unique]


class Fields:
    """Plain and custom fields, written by the record's edit. What is sensitive is changed one by one."""

    asks: tuple[str, ...] = ()

    def __init__(self, form: Any, names: tuple[str, ...], edit: Callable[..., Any], permission: str) -> None:
        self.key, self.form, self.names, self.edit, self.permission = "fields", form, names, edit, permission

    def fields(self, actor: Actor) -> dict[str, Any]:
        model = self.form._meta.model
        sensitive = {one.name for one in model._meta.concrete_fields if isinstance(one, Sensitive)}
        plain_ones = {name: self.form.base_fields[name] for name in self.names if name not in sensitive}
        return plain_ones | {one.full_name: inputs.field_for(one) for one in bulk_specs(actor, model)}

    def narrow(self, fields: dict[str, Any]) -> None:
        pass

    def same(self, actor: Actor, row: Any, values: dict[str, Any]) -> bool:
        return all(self._now(actor, row, name) == plain(value) for name, value in values.items())

    def run(self, actor: Actor, row: Any, values: dict[str, Any], **version: int) -> dict[str, Any]:
        before = {name: self._now(actor, row, name) for name in values}
        saved = self.edit(actor, row, **values, **version)
        after = {name: self._now(actor, saved, name) for name in values}
        return {name: [before[name], after[name]] for name in values if before[name] != after[name]}

    def undo(self, actor: Actor, row: Any, memory: dict[str, Any]) -> list[str]:
        back = {name: pair[0] for name, pair in memory.items() if self._now(actor, row, name) == pair[1]}
        if back:
            self.edit(actor, row, **{name: self._value(actor, row, name, value) for name, value in back.items()})
        return [name for name in memory if name not in back]

    def _now(self, actor: Actor, row: Any, name: str) -> Any:
        if name.startswith(PREFIX):
            spec = next((one for one in bulk_specs(actor, type(row)) if one.full_name == name), None)
            return store.kept(row, spec) if spec else None
        return plain(row.__dict__.get(row._meta.get_field(name).attname))

    def _value(self, actor: Actor, row: Any, name: str, kept: Any) -> Any:
        """A value out of the memory as the action takes it."""
        if name.startswith(PREFIX):
            return kept
        field = row._meta.get_field(name)
        if field.is_relation:
            return field.related_model.objects.visible_to(actor).filter(pk=kept).first() if kept else None
        return field.to_python(kept)


class Link:
    """One link, such as the owner, that changes by an action of its own."""

    asks: tuple[str, ...] = ()

    def __init__(
        self, name: str, form: Any, run: Callable[..., Any], permission: str, offer: Callable[[Any], None] | None = None
    ) -> None:
        self.key = self.name = name
        self.form, self.verb, self.permission, self.offer = form, run, permission, offer

    def fields(self, actor: Actor) -> dict[str, Any]:
        return {self.name: self.form.base_fields[self.name]}

    def narrow(self, fields: dict[str, Any]) -> None:
        if self.offer:
            self.offer(fields[self.name])

    def same(self, actor: Actor, row: Any, values: dict[str, Any]) -> bool:
        return bool(getattr(row, f"{self.name}_id") == values[self.name].pk)

    def run(self, actor: Actor, row: Any, values: dict[str, Any], **version: int) -> dict[str, Any]:
        before = getattr(row, f"{self.name}_id")
        self.verb(actor, row, **values, **version)
        return {self.name: [before, values[self.name].pk]}

    def undo(self, actor: Actor, row: Any, memory: dict[str, Any]) -> list[str]:
        before, after = memory[self.name]
        model = row._meta.get_field(self.name).related_model
        former = model.objects.visible_to(actor).filter(pk=before).first() if before else None
        if getattr(row, f"{self.name}_id") != after or former is None:
            return [self.name]
        self.verb(actor, row, **{self.name: former})
        return []
