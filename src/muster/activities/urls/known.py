"""Addresses of what hangs on one person."""

from muster.access.routes import route
from muster.activities.views import known

JUDGE = "people.member.performance"

urlpatterns = [
    route("people/known/", known.bus_factor, name="bus_factor", permission=JUDGE),
    route("people/<int:pk>/known/", known.known_customers, name="known_customers", permission=JUDGE),
    route("people/<int:pk>/known/panel/", known.known_panel, name="known_panel", permission=JUDGE),
]
