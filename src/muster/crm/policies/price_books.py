"""Price books belong to the firm; lines of deals are seen with their deals."""

from django.utils.translation import gettext_lazy as _

from muster.access import permissions
from muster.access.scope import Policy, register
from muster.crm.models import DealLine, PriceBook, PriceBookEntry
from muster.crm.policies.records import OfFirm

for _name, _label in [
    ("crm.pricebook.view", _("See price books")),
    ("crm.pricebookentry.view", _("See prices in price books")),
    ("crm.dealline.view", _("See lines of deals")),
]:
    permissions.register(_name, _label)


@register
class PriceBookPolicy(OfFirm):
    model = PriceBook


@register
class PriceBookEntryPolicy(OfFirm):
    model = PriceBookEntry


@register
class DealLinePolicy(Policy):
    model = DealLine
    owner = None
    parent = "deal"
