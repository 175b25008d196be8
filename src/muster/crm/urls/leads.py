"""Addresses of leads."""

from muster.access.routes import route
from muster.crm.views import lead

VERBS = ("edit", "archive", "restore")
LEAD = "crm.lead"

urlpatterns = [
    route("leads/", lead.lead_list, name="lead_list", permission=f"{LEAD}.view"),
    route("leads/new/", lead.lead_create, name="lead_create", permission=f"{LEAD}.create"),
    route("leads/transfer/", lead.lead_transfer_many, name="lead_transfer_many", permission=f"{LEAD}.transfer"),
    route("leads/archive/", lead.lead_archive_many, name="lead_archive_many", permission=f"{LEAD}.archive"),
    route("leads/<int:pk>/", lead.lead_detail, name="lead_detail", permission=f"{LEAD}.view"),
    *(
        route(
            f"leads/<int:pk>/{verb}/", getattr(lead, f"lead_{verb}"), name=f"lead_{verb}", permission=f"{LEAD}.{verb}"
        )
        for verb in (*VERBS, "transfer", "route", "convert", "disqualify", "reopen", "confirm")
    ),
    route("settings/leads/", lead.lead_setup, name="lead_setup", permission="crm.leadstep.edit"),
    *(
        pattern
        for kind, address in (("leadsource", "sources"), ("leadreason", "reasons"), ("leadstep", "steps"))
        for pattern in (
            route(
                f"settings/leads/{address}/new/",
                getattr(lead, f"{kind}_create"),
                name=f"{kind}_create",
                permission=f"crm.{kind}.create",
            ),
            *(
                route(
                    f"settings/leads/{address}/<int:pk>/{verb}/",
                    getattr(lead, f"{kind}_{verb}"),
                    name=f"{kind}_{verb}",
                    permission=f"crm.{kind}.{verb}",
                )
                for verb in VERBS
            ),
        )
    ),
]
