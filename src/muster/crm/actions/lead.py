"""What can happen to a lead, short of becoming a customer: see `conversion`."""

import datetime as dt
from typing import Any

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from muster.access.action import Refused, action
from muster.access.crud import check_links, crud
from muster.access.scope import Actor
from muster.core.periods import today
from muster.crm.actions.account import keep_owner, note_double, present, refuse_pooled
from muster.crm.actions.certified import certified, certified_anew
from muster.crm.actions.router import known_kind, route_one
from muster.crm.actions.setup import own_key
from muster.crm.actions.time_asked import lapse_time
from muster.crm.models import Lead, LeadReason, LeadSource, LeadStep
from muster.people.models import Member

Status = Lead.Status
MINUTE = dt.timedelta(minutes=1)
# key, name, Chinese name
SOURCES = [
    ("website", "Web site", "官网"),
    ("fair", "Trade fair", "展会"),
    ("referral", "Referral", "转介绍"),
    ("call", "Cold call", "电话开发"),
    ("ads", "Advertising", "广告投放"),
    ("partner", "Partner", "合作伙伴"),
]
REASONS = [
    ("no-need", "No need", "无需求"),
    ("wrong-details", "Wrong details", "联系方式无效"),
    ("not-reached", "Never reached", "始终联系不上"),
    ("not-ours", "Not our market", "非目标客户"),
    ("competitor", "Chose a competitor", "已选竞品"),
    ("double", "Double entry", "重复线索"),
]
STEPS = [(3, LeadStep.Does.OWNER), (5, LeadStep.Does.MANAGER), (7, LeadStep.Does.RISK)]


def ensure_lead_setup(**_kwargs: Any) -> None:
    """Sources, reasons and a ladder to begin with, after a migration, each unless there is one already."""
    kinds: list[tuple[Any, list[tuple[str, str, str]]]] = [(LeadSource, SOURCES), (LeadReason, REASONS)]
    for model, rows in kinds:
        if not model.objects.unscoped("default lead setup").exists():
            model.objects.bulk_create(model(key=key, name=name, name_zh=zh) for key, name, zh in rows)
    if not LeadStep.objects.unscoped("default lead setup").exists():
        LeadStep.objects.bulk_create(LeadStep(days=days, does=does) for days, does in STEPS)


def _complete(actor: Actor, row: Lead, fields: dict[str, Any]) -> None:
    if not row._state.adding:
        if not row.is_open:
            raise Refused(_("This lead is closed: re-open it first."))
        keep_owner(actor, row, "crm.lead.transfer")
    elif row.owner_id is None and actor.member_id and "owner" not in fields:
        row.owner_id = actor.member_id
    certified_anew(row)
    if row.came_on > today():
        raise ValidationError({"came_on": _("A lead cannot have come in on a day to come.")})
    if row._state.adding and row.owner_id:
        row.waiting_since = today()


def _source(actor: Actor, row: LeadSource, fields: dict[str, Any]) -> None:
    own_key(row, LeadSource.objects.unscoped("keys in use"))


def _reason(actor: Actor, row: LeadReason, fields: dict[str, Any]) -> None:
    own_key(row, LeadReason.objects.unscoped("keys in use"))


def _saved(actor: Actor, row: Lead, fields: dict[str, Any]) -> None:
    note_double(actor, row, fields)
    if "owner" in fields:
        lapse_time(Lead, [row.pk])


leads = crud(Lead, before_save=_complete, after_save=_saved)
lead_sources = crud(LeadSource, before_save=_source)
lead_reasons = crud(LeadReason, before_save=_reason)
lead_steps = crud(LeadStep)


def must_be_open(lead: Lead) -> None:
    if not lead.is_open:
        status = lead.get_status_display()
        raise Refused(_("This lead is closed (%(status)s): re-open it first.") % {"status": status})
    refuse_pooled(lead)


def _begin_to_wait(lead: Lead) -> None:
    """Whoever has it now has all the days of the ladder."""
    lead.waiting_since = today() if lead.owner_id else None
    lead.reached, lead.is_risky, lead.taken_from = 0, False, None


@action("crm.lead.transfer", gettext_lazy("Transfer leads"), Lead)
def transfer_lead(actor: Actor, lead: Lead, *, owner: Member) -> None:
    """Give an open lead to another member, who has all the days of the ladder for it."""
    must_be_open(lead)
    check_links(actor, lead, {"owner": owner})
    present(owner, "owner")
    certified(owner, lead.product)
    if lead.owner_id != owner.pk:
        lead.owner = owner
        _begin_to_wait(lead)
        lead.save()
        lapse_time(Lead, [lead.pk])


@action("crm.lead.route", gettext_lazy("Let rules choose the owner of leads"), Lead)
def route_lead(actor: Actor, lead: Lead) -> Lead:
    """Let the rules give a lead that nobody has. Raises Refused where it has an owner or no rule fits; where nobody is
    left it waits in a queue."""
    must_be_open(lead)
    route_one(actor, known_kind("crm.lead"), lead)
    fresh: Lead = Lead.objects.unscoped("as routing left it").get(pk=lead.pk)
    return fresh


@action("crm.lead.disqualify", gettext_lazy("Disqualify leads"), Lead)
def disqualify_lead(actor: Actor, lead: Lead, *, reason: LeadReason | None = None, note: str = "") -> None:
    """Nothing comes of it. The reason is asked for, because it tells which sources are worth their money."""
    must_be_open(lead)
    if reason is None:
        raise ValidationError({"reason": _("State why nothing comes of this lead.")})
    check_links(actor, lead, {"reason": reason})
    lead.reason, lead.close_note = reason, note
    close(actor, lead, Status.DISQUALIFIED)


def close(actor: Actor, lead: Lead, status: str) -> None:
    lead.status, lead.closed_on, lead.closed_by_id = status, today(), actor.member_id
    lead.is_risky, lead.waiting_since, lead.reached = False, None, 0
    lead.due_on = lead.due_rule = lead.warned_for = None
    if status == Status.CONVERTED and lead.first_response_at is None:
        _respond(lead, timezone.now(), today())
    lead.full_clean()
    lead.save()


@action("crm.lead.reopen", gettext_lazy("Re-open leads"), Lead)
def reopen_lead(actor: Actor, lead: Lead) -> None:
    """Take a disqualified lead up again. What was converted lives on as a customer and is not re-opened."""
    if lead.status == Status.CONVERTED:
        raise Refused(_("This lead is a customer by now: go on there."))
    if lead.is_open:
        raise Refused(_("This lead is open already."))
    lead.status = Status.WORKING if lead.first_response_at else Status.NEW
    lead.closed_on, lead.closed_by, lead.reason, lead.close_note = None, None, None, ""
    _begin_to_wait(lead)
    lead.full_clean()
    lead.save()


def _respond(lead: Lead, moment: dt.datetime, day: dt.date) -> None:
    lead.first_response_at, lead.first_response_on = moment, day
    lead.response_minutes = max(0, (moment - lead.created_at) // MINUTE)


def heard_from(lead_id: int, moment: dt.datetime, day: dt.date) -> None:
    """Somebody was in contact with the lead on DAY: the first time is its first response, and the ladder begins anew.
    What is entered late never takes back a later contact, and an earlier first response is one."""
    lead = Lead.objects.unscoped("last contact").select_for_update().filter(pk=lead_id).first()
    if lead is None or not lead.is_open:
        return
    if lead.first_response_at is None or moment < lead.first_response_at:
        _respond(lead, moment, day)
    if lead.last_activity_on is None or day >= lead.last_activity_on:
        lead.last_activity_on = day
    if lead.waiting_since is None or day >= lead.waiting_since:
        lead.waiting_since, lead.reached, lead.is_risky = day, 0, False
    lead.status = Status.WORKING
    lead.updated_at = timezone.now()
    lead.save()
