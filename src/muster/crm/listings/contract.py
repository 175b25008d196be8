"""Lists of quotes, contracts, instalments, receipts and invoices."""

from typing import Any

from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from muster.core.listings import Bulk, Column, Filter, Listing
from muster.core.periods import today
from muster.crm.listings.records import ACCOUNT, MEMBER, _in, period_choices
from muster.crm.models import Contract, Instalment, Invoice, Quote, Receipt
from muster.crm.queries.receivables import BUCKETS, OPEN, in_bucket

CONTRACT = "crm.contract"
CONTRACT_TONES = {"draft": "gray", "signed": "blue", "ended": "green", "terminated": "red"}
QUOTE_TONES = {"draft": "gray", "sent": "blue", "accepted": "green", "declined": "red", "replaced": "gray"}


def _owned_by(path: str) -> Any:
    def narrow(rows: Any, value: bool, actor: Any) -> Any:
        own = Q(**{path: actor.member_id or 0})
        return rows.filter(own) if value else rows.exclude(own)

    return narrow


def _overdue(rows: Any, value: bool, actor: Any) -> Any:
    late = Instalment.objects.visible_to(actor).filter(OPEN, late_on__lte=today()).order_by().values("contract")
    return rows.filter(pk__in=late) if value else rows.exclude(pk__in=late)


def _unpaid(rows: Any, value: bool, _actor: Any) -> Any:
    is_open = Q(status__in=("signed", "ended"), received__lt=F("total"))
    return rows.filter(is_open) if value else rows.exclude(is_open)


def _money(name: str) -> Any:
    return lambda row: (getattr(row, name), row.currency)


def archived() -> Filter:
    return Filter("archived", _("show archived"), kind="bool", apply=lambda rows, _value, _actor: rows)


CONTRACTS = Listing(
    model=Contract,
    key="contracts",
    title=_("Contracts"),
    columns=[
        Column("name", _("name"), kind="link", order="name"),
        Column("number", _("number"), kind="code", order="number"),
        Column("account", _("account"), kind="record"),
        Column(
            "status", _("status"), Contract.get_status_display, "badge", tone=lambda row: CONTRACT_TONES[row.status]
        ),
        Column("total", _("total with tax"), _money("total"), "money", order="total"),
        Column("received", _("received"), _money("received"), "money", order="received"),
        Column("outstanding", _("still to come"), _money("outstanding"), "money"),
        Column("signed_on", _("signed on"), kind="date", order="signed_on"),
        Column("owner", _("owner"), kind="member"),
        Column("invoiced", _("invoiced"), _money("invoiced"), "money", order="invoiced", default=False),
        Column("their_number", _("the customer's number"), default=False),
        Column("deal", _("deal"), kind="record", default=False),
        Column("ends_on", _("ends on"), kind="date", order="ends_on", default=False),
        Column("tax", _("tax"), _money("tax"), "money", default=False),
    ],
    filters=[
        Filter("mine", _("mine"), kind="bool", apply=_owned_by("owner")),
        Filter("status", _("status"), choices=lambda _actor: Contract.Status.choices),
        Filter("overdue", _("overdue"), kind="bool", apply=_overdue),
        Filter("unpaid", _("not yet paid"), kind="bool", apply=_unpaid),
        Filter("owner", _("owner"), kind="record", model=MEMBER, lookup="owner_id"),
        Filter("account", _("account"), kind="record", model=ACCOUNT, lookup="account_id"),
        Filter("deal", _("deal"), kind="record", model="crm.deal", lookup="deal_id"),
        Filter("signed", _("signed in"), kind="period", choices=period_choices, apply=_in("signed_on")),
        Filter("ends", _("ends in"), kind="period", choices=period_choices, apply=_in("ends_on")),
        archived(),
    ],
    related=("account", "owner", "deal"),
    order="-signed_on",
    bulk=(Bulk("transfer", _("Transfer"), "crm.contract.transfer", "contract_transfer_many", "arrows-exchange"),),
    create_url="contract_create",
    create_permission="crm.contract.create",
    create_label=_("New contract"),
    export_permission="crm.contract.export",
    empty_icon="file-text",
    empty_title=_("No contracts yet"),
    empty_text=_("Win a deal and make its contract there in one step, or begin one here."),
)

QUOTES = Listing(
    model=Quote,
    key="quotes",
    title=_("Quotes"),
    columns=[
        Column("name", _("name"), kind="link", order="name"),
        Column("number", _("number"), kind="code", order="number"),
        Column("revision", _("revision"), kind="number"),
        Column("account", _("account"), kind="record"),
        Column("status", _("status"), Quote.get_status_display, "badge", tone=lambda row: QUOTE_TONES[row.status]),
        Column("total", _("total with tax"), _money("total"), "money", order="total"),
        Column("valid_until", _("offer valid until"), kind="date", order="valid_until"),
        Column("owner", _("owner"), kind="member"),
        Column("quoted_on", _("quoted on"), kind="date", order="quoted_on", default=False),
    ],
    filters=[
        Filter("mine", _("mine"), kind="bool", apply=_owned_by("owner")),
        Filter("status", _("status"), choices=lambda _actor: Quote.Status.choices),
        Filter("owner", _("owner"), kind="record", model=MEMBER, lookup="owner_id"),
        Filter("account", _("account"), kind="record", model=ACCOUNT, lookup="account_id"),
        Filter("deal", _("deal"), kind="record", model="crm.deal", lookup="deal_id"),
        archived(),
    ],
    related=("account", "owner"),
    create_url="quote_create",
    create_permission="crm.quote.create",
    create_label=_("New quote"),
    export_permission="crm.quote.export",
    empty_icon="file-description",
    empty_title=_("No quotes yet"),
    empty_text=_("A quote says what, for how much and until when; accepted, it becomes a contract with a tap."),
)


def _bucket(rows: Any, key: str, _actor: Any) -> Any:
    return in_bucket(rows.filter(OPEN), key, today()) if key in {one[0] for one in BUCKETS} else rows.none()


def late_days(row: Instalment) -> int | None:
    """How many days it is over its day; None where it is not, or nothing of it is open."""
    days = (today() - row.due_on).days
    return days if days > 0 and row.over_on is None else None


RECEIVABLES = Listing(
    model=Instalment,
    key="receivables",
    title=_("Receivables"),
    columns=[
        Column("account", _("account"), lambda row: row.contract.account, "record"),
        Column("contract", _("contract"), kind="record"),
        Column("name", _("for what"), lambda row: row.name or f"#{row.number}"),
        Column("due_on", _("payable on"), kind="date", order="due_on"),
        Column("late", _("days overdue"), late_days, "number"),
        Column("amount", _("amount"), _money("amount"), "money", order="amount"),
        Column("received", _("received"), _money("received"), "money", order="received"),
        Column("outstanding", _("still to come"), _money("outstanding"), "money"),
        Column("owner", _("owner"), lambda row: row.contract.owner, "member"),
    ],
    filters=[
        Filter("bucket", _("age"), choices=lambda _actor: [(key, label) for key, label, *_ in BUCKETS], apply=_bucket),
        Filter("mine", _("mine"), kind="bool", apply=_owned_by("contract__owner")),
        Filter("owner", _("owner"), kind="record", model=MEMBER, lookup="contract__owner_id"),
        Filter("account", _("account"), kind="record", model=ACCOUNT, lookup="contract__account_id"),
        Filter("contract", _("contract"), kind="record", model=CONTRACT, lookup="contract_id"),
        Filter("due", _("payable in"), kind="period", choices=period_choices, apply=_in("due_on")),
    ],
    related=("contract", "contract__account", "contract__owner"),
    base=lambda actor: Instalment.objects.visible_to(actor).filter(OPEN),
    order="due_on",
    searchable=False,
    export_permission="crm.instalment.export",
    empty_icon="circle-check",
    empty_title=_("Nothing is open"),
    empty_text=_("Instalments of signed contracts stand here until they are paid."),
)


def _advance(rows: Any, value: bool, _actor: Any) -> Any:
    left = Q(amount__gt=F("allocated") + F("refunded"), voided_on=None)
    return rows.filter(left) if value else rows.exclude(left)


def _voided(rows: Any, value: bool, _actor: Any) -> Any:
    return rows.exclude(voided_on=None) if value else rows.filter(voided_on=None)


def receipt_state(row: Receipt) -> tuple[str, Any]:
    """(tone, word) of how a receipt stands."""
    if row.voided_on:
        return "gray", _("Voided")
    if row.amount < 0:
        return "red", _("Refund")
    if row.advance:
        return "amber", _("Advance") if not row.allocated else _("Partly an advance")
    return "green", _("Allocated") if row.allocated else _("Refunded")


RECEIPTS = Listing(
    model=Receipt,
    key="receipts",
    title=_("Receipts"),
    columns=[
        Column("number", _("number"), kind="link", order="number"),
        Column("received_on", _("received on"), kind="date", order="received_on"),
        Column("account", _("account"), kind="record"),
        Column("amount", _("amount"), _money("amount"), "money", order="amount"),
        Column(
            "state", _("status"), lambda row: receipt_state(row)[1], "badge", tone=lambda row: receipt_state(row)[0]
        ),
        Column("advance", _("advance"), _money("advance"), "money"),
        Column("method", _("method"), Receipt.get_method_display),
        Column("collector", _("collector"), kind="member"),
        Column("payer", _("payer"), default=False),
        Column("reference", _("reference"), default=False),
        Column("contract", _("for the contract"), kind="record", default=False),
        Column("note", _("note"), default=False),
    ],
    filters=[
        Filter("advance", _("with an advance"), kind="bool", apply=_advance),
        Filter("received", _("received in"), kind="period", choices=period_choices, apply=_in("received_on")),
        Filter("account", _("account"), kind="record", model=ACCOUNT, lookup="account_id"),
        Filter("collector", _("collector"), kind="record", model=MEMBER, lookup="collector_id"),
        Filter("method", _("method"), choices=lambda _actor: Receipt.Method.choices),
        Filter("voided", _("voided"), kind="bool", apply=_voided),
    ],
    related=("account", "collector", "contract"),
    order="-received_on",
    create_url="receipt_create",
    create_permission="crm.receipt.create",
    create_label=_("Record a receipt"),
    export_permission="crm.receipt.export",
    empty_icon="cash",
    empty_title=_("No receipts yet"),
    empty_text=_("Money that came in stands here, with the instalments it paid."),
)

INVOICES = Listing(
    model=Invoice,
    key="invoices",
    title=_("Invoices"),
    columns=[
        Column("number", _("number"), kind="link", order="number"),
        Column("issued_on", _("issued on"), kind="date", order="issued_on"),
        Column("account", _("account"), kind="record"),
        Column("contract", _("contract"), kind="record"),
        Column("kind", _("kind"), Invoice.get_kind_display),
        Column("amount", _("amount with tax"), _money("amount"), "money", order="amount"),
        Column("tax", _("tax"), _money("tax"), "money"),
        Column("voided_on", _("voided on"), kind="date", default=False),
        Column("title", _("invoice title"), default=False),
    ],
    filters=[
        Filter("issued", _("issued in"), kind="period", choices=period_choices, apply=_in("issued_on")),
        Filter("kind", _("kind"), choices=lambda _actor: Invoice.Kind.choices),
        Filter("account", _("account"), kind="record", model=ACCOUNT, lookup="account_id"),
        Filter("contract", _("contract"), kind="record", model=CONTRACT, lookup="contract_id"),
        Filter("voided", _("voided"), kind="bool", apply=_voided),
    ],
    related=("account", "contract"),
    order="-issued_on",
    export_permission="crm.invoice.export",
    empty_icon="receipt",
    empty_title=_("No invoices yet"),
    empty_text=_("Issue the first one on the page of its contract."),
)
