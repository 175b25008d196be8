"""Sentences kept as message and parameters, so that each reader sees his own language."""

from typing import Any

from django.core.exceptions import ValidationError
from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext, pgettext

from muster.access.action import plain

Stored = tuple[str, dict[str, Any]]


class Wrong(ValueError):
    """What is wrong with a cell, a row or a file. MESSAGE is a lazy text with %(name)s places; a parameter may be
    another `Wrong`, or lazy text."""

    def __init__(self, message: Any, **params: Any) -> None:
        super().__init__(message)
        self.message, self.params = message, params

    def __str__(self) -> str:
        return said(*self.stored())

    def stored(self) -> Stored:
        return original(self.message), {key: _stored(value) for key, value in self.params.items()}


def original(text: Any) -> str:
    """TEXT as it stands in the source, untranslated."""
    if isinstance(text, Promise):
        with translation.override(None):
            return str(text)
    return str(text)


def _context(text: Any) -> str:
    """What tells TEXT from others that are written the same: of `pgettext_lazy`, its first argument."""
    given: tuple[Any, ...] = getattr(text, "_args", ())
    return str(given[0]) if len(given) > 1 and given[-1] == original(text) else ""


def _stored(value: Any) -> Any:
    if isinstance(value, Wrong):
        message, params = value.stored()
        return {"message": message, "params": params}
    if isinstance(value, Promise):
        return {"message": original(value), "params": {}, "context": _context(value)}
    return [_stored(one) for one in value] if isinstance(value, list | tuple) else plain(value)


def of_error(error: Exception) -> Stored:
    """What ERROR says, to be kept. Several complaints are joined by blanks."""
    if isinstance(error, Wrong):
        return error.stored()
    if not isinstance(error, ValidationError):
        return str(error), {}
    if hasattr(error, "message"):
        message, params = Wrong(error.message, **(error.params or {})).stored()
        return message, params
    listed = [one for ones in error.error_dict.values() for one in ones] if hasattr(error, "error_dict") else None
    found = [of_error(one) for one in (error.error_list if listed is None else listed)]
    if len(found) == 1:
        return found[0]
    params = {f"s{at}": {"message": message, "params": params} for at, (message, params) in enumerate(found)}
    return " ".join(f"%({key})s" for key in params), params


def said(message: str, params: dict[str, Any]) -> str:
    """The sentence in the language of the moment."""
    text = gettext(message) if message else ""
    return text % {key: _said(value) for key, value in params.items()} if params else text


def _said(value: Any) -> Any:
    if isinstance(value, dict) and value.get("context"):
        return pgettext(value["context"], value["message"])
    if isinstance(value, dict) and "message" in value:
        return said(value["message"], value["params"])
    return ", ".join(str(_said(one)) for one in value) if isinstance(value, list) else value
