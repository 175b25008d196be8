"""One action on many records: each passes its own check, and what is refused is said by name."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from muster.access.scope import Forbidden, NotVisible
from muster.core.http import Request

MOST_AT_ONCE = 200
MOST_NAMED = 5


def many_page(
    model: Any, run: Callable[..., Any], list_url: str, *, title: Any, form_class: Any = None
) -> Callable[..., HttpResponse]:
    """Run an action on the ticked rows; with a form, ask first."""

    def view(request: Request) -> HttpResponse:
        wanted = [int(one) for one in request.POST.getlist("pk") if one.isdigit() and len(one) < 19][:MOST_AT_ONCE]
        rows = list(model.objects.visible_to(request.actor).filter(pk__in=wanted))
        if not rows:
            messages.warning(request, _("Tick the rows first."))
            return HttpResponseRedirect(reverse(list_url))
        sent = "confirmed" in request.POST
        form = form_class(request.POST if sent else None, actor=request.actor, row=rows[0]) if form_class else None
        if form is not None and not (sent and form.is_valid()):
            context = {"form": form, "title": title, "rows": rows, "list_url": reverse(list_url)}
            return render(request, "crm/many.html", context, status=422 if sent else 200)
        _report(request, *_run(request, run, rows, form.cleaned_data if form else {}))
        return HttpResponseRedirect(reverse(list_url))

    return require_POST(view)


def _run(request: Request, run: Callable[..., Any], rows: list[Any], values: dict[str, Any]) -> tuple[int, list[str]]:
    done, refused = 0, []
    for row in rows:
        try:
            run(request.actor, row, **values)
            done += 1
        except ValidationError as error:
            refused.append(f"{row}: {' '.join(error.messages)}")
        except (Forbidden, NotVisible):
            refused.append(_("%(name)s: this is not yours to change.") % {"name": row})
    return done, refused


def _report(request: Request, done: int, refused: list[str]) -> None:
    if done:
        messages.success(request, ngettext("%(n)s record done.", "%(n)s records done.", done) % {"n": done})
    for sentence in refused[:MOST_NAMED]:
        messages.error(request, sentence)
    if len(refused) > MOST_NAMED:
        rest = len(refused) - MOST_NAMED
        messages.error(request, ngettext("And %(n)s more refused.", "And %(n)s more refused.", rest) % {"n": rest})
