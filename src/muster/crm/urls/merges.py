"""Addresses of merging."""

from muster.access.routes import route
from muster.crm.views import merge

urlpatterns = [
    route("customers/<int:pk>/merge/", merge.account_merge, name="account_merge", permission="crm.account.merge"),
    route("contacts/<int:pk>/merge/", merge.contact_merge, name="contact_merge", permission="crm.contact.merge"),
    route("merges/<int:pk>/undo/", merge.merge_undo, name="merge_undo", permission="crm.merge.undo"),
]
