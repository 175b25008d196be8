"""Where public pools show themselves; accounts and leads lie in them."""

from django.utils.translation import gettext_lazy as _

from muster.access import permissions
from muster.core import nav, slots
from muster.crm.actions import more_time, time_asked
from muster.crm.actions.pooled import ACCOUNTS, LEADS
from muster.crm.pooled import register
from muster.people.approvable import Approvable
from muster.people.approvable import register as may_be_approved

nav.register(nav.Item("customers", _("Public pool"), "ripple", "pool_list", "crm.pool.view", 15, "s"))
nav.register(nav.Item("admin", _("Claim limits"), "gauge", "claimlimit_list", "crm.claimlimit.create", 53))
slots.register(
    slots.Slot("crm.account", "pool", _("Public pool"), "account_pool", "crm.account.view", "side", 10, "ripple")
)
slots.register(
    slots.Slot("home", "pool", _("Soon back in the pool"), "pool_home", "crm.pool.view", "main", 10, "hourglass")
)
slots.register(slots.Slot("crm.lead", "pool", _("Public pool"), "lead_pool", "crm.lead.view", "side", 10, "ripple"))
for _kind in (ACCOUNTS, LEADS):
    register(_kind)
    may_be_approved(
        Approvable(
            time_asked.KIND,
            _("More time before the public pool"),
            _kind.model,
            time_asked.mark,
            more_time.grant,
            usual=more_time.usual,
        )
    )
    permissions.register_event(f"{_kind.key}.claimed", _("Claimed from the public pool"))
    permissions.register_event(f"{_kind.key}.assigned", _("Assigned from the public pool"))
