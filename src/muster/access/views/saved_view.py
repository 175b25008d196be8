"""Saved views of lists: to make, rename, share, bring up to date, put away."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from muster.access.actions.saved_view import saved_views, use_view
from muster.access.forms import SavedViewForm
from muster.access.listings import SAVED_VIEWS
from muster.access.models import SavedView
from muster.access.pages import act_page, create_page, done, edit_page, list_page
from muster.access.queries import views_at
from muster.access.scope import visible_or_404
from muster.core.http import Request

overview = list_page(SAVED_VIEWS)
create = create_page(SavedViewForm, saved_views.create, title=gettext_lazy("Save this view"))
edit = edit_page(SavedViewForm, saved_views.edit, "access.savedview.edit", title=gettext_lazy("Saved view"))
archive = act_page(SavedView, saved_views.archive, title=gettext_lazy("Put this view away"), danger=True)


@require_POST
def opens(request: Request, pk: int) -> HttpResponse:
    """One's list opens with this view, or does so no more."""
    view = visible_or_404(SavedView, request.actor, pk=pk)
    now = next((one for one in views_at(request.actor, view.path) if one.pk == view.pk), None)
    use_view(request.actor, view, opens=not (now and now.opens_here))  # type: ignore[attr-defined]
    return done(request, view.get_absolute_url(), _("Saved: %(name)s") % {"name": view})


@require_POST
def up(request: Request, pk: int) -> HttpResponse:
    view = visible_or_404(SavedView, request.actor, pk=pk)
    use_view(request.actor, view, up=True)
    return done(request, view.get_absolute_url(), _("Saved: %(name)s") % {"name": view})


@require_POST
def keep(request: Request, pk: int) -> HttpResponse:
    """The view with the filters and columns that its list shows now."""
    view = visible_or_404(SavedView, request.actor, pk=pk)
    try:
        saved_views.edit(request.actor, view, query=request.GET.get("query", ""))
    except ValidationError as error:
        return done(request, view.get_absolute_url(), " ".join(error.messages), level=messages.ERROR)
    return done(request, view.get_absolute_url(), _("Saved: %(name)s") % {"name": view})
