"""Addresses of screens on walls."""

from muster.access.routes import PUBLIC, route
from muster.reporting.views import screen

urlpatterns = [
    route("screens/", screen.screens, name="screens", permission="reporting.screen.create"),
    route(
        "screens/<int:pk>/archive/", screen.screen_archive, name="screen_archive", permission="reporting.screen.archive"
    ),
    route("wall/<str:token>/", screen.wall, name="wall", permission=PUBLIC),
    route("wall/<str:token>/<int:place>/", screen.wall_page, name="wall_page", permission=PUBLIC),
]
