"""Setting up who reports on what."""

import datetime as dt
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from muster.access.action import action, add_event
from muster.access.crud import check_links, crud
from muster.access.scope import Actor
from muster.people.models import Member
from muster.reporting.models import ReportExemption, ReportTemplate
from muster.reporting.models.template import MOST_QUESTIONS

LONGEST_QUESTION = 200
DEFAULTS: list[tuple[str, str, dt.time, int, dt.time, tuple[str, ...]]] = [
    ("day", "日报 · Daily report", dt.time(17, 30), 0, dt.time(19), ("需要什么支持？ What do you need help with?",)),
    (
        "week",
        "周报 · Weekly report",
        dt.time(16),
        1,
        dt.time(10),
        ("本周最大的收获？ What went best?", "下周的重点？ What matters most next week?"),
    ),
    (
        "month",
        "月报 · Monthly report",
        dt.time(16),
        1,
        dt.time(18),
        ("下月如何达成目标？ How will you reach next month's target?",),
    ),
]


def _check(actor: Actor, row: ReportTemplate, fields: dict[str, Any]) -> None:
    """At most three questions: a report is drafted from what is known, and asks only for what is not."""
    row.questions = [_question(one) for one in row.questions or []]
    if len(row.questions) > MOST_QUESTIONS:
        raise ValidationError(
            {"questions": _("At most %(most)s questions: all else is in what was logged.") % {"most": MOST_QUESTIONS}}
        )
    reader = row.reviewer
    if reader is not None and (reader.status == Member.Status.LEFT or reader.user_id is None):
        raise ValidationError({"reviewer": _("%(name)s has no login to read reports with.") % {"name": reader.name}})


def _question(one: Any) -> dict[str, Any]:
    if isinstance(one, dict) and isinstance(one.get("text"), str) and one["text"].strip():
        return {"text": one["text"].strip()[:LONGEST_QUESTION], "required": bool(one.get("required"))}
    raise ValidationError({"questions": _("A question is {“text”: …, “required”: true or false}.")})


templates = crud(ReportTemplate, before_save=_check)


@action("reporting.reporttemplate.exempt", gettext_lazy("Exempt members from reports"), ReportTemplate)
def exempt(
    actor: Actor, row: ReportTemplate, *, member: Member, until: dt.date | None = None, reason: str = ""
) -> None:
    """MEMBER need not report by this template; said again, it changes until when."""
    check_links(actor, ReportExemption(template=row), {"member": member})
    rows = ReportExemption.objects.unscoped("exemptions of a template").filter(template=row, member=member)
    one = rows.first() or ReportExemption(template=row, member=member)
    one.until, one.reason, one.archived_at = until, reason, None
    one.full_clean()
    one.save()


@action("reporting.reporttemplate.oblige", gettext_lazy("End exemptions from reports"), ReportExemption)
def oblige(actor: Actor, row: ReportExemption) -> None:
    add_event(actor, "reporting.reporttemplate.oblige", row, {"member": [str(row.member), None]})
    row.delete()


@transaction.atomic
def ensure_default_templates(**_kwargs: Any) -> None:
    """Three templates to begin with, switched off: a firm says itself whether and how it reports."""
    if ReportTemplate.objects.unscoped("default templates").exists():
        return
    for kind, name, clock, after, due, asks in DEFAULTS:
        questions = [{"text": str(one), "required": False} for one in asks]
        row = ReportTemplate(
            name=name, kind=kind, draft_at=clock, due_after=after, due_at=due, questions=questions, is_on=False
        )
        row.save()
