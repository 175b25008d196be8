"""Metrics of customers: who came, who was visited, what moved."""

from typing import Any

import ibis
import ibis.expr.datatypes as kinds
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from muster.activities.models import Activity
from muster.crm.models import Account, AccountScore, Contact, Deal, StageChange
from muster.metrics.metric import Metric, register
from muster.metrics.tables import scoped


@ibis.udf.scalar.builtin(name="timezone", signature=((kinds.string, kinds.timestamp), kinds.timestamp))
def _local(zone: str, moment: Any) -> Any:
    """A moment as the clocks of a time zone show it: PostgreSQL's own function; `metrics.apps` gives it to SQLite."""


def _entered(model: Any) -> Any:
    """Rows of MODEL on the business day they were entered, for whose they are today."""
    rows = scoped(model)
    return rows.select(
        member_id=rows.owner_id,
        day=_local(settings.TIME_ZONE, rows.created_at).date(),
        value=ibis.literal(1),
        source_id=rows.id,
        currency=ibis.literal(""),
    )


def accounts_new() -> Any:
    return _entered(Account)


def contacts_new() -> Any:
    return _entered(Contact)


def accounts_visited() -> Any:
    rows = scoped(Activity)
    rows = rows.filter(rows.done_on.notnull(), rows.kind == "visit", rows.account_id.notnull())
    return rows.select(
        member_id=rows.owner_id,
        day=rows.done_on,
        value=ibis.literal(1),
        source_id=rows.id,
        currency=ibis.literal(""),
        item=rows.account_id,
    )


def _scores(value: str) -> Any:
    """Of each customer what was written down on a day, until it was otherwise."""
    rows = scoped(AccountScore)
    return rows.select(
        member_id=rows.owner_id,
        day=rows.valid_from,
        until=rows.valid_to,
        value=rows[value],
        source_id=rows.id,
        currency=ibis.literal(""),
    )


def completeness_filled() -> Any:
    return _scores("filled")


def completeness_asked() -> Any:
    return _scores("asked")


def stage_moves() -> Any:
    """Steps of deals from one stage to another, for the deal's owner."""
    steps, deals = scoped(StageChange), scoped(Deal)
    steps = steps.filter(steps.from_stage_id.notnull())
    joined = steps.join(deals, steps.deal_id == deals.id)
    return joined.select(
        member_id=deals.owner_id,
        day=steps.changed_on,
        value=ibis.literal(1),
        source_id=steps.id,
        currency=ibis.literal(""),
    )


register(
    Metric(
        "accounts_new",
        _("New customers"),
        _("Customers entered in the period."),
        "count",
        model=Account,
        facts=accounts_new,
        group="customers",
    )
)
register(
    Metric(
        "contacts_new",
        _("New contacts"),
        _("Contacts entered in the period."),
        "count",
        model=Contact,
        facts=contacts_new,
        group="customers",
    )
)
register(
    Metric(
        "accounts_visited",
        _("Customers visited"),
        _("Different accounts with at least one visit done in the period."),
        "count",
        kind="distinct",
        model=Activity,
        facts=accounts_visited,
        group="work",
    )
)
register(
    Metric(
        "completeness_filled",
        _("Known of customers, by weight"),
        _("Weights of what was known of customers at the end of the period."),
        "count",
        kind="stock",
        model=AccountScore,
        facts=completeness_filled,
        group="customers",
        hidden=True,
    )
)
register(
    Metric(
        "completeness_asked",
        _("Asked for of customers, by weight"),
        _("Weights of what was asked for of customers at the end of the period."),
        "count",
        kind="stock",
        model=AccountScore,
        facts=completeness_asked,
        group="customers",
        hidden=True,
    )
)
register(
    Metric(
        "account_completeness",
        _("Completeness of customers"),
        _("Weights of what was known ÷ weights of what was asked for, of the customers at the end of the period."),
        "ratio",
        kind="ratio",
        model=AccountScore,
        numerator="completeness_filled",
        denominator="completeness_asked",
        group="customers",
    )
)
register(
    Metric(
        "stage_moves",
        _("Stage moves"),
        _("Steps of deals from one stage to another, won and lost included."),
        "count",
        model=StageChange,
        facts=stage_moves,
        group="pipeline",
    )
)
