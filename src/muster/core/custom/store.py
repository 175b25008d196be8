"""Where values are kept: one JSON column on the record, by the key of the field."""

import json
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from muster.core.custom import PREFIX
from muster.core.fields import CLEARANCE, FULL, cipher, clearance

SECRET = "secret"  # noqa: S105 - marks an encrypted value
NAMED = "_members"  # of a row: the members its values name, read for many rows at once


class CustomValues(models.JSONField):
    """Key → value; NULL where a record has none, so that records without cost nothing."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs |= {"null": True, "blank": True, "editable": False}
        super().__init__(*args, **kwargs)


class HasCustom(models.Model):
    """A record to which fields can be added. `custom_kinds` are the ways to what a field may be limited to: an own
    choice, or one of a linked record ("account.level")."""

    custom_kinds: tuple[str, ...] = ()
    custom = CustomValues(_("custom fields"))

    class Meta:
        abstract = True


def opened(value: Any) -> Any:
    """A kept value as it was given: decrypted where it is a secret."""
    if isinstance(value, dict) and SECRET in value:
        return json.loads(cipher().decrypt(value[SECRET].encode()))
    return value


def is_secret(value: Any) -> bool:
    return isinstance(value, dict) and SECRET in value


def kept(row: Any, spec: Any) -> Any:
    """The value on ROW, whoever asks; None is no value."""
    return opened((row.custom or {}).get(spec.key))


def put(row: Any, spec: Any, value: Any) -> None:
    """Keep VALUE on ROW; what stays the same stays as it is written, also where it is encrypted."""
    if kept(row, spec) == value:
        return
    values = {key: one for key, one in (row.custom or {}).items() if key != spec.key}
    if value is not None:
        text = json.dumps(value, ensure_ascii=False)
        values[spec.key] = {SECRET: cipher().encrypt(text.encode()).decode()} if spec.sensitive else value
    row.custom = values or None


def level(row: Any, spec: Any) -> str:
    """How far the reader of ROW may read this field."""
    return clearance(row, spec.full_name) if spec.sensitive else "write"


def reader(row: Any) -> Any:
    """Whose eyes ROW was read with; None for the system."""
    given = row.__dict__.get(CLEARANCE)
    return None if given in (None, FULL) else getattr(given, "actor", None)


def parts(row: Any) -> dict[str, Any]:
    """Every value of ROW by its full name, as kept."""
    return {f"{PREFIX}{key}": value for key, value in (row.__dict__.get("custom") or {}).items()}
