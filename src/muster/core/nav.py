"""The side bar: each room says which of its pages belong there."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from muster.core.http import Request
from muster.core.links import page_url

GROUPS = {
    "day": _("My day"),
    "customers": _("Customers"),
    "sales": _("Deals and money"),
    "results": _("Results"),
    "people": _("People"),
    "care": _("Keeping details true"),
    "structure": _("Structure"),
    "admin": _("Administration"),
}
FOLDED = {"care", "structure", "admin"}  # opened by hand, or by standing on one of their pages


@dataclass(frozen=True, eq=False)  # one is itself alone: a frame kept for many is found by it at once
class Item:
    group: str
    label: Any
    icon: str
    url_name: str
    permission: str = ""  # "" is everybody who is logged in
    order: int = 50
    key: str = ""  # the letter after g


_items: list[Item] = []


def register(item: Item) -> None:
    _items.append(item)
    _items.sort(key=lambda one: (list(GROUPS).index(one.group), one.order))


def items(request: Request) -> list[dict[str, Any]]:
    """Groups of the items this person may open, the present one marked."""
    return groups(*place(request))


def place(request: Request) -> tuple[tuple[Item, ...], str]:
    """The items this person may open, and the address of the one that he stands on or below."""
    actor = request.actor
    allowed = tuple(item for item in _items if not item.permission or actor.has(item.permission))
    return allowed, _nearest(request.path, [page_url(item.url_name) for item in allowed])


def groups(allowed: tuple[Item, ...], here: str) -> list[dict[str, Any]]:
    shown = []
    for group, label in GROUPS.items():
        links = [_link(item, here) for item in allowed if item.group == group]
        if links:
            opened = group not in FOLDED or any(link["active"] for link in links)
            shown.append({"key": group, "label": str(label), "items": links, "open": opened})
    return shown


def _link(item: Item, here: str) -> dict[str, Any]:
    url = page_url(item.url_name)
    return {"label": str(item.label), "icon": item.icon, "url": url, "key": item.key, "active": url == here}


def _nearest(path: str, urls: list[str]) -> str:
    """The deepest of URLS that PATH lies under: /deals/board/ is the board, not the list of deals."""
    over = [url for url in urls if path == url or (url != "/" and path.startswith(url))]
    return max(over, key=len, default="")
