"""Stakeholders are seen with their contact; tags belong to the firm."""

from django.utils.translation import gettext_lazy as _

from muster.access import permissions
from muster.access.scope import Policy, register
from muster.crm.models import AccountTag, Acquaintance, Stakeholder, Tag
from muster.crm.policies.records import OfFirm

for _name, _label in [
    ("crm.stakeholder.view", _("See stakeholder maps")),
    ("crm.acquaintance.view", _("See who knows whom at customers")),
    ("crm.tag.view", _("See tags")),
    ("crm.accounttag.view", _("See tags of customers")),
]:
    permissions.register(_name, _label)


@register
class StakeholderPolicy(Policy):
    model = Stakeholder
    owner = None
    parent = "contact"


@register
class AcquaintancePolicy(Policy):
    model = Acquaintance
    owner = None
    parent = "contact"


@register
class TagPolicy(OfFirm):
    model = Tag


@register
class AccountTagPolicy(Policy):
    model = AccountTag
    owner = None
    parent = "account"
