"""Custom fields as verbs: define, change, retire, take up again, put in order."""

import re
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from muster.access.action import action
from muster.access.crud import crud
from muster.access.custom import definitions, has_values, holding, records
from muster.access.models import CustomField
from muster.access.scope import Actor
from muster.core.custom import kinds, patterns, types
from muster.core.custom.types import CHOSEN, NUMBERS, TEXTS, Type

MOST_FIELDS = 100
MOST_CHOICES = 500
MOST_PLACES = 6
KEY = re.compile(r"[a-z](?!.*__)[a-z0-9_]{0,38}[a-z0-9]|[a-z]")
# What tells how values are kept; fixed while there are any.
FIXED = {
    "type": gettext_lazy("type"),
    "sensitive": gettext_lazy("sensitive"),
    "places": gettext_lazy("decimals"),
    "currency": gettext_lazy("currency"),
}


def _check(actor: Actor, row: CustomField, fields: dict[str, Any]) -> None:
    if row.record not in records():
        raise ValidationError({"record": _("Choose a type of record from the list.")})
    if row._state.adding:
        _key(row)
        _room(actor, row)
        row.position_no = max((one.position_no for one in definitions(actor, row.record)), default=0) + 1
    else:
        _fixed(row)
    _fit(row)
    _choices(row)
    _kinds(row)
    if row.unique and (row.sensitive or row.type in (Type.CHOICES, Type.LONG, Type.BOOL)):
        raise ValidationError(
            {"unique": _("Values of sensitive fields, long texts, yes/no and several choices cannot be held to once.")}
        )


def _key(row: CustomField) -> None:
    if not KEY.fullmatch(row.key):
        raise ValidationError(
            {"key": _("A key has 1 to 40 small letters, digits and single _, and begins with a letter: laptop_no.")}
        )


def _room(actor: Actor, row: CustomField, _fields: Any = None) -> None:
    """Bounds what a page has to show. Also asked when a retired field is taken up again."""
    live = [one for one in definitions(actor, row.record) if one.archived_at is None]
    if len(live) >= MOST_FIELDS:
        raise ValidationError(_("%(most)s fields are in use here already: retire one first.") % {"most": MOST_FIELDS})
    actor.custom.pop(row.record, None)


def _fixed(row: CustomField) -> None:
    before = CustomField.objects.unscoped("definitions of custom fields").get(pk=row.pk)
    for name in ("record", "key"):
        if getattr(before, name) != getattr(row, name):
            raise ValidationError({name: _("This stays as it is: values are kept by it. Change the name instead.")})
    changed = [name for name in FIXED if getattr(before, name) != getattr(row, name)]
    if changed and has_values(row):
        raise ValidationError(
            {
                changed[0]: _(
                    "Records hold values of this field, so “%(what)s” cannot change: retire it and make a new one."
                )
                % {"what": FIXED[changed[0]]}
            }
        )
    if row.unique and not before.unique and has_values(row):
        _refuse_twins(row)
    row._before = before  # type: ignore[attr-defined]


def _refuse_twins(row: CustomField) -> None:
    seen: set[Any] = set()
    rows = records()[row.record].objects.unscoped("values of a custom field")
    for values in rows.filter(**{f"custom__{row.key}__isnull": False}).values_list("custom", flat=True).iterator():
        if (value := values[row.key]) in seen:
            raise ValidationError(
                {"unique": _("“%(text)s” stands on several records.") % {"text": types.shown(row, value)}}
            )
        seen.add(value)


def _fit(row: CustomField) -> None:
    """Bounds must be of the type; what does not go with the type is left out."""
    if row.type != Type.TEXT:  # a long text would make even a plain pattern slow
        row.pattern = ""
    if row.type not in (*TEXTS, *NUMBERS, Type.DATE):
        row.least = row.most = ""
    if row.places > MOST_PLACES:
        raise ValidationError({"places": _("At most %(most)s decimals.") % {"most": MOST_PLACES}})
    limits = {}
    for name in ("least", "most"):
        try:
            limits[name] = types.limit(row, getattr(row, name))
        except ValidationError as error:
            raise ValidationError({name: error.messages}) from error
    if None not in limits.values() and limits["least"] > limits["most"]:
        raise ValidationError({"most": _("The upper bound is below the lower one.")})
    if row.type in TEXTS and (limits["most"] or 0) > TEXTS[Type(row.type)]:
        raise ValidationError({"most": _("At most %(most)s characters.") % {"most": TEXTS[Type(row.type)]}})
    try:
        patterns.check(row.pattern)
    except ValidationError as error:
        raise ValidationError({"pattern": error.messages}) from error


def _choices(row: CustomField) -> None:
    """In the order given. Of an old field, what is no longer said and still held is retired, and what nobody holds
    goes."""
    if row.type not in CHOSEN:
        row.choices = []
        return
    said = [_choice(one) for one in row.choices]
    keys = [one["key"] for one in said]
    if len(set(keys)) != len(keys):
        raise ValidationError({"choices": _("Each key stands once only.")})
    if not said or len(said) > MOST_CHOICES:
        raise ValidationError({"choices": _("A choice needs 1 to %(most)s entries.") % {"most": MOST_CHOICES}})
    before = getattr(row, "_before", None)
    gone = [one for one in before.choices if one["key"] not in keys] if before else []
    row.choices = [*said, *({**one, "retired": True} for one in gone if _held(row, one["key"]))]


def _held(row: CustomField, key: str) -> bool:
    if row.sensitive:
        return True  # encrypted: nobody can tell
    model = records()[row.record]
    if row.type == Type.CHOICE:
        return bool(holding(model, row, [key]).exists())
    rows = model.objects.unscoped("values of a custom field")
    return bool(rows.filter(**{f"custom__{row.key}__icontains": f'"{key}"'}).exists())


def _choice(one: Any) -> dict[str, Any]:
    if not isinstance(one, dict) or not set(one) <= {"key", "name", "name_zh", "retired"}:
        raise ValidationError({"choices": _("A choice is a key with a name and a Chinese name.")})
    made = {name: str(one.get(name) or "").strip() for name in ("key", "name", "name_zh")}
    if not KEY.fullmatch(made["key"]):
        raise ValidationError(
            {"choices": _("“%(key)s” is no key: small letters, digits and _ only.") % {"key": made["key"][:40]}}
        )
    made["name"] = made["name"] or made["key"]
    for name in ("name", "name_zh"):
        if len(made[name]) > 80 or any(sign in made[name] for sign in types.SEPARATORS):
            raise ValidationError(
                {
                    "choices": _("“%(name)s”: at most 80 characters, no comma, semicolon or |.")
                    % {"name": made[name][:40]}
                }
            )
    return {**made, **({"retired": True} if one.get("retired") is True else {})}


def _kinds(row: CustomField) -> None:
    offered = [key for key, _label in kinds.offers(records()[row.record])]
    if unknown := [one for one in row.kinds if one not in offered]:
        raise ValidationError({"kinds": _("“%(name)s” is not offered here.") % {"name": str(unknown[0])[:40]}})


def _read_anew(actor: Actor, row: CustomField, fields: dict[str, Any]) -> None:
    actor.custom.pop(row.record, None)


custom_fields = crud(
    CustomField, before_save=_check, after_save=_read_anew, before_archive=_read_anew, before_restore=_room
)


@action("access.customfield.place", gettext_lazy("Put custom fields in order"), CustomField)
def place_field(actor: Actor, row: CustomField, *, up: bool) -> None:
    """One place up or down among the fields in use."""
    live = [one for one in definitions(actor, row.record) if one.archived_at is None]
    at = next((at for at, one in enumerate(live) if one.pk == row.pk), None)
    other = None if at is None else at - 1 if up else at + 1
    if at is None or other is None or not 0 <= other < len(live):
        return
    live[at], live[other] = live[other], live[at]
    for number, one in enumerate(live, start=1):
        CustomField.objects.unscoped("definitions of custom fields").filter(pk=one.pk).update(position_no=number)
        if one.pk == row.pk:
            row.position_no = number
    _read_anew(actor, row, {})
