"""Saying something about a record, and instructing whose record it is."""

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from muster.access.action import Refused, action
from muster.access.scope import Actor
from muster.activities.actions.mention import chosen, named, who_sees
from muster.activities.actions.task import tasks
from muster.activities.models import Comment, Commentable, Task, commentables
from muster.people.models import Member

MOST_TOLD = 50
LONGEST_TITLE = 200
CREATE_TASK = "activities.task.create"


@action("activities.comment.create", gettext_lazy("Comment"), Comment, creates=True)
def add_comment(
    actor: Actor,
    *,
    model: str,
    object_id: int,
    body: str,
    kind: str = Comment.Kind.COMMENT,
    due_on: dt.date | None = None,
    mentions: Iterable[int] = (),
) -> Comment:
    """Say BODY about a record that the writer sees. Of kind instruction it becomes a task of the record's owner, due on
    DUE_ON. Who is named in it (@name) is told, if he sees the record; of MENTIONS everybody has to. Raises
    ValidationError."""
    about, row = _record(actor, model, object_id)
    if actor.member_id is None:
        raise Refused(_("Only members of the firm comment: this login is nobody's."))
    comment = Comment(model=model, object_id=row.pk, body=body.strip(), author_id=actor.member_id, kind=kind)
    if kind == Comment.Kind.INSTRUCTION:
        comment.task = _task_of(actor, about, row, comment.body, due_on)
    spoken_of = who_sees(row, named(comment.body, Member.objects.visible_to(actor)))
    comment.mentions = list(dict.fromkeys([*chosen(actor, row, mentions), *spoken_of]))
    comment.full_clean()
    comment.save()
    return comment


def _record(actor: Actor, model: str, object_id: int) -> tuple[Commentable, Any]:
    about = commentables().get(model)
    row = about.model.objects.visible_to(actor).filter(pk=object_id).first() if about else None
    if about is None or row is None:
        raise ValidationError(_("There is no such record for you to comment on."))
    return about, row


def _task_of(actor: Actor, about: Commentable, row: Any, body: str, due_on: dt.date | None) -> Task:
    """The task an instruction becomes: for whose record it is, about the same customer."""
    owner = Member.objects.unscoped("whose record it is").filter(pk=about.owner(row)).first()
    if owner is None:
        raise Refused(_("Nobody is there to carry this out: the record has no owner."))
    if not any(actor.covers(scope, owner.pk) for scope in actor.scopes(CREATE_TASK)):
        raise Refused(_("You cannot give %(name)s tasks: write a comment instead.") % {"name": owner.name})
    title, notes = body[:LONGEST_TITLE], body if len(body) > LONGEST_TITLE else ""
    task: Task = tasks.create(actor, title=title, notes=notes, owner=owner, due_on=due_on, **about.about(row))
    return task


@action("activities.comment.instruct", gettext_lazy("Turn comments into instructions"), Comment)
def instruct(actor: Actor, comment: Comment, *, due_on: dt.date | None = None) -> None:
    """One's own comment becomes a task of the record's owner, once."""
    if comment.kind != Comment.Kind.COMMENT:
        raise Refused(_("Only a comment becomes an instruction, and only once."))
    about, row = _record(actor, comment.model, comment.object_id)
    comment.task = _task_of(actor, about, row, comment.body, due_on)
    comment.kind = Comment.Kind.INSTRUCTION
    comment.save()


@action("activities.comment.archive", gettext_lazy("Take comments back"), Comment)
def take_back(actor: Actor, comment: Comment) -> None:
    """One's own comment leaves the record. The task of an instruction stays: it is archived where tasks are."""
    comment.archived_at = comment.archived_at or timezone.now()
    comment.save(update_fields=["archived_at"])


def whom_to_tell(pk: int | None) -> list[int]:
    """Member ids to tell of a comment: whose record it is, who works on it, who commented before, who is mentioned. The
    receiver of an instruction is told of the task instead."""
    comment = Comment.objects.unscoped("whom to tell").filter(pk=pk, archived_at=None).select_related("task").first()
    about = commentables().get(comment.model) if comment else None
    row = (
        about.model.objects.unscoped("whom to tell").filter(pk=comment.object_id).first() if about and comment else None
    )
    if comment is None or about is None or row is None:
        return []
    before = Comment.objects.unscoped("whom to tell").filter(model=comment.model, object_id=comment.object_id)
    others = before.filter(archived_at=None).values_list("author_id", flat=True).distinct()[:MOST_TOLD]
    found = dict.fromkeys([about.owner(row), *comment.mentions, *others, *about.told(row)])
    done = {None, comment.author_id, comment.task.owner_id if comment.task else None}
    return [one for one in found if one not in done][:MOST_TOLD]
