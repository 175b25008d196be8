"""Addresses of dashboards that people arrange themselves."""

from muster.access.routes import route
from muster.reporting.views import board

WIDGET = "reporting.widget"

urlpatterns = [
    route("board/", board.board, name="board", permission=f"{WIDGET}.view"),
    route("board/cards/<int:pk>/", board.board_card, name="board_card", permission=f"{WIDGET}.view"),
    route("board/begin/", board.board_begin, name="board_begin", permission=f"{WIDGET}.create"),
    route("board/reset/", board.board_reset, name="board_reset", permission=f"{WIDGET}.remove"),
    route("board/new/", board.widget_create, name="widget_create", permission=f"{WIDGET}.create"),
    *(
        route(
            f"board/widgets/<int:pk>/{verb}/",
            getattr(board, f"widget_{verb}"),
            name=f"widget_{verb}",
            permission=f"{WIDGET}.{verb}",
        )
        for verb in ("edit", "move", "remove")
    ),
]
