"""Pages of what belongs to a record and has none of its own: lines of a deal, prices in a book, steps of a rule."""

from collections.abc import Callable
from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from muster.access.pages import attempt, done, render_form
from muster.access.scope import visible_or_404
from muster.core.http import Request

Page = Callable[..., HttpResponse]


def add_page(
    model: Any, create: Callable[..., Any], form_class: Any, link: str, *, title: Any, behind: str = ""
) -> Page:
    """A form that adds something to a record of MODEL, which CREATE takes by the name LINK. BEHIND is what stands
    behind the record's address where one goes back to it."""

    def view(request: Request, pk: int) -> HttpResponse:
        whole = visible_or_404(model, request.actor, pk=pk)
        url = whole.get_absolute_url() + behind
        form = form_class(request.POST or None, actor=request.actor, row=whole)
        if request.method == "POST" and form.is_valid():
            row = attempt(form, lambda: create(request.actor, **{link: whole}, **form.cleaned_data))
            if row is not None:
                return done(request, url, _("Saved: %(name)s") % {"name": row})
        return render_form(request, form, "ui/form.html", title=title, cancel_url=url)

    return view


def remove_page(model: Any, remove: Callable[..., Any], link: str, *related: str, behind: str = "") -> Page:
    """Takes a row of MODEL out of what it belongs to by LINK; the rows RELATED are needed to name it."""

    @require_POST
    def view(request: Request, pk: int) -> HttpResponse:
        row = visible_or_404(model, request.actor, link, *related, pk=pk)
        url, name = getattr(row, link).get_absolute_url() + behind, str(row)
        remove(request.actor, row)
        return done(request, url, _("%(name)s is out.") % {"name": name}, go=True)

    return view
