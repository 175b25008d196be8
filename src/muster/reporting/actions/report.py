"""Writing, sending and reading reports."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from muster.access.action import Refused, action, require
from muster.access.scope import Actor
from muster.activities.actions.comment import add_comment
from muster.activities.models import Comment
from muster.core.periods import containing, today
from muster.reporting.models import Report, ReportContent
from muster.reporting.queries.content import content_of
from muster.reporting.queries.due import Duty, duty_of, reader_of

EDIT = "reporting.report.edit"
LONGEST_ANSWER = 2000
State = Report.State


def report_of(actor: Actor, kind: str, day: dt.date) -> Report | None:
    """The actor's own report on the period that holds DAY, if there is one yet."""
    rows = Report.objects.visible_to(actor).filter(
        member=actor.member_id, kind=kind, starts_on=containing(day, kind).start
    )
    row: Report | None = rows.select_related("template", "member", "reviewer").first()
    return row


def begun(duty: Duty) -> Report:
    """A draft for DUTY, not saved."""
    return Report(
        template=duty.template,
        kind=duty.template.kind,
        member=duty.member,
        reviewer_id=duty.reviewer_id,
        starts_on=duty.period.start,
        due_on=duty.due_on,
        due_at=duty.due_at,
    )


@action("reporting.report.create", gettext_lazy("Begin reports"), Report, creates=True)
def begin_report(actor: Actor, *, kind: str, day: dt.date | None = None) -> Report:
    """One's own draft on the period of KIND that holds DAY (by default today). Raises Refused where none is due."""
    on = day or today()
    duty = duty_of(actor.member_id or 0, kind, on)
    if duty is None:
        raise Refused(_("No such report is asked of you for this day: it is a day off, you are away, or exempt."))
    if duty.period.start > today():
        raise Refused(_("This period has not begun yet."))
    row = begun(duty)
    row.full_clean()
    row.save()
    return row


def own_report(actor: Actor, *, kind: str, day: dt.date | None = None) -> Report:
    """One's own report, made now where there is none; asked for twice at once there is still one."""
    found = report_of(actor, kind, day or today())
    if found is not None:
        return found
    try:
        with transaction.atomic():
            made: Report = begin_report(actor, kind=kind, day=day)
            return made
    except (IntegrityError, ValidationError):
        found = report_of(actor, kind, day or today())
        if found is None:
            raise
        return found


def keep_draft(actor: Actor, row: Report, *, answers: Sequence[str]) -> Report:
    """Keep answers for later. No event: what its author has not sent is nobody's business, the trail's neither."""
    require(actor, EDIT, row)
    rows = Report.objects.visible_to(actor, EDIT).filter(pk=row.pk).exclude(state=State.SENT)
    if not rows.update(answers=_answers(row, answers)):
        raise Refused(_("This report was sent already: add a correction instead."))
    row.refresh_from_db()
    return row


def _answers(row: Report, answers: Sequence[str]) -> list[dict[str, str]]:
    asked = [one["text"] for one in row.template.questions]
    given = [*answers, *[""] * len(asked)]
    return [
        {"question": question, "answer": str(answer).strip()[:LONGEST_ANSWER]}
        for question, answer in zip(asked, given, strict=False)
    ]


@action("reporting.report.send", gettext_lazy("Send reports"), Report)
def send_report(actor: Actor, row: Report, *, answers: Sequence[str] | None = None) -> None:
    """Send it as it stands now: what was logged is kept as it is true at this moment. ANSWERS default to those kept
    before. Raises ValidationError at answer_1… where a required answer is missing."""
    if row.state == State.SENT:
        raise Refused(_("This report was sent already: add a correction instead."))
    if row.period.start > today():
        raise Refused(_("This period has not begun yet."))
    if answers is not None:
        row.answers = _answers(row, answers)
    _all_answered(row)
    now = timezone.now()
    row.is_late = row.state != State.EXCUSED and now > row.due_at
    row.state, row.sent_at = State.SENT, now
    row.reviewer_id = reader_of(row.template, row.member)
    row.full_clean()
    row.save()
    content = ReportContent(report=row, body=content_of(actor, row.member, row.period))
    content.save()


def _all_answered(row: Report) -> None:
    given = {one["question"]: one["answer"] for one in row.answers}
    problems = {
        f"answer_{at}": _("This is asked of everybody: a word is enough.")
        for at, one in enumerate(row.template.questions, start=1)
        if one["required"] and not given.get(one["text"])
    }
    if problems:
        raise ValidationError(problems)


@action("reporting.report.read", gettext_lazy("Mark reports as read"), Report)
def read_report(actor: Actor, row: Report) -> None:
    """He for whom it is has read it. Said again, the first time counts."""
    row.seen_at = row.seen_at or timezone.now()
    row.save(update_fields=["seen_at"])


@action("reporting.report.correct", gettext_lazy("Correct one's sent reports"), Report)
def correct_report(actor: Actor, row: Report, *, text: str) -> None:
    """A word of the author's under what he sent. What he sent stays as it was."""
    if row.state != State.SENT:
        raise Refused(_("This report is not sent yet: change it instead."))
    values: dict[str, Any] = {"model": row._meta.label_lower, "object_id": row.pk, "body": text}
    add_comment(actor, kind=Comment.Kind.CORRECTION, **values)
