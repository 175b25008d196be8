"""Metrics of leads. A lead counts for its present owner; one that nobody has counts for nobody."""

from typing import Any

import ibis
from django.utils.translation import gettext_lazy as _

from muster.crm.models import Lead
from muster.metrics.metric import Metric, register
from muster.metrics.tables import scoped


def _facts(leads: Any, day: Any, value: Any) -> Any:
    return leads.select(
        member_id=leads.owner_id,
        day=day,
        value=value,
        source_id=leads.id,
        currency=ibis.literal(""),
        origin_id=leads.source_id,
    )


def _owned() -> Any:
    leads = scoped(Lead)
    return leads.filter(leads.owner_id.notnull())


def created() -> Any:
    leads = _owned()
    return _facts(leads, leads.came_on, ibis.literal(1))


def converted() -> Any:
    leads = _owned()
    leads = leads.filter(leads.status == "converted")
    return _facts(leads, leads.closed_on, ibis.literal(1))


def came_to_something() -> Any:
    """On the day it came in, so that a rate compares leads with what became of the same leads."""
    leads = _owned()
    leads = leads.filter(leads.status == "converted")
    return _facts(leads, leads.came_on, ibis.literal(1))


def _answered() -> Any:
    leads = _owned()
    return leads.filter(leads.first_response_on.notnull())


def response_minutes() -> Any:
    leads = _answered()
    return _facts(leads, leads.first_response_on, leads.response_minutes)


def responses() -> Any:
    leads = _answered()
    return _facts(leads, leads.first_response_on, ibis.literal(1))


def _add(key: str, label: Any, about: Any, unit: str, **more: Any) -> None:
    register(Metric(key, label, about, unit, model=Lead, group="leads", **more))


_add("leads_created", _("Leads created"), _("Leads that came in during the period."), "count", facts=created)
_add(
    "leads_converted",
    _("Leads converted"),
    _("Leads that became customers in the period."),
    "count",
    facts=converted,
)
_add(
    "leads_came_through",
    _("Leads that came through"),
    _("Leads that came in during the period and are customers by now."),
    "count",
    facts=came_to_something,
    hidden=True,
)
_add(
    "lead_conversion",
    _("Lead conversion rate"),
    _("Leads of the period that are customers by now ÷ leads that came in during the period."),
    "ratio",
    kind="ratio",
    numerator="leads_came_through",
    denominator="leads_created",
)
_add(
    "response_minutes",
    _("Minutes to respond"),
    _("Minutes from entry to the first response, summed."),
    "minutes",
    facts=response_minutes,
    hidden=True,
)
_add(
    "lead_responses",
    _("First responses"),
    _("Leads first answered in the period."),
    "count",
    facts=responses,
    hidden=True,
)
_add(
    "first_response_time",
    _("First response time"),
    _("Minutes from entry to the first response ÷ leads first answered in the period."),
    "minutes",
    kind="ratio",
    better="down",
    numerator="response_minutes",
    denominator="lead_responses",
)
