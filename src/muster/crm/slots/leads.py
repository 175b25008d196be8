"""Where leads show themselves; what a member holds of them; and that rules give them."""

from functools import partial

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from muster.access.scope import Actor
from muster.core import commands, finders, nav
from muster.core.custom.show import listing_for
from muster.core.listings import Filter
from muster.crm.actions.lead import transfer_lead
from muster.crm.actions.time_asked import lapse_time
from muster.crm.listings.leads import LEADS
from muster.crm.models import Lead
from muster.crm.routed import Routed
from muster.crm.routed import register as may_be_routed
from muster.people.holdings import Holding
from muster.people.holdings import register as hold
from muster.people.personal import Line, Part
from muster.people.personal import register as hold_on

nav.register(nav.Item("customers", _("Leads"), "user-search", "lead_list", "crm.lead.view", 5, "l"))
nav.register(nav.Item("admin", _("Lead sources and ladder"), "stairs-up", "lead_setup", "crm.leadstep.edit", 51))
commands.register(commands.Command(_("New lead"), "user-search", "lead_create", "crm.lead.create"))


def _hint(row: Lead) -> str:
    return " · ".join(filter(None, [str(row.owner) if row.owner else "", row.get_status_display(), row.city]))


finders.register(finders.Finder(Lead, "user-search", _hint, ("owner",), 15))

hold(
    Holding(
        Lead,
        _("Open leads"),
        "crm.lead.transfer",
        Q(status__in=Lead.OPEN),
        group="pk",
        place="city",
        trade="industry",
        product="product",
        order=25,
        moved=partial(lapse_time, Lead),
    )
)
_lines = (Line("To know who looks after a lead", "明确线索由谁负责", basis="interest", months=0),)
_stays = _("A record of the firm: it stays, under the number of the member.")
hold_on(Part("leads", Lead, _("Leads"), _lines, ("id", "created_at"), link="owner", stays=_stays, order=110))

ASKED = {
    "source",
    "level",
    "industry",
    "city",
    "product",
}  # filters that a rule may ask by, besides the firm's own fields


def _asked_of_leads() -> list[Filter]:
    listing = listing_for(LEADS, Actor.operator("routing"))
    return [one for one in listing.filters if one.key in ASKED or one.key.startswith("custom.")]


may_be_routed(
    Routed(
        Lead,
        _("Leads"),
        _asked_of_leads,
        lambda actor, row, member: transfer_lead(actor, row, owner=member),
        lambda: Lead.objects.unscoped("routing").filter(owner=None, pool=None, archived_at=None, status__in=Lead.OPEN),
        by_itself=True,
        places=lambda row: [row.city],
        not_to=lambda row: {row.taken_from_id},
        product=lambda row: row.product,
        trade=lambda row: row.industry,
    )
)
