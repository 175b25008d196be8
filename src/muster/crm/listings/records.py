"""Lists of customers and deals."""

import datetime as dt
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from muster.core import money
from muster.core.fields import default_currency
from muster.core.listings import BadInput, Bulk, Column, Filter, Listing
from muster.crm.models import Account, Contact, Deal, LeadSource, Pipeline, Product, Stage, Tag
from muster.crm.queries import TOUCHED, industries, provinces, stale
from muster.crm.queries.group import family

MEMBER, ACCOUNT, PRODUCT = "people.member", "crm.account", "crm.product"
STATUS_TONES = {"open": "blue", "won": "green", "lost": "gray"}
LEVEL_TONES = {"key": "amber", "normal": "gray", "small": "gray"}
PERIODS = [
    ("month", _("This month")),
    ("quarter", _("This quarter")),
    ("year", _("This year")),
    ("last-month", _("Last month")),
    ("last-quarter", _("Last quarter")),
    ("last-year", _("Last year")),
]


def period_choices(_actor: Any) -> list[tuple[str, Any]]:
    return PERIODS


def _mine(rows: Any, value: bool, actor: Any) -> Any:
    own = Q(owner=actor.member_id or 0)
    return rows.filter(own) if value else rows.exclude(own)


def _industries(actor: Any) -> list[tuple[str, str]]:
    return [(name, name) for name in industries(actor)]


def _provinces(actor: Any) -> list[tuple[str, str]]:
    return [(name, name) for name in provinces(actor)]


def _tags(actor: Any) -> list[tuple[str, str]]:
    return [(str(one.pk), one.name) for one in Tag.objects.visible_to(actor).filter(archived_at=None)]


def sources(actor: Any) -> list[tuple[str, str]]:
    return [(str(one.pk), str(one)) for one in LeadSource.objects.visible_to(actor).filter(archived_at=None)]


def _city(rows: Any, value: str, _actor: Any) -> Any:
    return rows.filter(city__icontains=value)


def _no_contact_since(rows: Any, day: dt.date, _actor: Any) -> Any:
    return rows.filter(Q(last_activity_on=None) | Q(last_activity_on__lt=day))


def _with_subsidiaries(rows: Any, account: int, actor: Any) -> Any:
    return rows.filter(pk__in=family(actor, account))


def _in(field: str) -> Any:
    def narrow(rows: Any, period: Any, _actor: Any) -> Any:
        return rows.filter(**{f"{field}__gte": period.start, f"{field}__lt": period.end})

    return narrow


def _amount(lookup: str) -> Any:
    def narrow(rows: Any, text: str, _actor: Any) -> Any:
        try:
            return rows.filter(**{lookup: money.to_minor(text, default_currency())})
        except ValueError as error:
            raise BadInput(str(error)) from error

    return narrow


def _stale(rows: Any, value: bool, actor: Any) -> Any:
    """Open, and left alone for more working days than the stage allows."""
    late = stale(actor)
    return rows.alias(touched=TOUCHED).filter(late) if value else rows.alias(touched=TOUCHED).exclude(late)


def _stages(actor: Any) -> list[tuple[str, str]]:
    rows = Stage.objects.visible_to(actor).filter(archived_at=None).select_related("pipeline")
    named = rows.only(*(f"{link}{name}" for link in ("", "pipeline__") for name in Stage.named_by))
    found = list(named.order_by("pipeline__position_no", "pipeline", "position_no"))
    several = len({one.pipeline_id for one in found}) > 1
    return [(str(one.pk), f"{one.pipeline} · {one}" if several else str(one)) for one in found]


def _pipelines(actor: Any) -> list[tuple[str, str]]:
    rows = Pipeline.objects.visible_to(actor).filter(archived_at=None)
    return [(str(one.pk), str(one)) for one in rows.only(*Pipeline.named_by)]


def _status_tone(row: Deal) -> str:
    return STATUS_TONES[row.status]


ACCOUNTS = Listing(
    model=Account,
    key="customers",
    title=_("Customers"),
    columns=[
        Column("name", _("name"), kind="link", order="name"),
        Column("level", _("level"), Account.get_level_display, "badge", tone=lambda row: LEVEL_TONES[row.level]),
        Column("industry", _("industry"), order="industry", words=True),
        Column("province", _("province"), order="province", default=False, words=True),
        Column("city", _("city"), order="city", words=True),
        Column("district", _("district"), default=False),
        Column("address", _("address"), default=False),
        Column("postcode", _("postcode"), default=False),
        Column("owner", _("owner"), kind="member"),
        Column("last_activity_on", _("last contact"), kind="date", order="last_activity_on"),
        Column("phone", _("switchboard"), default=False),
        Column("website", _("website"), default=False),
        Column("country", _("country or region"), default=False),
        Column("parent", _("parent company"), kind="record", default=False),
        Column("source", _("source"), default=False),
        Column("employees", _("employees"), kind="number", order="employees", default=False),
        Column(
            "annual_revenue",
            _("annual revenue"),
            lambda row: (row.annual_revenue, row.currency),
            "money",
            order="annual_revenue",
            default=False,
        ),
        Column("created_at", _("created"), kind="datetime", order="created_at", default=False),
    ],
    filters=[
        Filter("mine", _("mine"), kind="bool", apply=_mine),
        Filter("owner", _("owner"), kind="record", model=MEMBER, lookup="owner_id"),
        Filter("level", _("level"), choices=lambda _actor: Account.Level.choices),
        Filter("industry", _("industry"), choices=_industries, plain=True),
        Filter("source", _("source"), choices=sources, lookup="source_id"),
        Filter("province", _("province"), choices=_provinces, plain=True),
        Filter("city", _("city"), kind="text", apply=_city),
        Filter("district", _("district"), kind="text", lookup="district__icontains"),
        Filter("tag", _("tag"), choices=_tags, lookup="tagged__tag_id"),
        Filter("no_contact_since", _("no contact since"), kind="date", apply=_no_contact_since),
        Filter("parent", _("parent company"), kind="record", model=ACCOUNT, lookup="parent_id"),
        Filter("company", _("with subsidiaries"), kind="record", model=ACCOUNT, apply=_with_subsidiaries),
        Filter("archived", _("show archived"), kind="bool", apply=lambda rows, _value, _actor: rows),
    ],
    related=("owner", "parent", "source"),
    bulk=(
        Bulk("transfer", _("Transfer"), "crm.account.transfer", "account_transfer_many", "arrows-exchange"),
        Bulk("return", _("Return to the pool"), "crm.account.return", "account_return_many", "ripple"),
        Bulk("archive", _("Archive"), "crm.account.archive", "account_archive_many", "archive"),
    ),
    create_url="account_create",
    create_permission="crm.account.create",
    create_label=_("New customer"),
    export_permission="crm.account.export",
    empty_icon="building",
    empty_title=_("No customers yet"),
    empty_text=_("Add the first one: a name is enough to begin."),
)

DOUBTFUL = Filter(
    "doubtful",
    _("e-mail doubtful"),
    kind="bool",
    apply=lambda rows, value, _actor: rows.filter(mail_doubt_on__isnull=not value),
)

CONTACTS = Listing(
    model=Contact,
    key="contacts",
    title=_("Contacts"),
    columns=[
        Column("name", _("name"), kind="link", order="name"),
        Column("account", _("account"), kind="record"),
        Column("title", _("job title")),
        Column("decides", _("decision maker"), kind="bool"),
        Column("phone", _("phone")),
        Column("email", _("e-mail")),
        Column("mail_doubt_on", _("e-mail doubtful since"), kind="date", order="mail_doubt_on", default=False),
        Column("wechat", _("WeChat"), default=False),
        Column("province", _("province"), order="province", default=False),
        Column("city", _("city"), order="city", default=False),
        Column("district", _("district"), default=False),
        Column("address", _("address"), default=False),
        Column("postcode", _("postcode"), default=False),
        Column("owner", _("owner"), kind="member"),
        Column("no_mail", _("no e-mail"), kind="bool", default=False),
        Column("no_calls", _("no calls"), kind="bool", default=False),
        Column("no_messages", _("no messages"), kind="bool", default=False),
        Column("opt_out_on", _("opted out on"), kind="date", default=False),
        Column("opt_out_source", _("how they opted out"), default=False),
        Column("created_at", _("created"), kind="datetime", order="created_at", default=False),
    ],
    filters=[
        Filter("mine", _("mine"), kind="bool", apply=_mine),
        Filter("account", _("account"), kind="record", model=ACCOUNT, lookup="account_id"),
        Filter("owner", _("owner"), kind="record", model=MEMBER, lookup="owner_id"),
        Filter("decides", _("decision maker"), kind="bool"),
        Filter("province", _("province"), kind="text", lookup="province__icontains"),
        Filter("city", _("city"), kind="text", lookup="city__icontains"),
        DOUBTFUL,
        Filter("no_mail", _("no e-mail"), kind="bool"),
        Filter("no_calls", _("no calls"), kind="bool"),
        Filter("no_messages", _("no messages"), kind="bool"),
        Filter("archived", _("show archived"), kind="bool", apply=lambda rows, _value, _actor: rows),
    ],
    related=("account", "owner"),
    create_url="contact_create",
    create_permission="crm.contact.create",
    create_label=_("New contact"),
    export_permission="crm.contact.export",
    empty_icon="address-book",
    empty_title=_("No contacts yet"),
    empty_text=_("Contacts are the people at your customers."),
)

DEALS = Listing(
    model=Deal,
    key="deals",
    title=_("Deals"),
    columns=[
        Column("name", _("name"), kind="link", order="name"),
        Column("account", _("account"), kind="record"),
        Column("amount", _("amount"), lambda row: (row.amount, row.currency), "money", order="amount"),
        Column("stage", _("stage"), kind="badge", tone=_status_tone),
        Column("expected_on", _("expected to close on"), kind="date", order="expected_on"),
        Column("owner", _("owner"), kind="member"),
        Column("next_step", _("next step")),
        Column("status", _("status"), Deal.get_status_display, "badge", default=False, tone=_status_tone),
        Column("product", _("product"), kind="record", default=False),
        Column("pipeline", _("pipeline"), default=False),
        Column("opened_on", _("opened on"), kind="date", order="opened_on", default=False),
        Column("closed_on", _("closed on"), kind="date", order="closed_on", default=False),
        Column("last_activity_on", _("last contact"), kind="date", order="last_activity_on", default=False),
        Column("loss_reason", _("loss reason"), default=False),
        Column("slips", _("times pushed"), kind="number", order="slips", default=False),
        Column("slipped_days", _("days pushed"), kind="number", order="slipped_days", default=False),
    ],
    filters=[
        Filter("mine", _("mine"), kind="bool", apply=_mine),
        Filter("status", _("status"), choices=lambda _actor: Deal.Status.choices),
        Filter("stage", _("stage"), choices=_stages, lookup="stage_id"),
        Filter("pipeline", _("pipeline"), choices=_pipelines, lookup="pipeline_id"),
        Filter("owner", _("owner"), kind="record", model=MEMBER, lookup="owner_id"),
        Filter("account", _("account"), kind="record", model=ACCOUNT, lookup="account_id"),
        Filter("product", _("product"), kind="record", model=PRODUCT, lookup="product_id"),
        Filter("closing", _("to close in"), kind="period", choices=period_choices, apply=_in("expected_on")),
        Filter("closed", _("closed in"), kind="period", choices=period_choices, apply=_in("closed_on")),
        Filter("opened", _("opened in"), kind="period", choices=period_choices, apply=_in("opened_on")),
        Filter("amount_from", _("amount from"), kind="text", apply=_amount("amount__gte")),
        Filter("amount_to", _("amount up to"), kind="text", apply=_amount("amount__lte")),
        Filter("stale", _("stale"), kind="bool", apply=_stale),
        Filter("pushed", _("pushed at least … times"), kind="number", lookup="slips__gte"),
        Filter("archived", _("show archived"), kind="bool", apply=lambda rows, _value, _actor: rows),
    ],
    related=("account", "owner", "stage", "product", "pipeline", "loss_reason"),
    order="-amount",
    bulk=(
        Bulk("transfer", _("Transfer"), "crm.deal.transfer", "deal_transfer_many", "arrows-exchange"),
        Bulk("archive", _("Archive"), "crm.deal.archive", "deal_archive_many", "archive"),
    ),
    create_url="deal_create",
    create_permission="crm.deal.create",
    create_label=_("New deal"),
    export_permission="crm.deal.export",
    empty_icon="target",
    empty_title=_("No deals yet"),
    empty_text=_("A deal is a sale in the making: say whose, how much, and when it should close."),
)


def _certified(rows: Any, value: bool, _actor: Any) -> Any:
    return rows.filter(certificate__isnull=not value)


PRODUCTS = Listing(
    model=Product,
    key="products",
    title=_("Products"),
    columns=[
        Column("name", _("name"), kind="link", order="name"),
        Column("code", _("code"), kind="code", order="code"),
        Column("family", _("family"), order="family"),
        Column("list_price", _("list price"), lambda row: (row.list_price, row.currency), "money", order="list_price"),
        Column("is_active", _("on sale"), kind="bool"),
        Column("certificate", _("certificate it takes"), default=False),
    ],
    filters=[
        Filter("is_active", _("on sale"), kind="bool"),
        Filter("certified", _("takes a certificate"), kind="bool", apply=_certified),
        Filter("family", _("family"), kind="text"),
        Filter("archived", _("show archived"), kind="bool", apply=lambda rows, _value, _actor: rows),
    ],
    order="name",
    related=("certificate",),
    create_url="product_create",
    create_permission="crm.product.create",
    create_label=_("New product"),
    empty_icon="package",
    empty_title=_("No products yet"),
    empty_text=_("Sales operations adds what you sell here."),
)
