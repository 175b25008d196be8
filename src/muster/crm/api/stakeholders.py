"""Stakeholder maps and tags over the API: the verbs of contacts and accounts stand with those."""

from muster.access.resources import Resource, Verb
from muster.core.listings import Filter, rows_of
from muster.crm.actions.stakeholder import map_contact, relate_contacts, tag_account, tags, unmap_contact, unrelate
from muster.crm.forms.stakeholders import MapForm, RelateForm, TagAccountForm, TagForm
from muster.crm.models import AccountTag, Acquaintance, Stakeholder, Tag

OF_CONTACT = (
    Verb("map", map_contact, "crm.contact.map", MapForm, "Say what the contact is in buying"),
    Verb("unmap", unmap_contact, "crm.contact.unmap", summary="Take the contact off the stakeholder map"),
    Verb("relate", relate_contacts, "crm.contact.relate", RelateForm, "Say that the contact knows another"),
)
OF_ACCOUNT = Verb("tag", tag_account, "crm.account.tag", TagAccountForm, "Set the tags of the account")
_ACCOUNT = Filter("account", "account", kind="number", lookup="contact__account_id")

RESOURCES = [
    Resource("stakeholders", rows_of(Stakeholder, _ACCOUNT, related=("contact", "known_by"))),
    Resource(
        "acquaintances",
        rows_of(Acquaintance, _ACCOUNT, related=("contact", "other")),
        verbs=(Verb("remove", unrelate, "crm.acquaintance.remove"),),
    ),
    Resource("tags", rows_of(Tag), TagForm, tags),
    Resource(
        "account-tags",
        rows_of(
            AccountTag, Filter("account", "account", kind="number", lookup="account_id"), related=("account", "tag")
        ),
    ),
]
