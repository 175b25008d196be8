"""What the record pages share: facts, links and who changed what last."""

from typing import Any

from django.utils.translation import gettext as _

from muster.access.scope import Actor, rights
from muster.core import slots
from muster.core.templatetags.ui import day_name, moment


def fact(label: Any, value: Any, href: str = "") -> dict[str, Any]:
    text = str(label)
    return {"label": text[:1].upper() + text[1:], "value": value, "href": href}


def link_fact(label: Any, row: Any) -> dict[str, Any]:
    return fact(label, row, row.get_absolute_url() if row is not None else "")


def field_facts(row: Any, *names: str) -> list[dict[str, Any]]:
    """Plain fields under their own names; those without a value are left out."""
    found = []
    for name in names:
        field = row._meta.get_field(name)
        value = getattr(row, f"get_{name}_display")() if field.choices else getattr(row, name)
        if value not in (None, ""):
            shown = day_name(value) if hasattr(value, "year") else value
            linked = field.is_relation and hasattr(value, "get_absolute_url")
            found.append(link_fact(field.verbose_name, value) if linked else fact(field.verbose_name, shown))
    return found


def changed(row: Any) -> str:
    return _("Changed %(when)s") % {"when": moment(row.updated_at)}


def offers(actor: Actor, row: Any, *verbs: str) -> dict[str, Any]:
    """What the viewer may do to ROW (`may`: the buttons of its page), and what other rooms show him of it (`panels`, by
    place)."""
    may = rights(actor, row)
    panels: dict[str, list[dict[str, Any]]] = {}
    for one in slots.slots(row._meta.label_lower, may):
        panel = {"key": one.key, "label": one.label, "icon": one.icon, "url": one.url(row.pk)}
        panels.setdefault(one.place, []).append(panel)
    return {"may": {verb: may(f"{row._meta.label_lower}.{verb}") for verb in verbs}, "panels": panels}
