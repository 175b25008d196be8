"""What happened to a record, for the side of its page."""

from collections.abc import Callable
from typing import Any

from django.db import models
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.dateparse import parse_date
from django.utils.html import format_html
from django.utils.translation import gettext as _

from muster.access.custom import Story
from muster.access.models import Event
from muster.access.permissions import label_of
from muster.access.scope import visible_or_404
from muster.activities import queries
from muster.activities.listings.records import KIND_ICONS, KIND_TONES
from muster.activities.models import Activity, Mail
from muster.core import money
from muster.core.fields import Sensitive
from muster.core.http import Request
from muster.core.templatetags.ui import day_name
from muster.crm.models import Account, Contact, Deal, Lead, StageChange
from muster.people.models import Member

STAGE_TONES = {"open": ("arrow-right", "blue"), "won": ("trophy", "green"), "lost": ("thumb-down", "gray")}
EVENT_ICONS = {"create": "plus", "transfer": "arrows-exchange", "archive": "archive", "restore": "archive-off"}
AMOUNTS = {"amount", "annual_revenue", "list_price"}
UNSAID = {
    "search_text",
    "status",
    "waiting_since",
    "reached",
    "response_minutes",
    "taken_from",
    "first_response_on",
    "archived_at",
    "last_activity_on",
    "stage_since",
}


def panel(model: Any, url_name: str) -> Callable[..., HttpResponse]:
    def view(request: Request, pk: int) -> HttpResponse:
        record = visible_or_404(model, request.actor, pk=pk)
        only = request.GET.get("only", "")
        only = only if only in ("work", "event") else ""
        cursor = request.GET.get("cursor", "")
        found = queries.timeline(request.actor, record, only, cursor)
        story = Story(request.actor, [one.row for one in found.moments if one.source == "event"])
        url = reverse(url_name, args=[pk])
        context = {
            "items": [_item(one, record, found, story) for one in found.moments],
            "next_url": f"{url}?only={only}&cursor={found.next}" if found.next else "",
        }
        if cursor:
            return render(request, "activities/timeline.html#items", context)
        plans = list(queries.plans_about(request.actor, record)) if only != "event" else []
        return render(request, "activities/timeline.html", {**context, "plans": plans, "kinds": _kinds(url, only)})

    return view


def _kinds(url: str, only: str) -> list[dict[str, Any]]:
    kinds = [("", _("All")), ("work", _("Contacts made")), ("event", _("Record changes"))]
    return [{"label": label, "url": f"{url}?only={key}", "active": key == only} for key, label in kinds]


def _item(one: queries.Moment, record: Any, found: queries.Timeline, story: Story) -> dict[str, Any]:
    if one.source == "event":
        return {"at": one.at or one.day, **_event(one.row, record, found.names, story)}
    if one.source == "work":
        return {"at": one.at or one.day, **_work(one.row, record, found.mails.get(one.row.pk))}
    return {"at": one.at or one.day, **_stage(one.row, record)}


def _work(row: Activity, record: Any, mail: Mail | None) -> dict[str, Any]:
    late = format_html(' <span class="chip tone-amber">{}</span>', _("entered late")) if row.is_late else ""
    about = [row.account, row.deal] if isinstance(record, Member) else [row.deal]
    about_text = " · ".join(str(one) for one in about if one is not None and one.pk != record.pk)
    lines = [about_text, row.outcome, row.body, _("Next: %(step)s") % {"step": row.next_step} if row.next_step else ""]
    subject = str(mail.subject or mail.start) if mail is not None else row.subject
    said = _("%(kind)s: %(subject)s") % {"kind": row.get_kind_display(), "subject": subject}
    html = format_html("{}{}", row.subject if subject == row.get_kind_display() else said, late)
    return {
        "icon": KIND_ICONS[row.kind],
        "tone": KIND_TONES[row.kind],
        "html": html,
        "text": "\n".join(filter(None, lines)),
        "actor": "" if isinstance(record, Member) else row.owner,
        "href": row.get_absolute_url(),
    }


def _stage(row: StageChange, record: Any) -> dict[str, Any]:
    icon, tone = STAGE_TONES[row.to_stage.kind]
    return {
        "icon": icon,
        "tone": tone,
        "title": f"{row.from_stage} → {row.to_stage}",
        "text": "" if isinstance(record, Deal) else str(row.deal),
        "actor": row.by or "",
        "href": "" if isinstance(record, Deal) else row.deal.get_absolute_url(),
    }


def _event(row: Event, record: Any, names: dict[tuple[str, int], str], story: Story) -> dict[str, Any]:
    verb = row.action.rpartition(".")[2]
    said = {
        "create": _("created this record"),
        "edit": _("changed this record"),
        "transfer": _("transferred this record"),
        "archive": _("archived this record"),
        "restore": _("restored this record"),
    }
    return {
        "icon": EVENT_ICONS.get(verb, "edit"),
        "tone": "gray",
        "title": said.get(verb) or label_of(row.action),
        "text": "" if verb == "create" else "\n".join(_changes(row, record, names, story)),
        "actor": row.by,
    }


def _changes(event: Event, record: Any, names: dict[tuple[str, int], str], story: Story) -> list[str]:
    fields = {one.name: one for one in record._meta.concrete_fields}
    lines = []
    for name, pair in event.changes.items():
        field = fields.get(name)
        if field is not None and name not in UNSAID:
            said = (_label(field.verbose_name), *(_said(field, value, record, names) for value in pair))
        elif own := story.change(event, name, record):
            said = (_label(own[0]), *own[1:])
        else:
            continue
        lines.append(
            _("%(field)s: %(before)s → %(after)s") % dict(zip(("field", "before", "after"), said, strict=True))
        )
    return lines


def _label(name: Any) -> str:
    text = str(name)
    return text[:1].upper() + text[1:]


def _said(field: Any, value: Any, record: Any, names: dict[tuple[str, int], str]) -> str:
    if value in (None, ""):
        return "–"
    if field.is_relation:
        return names.get((field.related_model._meta.label_lower, value), "…")
    if isinstance(field, Sensitive):
        return "•••"
    if field.name in AMOUNTS:
        return money.display(value, record.currency)
    if field.choices:
        return str(dict(field.flatchoices).get(value, value))
    if isinstance(field, models.BooleanField):
        return _("Yes") if value else _("No")
    if isinstance(field, models.DateField) and parse_date(str(value)[:10]):
        return day_name(parse_date(str(value)[:10]))
    return str(value)


account_timeline = panel(Account, "account_timeline")
contact_timeline = panel(Contact, "contact_timeline")
deal_timeline = panel(Deal, "deal_timeline")
lead_timeline = panel(Lead, "lead_timeline")
member_timeline = panel(Member, "member_timeline")
