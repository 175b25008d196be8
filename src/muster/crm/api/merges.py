"""Merges over the API: the verbs stand at accounts and contacts."""

from muster.access.resources import Resource, Verb
from muster.core.listings import Filter, rows_of
from muster.crm.actions.merging import merge_accounts, merge_contacts, undo_merge
from muster.crm.forms.merges import AccountMergeForm, ContactMergeForm
from muster.crm.models import Merge

OF_ACCOUNT = Verb("merge", merge_accounts, "crm.account.merge", AccountMergeForm, "Another account becomes part of it")
OF_CONTACT = Verb("merge", merge_contacts, "crm.contact.merge", ContactMergeForm, "Another contact becomes part of it")

RESOURCES = [
    Resource(
        "merges",
        rows_of(Merge, Filter("kind", "kind", kind="text"), related=("owner",)),
        verbs=(Verb("undo", undo_merge, "crm.merge.undo"),),
    )
]
