"""What templates need beyond Django's own: icons, faces, amounts."""

from functools import lru_cache
from hashlib import sha256
from typing import Any
from zlib import crc32

from django import template
from django.contrib.messages import get_messages
from django.contrib.staticfiles import finders
from django.template.defaultfilters import date as format_date
from django.templatetags.static import static
from django.utils import timezone
from django.utils.html import format_html, json_script
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from muster.core import money as amounts
from muster.core import names
from muster.core.links import opens

register = template.Library()
# What tells them apart in a user agent; the first that is found counts, for most claim to be others too.
BROWSERS = [("MicroMessenger", "微信"), ("Edg", "Edge"), ("OPR/", "Opera"), ("Firefox/", "Firefox")]
BROWSERS += [("Chrome/", "Chrome"), ("Safari/", "Safari"), ("curl/", "curl")]
SYSTEMS = [("HarmonyOS", "HarmonyOS"), ("Android", "Android"), ("iPhone", "iPhone"), ("iPad", "iPad")]
SYSTEMS += [("Windows", "Windows"), ("Mac OS X", "macOS"), ("Linux", "Linux")]

TONES = ("blue", "green", "amber", "red", "purple", "teal", "pink", "gray")
MESSAGE_TONES = {"error": "danger", "warning": "warning", "info": "info", "debug": "info"}


@lru_cache(maxsize=1)
def _icons_version() -> str:
    path = finders.find("icons.svg")
    if not path:
        return ""
    with open(path, "rb") as sprite:
        return sha256(sprite.read()).hexdigest()[:8]


@register.simple_tag
def icons_url() -> str:
    """The sprite's address; it changes with its content, so browsers may keep it."""
    return f"{static('icons.svg')}?v={_icons_version()}"


@register.simple_tag
def icon(name: str, extra: str = "", label: str = "") -> SafeString:
    """{% icon "users" %}: decoration unless it has a label."""
    return _icon(str(name), str(extra), str(label)) if name else SafeString("")


@lru_cache(maxsize=1024)
def _icon(name: str, extra: str, label: str) -> SafeString:
    spoken = format_html('role="img" aria-label="{}"', label) if label else SafeString('aria-hidden="true"')
    return format_html('<svg class="icon {}" {}><use href="{}#{}"></use></svg>', extra, spoken, icons_url(), name)


@register.filter
def may(actor: Any, permission: str) -> bool:
    """{% if request.actor|may:"crm.deal.create" %}: in some scope; what can be done to one record, its page knows."""
    return bool(actor.has(permission))


@register.filter
def open_to(address: str, actor: Any) -> str:
    """ADDRESS, or '' where its page lets ACTOR not in: what it would name is then plain text."""
    return address if opens(actor, str(address or "")) else ""


@register.filter
def tone(value: Any) -> str:
    """The same colour for the same text, everywhere and always."""
    return TONES[crc32(str(value).encode()) % len(TONES)]


@register.filter
def initials(value: Any) -> str:
    return names.initials(str(value or ""))


@register.simple_tag
def face(member: Any = None, name: str = "", photo: str = "", size: str = "") -> SafeString:
    """A person's photo, or the initials on a colour of their own. Silent: the name stands beside it."""
    return _face(str(member or name), photo or getattr(member, "photo_url", ""), size)


@lru_cache(maxsize=4096)
def _face(shown: str, source: str, size: str) -> SafeString:
    if source and size not in ("lg", "xl"):
        source += f"{'&' if '?' in source else '?'}size=small"
    inner = format_html('<img src="{}" alt="" loading="lazy">', source) if source else names.initials(shown)
    return format_html(
        '<span class="face face-{} tone-{}" title="{}" aria-hidden="true">{}</span>', size, tone(shown), shown, inner
    )


@register.filter
def money(minor: int | None, currency: str) -> str:
    return amounts.display(minor, currency)


@register.filter
def money_short(minor: int | None, currency: str) -> str:
    return amounts.short(minor, currency)


@register.filter
def day_of(value: Any) -> Any:
    """The calendar day of a moment, where the reader is."""
    return timezone.localtime(value).date() if hasattr(value, "hour") else value


@register.filter
def day_name(value: Any) -> str:
    """A date as people say it: without the year while it is this year's."""
    if value is None or value == "":
        return ""
    here = day_of(value)
    return _day_name(here, here.year == timezone.localdate().year, get_language() or "en")


@lru_cache(maxsize=4096)
def _day_name(day: Any, this_year: bool, _language: str) -> str:
    return str(format_date(day, "MONTH_DAY_FORMAT" if this_year else "DATE_FORMAT"))


@register.filter
def moment(value: Any) -> str:
    """A day, and the time where there is one."""
    if value is None or value == "":
        return ""
    if not hasattr(value, "hour"):
        return day_name(value)
    return f"{day_name(value)} {format_date(timezone.localtime(value), 'H:i')}"


@register.filter
def device(user_agent: str) -> str:
    """What a person calls it: browser and system, as far as the browser says so."""
    named = [next((name for mark, name in marks if mark in user_agent), "") for marks in (BROWSERS, SYSTEMS)]
    return " · ".join(filter(None, named)) or user_agent or "?"


@register.filter
def pairs(values: dict[str, str]) -> list[tuple[str, str]]:
    """What `.items` would be, if a parameter could not be called "items"."""
    return list(values.items())


@register.filter
def script(value: Any, element_id: str) -> SafeString:
    """Data for a script: `json_script`, which also takes lazy texts and decimals."""
    return json_script(value, element_id)


@register.simple_tag
def spark_data(values: list[float], element_id: str) -> SafeString:
    return json_script({"series": [{"name": "", "data": list(values)}]}, f"{element_id}-spark")


@register.simple_tag(takes_context=True)
def message_notes(context: template.Context) -> SafeString:
    """Django's messages as data for the toasts."""
    request = context.get("request")
    found = [
        {"message": str(one), "tone": MESSAGE_TONES.get(one.level_tag, "success")}
        for one in (get_messages(request) if request else [])
    ]
    return json_script(found, "messages")
