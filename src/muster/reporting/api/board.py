"""One's own dashboard over the API; sales operations reads and sets those of roles there too."""

from muster.access.crud import Crud
from muster.access.resources import Resource, Verb
from muster.core.listings import Filter, rows_of
from muster.reporting.actions.board import move, remove, widgets
from muster.reporting.actions.screen import take_screen_back
from muster.reporting.forms.board import MoveForm, WidgetForm
from muster.reporting.models import Screen, Widget

RESOURCES = [
    Resource(
        "widgets",
        rows_of(
            Widget,
            Filter("role", "role", kind="number", lookup="role_id"),
            related=("role", "analysis", "view"),
        ),
        WidgetForm,
        Crud(create=widgets.create, edit=widgets.edit),
        (
            Verb("move", move, "reporting.widget.move", MoveForm, "Put a card one place earlier or later"),
            Verb("remove", remove, "reporting.widget.remove", summary="Take a card off; the last one: as by default"),
        ),
    ),
    Resource(
        "screens",
        rows_of(Screen),
        verbs=(Verb("archive", take_screen_back, "reporting.screen.archive", summary="Take a screen back"),),
    ),
]
