"""Addresses of credits."""

from muster.access.routes import route
from muster.crm.views import credit

urlpatterns = [
    route("deals/<int:pk>/credits/", credit.deal_credits, name="deal_credits", permission="crm.dealcredit.view"),
    route("deals/<int:pk>/split/", credit.deal_split, name="deal_split", permission="crm.deal.split"),
    route(
        "deals/<int:pk>/correct-credit/",
        credit.deal_split_after_win,
        name="deal_split_after_win",
        permission="crm.deal.split_after_win",
    ),
]
