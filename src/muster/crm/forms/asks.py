"""What a rule or a pool asks of a record, as a field for each filter of its kind; over the API it is one `asks`."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from muster.core.listings import Filter

ASK = "ask_"
ASKED = ("choice", "text", "bool", "number", "date", "record")


class Asking:
    """For a form whose record keeps what it asks in `asks`, and that has a hidden field of that name."""

    def add_asks(self: Any, filters: Iterable[Filter], first: tuple[str, ...]) -> None:
        """A field for each of FILTERS that can be asked, behind the fields FIRST."""
        for one in filters:
            if one.kind in ASKED and (one.kind != "record" or one.choices):
                self.fields[f"{ASK}{one.key}"] = self._ask(one)
        self.order_fields([*first, *(key for key in self.fields if key.startswith(ASK))])

    def _ask(self: Any, one: Filter) -> forms.Field:
        label, value = capfirst(_("only %(what)s") % {"what": one.label}), self.instance.asks.get(one.key, "")
        choices = list(one.choices(self.actor)) if one.choices else []
        choices = [("1", _("Yes")), ("0", _("No"))] if one.kind == "bool" else choices
        if not choices:
            return forms.CharField(label=label, required=False, max_length=200, initial=value)
        offered = [("", _("any")), *((str(key), text) for key, text in choices)]
        return forms.ChoiceField(label=label, required=False, choices=offered, initial=value)

    def read_asks(self: Any, values: dict[str, Any]) -> dict[str, Any]:
        """VALUES with what was typed into the fields as `asks`."""
        typed = {key.removeprefix(ASK): values.pop(key) for key in list(values) if key.startswith(ASK)}
        if any(f"{ASK}{key}" in self.data for key in typed):
            values["asks"] = {key: value for key, value in typed.items() if value}
        elif values.get("asks") is None:
            values.pop("asks", None)
        elif not isinstance(values["asks"], dict) or not all(isinstance(one, str) for one in values["asks"].values()):
            self.add_error("asks", _("This is one text for each filter, as {“level”: “key”}."))
        return values
