"""Schemas of the API, made at start-up from models and forms: one description of a field serves page and API."""

import datetime as dt
from decimal import Decimal
from typing import Any

from django import forms
from django.db import models
from ninja import Schema
from pydantic import Field, create_model

from muster.core.custom import show
from muster.core.custom.store import CustomValues
from muster.core.forms import DEFAULTED, MoneyInput

# Made at start-up, so no type checker can know them.
make_schema: Any = create_model
Schema.model_config["defer_build"] = True  # what checks a body is built when the first comes: of 800, few are needed
CUSTOM_OUT = (
    "Custom fields by key, as GET /custom_fields defines them. Amounts are whole minor units, decimals text, days "
    "2026-03-31, choices keys, members {id, name}. A list is narrowed by custom.<key>=, sorted by sort=custom.<key>."
)
CUSTOM_IN = "Custom fields by key. What is not sent stays, null takes the value away. Members are ids."


class Ref(Schema):
    """Another record: its id and name."""

    id: int
    name: str


class Problem(Schema):
    """What went wrong (RFC 9457): title and detail are sentences; `errors` names fields."""

    type: str = "about:blank"
    title: str
    status: int
    detail: str = ""
    errors: dict[str, Any] = {}


# Where an operation keeps what it answers: (status, function that makes the schema, its argument). No answer is checked
# by it, so a schema is made when somebody asks for the description, and not for 500 operations in every process.
ANSWER = "x-answer"
PROBLEMS = (400, 401, 403, 404, 409, 422)


def as_json(row: Any, fields: list[Any], specs: list[Any]) -> dict[str, Any]:
    """ROW's own columns as its reader may see them, and its custom fields, of which he knows SPECS."""
    return {one.name: _value(row, one, specs) for one in fields}


def _value(row: Any, one: Any, specs: list[Any]) -> Any:
    if isinstance(one, CustomValues):
        return show.as_json(row, specs)
    if one.is_relation:
        linked = getattr(row, one.name)
        return {"id": linked.pk, "name": str(linked)} if linked is not None else None
    value = getattr(row, one.attname)
    if isinstance(one, models.FileField):
        return bool(value)
    return value


def _json_type(one: Any) -> Any:
    if isinstance(one, CustomValues):
        return dict[str, Any]
    kinds: list[tuple[type, Any]] = [
        (models.BooleanField, bool),
        (models.DateTimeField, dt.datetime),
        (models.DateField, dt.date),
        (models.IntegerField, int),
        (models.FileField, bool),
        (models.JSONField, Any),
    ]
    if one.is_relation:
        return Ref
    return next((kind for cls, kind in kinds if isinstance(one, cls)), str)


def row_schema(resource: Any) -> Any:
    # Sensitive values may be masked to text, so a reader must accept text or nothing for any field.
    fields: dict[str, Any] = {one.name: (_json_type(one) | None, None) for one in resource.fields}
    if "custom" in fields:
        fields["custom"] = (dict[str, Any], Field({}, description=CUSTOM_OUT))
    return make_schema(f"{resource.model.__name__}Out", __base__=Schema, **fields)


def input_schema(form: type[Any], name: str, partial: bool) -> Any:
    """The JSON body for FORM: links are ids, amounts are minor units."""
    found: dict[str, Any] = {}
    for key, one in form.base_fields.items():
        if key == "version" and not partial:
            continue
        kind = _form_type(one)
        required = one.required and not partial and key not in DEFAULTED
        found[key] = (kind if required else kind | None, ... if required else None)
    if hasattr(getattr(getattr(form, "Meta", None), "model", None), "custom_kinds"):
        found["custom"] = (dict[str, Any] | None, Field(None, description=CUSTOM_IN))
    return make_schema(name, __base__=Schema, __cls_kwargs__={"extra": "forbid"}, **found)


def _form_type(one: forms.Field) -> Any:
    if hasattr(one, "api_type"):
        return one.api_type
    kinds: list[tuple[type, Any]] = [
        (MoneyInput, int),
        (forms.ModelMultipleChoiceField, list[int]),
        (forms.MultipleChoiceField, list[str]),
        (forms.ModelChoiceField, int),
        (forms.JSONField, Any),
        (forms.BooleanField, bool),
        (forms.DateTimeField, dt.datetime),
        (forms.DateField, dt.date),
        (forms.DecimalField, Decimal),  # before the whole numbers, of which Django makes it one
        (forms.IntegerField, int),
    ]
    return next((kind for cls, kind in kinds if isinstance(one, cls)), str)
