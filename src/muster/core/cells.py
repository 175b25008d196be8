"""Cells of a list and items of its menus as HTML. In Python and not in a template, because a page shows some hundreds
of them."""

from collections.abc import Callable
from dataclasses import dataclass
from html import escape
from typing import Any
from urllib.parse import quote_plus

from django.utils.safestring import SafeString
from django.utils.text import capfirst
from django.utils.translation import gettext

from muster.core import money
from muster.core.listings import Column
from muster.core.templatetags.ui import day_name, face, icon, moment

RIGHT = ("money", "number", "percent")
WHOLE = ("date", "datetime", "code")  # read badly when broken over two lines
Cell = Callable[[Any], str]  # writes the cell of one row


def address(row: Any) -> str:
    return row.get_absolute_url() if hasattr(row, "get_absolute_url") else ""


@dataclass(frozen=True)
class Row:
    """One row as the templates of lists read it."""

    cells: list[Cell]
    object: Any
    ticked: bool  # may it be chosen, for what is done to many?

    @property
    def url(self) -> str:
        return address(self.object)

    @property
    def html(self) -> SafeString:
        """The row's cells. On a phone each stands under its column's name."""
        tick = self._tick() if self.ticked else ""
        return SafeString(tick + "".join([cell(self.object) for cell in self.cells]))

    def _tick(self) -> str:
        said = escape(f"{gettext('Select')} {self.object}")
        return (
            f'<td class="tick"><label class="list-check"><input type="checkbox" class="form-check-input" '
            f'data-pk="{self.object.pk}"><span class="visually-hidden">{said}</span></label></td>'
        )


def rows_of(columns: list[Column], rows: list[Any], ticked: bool = False) -> list[Row]:
    cells = [_cell(column, not at) for at, column in enumerate(columns)]
    return [Row(cells, row, ticked) for row in rows]


def _cell(column: Column, first: bool) -> Cell:
    """What writes the cells of COLUMN: all that is the same for each row is settled here."""
    label, show = capfirst(str(column.label)), _SHOWN.get(column.kind, _text)
    said = ("first" if first else "", "num" if column.kind in RIGHT else "", "whole" if column.kind in WHOLE else "")
    classes = " ".join(filter(None, said))
    filled = f'<td data-label="{escape(label)}" class="{classes}">'
    blank = filled if first else f'<td data-label="{escape(label)}" class="{f"{classes} blank".strip()}">'

    def write(row: Any) -> str:
        value = column.of(row)
        shown = "" if (value is None or value == "") and column.kind != "link" else show(column, row, value)
        return f"{filled if shown else blank}{shown}</td>"

    return write


# -- what stands in a cell, by the column's kind; '' is an empty cell. Everything that people typed is escaped ---------


def _text(_column: Column, _row: Any, value: Any) -> str:
    return escape(str(value))


def _link(_column: Column, row: Any, value: Any) -> str:
    return f'<a class="row-title" href="{escape(address(row))}">{"" if value is None else escape(str(value))}</a>'


def _money(_column: Column, _row: Any, value: Any) -> str:
    return escape(money.display(*value)) if value[0] is not None else ""


def _date(_column: Column, _row: Any, value: Any) -> str:
    return escape(day_name(value))


def _datetime(_column: Column, _row: Any, value: Any) -> str:
    return escape(moment(value))


def _bool(_column: Column, _row: Any, value: Any) -> str:
    return icon("check", "icon-sm", gettext("Yes")) if value else ""


def _url(_column: Column, _row: Any, value: Any) -> str:
    text = escape(str(value))
    return f'<a class="plain-link" href="{text}" target="_blank" rel="noopener noreferrer">{text}</a>'


def _member(_column: Column, _row: Any, value: Any) -> str:
    inner = f'{face(member=value, size="xs")}<span class="truncate">{escape(str(value))}</span>'
    return f'<a class="person" href="{escape(address(value))}">{inner}</a>'


def _record(_column: Column, _row: Any, value: Any) -> str:
    return f'<a class="plain-link" href="{escape(address(value))}">{escape(str(value))}</a>'


def _badge(column: Column, row: Any, value: Any) -> str:
    tone = column.tone(row) if column.tone else ""
    return f'<span class="chip tone-{escape(tone) or "gray"}">{escape(str(value))}</span>'


_SHOWN: dict[str, Callable[[Column, Any, Any], str]] = {
    "link": _link,
    "money": _money,
    "date": _date,
    "datetime": _datetime,
    "bool": _bool,
    "url": _url,
    "member": _member,
    "record": _record,
    "badge": _badge,
}


def menu(choices: list[tuple[str, Any]], chosen: str, url: str) -> SafeString:
    """Links that set a filter: CHOICES as (value, label), each address URL with its value behind."""
    return SafeString("".join(_item(label, value == chosen, url + quote_plus(value)) for value, label in choices))


def _item(label: Any, on: bool, url: str) -> str:
    mark, text = (" active", icon("check")) if on else ("", "")
    return f'<a class="dropdown-item{mark}" href="{escape(url)}">{text}{escape(str(label))}</a>'
