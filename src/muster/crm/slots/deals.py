"""Panels of deals."""

from django.utils.translation import gettext_lazy as _

from muster.core import nav, slots
from muster.crm.actions import credit, discount
from muster.crm.models import Deal, Quote
from muster.people.approvable import Approvable, register

nav.register(nav.Item("sales", _("Price books"), "tag", "pricebook_list", "crm.pricebook.view", 55))
slots.register(
    slots.Slot("crm.deal", "lines", _("Lines"), "deal_lines", "crm.dealline.view", "main", 10, "list-details")
)
slots.register(
    slots.Slot("crm.deal", "credits", _("Credit"), "deal_credits", "crm.dealcredit.view", "main", 30, "users")
)
slots.register(
    slots.Slot("crm.deal", "rivals", _("Competitors"), "deal_rivals", "crm.dealcompetitor.view", "main", 25, "shield")
)
for _page, _name, _permission in [
    ("crm.deal", "deal_discount", "crm.dealline.view"),
    ("crm.quote", "quote_discount", "crm.quoteline.view"),
]:
    slots.register(
        slots.Slot(_page, "discount", _("Prices below the floor"), _name, _permission, "main", 15, "discount")
    )
nav.register(nav.Item("sales", _("Competitors"), "shield", "competitor_list", "crm.competitor.view", 56))

for _model in (Deal, Quote):
    register(Approvable(discount.KIND, _("Discount"), _model, discount.mark, measured=discount.said_measure))
register(Approvable(credit.KIND, _("Credit after the win"), Deal, credit.mark, credit.apply_correction))
