"""Metrics of contracts and of cash. Each counts for whom it was: who signed, whose contract an invoice or a receipt
was on the day, who collected; a contract that changes hands later changes none of it. What is still to come in counts
for whom the contract belongs to now."""

from collections.abc import Callable
from typing import Any

import ibis
from django.utils.translation import gettext_lazy as _

from muster.crm.models import Allocation, Contract, ContractAmendment, Instalment, Invoice, Receipt
from muster.metrics.metric import Metric, register
from muster.metrics.tables import scoped

BINDING = ("signed", "ended", "terminated")


def _facts(rows: Any, member: Any, day: Any, value: Any) -> Any:
    return rows.select(member_id=member, day=day, value=value, source_id=rows.id, currency=rows.currency)


def signed() -> Any:
    """What was signed on the day it was, and what an amendment made of it on the day of the amendment."""
    rows = scoped(Contract)
    rows = rows.filter(rows.signed_on.notnull())
    amended = scoped(ContractAmendment)
    joined = amended.join(rows, amended.contract_id == rows.id)
    more = joined.select(
        id=joined.contract_id,
        signer_id=joined.signer_id,
        signed_on=joined.signed_on,
        amended_on=joined.amended_on,
        more=joined.total_after - joined.total_before,
        currency=joined.currency,
    )
    now = _facts(rows, rows.signer_id, rows.signed_on, rows.total)
    then = _facts(more, more.signer_id, more.signed_on, -more.more)
    since = _facts(more, more.signer_id, more.amended_on, more.more)
    return ibis.union(now, then, since)


def invoiced() -> Any:
    rows = scoped(Invoice)
    rows = rows.filter(rows.voided_on.isnull())
    return _facts(rows, rows.member_id, rows.issued_on, rows.amount)


def collected() -> Any:
    rows = scoped(Allocation)
    rows = rows.filter(~rows.voided)
    return _facts(rows, rows.member_id, rows.allocated_on, rows.amount)


def collected_by_collector() -> Any:
    rows = scoped(Receipt)
    rows = rows.filter(rows.voided_on.isnull())
    return _facts(rows, rows.collector_id, rows.received_on, rows.amount)


def overdue() -> Any:
    return _to_come(lambda parts, _contracts: parts.late_on)


def still_to_come() -> Any:
    return _to_come(lambda _parts, contracts: contracts.signed_on)


def _to_come(since: Callable[[Any, Any], Any]) -> Any:
    """Each instalment from the day SINCE, until it was paid or let off; and against it what had been received on it by
    then. Together they are what was to come in at the end of any day, also of one long past."""
    contracts, parts, paid = scoped(Contract), scoped(Instalment), scoped(Allocation)
    contracts = contracts.filter(contracts.status.isin(BINDING))
    due = parts.join(contracts, parts.contract_id == contracts.id).select(
        member_id=contracts.owner_id,
        day=since(parts, contracts),
        until=parts.over_on,
        value=parts.amount,
        source_id=parts.id,
        currency=contracts.currency,
    )
    paid = paid.filter(~paid.voided)
    got = paid.join(due, paid.instalment_id == due.source_id).select(
        member_id=due.member_id,
        day=ibis.greatest(paid.allocated_on, due.day),
        until=due.until,
        value=0 - paid.amount,
        source_id=due.source_id,
        currency=due.currency,
    )
    return due.union(got)


register(
    Metric(
        "contracts_signed",
        _("Contracts signed"),
        _("Sum of the totals, with tax, of contracts signed and of what amendments added or took off, for who signed."),
        "money",
        version=2,
        model=Contract,
        facts=signed,
        parts=True,
    )
)
register(
    Metric(
        "invoiced",
        _("Invoiced"),
        _("Sum of the invoices issued, with tax, less what red letters took back, for whose contract it was."),
        "money",
        model=Invoice,
        facts=invoiced,
    )
)
register(
    Metric(
        "collected",
        _("Collected"),
        _("What came in on contracts, less what went back, for whose contract it was. Advances count once allocated."),
        "money",
        model=Allocation,
        facts=collected,
    )
)
register(
    Metric(
        "collected_by_collector",
        _("Collected, by collector"),
        _("What came in, less what went back, for who collected it. Advances count at once."),
        "money",
        model=Receipt,
        facts=collected_by_collector,
    )
)
register(
    Metric(
        "receivables_overdue",
        _("Overdue receivables"),
        _("What was due on signed contracts and had not come in at the end of the period."),
        "money",
        kind="stock",
        better="down",
        model=Instalment,
        facts=overdue,
        parts=True,
    )
)
register(
    Metric(
        "receivables_open",
        _("Open receivables"),
        _("What was still to come in on signed contracts at the end of the period, due or not yet."),
        "money",
        kind="stock",
        better="down",
        model=Instalment,
        facts=still_to_come,
        parts=True,
    )
)
