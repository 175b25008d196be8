"""What a report says, as its reader sees it: in his language, with links to what he may open, and what changed since it
was sent."""

from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_date, parse_datetime
from django.utils.translation import gettext as _

from muster.access.scope import Actor, policies
from muster.activities.models import Activity
from muster.core import money
from muster.core.periods import Period
from muster.core.templatetags.ui import day_name
from muster.metrics import display
from muster.metrics.compute import Cell
from muster.metrics.metric import metrics
from muster.people.models import Member
from muster.people.models.structure import named
from muster.reporting.models import Report
from muster.reporting.queries.content import Content, Row, content_of, numbers_of, work_rows

ICONS = {
    "visit": ("map-pin", "teal"),
    "call": ("phone", "blue"),
    "email": ("mail", "purple"),
    "meeting": ("users", "amber"),
    "wechat": ("message", "green"),
    "other": ("dots", "pink"),
    "note": ("note", "gray"),
    "new": ("target", "blue"),
    "moved": ("arrow-right", "blue"),
    "won": ("trophy", "green"),
    "lost": ("thumb-down", "gray"),
    "done": ("circle-check", "green"),
    "task": ("checkbox", "gray"),
}


def titles(period: Period) -> dict[str, str]:
    plan = {"day": _("Planned next"), "week": _("Planned for next week"), "month": _("Planned for next month")}
    return {
        "work": _("Done with customers"),
        "deals": _("Deals"),
        "tasks": _("Tasks done"),
        "overdue": _("Overdue"),
        "plan": plan.get(period.kind, _("Planned next")),
    }


def shown(body: Content, actor: Actor, member: int, period: Period) -> dict[str, Any]:
    """BODY for a template: numbers with their rows behind them, parts with lines."""
    names, links = titles(period), _links(body, actor)
    parts = [
        {
            "key": part["key"],
            "title": names.get(part["key"], part["key"]),
            "lines": [_line(row, links, period) for row in part["rows"]],
            "more": part["more"],
        }
        for part in body.get("parts", [])
    ]
    numbers = [number(one, {"period": period.key(), "member": member}) for one in body.get("numbers", [])]
    return {"parts": parts, "numbers": numbers, "empty": not parts}


def number(one: Row, asked: dict[str, Any], url: str = "") -> dict[str, Any]:
    """One kept number in words; a metric that is gone keeps its key as its name."""
    known = metrics().get(one["key"])
    link = f"{reverse('metric_rows', args=[one['key']])}?{urlencode(asked)}" if known else ""
    if known is None:
        return {"key": one["key"], "label": one["key"], "text": str(one["value"]), "value": one["value"], "href": ""}
    text = display.text(known, Cell(one["value"], 0, one.get("currency", "")))
    return {"key": known.key, "label": known.label, "text": text, "value": one["value"], "href": url or link}


def _links(body: Content, actor: Actor) -> dict[tuple[str, int], str]:
    """Addresses of the records that ACTOR may open now: one query for each kind."""
    models: dict[str, Any] = {model._meta.label_lower: model for model in policies()}
    wanted: dict[str, set[int]] = {}
    for part in body.get("parts", []):
        for row in part["rows"]:
            wanted.setdefault(row["of"], set()).add(row["pk"])
    found: dict[tuple[str, int], str] = {}
    for label, keys in wanted.items():
        if label in models:
            rows = models[label].objects.visible_to(actor).filter(pk__in=keys).values_list("pk", flat=True)
            found |= {(label, pk): models[label](pk=pk).get_absolute_url() for pk in rows}
    return found


def _line(row: Row, links: dict[tuple[str, int], str], period: Period) -> dict[str, Any]:
    icon, tone = ICONS.get(row["what"], ("point", "gray"))
    steps = " → ".join(named(name, name_zh) for name, name_zh in row.get("stages", []))
    amount = row.get("amount")
    text = [row.get("account", ""), row.get("text", ""), steps]
    return {
        "icon": icon,
        "tone": tone,
        "what": _what(row),
        "title": row["title"],
        "text": " · ".join(filter(None, text)),
        "end": money.short(amount, row["currency"]) if amount is not None else _when(row.get("at", ""), period),
        "href": links.get((row["of"], row["pk"]), ""),
    }


def _what(row: Row) -> str:
    if row["of"] == "activities.activity":
        return str(dict(Activity.Kind.choices).get(row["what"], row["what"]))
    said = {
        "new": _("New deal"),
        "moved": _("Moved on"),
        "won": _("Won"),
        "lost": _("Lost"),
        "done": _("Done"),
        "task": _("Task"),
    }
    return str(said.get(row["what"], row["what"]))


def _when(text: str, period: Period) -> str:
    """The hour on the day itself, else the day."""
    moment = parse_datetime(text) if "T" in text else None
    if moment is None:
        day = parse_date(text) if text else None
        return "" if day is None or (period.kind == "day" and day == period.start) else str(day_name(day))
    here = timezone.localtime(moment)
    clock = f"{here:%H:%M}"
    return clock if period.kind == "day" and here.date() == period.start else f"{day_name(here.date())} {clock}"


def since_sent(report: Report, body: Content, actor: Actor) -> dict[str, Any] | None:
    """What is otherwise now than when it was sent, as far as ACTOR sees it: what was logged afterwards, and numbers
    that are others. None where nothing is."""
    member: Member = report.member
    work = work_rows(actor, member, report.period)
    kept = {row["pk"] for part in body.get("parts", []) if part["key"] == "work" for row in part["rows"]}
    cut = any(part["key"] == "work" and part["more"] for part in body.get("parts", []))
    added = [row for row in work if row["pk"] not in kept] if not cut else []
    numbers = _changed(report, body, actor)
    if not added and not numbers:
        return None
    part = {"parts": [{"key": "work", "rows": added, "more": False}], "numbers": []}
    return {"lines": shown(part, actor, member.pk, report.period)["parts"][0]["lines"], "numbers": numbers}


def _changed(report: Report, body: Content, actor: Actor) -> list[dict[str, Any]]:
    now = {one["key"]: one for one in numbers_of(actor, report.member, report.period)}
    found = []
    for one in body.get("numbers", []):
        new = now.get(one["key"])
        if new is not None and new["value"] != one["value"]:
            asked = {"period": report.period.key(), "member": report.member_id}
            found.append({**number(one, asked), "now": number(new, asked)["text"]})
    return found


def draft(actor: Actor, member: Member, period: Period) -> dict[str, Any]:
    """What a report says before it is sent."""
    return shown(content_of(actor, member, period), actor, member.pk, period)


def in_words(numbers: list[dict[str, Any]], most: int = 6) -> str:
    """The numbers that are not nought, as one line."""
    said = [f"{one['label']} {one['text']}" for one in numbers if one["value"]]
    return " · ".join(said[:most])
