"""Who may look at a merge and take it back: those in whose scope is who did it."""

from django.utils.translation import gettext_lazy as _

from muster.access import permissions
from muster.access.scope import Policy, register
from muster.crm.models import Merge

permissions.register("crm.merge.view", _("See merges"))
permissions.register_event("crm.account.merged", _("Merged into another account"))
permissions.register_event("crm.contact.merged", _("Merged into another contact"))
permissions.register_event("crm.account.unmerged", _("Merge undone"))
permissions.register_event("crm.contact.unmerged", _("Merge undone"))


@register
class MergePolicy(Policy):
    model = Merge
