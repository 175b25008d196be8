"""Lists about how true what is held is: requests, campaigns, the audit sheet."""

import datetime as dt
from typing import Any

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from muster.core.listings import Column, Filter, Listing
from muster.core.periods import today
from muster.people import freshness, sheets
from muster.people.listings import TONES, of_unit, unit_choices
from muster.people.models import AuditCampaign, ChangeRequest, Member

REQUEST_TONES = {"waiting": "amber", "approved": "green", "rejected": "red", "withdrawn": "gray"}
REQUESTS = Listing(
    model=ChangeRequest,
    key="requests",
    title=_("Change requests"),
    columns=[
        Column("field", _("field"), ChangeRequest.get_field_display, "link"),
        Column("member", _("member"), kind="member"),
        Column(
            "status",
            _("status"),
            ChangeRequest.get_status_display,
            "badge",
            tone=lambda row: REQUEST_TONES[row.status],
        ),
        Column("reason", _("reason")),
        Column("created_at", _("asked for"), kind="datetime", order="created_at"),
        Column("decided_by", _("decided by")),
        Column("decided_at", _("decided at"), kind="datetime"),
    ],
    filters=[
        Filter("status", _("status"), choices=lambda _actor: ChangeRequest.Status.choices),
        Filter("member", _("member"), kind="record", model="people.member", lookup="member_id"),
    ],
    related=("member",),
    searchable=False,
    empty_icon="inbox",
    empty_title=_("No change requests"),
    empty_text=_("Members ask for changes under “My details”."),
)

AUDIT_TONES = {"starting": "amber", "open": "blue", "closed": "gray"}
AUDITS = Listing(
    model=AuditCampaign,
    key="audits",
    title=_("Audit campaigns"),
    columns=[
        Column("name", _("name"), kind="link", order="name"),
        Column("unit", _("unit"), lambda row: str(row.unit or _("The whole firm"))),
        Column(
            "status", _("status"), AuditCampaign.get_status_display, "badge", tone=lambda row: AUDIT_TONES[row.status]
        ),
        Column("begins_on", _("begins on"), kind="date", order="begins_on"),
        Column("due_on", _("due on"), kind="date", order="due_on"),
        Column("closed_on", _("closed on"), kind="date"),
    ],
    filters=[Filter("status", _("status"), choices=lambda _actor: AuditCampaign.Status.choices)],
    related=("unit",),
    searchable=False,
    create_url="audit_new",
    create_permission="people.auditcampaign.create",
    create_label=_("New campaign"),
    empty_icon="clipboard-check",
    empty_title=_("No audit campaigns yet"),
    empty_text=_("Once a quarter, have every member look through what is held about him."),
)


def _sheet(actor: Any) -> QuerySet[Any]:
    rows = Member.objects.visible_to(actor, "people.member.sheet").exclude(status__in=freshness.GONE)
    return freshness.stale_counts(rows.annotate(last_activity=freshness.last_activity()))


def _no_manager(rows: QuerySet[Any], value: bool, _actor: Any) -> QuerySet[Any]:
    return rows.filter(manager__isnull=value)


def _silent(rows: QuerySet[Any], value: bool, _actor: Any) -> QuerySet[Any]:
    since = Q(last_activity__gte=today() - dt.timedelta(days=SILENT_DAYS))
    return rows.exclude(since) if value else rows.filter(since)


def _stale(rows: QuerySet[Any], value: bool, _actor: Any) -> QuerySet[Any]:
    return rows.filter(stale__gt=0) if value else rows.filter(stale=0)


def _never_in(rows: QuerySet[Any], value: bool, _actor: Any) -> QuerySet[Any]:
    gone = Q(user=None) | Q(user__last_login=None)
    return rows.filter(gone) if value else rows.exclude(gone)


def _bring_open(rows: list[Any], _columns: Any) -> None:
    """What is open on each sheet of a page of members."""
    found = sheets.open_points([row.pk for row in rows])
    for row in rows:
        names = [str(capfirst(one)) for one in found[row.pk]]
        row.open_said = _ToSheet(f"{len(names)}: {' · '.join(names)}" if names else _("In order"))
        row.open_said.member_id = row.pk


class _ToSheet(str):
    """What is open, as the way to the sheet."""

    member_id: int

    def get_absolute_url(self) -> str:
        return reverse("member_sheet", args=[self.member_id])


SILENT_DAYS = sheets.SILENT_DAYS
SHEET = Listing(
    model=Member,
    key="sheet",
    title=_("Audit sheet"),
    base=_sheet,
    columns=[
        Column("name", _("full name"), kind="member", value=lambda row: row, order="sort_name"),
        Column("open", _("open points"), lambda row: row.open_said, "record"),
        Column("unit", _("unit"), lambda row: str(row.unit or "")),
        Column("manager", _("manager"), lambda row: str(row.manager or _("missing"))),
        Column("login", _("last login"), lambda row: row.user and row.user.last_login, "datetime"),
        Column("last_activity", _("last activity"), kind="date"),
        Column("stale", _("old or missing"), kind="number", value=lambda row: getattr(row, "stale", 0)),
        Column(
            "status",
            _("status"),
            kind="badge",
            value=lambda row: row.get_status_display(),
            tone=lambda row: TONES[row.status],
        ),
    ],
    filters=[
        Filter("unit", _("unit"), choices=unit_choices, apply=of_unit, lookup="unit_id", model="people.unit"),
        Filter("stale", _("old or missing details"), kind="bool", apply=_stale),
        Filter("silent", _("nothing for 14 days"), kind="bool", apply=_silent),
        Filter("never", _("never logged in"), kind="bool", apply=_never_in),
        Filter("lost", _("without a manager"), kind="bool", apply=_no_manager),
    ],
    related=("unit", "manager", "user"),
    finish=_bring_open,
    order="name",
    export_permission="people.member.export",
    empty_icon="clipboard-check",
    empty_title=_("Nobody to look at"),
)
