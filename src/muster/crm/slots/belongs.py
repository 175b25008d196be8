"""What of this room hangs on accounts and contacts, and goes along when two become one."""

from django.utils.translation import gettext_lazy as _

from muster.crm.actions.belongs import Belonging, register
from muster.crm.models import (
    Account,
    AccountInvoiceData,
    AccountMember,
    AccountTag,
    Acquaintance,
    Contact,
    Contract,
    Deal,
    Invoice,
    JoinRequest,
    Lead,
    Quote,
    Receipt,
)

ACCOUNT, CONTACT = "crm.account", "crm.contact"

register(Belonging(Contact, {ACCOUNT: "account"}, _("Contacts"), order=10))
register(Belonging(Deal, {ACCOUNT: "account", CONTACT: "contact"}, _("Deals"), order=20))
register(Belonging(Account, {ACCOUNT: "parent"}, _("Subsidiaries"), order=30))
register(Belonging(AccountMember, {ACCOUNT: "account"}, _("Team"), once=("member",), order=35))
register(Belonging(Lead, {ACCOUNT: "account", CONTACT: "contact"}, _("Leads"), order=60))
register(Belonging(JoinRequest, {ACCOUNT: "account"}, _("Requests to join"), once=("member",), order=70))
register(Belonging(AccountTag, {ACCOUNT: "account"}, _("Tags"), once=("tag",), order=80))
register(Belonging(Acquaintance, {CONTACT: "contact"}, _("Acquaintances"), once=("other",), order=80))
for _model, _label in [
    (Quote, _("Quotes")),
    (Contract, _("Contracts")),
    (Receipt, _("Receipts")),
    (Invoice, _("Invoices")),
]:
    register(Belonging(_model, {ACCOUNT: "account"}, _label, order=50))
register(Belonging(AccountInvoiceData, {ACCOUNT: "account"}, _("Invoice details"), alone=True, order=55))
