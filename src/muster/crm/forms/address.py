"""Addresses in parts, typed one by one or pasted whole."""

import re
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from muster.core.forms import Suggested
from muster.core.places import PROVINCES, split_address
from muster.crm.models.address import PARTS

POSTCODE = re.compile(r"[0-9A-Z](?:[0-9A-Z -]*[0-9A-Z])?")
PROVINCE = Suggested(PROVINCES, {"autocomplete": "address-level1"})
HELP = _(
    "Street, number, building. A whole Chinese address can be pasted here: province, city and district go into their "
    "fields."
)


class WithAddress:
    """For a form with all PARTS."""

    def clean_postcode(self: Any) -> str:
        value = str(self.cleaned_data["postcode"]).strip().upper()
        if value and not POSTCODE.fullmatch(value):
            raise forms.ValidationError(_("A postcode is of digits, letters, blanks and hyphens, as 200001."))
        return value

    def split(self: Any, values: dict[str, Any]) -> None:
        """A whole address where no part was typed is parted, as far as that is sure."""
        if not set(PARTS) <= set(values) or any(values[name] for name in PARTS[:3]):
            return
        found = split_address(values["address"] or "")
        if found and not (values["postcode"] and found["postcode"] not in ("", values["postcode"])):
            values.update({**found, "postcode": found["postcode"] or values["postcode"]})
