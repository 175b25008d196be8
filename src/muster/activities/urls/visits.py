"""Addresses of visits on the spot."""

from muster.access.routes import route
from muster.activities.views import visit

CHECK_IN, CONSENT = "activities.checkin", "activities.locationconsent"

urlpatterns = [
    route("visits/", visit.visit_day, name="visit_day", permission=f"{CHECK_IN}.view"),
    route("visits/here/", visit.visit_here, name="visit_here", permission=f"{CHECK_IN}.create"),
    route("visits/positions/", visit.location_consent, name="location_consent", permission=f"{CONSENT}.create"),
    route("visits/<int:pk>/leave/", visit.visit_leave, name="visit_leave", permission=f"{CHECK_IN}.leave"),
    route("visits/<int:pk>/correct/", visit.visit_correct, name="visit_correct", permission=f"{CHECK_IN}.correct"),
    route(
        "activities/<int:pk>/check-in/",
        visit.visit_check_in,
        name="visit_check_in",
        permission=f"{CHECK_IN}.create",
    ),
    route("activities/<int:pk>/visit/", visit.visit_panel, name="visit_panel", permission=f"{CHECK_IN}.view"),
]
