"""Cells of a list and items of its menus as HTML. In Python and not in a template, because a page shows some hundreds
of them."""

from html import escape
from typing import Any
from urllib.parse import quote_plus

from django.utils.safestring import SafeString
from django.utils.translation import gettext

from muster.core import money
from muster.core.listings import Column
from muster.core.templatetags.ui import day_name, face, icon, moment

RIGHT = ("money", "number", "percent")


def address(row: Any) -> str:
    return row.get_absolute_url() if hasattr(row, "get_absolute_url") else ""


class Row:
    """One row as the templates of lists read it."""

    def __init__(self, columns: list[tuple[Column, str]], row: Any) -> None:
        self.columns, self.object, self.pk = columns, row, row.pk

    @property
    def url(self) -> str:
        return address(self.object)

    @property
    def tick(self) -> SafeString:
        """The cell in which the row is chosen for what is done to many."""
        said = escape(f"{gettext('Select')} {self.object}")
        return SafeString(
            f'<td class="tick"><label class="list-check"><input type="checkbox" class="form-check-input" '
            f'data-pk="{self.pk}"><span class="visually-hidden">{said}</span></label></td>'
        )

    @property
    def html(self) -> SafeString:
        """The row's cells. On a phone each stands under its column's name."""
        cells = (_td(column, label, self.object, not no) for no, (column, label) in enumerate(self.columns))
        return SafeString("".join(cells))


def rows_of(columns: list[Column], rows: list[Any]) -> list[Row]:
    labels = [str(column.label) for column in columns]
    named = [(column, escape(label[:1].upper() + label[1:])) for column, label in zip(columns, labels, strict=True)]
    return [Row(named, row) for row in rows]


def _td(column: Column, label: str, row: Any, first: bool) -> str:
    shown = _shown(column, row)
    classes = (
        ("first " if first else "") + ("num" if column.kind in RIGHT else "") + ("" if shown or first else " blank")
    )
    return f'<td data-label="{label}" class="{classes.strip()}">{shown}</td>'


def _shown(column: Column, row: Any) -> str:
    """What stands in the cell, by the column's kind; '' is an empty cell. Everything that people typed is escaped."""
    value, kind = column.of(row), column.kind
    if kind == "link":
        return f'<a class="row-title" href="{escape(address(row))}">{"" if value is None else escape(str(value))}</a>'
    if value is None or value == "":
        return ""
    if kind == "money":
        return escape(money.display(*value)) if value[0] is not None else ""
    if kind in ("date", "datetime"):
        return escape(day_name(value) if kind == "date" else moment(value))
    if kind == "bool":
        return icon("check", "icon-sm", gettext("Yes")) if value else ""
    text = escape(str(value))
    if kind == "url":
        return f'<a class="plain-link" href="{text}" target="_blank" rel="noopener noreferrer">{text}</a>'
    if kind == "member":
        inner = f'{face(member=value, size="xs")}<span class="truncate">{text}</span>'
        return f'<a class="person" href="{escape(address(value))}">{inner}</a>'
    if kind == "record":
        return f'<a class="plain-link" href="{escape(address(value))}">{text}</a>'
    if kind == "badge":
        tone = column.tone(row) if column.tone else ""
        return f'<span class="chip tone-{escape(tone) or "gray"}">{text}</span>'
    return text


def menu(choices: list[tuple[str, Any]], chosen: str, url: str) -> SafeString:
    """Links that set a filter: CHOICES as (value, label), each address URL with its value behind."""
    return SafeString("".join(_item(label, value == chosen, url + quote_plus(value)) for value, label in choices))


def _item(label: Any, on: bool, url: str) -> str:
    mark, text = (" active", icon("check")) if on else ("", "")
    return f'<a class="dropdown-item{mark}" href="{escape(url)}">{text}{escape(str(label))}</a>'
