"""The four verbs that every plain record has, made once: create, edit, archive, restore."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from muster.access import custom
from muster.access.action import action, can_see
from muster.access.scope import Actor, Forbidden, ScopedModel, policy_of
from muster.core.custom import PREFIX
from muster.core.fields import Sensitive


@dataclass(frozen=True)
class Crud:
    """`create(actor, **fields)`, `edit(actor, row, **fields)`, `archive(actor, row)`, `restore(actor, row)`: those
    that a record has."""

    create: Any = None
    edit: Any = None
    archive: Any = None
    restore: Any = None


Before = Callable[[Actor, Any, dict[str, Any]], None]


def crud(
    model: type[models.Model],
    *,
    before_save: Before | None = None,
    after_save: Before | None = None,
    before_archive: Before | None = None,
    before_restore: Before | None = None,
) -> Crud:
    """The plain verbs of MODEL. `before_save(actor, row, fields)` may refuse or complete; `after_save` brings other
    rows along."""
    name, label = model._meta.label_lower, model._meta.verbose_name

    def write(actor: Actor, row: Any, fields: dict[str, Any]) -> None:
        check_links(actor, row, fields)
        check_levels(actor, row, fields)
        for key, value in fields.items():
            if not key.startswith(PREFIX):
                setattr(row, key, value)
        if before_save:
            before_save(actor, row, fields)
        custom.write(actor, row, fields)
        row.full_clean()
        row.save()
        if after_save:
            after_save(actor, row, fields)

    @action(f"{name}.create", Labelled(gettext_lazy("Create: %(what)s"), label), model, creates=True)
    def create(actor: Actor, **fields: Any) -> Any:
        row = model()
        write(actor, row, fields)
        return row

    @action(f"{name}.edit", Labelled(gettext_lazy("Edit: %(what)s"), label), model)
    def edit(actor: Actor, row: Any, **fields: Any) -> None:
        write(actor, row, fields)

    @action(f"{name}.archive", Labelled(gettext_lazy("Archive: %(what)s"), label), model)
    def archive(actor: Actor, row: Any) -> None:
        if before_archive:
            before_archive(actor, row, {})
        row.archived_at = row.archived_at or timezone.now()
        row.save(update_fields=["archived_at"])

    @action(f"{name}.restore", Labelled(gettext_lazy("Restore: %(what)s"), label), model)
    def restore(actor: Actor, row: Any) -> None:
        if before_restore:
            before_restore(actor, row, {})
        row.archived_at = None
        row.save(update_fields=["archived_at"])

    return Crud(create, edit, archive, restore)


class Labelled:
    """A label put together when it is read, in the reader's language."""

    def __init__(self, text: Any, what: Any) -> None:
        self.text, self.what = text, what

    def __str__(self) -> str:
        return str(self.text) % {"what": self.what}


def check_links(actor: Actor, row: Any, fields: dict[str, Any]) -> None:
    """A record may be linked only to what the writer sees, or left linked to what it was."""
    for key, value in fields.items():
        if not isinstance(value, ScopedModel) or row.__dict__.get(f"{key}_id") == value.pk:
            continue
        if not can_see(actor, value):
            raise ValidationError(
                {
                    key: _("There is no such %(what)s for you: choose one from the list.")
                    % {"what": value._meta.verbose_name}
                }
            )


def check_levels(actor: Actor, row: Any, fields: dict[str, Any]) -> None:
    """Sensitive fields of an existing row change only at level 'write'."""
    touched = [key for key in fields if isinstance(_field(row, key), Sensitive)]
    if row._state.adding or not touched:
        return
    levels = policy_of(type(row)).levels(actor, row)
    for key in touched:
        if levels[key] != "write" and fields[key] != row.__dict__.get(key):
            raise Forbidden(f"{row._meta.label_lower}.{key}")


def _field(row: Any, key: str) -> Any:
    names = {one.name: one for one in row._meta.concrete_fields}
    return names.get(key)
