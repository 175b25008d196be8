"""Addresses of competitors and of discounts to be approved."""

from muster.access.routes import route
from muster.crm.views import rivals

ON_DEAL = "crm.dealcompetitor"

urlpatterns = [
    route("competitors/", rivals.competitor_list, name="competitor_list", permission="crm.competitor.view"),
    route("competitors/new/", rivals.competitor_create, name="competitor_create", permission="crm.competitor.create"),
    route(
        "competitors/<int:pk>/", rivals.competitor_detail, name="competitor_detail", permission="crm.competitor.view"
    ),
    *(
        route(
            f"competitors/<int:pk>/{verb}/",
            getattr(rivals, f"competitor_{verb}"),
            name=f"competitor_{verb}",
            permission=f"crm.competitor.{verb}",
        )
        for verb in ("edit", "archive", "restore")
    ),
    route("deals/<int:pk>/rivals/", rivals.deal_rivals, name="deal_rivals", permission=f"{ON_DEAL}.view"),
    route("deals/<int:pk>/rivals/new/", rivals.rival_add, name="rival_add", permission=f"{ON_DEAL}.create"),
    route("rivals/<int:pk>/edit/", rivals.rival_edit, name="rival_edit", permission=f"{ON_DEAL}.edit"),
    route("rivals/<int:pk>/remove/", rivals.rival_remove, name="rival_remove", permission=f"{ON_DEAL}.remove"),
    route("deals/<int:pk>/discount/", rivals.deal_discount, name="deal_discount", permission="crm.dealline.view"),
    route("quotes/<int:pk>/discount/", rivals.quote_discount, name="quote_discount", permission="crm.quoteline.view"),
    route(
        "deals/<int:pk>/ask-discount/",
        rivals.deal_ask_discount,
        name="deal_ask_discount",
        permission="crm.deal.ask_discount",
    ),
    route(
        "quotes/<int:pk>/ask-discount/",
        rivals.quote_ask_discount,
        name="quote_ask_discount",
        permission="crm.quote.ask_discount",
    ),
]
