"""What the record pages share: facts, links and who changed what last."""

from typing import Any

from django.utils.translation import gettext as _

from muster.access.scope import Actor, can
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


def allowed(actor: Actor, row: Any, *verbs: str) -> dict[str, bool]:
    """Which of VERBS the viewer may do to ROW: the buttons of its page."""
    label = row._meta.label_lower
    first: dict[frozenset[str], bool] = {}
    found = {}
    for verb in verbs:
        scopes = actor.scopes(f"{label}.{verb}")
        if scopes not in first:  # the rule is the same for the same scopes, so it is asked once
            first[scopes] = bool(scopes) and can(actor, f"{label}.{verb}", row)
        found[verb] = first[scopes]
    return found


def panels(page: str, actor: Actor, pk: int) -> dict[str, list[dict[str, Any]]]:
    """What other rooms show on this page, by place."""
    found: dict[str, list[dict[str, Any]]] = {}
    for one in slots.slots(page, actor):
        panel = {"key": one.key, "label": one.label, "icon": one.icon, "url": one.url(pk)}
        found.setdefault(one.place, []).append(panel)
    return found
