"""What was said about a record, on its page and wherever else it is shown."""

from typing import Any

from django.db.models import Q
from django.http import HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy

from muster.access.pages import act_page, attempt
from muster.access.scope import NotVisible, visible_or_404
from muster.activities import queries
from muster.activities.actions.comment import add_comment, instruct, take_back
from muster.activities.actions.mention import MOST, offered
from muster.activities.forms.comments import CommentForm, InstructForm
from muster.activities.models import Comment, commentables
from muster.core import finders
from muster.core.http import Request
from muster.people.models import Member

comment_archive = act_page(
    Comment,
    take_back,
    title=gettext_lazy("Take this comment back"),
    text=gettext_lazy("Nobody sees it any more. A task that it became stays."),
)
comment_instruct = act_page(
    Comment,
    instruct,
    title=gettext_lazy("Make this an instruction"),
    text=gettext_lazy("It becomes a task of whose record this is."),
    button=gettext_lazy("Give the task"),
    form_class=InstructForm,
)


def comments(request: Request, model: str, pk: int) -> HttpResponse:
    """The comments on a record with the line to add one; sending one answers with the same part anew."""
    kind = commentables().get(model)
    if kind is None:
        raise NotVisible(model)
    row = visible_or_404(kind.model, request.actor, pk=pk)
    sent = {**request.POST.dict(), "model": model, "object_id": pk} if request.method == "POST" else None
    form: Any = CommentForm(sent, actor=request.actor)
    if sent and form.is_valid() and attempt(form, lambda: add_comment(request.actor, **form.written())) is not None:
        form = CommentForm(actor=request.actor)
    context = {
        "items": queries.comments_on(request.actor, row),
        "form": form,
        "row": row,
        "model": model,
        "may_comment": request.actor.has("activities.comment.create") and request.actor.member_id,
        "may_instruct": kind.owner(row) != request.actor.member_id and request.actor.has("activities.task.create"),
    }
    return render(request, "activities/comments.html", context, status=422 if form.errors else 200)


def mentionable(request: Request, model: str, pk: int) -> JsonResponse:
    """Colleagues who can be mentioned on a record, as one types: those who may see it."""
    kind = commentables().get(model)
    if kind is None:
        raise NotVisible(model)
    row = visible_or_404(kind.model, request.actor, pk=pk)
    finder = finders.finder(Member._meta.label_lower)
    rows: Any = finder.rows(request.actor, request.GET.get("q", "")[:40]) if finder else Member.objects.none()
    near = [pk for pk in (kind.owner(row), *kind.told(row)) if pk]  # and who leads them: they see it most likely
    first = rows.filter(Q(pk__in=near) | Q(lines_down__descendant__in=near)).distinct()[:MOST]
    typed = {one.pk: one for one in [*first, *rows[:MOST]]}
    found = offered(request.actor, row, typed.values())
    return JsonResponse({"results": [{"id": one.pk, "text": one.name, "hint": str(one.unit or "")} for one in found]})
