"""Addresses of looking for duplicates and asking to join."""

from muster.access.routes import route
from muster.crm.views import double

urlpatterns = [
    route("duplicates/<str:kind>/", double.double_look, name="double_look", permission="crm.joinrequest.create"),
    route("join/", double.join_ask, name="join_ask", permission="crm.joinrequest.create"),
    route("join/<int:pk>/accept/", double.join_accept, name="join_accept", permission="crm.joinrequest.accept"),
    route("join/<int:pk>/decline/", double.join_decline, name="join_decline", permission="crm.joinrequest.decline"),
]
