"""Custom fields in lists, files and answers: each only as far as the reader of its row may read it."""

import re
from collections.abc import Iterable
from dataclasses import replace
from functools import partial
from typing import Any

from django.apps import apps
from django.core.exceptions import ValidationError
from django.db import connection
from django.db.models import Q, QuerySet
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from muster.core.custom import known, store, types
from muster.core.custom.types import NUMBERS, SORTED, Type
from muster.core.fields import mask
from muster.core.listings import BadInput, Column, Filter, Listing

MEMBER = "people.member"
LONGEST_RANGE = 80


def text(row: Any, spec: Any, exact: bool = False) -> str:
    """The value on ROW in words; with EXACT a day as files have it."""
    level = store.level(row, spec)
    value = store.kept(row, spec) if level != "hidden" else None
    dated = exact and spec.type == Type.DATE and value is not None
    said = str(value) if dated else types.shown(spec, value, member_of(row, spec, value))
    return mask(said) if level == "masked" and said else said


def as_json(row: Any, specs: Iterable[Any]) -> dict[str, Any]:
    """The values on ROW by key; nothing where there is none, or none for this reader."""
    found = {}
    for spec in specs:
        value = store.kept(row, spec)
        open_ = store.level(row, spec) in ("read", "write")
        found[spec.key] = types.as_json(spec, value, member_of(row, spec, value)) if open_ else text(row, spec) or None
    return found


def sections(row: Any, actor: Any) -> list[dict[str, Any]]:
    """The values on ROW for its page, under the headings of their sections; what has none is left out."""
    specs = known(actor, type(row))
    load_members(specs, [row])
    found: dict[str, list[dict[str, Any]]] = {}
    for spec in specs:
        if said := text(row, spec):
            linked = store.level(row, spec) != "masked"
            fact = {"label": capfirst(spec.label), "value": said, "href": _href(row, spec) if linked else ""}
            found.setdefault(spec.section_said, []).append(fact)
    return [{"title": title, "facts": facts} for title, facts in found.items()]


def _href(row: Any, spec: Any) -> str:
    value = store.kept(row, spec)
    if spec.type == Type.MEMBER:
        member = member_of(row, spec, value)
        return member.get_absolute_url() if member is not None else ""
    starts = {Type.LINK: "", Type.EMAIL: "mailto:", Type.PHONE: "tel:"}
    return f"{starts[spec.type]}{value}" if spec.type in starts else ""


# -- members that values name ----------------------------------------------------------------------------------------


def member_of(row: Any, spec: Any, value: Any) -> Any:
    """The member that VALUE names, as far as the reader of ROW sees him."""
    if spec.type != Type.MEMBER or value is None:
        return None
    if store.NAMED not in row.__dict__:
        load_members([spec], [row])
    return row.__dict__[store.NAMED].get(value)


def load_members(specs: Iterable[Any], rows: list[Any], columns: list[Column] | None = None) -> None:
    """Read the members that ROWS name, once for all of them; with COLUMNS only for those that are shown."""
    shown = None if columns is None else {one.key for one in columns}
    wanted = [one for one in specs if one.type == Type.MEMBER and (shown is None or one.full_name in shown)]
    if not wanted or not rows:
        return
    ids = {value for row in rows for spec in wanted if (value := store.kept(row, spec)) is not None}
    model: Any = apps.get_model(MEMBER)
    eyes = store.reader(rows[0])
    people = model.objects.visible_to(eyes).filter(pk__in=ids) if eyes and ids else []
    named = {one.pk: one for one in people}
    for row in rows:
        row.__dict__[store.NAMED] = named


class Kept:
    """A custom field of choices, or of yes and no, as something that a list is grouped by."""

    is_relation = False

    def __init__(self, spec: Any) -> None:
        self.spec = spec
        self.name = self.attname = f"custom__{spec.key}"
        self.is_bool = spec.type == Type.BOOL

    @property
    def flatchoices(self) -> list[tuple[str, str]]:
        """Retired choices too: rows still have them."""
        return types.offers(self.spec, *(one["key"] for one in self.spec.choices))

    def within(self, rows: QuerySet[Any], value: Any) -> QuerySet[Any]:
        return _equal(self.spec, rows, value, None)

    def without(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        return rows.filter(Q(custom__isnull=True) | Q(**{f"{self.name}__isnull": True}))


# -- lists -----------------------------------------------------------------------------------------------------------


def listing_for(listing: Listing, actor: Any) -> Listing:
    """LISTING with the columns and filters of the custom fields that ACTOR knows of; what he does not know of is as
    absent as what never was."""
    specs = known(actor, listing.model)
    if not specs:
        return listing
    open_ = [one for one in specs if not one.sensitive]
    return replace(
        listing,
        columns=[*listing.columns, *map(column, specs)],
        filters=[*listing.filters, *map(narrowed_by, open_)],
        finish=partial(_finish, listing.finish, specs),
    )


def _finish(first: Any, specs: Iterable[Any], rows: list[Any], columns: list[Column] | None = None) -> None:
    """What the list brings along of its own, then what its custom fields need."""
    if first:
        first(rows, columns)
    load_members(specs, rows, columns)


def column(spec: Any) -> Column:
    if spec.sensitive:  # may be masked, so it is text; what is encrypted has no order
        return Column(spec.full_name, spec.label, partial(_text, spec), default=False)
    order = f"custom__{spec.key}" if spec.type in SORTED else ""
    kind = types.KINDS.get(spec.type, "text")
    groups = Kept(spec) if spec.type in (Type.BOOL, Type.CHOICE) else None
    return Column(spec.full_name, spec.label, partial(_cell, spec), kind, order, default=False, groups=groups)


def _text(spec: Any, row: Any) -> str:
    return text(row, spec, exact=True)


def _cell(spec: Any, row: Any) -> Any:
    value = store.kept(row, spec)
    return types.cell(spec, value, member_of(row, spec, value))


def narrowed_by(spec: Any) -> Filter:
    if spec.type == Type.BOOL:
        return Filter(spec.full_name, spec.label, kind="bool", apply=partial(_equal, spec))
    if spec.type in types.CHOSEN:
        every = types.offers(spec, *(one["key"] for one in spec.choices))
        return Filter(spec.full_name, spec.label, choices=lambda _actor: every, apply=partial(_equal, spec))
    if spec.type == Type.MEMBER:
        return Filter(spec.full_name, spec.label, kind="record", model=MEMBER, apply=partial(_equal, spec))
    ranged = spec.type in NUMBERS or spec.type == Type.DATE
    return Filter(spec.full_name, spec.label, kind="text", apply=partial(_between if ranged else _contains, spec))


def _equal(spec: Any, rows: QuerySet[Any], value: Any, _actor: Any) -> QuerySet[Any]:
    """On PostgreSQL by containment, which one index over all fields of the table answers."""
    many = spec.type == Type.CHOICES
    if connection.vendor == "postgresql":
        return rows.filter(custom__contains={spec.key: [value] if many else value})
    if many:
        return rows.filter(**{f"custom__{spec.key}__icontains": f'"{value}"'})
    return rows.filter(**{f"custom__{spec.key}__exact": value})


def _contains(spec: Any, rows: QuerySet[Any], value: str, _actor: Any) -> QuerySet[Any]:
    return rows.filter(**{f"custom__{spec.key}__icontains": value})


def _between(spec: Any, rows: QuerySet[Any], value: str, _actor: Any) -> QuerySet[Any]:
    """“10”, “10..20”, “10..” or “..20”, the ends included."""
    first, dots, last = value[:LONGEST_RANGE].partition("..")
    if not dots:
        return rows.filter(**{f"custom__{spec.key}__exact": _end(spec, first)})
    ends = {"gte": first.strip(), "lte": last.strip()}
    return rows.filter(**{f"custom__{spec.key}__{side}": _end(spec, said) for side, said in ends.items() if said})


def _end(spec: Any, said: str) -> Any:
    try:
        return types.limit(spec, re.sub(r"\s+", "", said))
    except ValidationError as error:
        raise BadInput(
            _("Filter “%(name)s”: %(why)s A range is written 10..20, 10.. or ..20.")
            % {"name": spec.label, "why": " ".join(error.messages)}
        ) from error
