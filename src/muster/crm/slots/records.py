"""Where the crm room shows itself: side bar, search, palette, and panels on members' pages."""

from functools import partial

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from muster.access.scope import Actor
from muster.core import commands, finders, nav, slots
from muster.core.custom.show import listing_for
from muster.core.listings import Filter
from muster.crm.actions.account import transfer_account
from muster.crm.actions.time_asked import lapse_time
from muster.crm.listings.records import ACCOUNTS
from muster.crm.models import Account, Contact, Deal, Product
from muster.crm.routed import Routed
from muster.crm.routed import register as may_be_routed
from muster.people.holdings import Holding, Staying, stay
from muster.people.holdings import register as hold
from muster.people.models import Member
from muster.people.personal import Line, Part
from muster.people.personal import register as hold_on

nav.register(nav.Item("customers", _("Customers"), "building", "account_list", "crm.account.view", 10, "a"))
nav.register(nav.Item("customers", _("Contacts"), "address-book", "contact_list", "crm.contact.view", 20, "n"))
nav.register(nav.Item("sales", _("Deals"), "target", "deal_list", "crm.deal.view", 30, "d"))
nav.register(nav.Item("sales", _("Board"), "layout-kanban", "deal_board", "crm.deal.view", 40, "b"))
nav.register(nav.Item("sales", _("Products"), "package", "product_list", "crm.product.view", 50))
nav.register(nav.Item("customers", _("Waiting for an owner"), "alarm", "routing_queue", "crm.routing.settle", 45))
nav.register(nav.Item("admin", _("Tags"), "tags", "tag_list", "crm.tag.edit", 53))
nav.register(nav.Item("admin", _("Routing rules"), "route", "routing_rules", "crm.routingrule.view", 52))
nav.register(nav.Item("admin", _("Pipelines"), "filter-cog", "pipeline_list", "crm.stage.edit", 50))


def _account_hint(row: Account) -> str:
    return " · ".join(filter(None, [str(row.owner) if row.owner else "", row.city]))


def _contact_hint(row: Contact) -> str:
    return " · ".join(filter(None, [str(row.account), row.title]))


def _deal_hint(row: Deal) -> str:
    return " · ".join(str(one) for one in (row.account, row.owner, row.stage) if one)


finders.register(finders.Finder(Account, "building", _account_hint, ("owner",), 10))
finders.register(finders.Finder(Contact, "address-book", _contact_hint, ("account",), 20))
finders.register(finders.Finder(Deal, "target", _deal_hint, ("account", "owner", "stage"), 30))
finders.register(finders.Finder(Product, "package", lambda row: f"{row.code} {row.family}".strip(), order=60))

commands.register(commands.Command(_("New deal"), "target", "deal_create", "crm.deal.create"))
commands.register(commands.Command(_("New customer"), "building", "account_create", "crm.account.create"))
commands.register(commands.Command(_("New contact"), "user-plus", "contact_create", "crm.contact.create"))

slots.register(
    slots.Slot(
        "crm.account", "map", _("Who counts there"), "account_map", "crm.stakeholder.view", "main", 20, "affiliate"
    )
)
slots.register(
    slots.Slot(
        "crm.account",
        "completeness",
        _("Completeness"),
        "account_completeness",
        "crm.accountscore.view",
        "side",
        5,
        "checklist",
    )
)
nav.register(nav.Item("admin", _("Completeness"), "checklist", "completeness", "crm.completenessweight.edit", 54))
slots.register(slots.Slot("people.member", "deals", _("Deals"), "member_deals", "crm.deal.view", "work", 30, "target"))
for _key, _label, _view, _place in [
    ("serves", _("Customers served"), "member_serves", "main"),
    ("accounts", _("Customers"), "member_accounts", "work"),
]:
    slots.register(slots.Slot("people.member", _key, _label, _view, "crm.account.view", _place, 40, "building"))

# A deal that is won or lost stays with whom won or lost it.
hold(
    Holding(
        Account,
        _("Customers"),
        "crm.account.transfer",
        group="pk",
        place="city",
        trade="industry",
        order=10,
        moved=partial(lapse_time, Account),
    )
)
hold(Holding(Contact, _("Contacts"), "crm.contact.edit", group="account", order=20))
_open = Q(status=Deal.Status.OPEN)
hold(Holding(Deal, _("Deals in progress"), "crm.deal.transfer", _open, group="account", product="product", order=30))


def _closed(member: Member) -> int:
    rows = Deal.objects.unscoped("closed deals that a handover leaves").filter(owner=member.pk, archived_at=None)
    return rows.exclude(_open).count()


stay(
    Staying(
        _("Closed deals"),
        _(
            "Revenue is counted by who owns a deal: handing closed deals over would rewrite who won them. Whoever "
            "takes on the customer looks after what follows from them, renewals too."
        ),
        _closed,
    )
)

# Customers belong to the firm: of its records the member's own copy has number and dates, and erasure leaves them.
_STAYS = _("A record of the firm: it stays, under the number of the member.")
for _key, _model, _label, _columns in [
    ("accounts", Account, _("Customers"), ("id", "created_at")),
    ("contacts", Contact, _("Contacts"), ("id", "created_at")),
    ("deals", Deal, _("Deals"), ("id", "status", "amount", "currency", "opened_on", "closed_on")),
]:
    _lines = (Line("To know who looks after a customer", "明确客户由谁负责", basis="interest", months=0),)
    hold_on(Part(_key, _model, _label, _lines, _columns, link="owner", stays=_STAYS, order=110))

NOT_ASKED = {"mine", "owner", "parent", "company", "no_contact_since", "archived"}  # filters that a rule does not need


def _asked_of_accounts() -> list[Filter]:
    listing = listing_for(ACCOUNTS, Actor.operator("routing"))
    return [one for one in listing.filters if one.key not in NOT_ASKED]


may_be_routed(
    Routed(
        Account,
        _("Customers"),
        _asked_of_accounts,
        lambda actor, row, member: transfer_account(actor, row, owner=member),
        lambda: Account.objects.unscoped("routing").filter(owner=None, pool=None, archived_at=None),
        by_itself=True,
        places=lambda row: [row.city, row.province, row.country],
        trade=lambda row: row.industry,
    )
)
