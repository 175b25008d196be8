"""Addresses of the completeness of customers."""

from muster.access.routes import route
from muster.crm.views import completeness

SEEN = "crm.accountscore.view"

urlpatterns = [
    route("customers/completeness/", completeness.completeness_list, name="completeness_list", permission=SEEN),
    route(
        "customers/<int:pk>/completeness/",
        completeness.account_completeness,
        name="account_completeness",
        permission=SEEN,
    ),
    route(
        "settings/completeness/",
        completeness.completeness,
        name="completeness",
        permission="crm.completenessweight.view",
    ),
    route(
        "settings/completeness/new/",
        completeness.weight_create,
        name="completenessweight_create",
        permission="crm.completenessweight.create",
    ),
    route(
        "settings/completeness/<int:pk>/edit/",
        completeness.weight_edit,
        name="completenessweight_edit",
        permission="crm.completenessweight.edit",
    ),
]
