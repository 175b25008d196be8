"""What the frame of every page shows: where one can go, how it looks, and the words its scripts use."""

from functools import lru_cache
from typing import Any

from django.conf import settings
from django.template import loader
from django.urls import NoReverseMatch
from django.utils.functional import SimpleLazyObject
from django.utils.safestring import SafeString
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
    in_drawer, quick, language = _in_drawer(request), _quick(request), get_language() or settings.LANGUAGE_CODE
    known, theme = _known(request), _theme(request)
    return {
        "in_drawer": in_drawer,
        "layout": "layouts/drawer.html" if in_drawer else "layouts/page.html",
        "quick_url": quick,
        "theme": theme,
        "themes": _themes(theme, known, language),
        "language": language,
        "languages": settings.LANGUAGES,
        "company": settings.COMPANY_NAME,
        "texts": _texts(),
        **({} if in_drawer else _frame(*_place(request, known), quick, _style_page(request), language)),
    }


def _place(request: Request, known: bool) -> tuple[tuple[nav.Item, ...], str]:
    return nav.place(request) if known else ((), "")


def _style_page(request: Request) -> tuple[str, bool] | None:
    """Its address, where there is such a page, and whether one stands on it."""
    url = _address("style_page") if settings.DEBUG or settings.DEMO else ""
    return (url, request.path == url) if url else None


@lru_cache(maxsize=128)
def _frame(
    allowed: tuple[nav.Item, ...], here: str, quick: str, style_page: tuple[str, bool] | None, language: str
) -> dict[str, SafeString]:
    """The side bar, the bar of phones and the help of the keyboard: a tenth of a page's work, and the same for all who
    may open the same pages and stand on the same one. LANGUAGE is the one that is spoken now."""
    groups = nav.groups(allowed, here)
    shown = {"nav": groups, "bottom": _bottom(groups), "quick_url": quick, "style_page": style_page}
    return {name: loader.render_to_string(f"layouts/{name}.html", shown) for name in ("side", "bottom", "keys")}


@lru_cache(maxsize=16)
def _themes(theme: str, known: bool, language: str) -> SafeString:
    """The items of the menu of appearances, in LANGUAGE, which is spoken now."""
    return loader.render_to_string("layouts/themes.html", {"theme": theme, "known": known})


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
