"""Lists of public pools: what lies in them, what returns soon, and what happened."""

from typing import Any

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from muster.core.listings import Bulk, Column, Filter, Listing
from muster.crm.listings.records import LEVEL_TONES
from muster.crm.models import Account, ClaimLimit, Lead, Pool, PoolStay
from muster.crm.pooled import kind_of, kinds
from muster.crm.routing import Reason

CAME_TONES = {"recycled": "amber", "returned": "blue", "moved": "gray", "imported": "gray"}


def reason_of(row: PoolStay) -> str:
    return str(Reason.read(row.reason)) if row.reason else ""


def level_of(row: PoolStay) -> str:
    kind = kind_of(row.kind)
    return str(dict(kind.levels).get(row.level, row.level)) if kind else row.level


def kind_label(row: Any) -> str:
    kind = kind_of(row.kind)
    return str(kind.label) if kind else row.kind


def _pools(actor: Any) -> list[tuple[str, str]]:
    return [(str(one.pk), str(one)) for one in Pool.objects.visible_to(actor).filter(archived_at=None)]


def _lying(actor: Any) -> Any:
    return PoolStay.objects.visible_to(actor).filter(left_at=None)


def _lost(rows: Any, value: bool, actor: Any) -> Any:
    own = Q(former_owner=actor.member_id or 0)
    return rows.filter(own) if value else rows.exclude(own)


_CARD = [
    Column("name", _("name"), kind="link", order="name"),
    Column("level", _("level"), level_of, "badge", tone=lambda row: LEVEL_TONES.get(row.level, "gray")),
    Column("industry", _("industry"), order="industry"),
    Column("city", _("city"), order="city"),
]
_FILTERS = [
    Filter("kind", _("kind of record"), choices=lambda _actor: [(one.key, one.label) for one in kinds()]),
    Filter("pool", _("public pool"), choices=_pools, lookup="pool_id"),
    Filter("industry", _("industry"), kind="text", lookup="industry__icontains"),
    Filter("city", _("city"), kind="text", lookup="city__icontains"),
    Filter("came_by", _("how it came"), choices=lambda _actor: PoolStay.Came.choices),
]

LYING = Listing(
    model=PoolStay,
    key="pool-customers",
    title=_("In the public pool"),
    columns=[
        *_CARD,
        Column("last_contact_on", _("last contact"), kind="date", order="last_contact_on"),
        Column("came_at", _("in the pool since"), kind="datetime", order="came_at"),
        Column(
            "came_by", _("how it came"), PoolStay.get_came_by_display, "badge", tone=lambda row: CAME_TONES[row.came_by]
        ),
        Column("reason", _("why it came"), reason_of, default=False),
        Column("pool", _("public pool"), kind="record", default=False),
    ],
    filters=[*_FILTERS, Filter("level", _("level"), choices=lambda _actor: Account.Level.choices)],
    related=("pool",),
    base=_lying,
    bulk=(
        Bulk("claim", _("Claim"), "crm.poolstay.claim", "poolstay_claim_many", "hand-grab"),
        Bulk("assign", _("Assign"), "crm.poolstay.assign", "poolstay_assign_many", "user-plus"),
        Bulk("move", _("Move to another pool"), "crm.poolstay.move", "poolstay_move_many", "arrows-exchange"),
    ),
    empty_icon="ripple",
    empty_title=_("Nothing lies here"),
    empty_text=_("What owners return, and what rules take back, waits here for somebody to claim it."),
)

LOG = Listing(
    model=PoolStay,
    key="pool-log",
    title=_("Log of the public pool"),
    columns=[
        Column("name", _("name"), kind="link"),
        Column("came_at", _("came"), kind="datetime", order="came_at"),
        Column(
            "came_by", _("how it came"), PoolStay.get_came_by_display, "badge", tone=lambda row: CAME_TONES[row.came_by]
        ),
        Column("reason", _("why it came"), reason_of),
        Column("former_owner", _("former owner"), kind="member"),
        Column("left_at", _("left"), kind="datetime", order="left_at"),
        Column("left_by", _("how it left"), PoolStay.get_left_by_display),
        Column("new_owner", _("new owner"), kind="member"),
    ],
    filters=[
        *_FILTERS,
        Filter("left_by", _("how it left"), choices=lambda _actor: PoolStay.Left.choices),
        Filter("former_owner", _("former owner"), kind="record", model="people.member", lookup="former_owner_id"),
        Filter("new_owner", _("new owner"), kind="record", model="people.member", lookup="new_owner_id"),
        Filter("lost", _("was mine"), kind="bool", apply=_lost),
    ],
    related=("pool", "former_owner", "new_owner"),
    empty_icon="history",
    empty_title=_("Nothing happened yet"),
    empty_text=_("Here stands why each customer or lead came, and who took it."),
)


def _due(model: Any) -> Any:
    return lambda actor: model.objects.visible_to(actor).exclude(due_on=None)


def _soon(model: Any, key: str, title: Any, empty: Any, bulk: Bulk) -> Listing:
    """What of MODEL returns soon."""
    return Listing(
        model=model,
        key=key,
        title=title,
        columns=[
            Column("name", _("name"), kind="link", order="name"),
            *([Column("company", _("company"), order="company")] if model is Lead else []),
            Column("due_on", _("returns on"), kind="date", order="due_on"),
            Column("due_rule", _("by the rule")),
            Column("owner", _("owner"), kind="member"),
            Column("level", _("level"), model.get_level_display, "badge", tone=lambda row: LEVEL_TONES[row.level]),
            Column("last_activity_on", _("last contact"), kind="date"),
            Column("spared_until", _("stays until"), kind="date", default=False),
        ],
        filters=[
            Filter("owner", _("owner"), kind="record", model="people.member", lookup="owner_id"),
            Filter("level", _("level"), choices=lambda _actor: Account.Level.choices),
            Filter("pool", _("public pool"), choices=_pools, lookup="due_rule__pool_id"),
        ],
        related=("owner", "due_rule"),
        order="due_on",
        base=_due(model),
        searchable=False,
        bulk=(bulk,),
        empty_icon="mood-smile",
        empty_title=_("Nothing returns within a week"),
        empty_text=empty,
    )


DUE = _soon(
    Account,
    "pool-due",
    _("Soon back in the pool"),
    _("Customers on whom nobody has called for long stand here first, so that nobody is surprised."),
    Bulk("return", _("Return to the pool"), "crm.account.return", "account_return_many", "ripple"),
)
DUE_LEADS = _soon(
    Lead,
    "pool-due-leads",
    _("Leads soon back in the pool"),
    _("Leads that nobody has followed up for long stand here first, so that nobody is surprised."),
    Bulk("return", _("Return to the pool"), "crm.lead.return", "lead_return_many", "ripple"),
)

LIMITS = Listing(
    model=ClaimLimit,
    key="claim-limits",
    title=_("Claim limits"),
    columns=[
        Column("who", _("for whom"), str, "link"),
        Column("kind", _("kind of record"), kind_label),
        Column("per_day", _("claims a day, all pools together"), kind="number"),
        Column("most_held", _("most customers or leads held"), kind="number"),
        Column("won_counts", _("customers who bought count as held"), kind="bool"),
    ],
    filters=[Filter("archived", _("show archived"), kind="bool", apply=lambda rows, _value, _actor: rows)],
    related=("member", "position", "unit"),
    searchable=False,
    create_url="claimlimit_create",
    create_permission="crm.claimlimit.create",
    create_label=_("New limit"),
    empty_icon="gauge",
    empty_title=_("No limits yet"),
    empty_text=_("Without one, each pool's own limits count alone."),
)
