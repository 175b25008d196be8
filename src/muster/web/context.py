"""What the frame of every page shows: where one can go, how it looks, and the words its scripts use."""

from typing import Any

from django.conf import settings
from django.urls import NoReverseMatch
from django.utils.functional import SimpleLazyObject
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from muster.core import nav
from muster.core.http import Request
from muster.core.links import page_url

THEMES = ("auto", "light", "dark")
BOTTOM_BAR = ("home", "account_list", "deal_list", "member_list")  # the thumb's row on a phone: four places and a plus
QUICK = "activity_create"


def shell(request: Request) -> dict[str, Any]:
    return {"shell": SimpleLazyObject(lambda: _shell(request))}


def _shell(request: Request) -> dict[str, Any]:
    groups = nav.items(request) if _known(request) else []
    in_drawer = _in_drawer(request)
    return {
        "in_drawer": in_drawer,
        "layout": "layouts/drawer.html" if in_drawer else "layouts/page.html",
        "nav": groups,
        "bottom": _bottom(groups),
        "quick_url": _quick(request),
        "theme": _theme(request),
        "language": get_language() or settings.LANGUAGE_CODE,
        "languages": settings.LANGUAGES,
        "company": settings.COMPANY_NAME,
        "style_page": settings.DEBUG or settings.DEMO,
        "texts": _texts(),
    }


def _known(request: Request) -> bool:
    return hasattr(request, "actor") and bool(getattr(request, "user", None) and request.user.is_authenticated)


def _in_drawer(request: Request) -> bool:
    return request.headers.get("HX-Target", "").endswith("#drawer-body")


def _theme(request: Request) -> str:
    chosen = request.COOKIES.get("muster_theme") or (getattr(request.user, "theme", "") if _known(request) else "")
    return chosen if chosen in THEMES else "auto"


def _address(name: str) -> str:
    try:
        return page_url(name)
    except NoReverseMatch:
        return ""


def _bottom(groups: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Of the pages this person may open, those that belong under the thumb."""
    links = {link["url"]: link for group in groups for link in group["items"]}
    return [links[url] for url in map(_address, BOTTOM_BAR) if url in links]


def _quick(request: Request) -> str:
    return _address(QUICK) if _known(request) and request.actor.has("activities.activity.create") else ""


def _texts() -> dict[str, str]:
    return {
        "cancel": _("Cancel"),
        "close": _("Close"),
        "confirm": _("Confirm"),
        "copied": _("Copied"),
        "failed": _("That did not work. Nothing was changed; please try again."),
        "lookup": _("Type to find"),
        "remove": _("Take off"),
        "nothing": _("Nothing found"),
        "unsent": _("%s entries on this device have not been sent yet. Sign out and lose them?"),
        "unsent_yes": _("Sign out and lose them"),
        "offline": _("No connection. Check your network, then try again."),
    }
