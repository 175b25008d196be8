"""Lists of leads."""

import datetime as dt
from typing import Any

from django.utils.translation import gettext_lazy as _

from muster.core import workdays
from muster.core.listings import Bulk, Column, Filter, Listing
from muster.core.periods import today
from muster.crm.actions.ladder import absences_of, live_steps, waited
from muster.crm.listings.records import DOUBTFUL, LEVEL_TONES, MEMBER, _in, _mine, period_choices, sources
from muster.crm.models import Account, Lead, LeadReason

LEAD_TONES = {"new": "blue", "working": "teal", "converted": "green", "disqualified": "gray"}


def _status_tone(row: Lead) -> str:
    return LEAD_TONES[row.status]


def _open(rows: Any, value: bool, _actor: Any) -> Any:
    return rows.filter(status__in=Lead.OPEN) if value else rows.exclude(status__in=Lead.OPEN)


def _unowned(rows: Any, value: bool, _actor: Any) -> Any:
    return rows.filter(owner__isnull=value)


def _reasons(actor: Any) -> list[tuple[str, str]]:
    return [(str(one.pk), str(one)) for one in LeadReason.objects.visible_to(actor).filter(archived_at=None)]


def unattended_since() -> dt.date:
    """Whoever waits since this day or longer has reached the first step of the ladder."""
    steps = live_steps()
    return workdays.shift(today(), -(steps[0].days if steps else 3))


def _unattended(rows: Any, value: bool, _actor: Any) -> Any:
    late = {"status__in": Lead.OPEN, "owner__isnull": False, "waiting_since__lte": unattended_since()}
    return rows.filter(**late) if value else rows.exclude(**late)


def _steps(_actor: Any) -> list[tuple[str, str]]:
    return [(str(one.days), str(one)) for one in live_steps()]


def _reached(rows: Any, value: str, _actor: Any) -> Any:
    days = int(value) if value.isdigit() and len(value) < 4 else 0
    return rows.filter(status__in=Lead.OPEN, reached__gte=max(1, days))


def count_waiting(rows: list[Lead], columns: list[Column] | None) -> None:
    """On each open lead how many working days it waits, without those on which its owner is away."""
    if columns is not None and not any(one.key == "waits" for one in columns):
        return
    waiting = [(one, one.owner_id, one.waiting_since) for one in rows if one.is_open]
    owners = {owner for _one, owner, _since in waiting if owner}
    away = absences_of(owners) if owners else {}
    for one, owner, since in waiting:
        if owner and since:
            one.waits = waited(since, today(), away.get(owner, []))


LEADS = Listing(
    model=Lead,
    key="leads",
    title=_("Leads"),
    columns=[
        Column("name", _("name"), kind="link", order="name"),
        Column("company", _("company"), order="company"),
        Column("status", _("status"), Lead.get_status_display, "badge", tone=_status_tone),
        Column("waits", _("waits, working days"), lambda row: row.waits, "number", "waiting_since"),
        Column("source", _("source")),
        Column("city", _("city"), order="city"),
        Column("owner", _("owner"), kind="member"),
        Column("came_on", _("came in on"), kind="date", order="came_on"),
        Column("is_risky", _("high risk"), kind="bool"),
        Column(
            "level", _("level"), Lead.get_level_display, "badge", default=False, tone=lambda row: LEVEL_TONES[row.level]
        ),
        Column("industry", _("industry"), order="industry", default=False),
        Column("product", _("asks for the product"), kind="record", default=False),
        Column("phone", _("phone"), default=False),
        Column("email", _("e-mail"), default=False),
        Column("mail_doubt_on", _("e-mail doubtful since"), kind="date", order="mail_doubt_on", default=False),
        Column("last_activity_on", _("last contact"), kind="date", order="last_activity_on", default=False),
        Column("first_response_at", _("first response"), kind="datetime", order="first_response_at", default=False),
        Column("closed_on", _("closed on"), kind="date", order="closed_on", default=False),
        Column("reason", _("why nothing came of it"), default=False),
        Column("account", _("account"), kind="record", default=False),
        Column("created_at", _("created"), kind="datetime", order="created_at", default=False),
    ],
    filters=[
        Filter("mine", _("mine"), kind="bool", apply=_mine),
        Filter("open", _("still open"), kind="bool", apply=_open),
        Filter("status", _("status"), choices=lambda _actor: Lead.Status.choices),
        Filter("unattended", _("unattended"), kind="bool", apply=_unattended),
        Filter("reached", _("step reached"), choices=_steps, apply=_reached),
        Filter("is_risky", _("high risk"), kind="bool"),
        DOUBTFUL,
        Filter("source", _("source"), choices=sources, lookup="source_id"),
        Filter("owner", _("owner"), kind="record", model=MEMBER, lookup="owner_id"),
        Filter("unowned", _("without an owner"), kind="bool", apply=_unowned),
        Filter("level", _("level"), choices=lambda _actor: Account.Level.choices),
        Filter("product", _("asks for the product"), kind="record", model="crm.Product", lookup="product_id"),
        Filter("industry", _("industry"), kind="text"),
        Filter("city", _("city"), kind="text", lookup="city__icontains"),
        Filter("came", _("came in"), kind="period", choices=period_choices, apply=_in("came_on")),
        Filter("closed", _("closed in"), kind="period", choices=period_choices, apply=_in("closed_on")),
        Filter("reason", _("why nothing came of it"), choices=_reasons, lookup="reason_id"),
        Filter("archived", _("show archived"), kind="bool", apply=lambda rows, _value, _actor: rows),
    ],
    related=("owner", "source", "reason", "account", "product"),
    bulk=(
        Bulk("transfer", _("Transfer"), "crm.lead.transfer", "lead_transfer_many", "arrows-exchange"),
        Bulk("return", _("Return to the pool"), "crm.lead.return", "lead_return_many", "ripple"),
        Bulk("archive", _("Archive"), "crm.lead.archive", "lead_archive_many", "archive"),
    ),
    create_url="lead_create",
    create_permission="crm.lead.create",
    create_label=_("New lead"),
    export_permission="crm.lead.export",
    empty_icon="user-search",
    empty_title=_("No leads yet"),
    empty_text=_("Write down who asked, or import a list: rules can give them to your people."),
    finish=count_waiting,
)
