"""What a field of each type takes, keeps and shows.

Kept values are plain JSON that both databases order and compare: whole numbers for amounts (minor units) and decimals
(scaled by the field's places), ISO days, keys of choices, ids of members.
"""

import datetime as dt
import re
import unicodedata
from collections.abc import Callable
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator, validate_email
from django.db import models
from django.utils.translation import get_language, gettext, gettext_lazy
from django.utils.translation import gettext_lazy as _

from muster.core import money
from muster.core.templatetags.ui import day_name

BIGGEST = 2**53 - 1  # what every reader of JSON holds exactly
SHOWN = 40
SEPARATORS = ",，;；、|\n"
YES = {"1", "true", "yes", "y", "on", "是", "对", "有", "√"}
NO = {"0", "false", "no", "n", "off", "否", "不", "不是", "无", "×"}


class Type(models.TextChoices):
    TEXT = "text", gettext_lazy("Text")
    LONG = "long", gettext_lazy("Long text")
    WHOLE = "whole", gettext_lazy("Whole number")
    DECIMAL = "decimal", gettext_lazy("Decimal number")
    MONEY = "money", gettext_lazy("Amount of money")
    DATE = "date", gettext_lazy("Date")
    BOOL = "bool", gettext_lazy("Yes or no")
    CHOICE = "choice", gettext_lazy("One of several choices")
    CHOICES = "choices", gettext_lazy("Several choices")
    LINK = "link", gettext_lazy("Web address")
    PHONE = "phone", gettext_lazy("Phone number")
    EMAIL = "email", gettext_lazy("E-mail address")
    MEMBER = "member", gettext_lazy("Member")


TEXTS = {Type.TEXT: 500, Type.LONG: 10_000}  # the longest that may be asked for
NUMBERS = (Type.WHOLE, Type.DECIMAL, Type.MONEY)
CHOSEN = (Type.CHOICE, Type.CHOICES)
SORTED = (*NUMBERS, Type.TEXT, Type.DATE, Type.PHONE, Type.EMAIL)


def read(spec: Any, raw: Any) -> Any:
    """RAW (typed, sent or out of a file) as it is kept; None is no value. Raises ValidationError with a sentence."""
    if raw is None or raw == [] or (isinstance(raw, str) and not raw.strip()):
        return None
    value = _READERS[spec.type](spec, raw)
    if value not in (None, []):
        _bounds(spec, value)
    return None if value == [] else value


def words(raw: Any) -> str:
    """Text that both databases can hold."""
    if isinstance(raw, bool | list | dict):
        raise _wrong(_("“%(text)s” is not a text."), raw)
    text = str(raw).replace("\r\n", "\n").strip()
    if "\x00" in text or any("\ud800" <= one <= "\udfff" for one in text):
        raise ValidationError(_("The text has characters that cannot be kept: write it anew."))
    return text


def _wrong(sentence: Any, raw: Any, **params: Any) -> ValidationError:
    text = str(raw)[:SHOWN].encode("utf-8", "replace").decode()
    return ValidationError(sentence, params={"text": text, **params})


def _text(spec: Any, raw: Any) -> str:
    text = words(raw)
    if spec.pattern and not re.fullmatch(spec.pattern, text[: TEXTS[spec.type]]):
        raise _wrong(_("“%(text)s” is not written as asked for here. %(help)s"), text, help=spec.help_said)
    return text


def _figure(raw: Any, sentence: Any, places: int = 0) -> Decimal:
    text = unicodedata.normalize("NFKC", words(raw)).replace(",", "").replace(" ", "")
    if not re.fullmatch(r"[+-]?\d{1,18}(\.\d{1,18})?", text):
        raise _wrong(sentence, raw)
    scaled = Decimal(text).scaleb(places)
    if scaled != scaled.to_integral_value():
        if not places:
            raise _wrong(sentence, raw)
        raise _wrong(_("“%(text)s” has more than %(places)s decimals."), raw, places=places)
    return scaled


def _whole(spec: Any, raw: Any) -> int:
    return _fits(raw, int(_figure(raw, _("“%(text)s” is not a whole number."))))


def _decimal(spec: Any, raw: Any) -> int:
    return _fits(raw, int(_figure(raw, _("“%(text)s” is not a number: write for example 12.5."), spec.places)))


def _money(spec: Any, raw: Any) -> int:
    text = words(raw)
    if len(text) > SHOWN or "e" in text.lower():
        raise _wrong(_("“%(text)s” is not an amount: write for example 1234.50."), raw)
    try:
        return _fits(raw, money.to_minor(text.removesuffix(spec.currency).strip(), spec.currency))
    except ValueError as error:
        raise ValidationError(str(error)) from error


def _fits(raw: Any, value: int) -> int:
    if abs(value) > BIGGEST:
        raise _wrong(_("“%(text)s” is larger than this field can hold."), raw)
    return value


def _date(spec: Any, raw: Any) -> str:
    try:
        if isinstance(raw, dt.date):
            return (raw.date() if isinstance(raw, dt.datetime) else raw).isoformat()
        text = words(raw)
        if not re.fullmatch(r"\d{4}-\d{2}-\d{2}", text):
            raise ValueError(text)
        return dt.date.fromisoformat(text).isoformat()
    except ValueError as error:
        raise _wrong(_("“%(text)s” is not a date: write it as 2026-03-31."), raw) from error


def _bool(spec: Any, raw: Any) -> bool:
    if isinstance(raw, bool):
        return raw
    said = words(raw).lower()
    if said not in YES | NO:
        raise _wrong(_("“%(text)s” is neither yes nor no."), raw)
    return said in YES


def _choice(spec: Any, raw: Any) -> str:
    said = words(raw)
    named = {one["key"]: one["key"] for one in spec.choices}
    for one in spec.choices:
        for name in (one.get("name"), one.get("name_zh")):
            named.setdefault(str(name).casefold(), one["key"])
    found = named.get(said) or named.get(said.casefold())
    if found is None:
        offered = ", ".join(label for _key, label in offers(spec))
        raise _wrong(_("“%(text)s” is none of: %(choices)s."), said, choices=offered[:500])
    return found


def _choices(spec: Any, raw: Any) -> list[str]:
    said = raw if isinstance(raw, list | tuple) else re.split(f"[{SEPARATORS}]", words(raw))
    chosen = {_choice(spec, one) for one in said if words(one)}
    return [one["key"] for one in spec.choices if one["key"] in chosen]


def _link(spec: Any, raw: Any) -> str:
    text = words(raw)
    address = text if "://" in text else f"https://{text}"
    try:
        if len(address) > TEXTS[Type.TEXT]:
            raise ValidationError("long")
        URLValidator(schemes=["http", "https"])(address)
    except ValidationError as error:
        raise _wrong(_("“%(text)s” is not a web address."), text) from error
    return address


def _phone(spec: Any, raw: Any) -> str:
    text = unicodedata.normalize("NFKC", words(raw))
    if not re.fullmatch(r"\+?[0-9 ().\-]{3,31}", text) or sum(one.isdigit() for one in text) < 3:
        raise _wrong(_("“%(text)s” is not a phone number."), raw)
    return text


def _email(spec: Any, raw: Any) -> str:
    text = words(raw)
    try:
        validate_email(text)
    except ValidationError as error:
        raise _wrong(_("“%(text)s” is not an e-mail address."), text) from error
    return text


def _member(spec: Any, raw: Any) -> int:
    if isinstance(raw, models.Model):
        return int(raw.pk)
    text = words(raw)
    if not re.fullmatch(r"\d{1,18}", text):
        raise _wrong(_("“%(text)s” is no member: choose one from the list."), raw)
    return int(text)


_READERS: dict[str, Callable[[Any, Any], Any]] = {
    Type.TEXT: _text,
    Type.LONG: _text,
    Type.WHOLE: _whole,
    Type.DECIMAL: _decimal,
    Type.MONEY: _money,
    Type.DATE: _date,
    Type.BOOL: _bool,
    Type.CHOICE: _choice,
    Type.CHOICES: _choices,
    Type.LINK: _link,
    Type.PHONE: _phone,
    Type.EMAIL: _email,
    Type.MEMBER: _member,
}


def limit(spec: Any, text: str) -> Any:
    """A bound of the field as values are kept: a length of texts, else a value. None where TEXT says none."""
    if not text:
        return None
    return _whole(spec, text) if spec.type in TEXTS else _READERS[spec.type](spec, text)


def _bounds(spec: Any, value: Any) -> None:
    least, most = limit(spec, spec.least), limit(spec, spec.most)
    if spec.type in TEXTS:
        most = min(most or TEXTS[spec.type], TEXTS[spec.type])
        if len(value) > most:
            raise _wrong(_("“%(text)s…” is longer than %(most)s characters."), value[:20], most=most)
        if least is not None and len(value) < least:
            raise _wrong(_("“%(text)s” is shorter than %(least)s characters."), value, least=least)
        return
    if least is not None and value < least:
        raise _wrong(_("“%(text)s” is too small: at least %(least)s."), shown(spec, value), least=shown(spec, least))
    if most is not None and value > most:
        raise _wrong(_("“%(text)s” is too large: at most %(most)s."), shown(spec, value), most=shown(spec, most))


# -- out again -------------------------------------------------------------------------------------------------------


def offers(spec: Any, *kept: str) -> list[tuple[str, str]]:
    """(key, label) of the choices that can be chosen, and of those KEPT although retired."""
    return [(one["key"], label_of(one)) for one in spec.choices if not one.get("retired") or one["key"] in kept]


def label_of(choice: dict[str, Any]) -> str:
    chinese = (get_language() or "").startswith("zh")
    return str((choice.get("name_zh") if chinese else "") or choice.get("name") or choice["key"])


def decimal(spec: Any, value: int) -> Decimal:
    return Decimal(value).scaleb(-spec.places)


def shown(spec: Any, value: Any, member: Any = None) -> str:
    """VALUE in words; of a member, the name that the reader may see."""
    if value is None:
        return ""
    if spec.type == Type.MEMBER:
        return str(member) if member is not None else "…"
    if spec.type in CHOSEN:
        labels = dict(offers(spec, *(one["key"] for one in spec.choices)))
        return ", ".join(labels.get(one, str(one)) for one in (value if isinstance(value, list) else [value]))
    if spec.type == Type.BOOL:
        return gettext("Yes") if value else gettext("No")
    if spec.type == Type.DATE:
        return day_name(dt.date.fromisoformat(value))
    if spec.type == Type.MONEY:
        return money.display(value, spec.currency)
    return f"{decimal(spec, value):f}" if spec.type == Type.DECIMAL else str(value)


def typed(spec: Any, value: Any) -> Any:
    """VALUE as one would type it into the form."""
    if value is None:
        return ""
    if spec.type == Type.MONEY:
        return f"{money.major(value, spec.currency):.{len(str(money.scale(spec.currency))) - 1}f}"
    if spec.type == Type.DECIMAL:
        return f"{decimal(spec, value):f}"
    return ("true" if value else "false") if spec.type == Type.BOOL else value


def sent(spec: Any, value: Any) -> Any:
    """VALUE out of JSON as one would type it: amounts come in minor units."""
    if spec.type != Type.MONEY or value is None:
        return value
    if not isinstance(value, int) or isinstance(value, bool):
        raise ValidationError(_("An amount is a whole number of minor units."))
    return f"{money.major(_fits(value, value), spec.currency):f}"


def cell(spec: Any, value: Any, member: Any = None) -> Any:
    """VALUE as lists and exports take it, by the column's kind."""
    if spec.type == Type.MONEY:
        return (value, spec.currency)
    if value is None or spec.type in (Type.WHOLE, Type.BOOL):
        return value
    if spec.type == Type.DECIMAL:
        return decimal(spec, value)
    if spec.type == Type.DATE:
        return dt.date.fromisoformat(value)
    return member if spec.type == Type.MEMBER else shown(spec, value)


KINDS = {
    Type.WHOLE: "number",
    Type.DECIMAL: "number",
    Type.MONEY: "money",
    Type.DATE: "date",
    Type.BOOL: "bool",
    Type.LINK: "url",
    Type.MEMBER: "member",
}


def as_json(spec: Any, value: Any, member: Any = None) -> Any:
    """VALUE as the API hands it out."""
    if value is None:
        return None
    if spec.type == Type.MEMBER:
        return {"id": value, "name": str(member) if member is not None else ""}
    return f"{decimal(spec, value):f}" if spec.type == Type.DECIMAL else value
