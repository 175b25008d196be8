"""Analyses: put together, shared, sent by mail at a set time."""

import datetime as dt
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop

from muster.access.action import action, add_event
from muster.access.actors import actor_for
from muster.access.crud import crud
from muster.access.models import SavedView
from muster.access.scope import Actor
from muster.core import exports
from muster.core.periods import Period, parse
from muster.metrics.dimensions import DIMENSIONS, TIMES, dimensions_of, label_of, readable
from muster.metrics.metric import metric, metrics
from muster.people.models import Member
from muster.reporting.models import Analysis, AnalysisIssue, AnalysisMail
from muster.reporting.queries.briefing import period_due, sent_at
from muster.reporting.queries.due import WORKING
from muster.reporting.queries.pivot import MOST_METRICS, MOST_STEPS, Pivot
from muster.reporting.queries.pivot_shown import lines_of_file

MOST_READERS = 200
EXPORT = "reporting.analysis.export"
SYSTEM = gettext_noop("analyses by mail")


def check(actor: Actor, row: Analysis, fields: dict[str, Any]) -> None:
    """Its numbers are such as its maker may read, and can be broken down as he wants; it is shared by who may."""
    owner: Any = row.user_id or actor.user_id
    row.user_id = owner
    row.metrics = list(dict.fromkeys(row.metrics))
    check_numbers(actor, row, fields)
    check_table(row)
    if row.share == SavedView.Share.EVERYBODY and not actor.has("reporting.analysis.share"):
        raise ValidationError({"share": _("Sharing with everybody is for managers: share it with your unit.")})
    if row.share != SavedView.Share.UNIT:
        row.shared_unit = None
    elif (unit := row.shared_unit or actor.unit_id) is None:
        raise ValidationError({"share": _("You belong to no unit: keep it for yourself.")})
    else:
        row.shared_unit = unit


def check_numbers(actor: Actor, row: Analysis, fields: dict[str, Any]) -> None:
    """Numbers that its maker may not read are refused as if there were none."""
    known = metrics()
    for key in row.metrics:
        if key not in known or known[key].hidden or ("metrics" in fields and not readable(actor, known[key])):
            raise ValidationError({"metrics": _("There is no number “%(key)s” for you.") % {"key": str(key)[:40]}})
    if not 0 < len(row.metrics) <= MOST_METRICS:
        raise ValidationError({"metrics": _("Choose one to %(most)s numbers.") % {"most": MOST_METRICS}})


def check_table(row: Analysis) -> None:
    """Rows, columns, filters and period must be such as the numbers have, as far as there still are such. Raises
    ValidationError by field."""
    known = [key for key in row.metrics if key in metrics()]
    for field, names in (("rows", [row.rows]), ("columns", [row.columns] if row.columns else []), ("where", row.where)):
        for name in names:
            for key in known:
                _check_dimension(field, name, key)
    if row.columns and (row.columns == row.rows or {row.rows, row.columns} <= set(TIMES)):
        raise ValidationError({"columns": _("Rows and columns cannot both be the same, or both be time.")})
    try:
        period = parse(row.period)
    except ValueError as error:
        raise ValidationError({"period": str(error)}) from error
    step = next((one for one in (row.rows, row.columns) if one in TIMES), None)
    if step and (steps := len(period.buckets(step))) > MOST_STEPS:
        said = _("That would be %(steps)s steps, and %(most)s fit: choose longer steps or a shorter period.")
        raise ValidationError({"period": said % {"steps": steps, "most": MOST_STEPS}})


def _check_dimension(field: str, name: str, key: str) -> None:
    if name not in TIMES and name not in DIMENSIONS:
        raise ValidationError({field: _("There is no “%(name)s” to choose.") % {"name": str(name)[:40]}})
    if name not in dimensions_of(key) or (field == "where" and name in ("member", "unit", *TIMES)):
        said = _("“%(number)s” cannot be broken down by “%(name)s”: choose something else, or leave the number out.")
        raise ValidationError({field: said % {"number": metric(key).label, "name": label_of(name)}})


analyses = crud(Analysis, before_save=check)


@action("reporting.analysis.subscribe", gettext_lazy("Get analyses by mail"), Analysis)
def subscribe(actor: Actor, row: Analysis, *, kind: str, send_at: dt.time) -> None:
    """ROW comes to ACTOR himself by mail in the rhythm KIND; asked again it changes rhythm and hour."""
    if actor.member_id is None:
        raise ValidationError(_("Only members of the firm get analyses by mail."))
    _send_to(row, actor.member_id, kind, send_at)


@action("reporting.analysis.send", gettext_lazy("Send analyses to others by mail"), Analysis)
def send_to(actor: Actor, row: Analysis, *, member: Member, kind: str, send_at: dt.time) -> None:
    """ROW comes to MEMBER by mail, with the numbers that he may see. Raises ValidationError unless he sees it."""
    if member.user is None or not member.user.is_active:
        raise ValidationError({"member": _("%(name)s has no login.") % {"name": member}})
    if not Analysis.objects.visible_to(actor_for(member.user)).filter(pk=row.pk).exists():
        said = _("%(name)s does not see this analysis: share it with his unit or with everybody first.")
        raise ValidationError({"member": said % {"name": member}})
    _send_to(row, member.pk, kind, send_at)


def _send_to(row: Analysis, member: int, kind: str, send_at: dt.time) -> None:
    rows = AnalysisMail.objects.unscoped("who gets an analysis").filter(analysis=row)
    mail = rows.filter(member=member).first() or AnalysisMail(analysis=row, member_id=member)
    if mail._state.adding and rows.count() >= MOST_READERS:
        said = _("%(most)s get it by mail already: share it, and let others open it.")
        raise ValidationError(said % {"most": MOST_READERS})
    mail.kind, mail.send_at, mail.archived_at = kind, send_at, None
    mail.full_clean()
    mail.save()


@action("reporting.analysismail.stop", gettext_lazy("Stop analyses by mail"), AnalysisMail)
def stop_mail(actor: Actor, row: AnalysisMail) -> None:
    add_event(actor, "reporting.analysismail.stop", row, {"member": [str(row.member), None]})
    row.delete()


def send_due(now: dt.datetime | None = None) -> int:
    """Send every analysis whose hour has come to everybody who gets it; how many went out. Safe to repeat: one reader
    gets one for a period."""
    at, sent = now or timezone.now(), 0
    rows = AnalysisMail.objects.unscoped("analyses to send").filter(analysis__archived_at=None, archived_at=None)
    rows = rows.filter(member__user__is_active=True, member__status__in=WORKING)
    for mail in rows.select_related("analysis", "member__user").order_by("pk"):
        period = period_due(mail, mail.member.time_zone, at)
        if period is not None and _asked(mail, period) and not _had(mail, period):
            sent += _send(mail, period)
    return sent


def _asked(mail: AnalysisMail, period: Period) -> bool:
    """Who asks for it at noon does not get that of the morning."""
    moment = sent_at(mail, period, mail.member.time_zone)
    return moment is not None and moment >= mail.created_at


def _had(mail: AnalysisMail, period: Period) -> bool:
    rows = AnalysisIssue.objects.unscoped("analyses to send").filter(analysis=mail.analysis, member=mail.member)
    return bool(rows.filter(kind=mail.kind, starts_on=period.start).exists())


def _send(mail: AnalysisMail, period: Period) -> bool:
    """The issue and the event that tells of it: both or neither, and once whoever is faster. Who does not see the
    analysis any more gets none."""
    user: Any = mail.member.user
    actor = actor_for(user, via="job")
    row = Analysis.objects.visible_to(actor).select_related("unit").filter(pk=mail.analysis_id).first()
    if row is None:
        return False
    numbers = Pivot(actor, row).numbers()
    issue = AnalysisIssue(analysis=row, member=mail.member, starts_on=period.start, kind=mail.kind, numbers=numbers)
    try:
        with transaction.atomic():
            issue.save()
            add_event(Actor.operator(SYSTEM, via="job"), "reporting.analysisissue.send", issue, {})
    except IntegrityError:
        return False
    return True


def file_of_issue(pk: int | None) -> tuple[str, bytes] | None:
    """The table that goes with an issue by mail, as its reader may see it now; None where he may not export it. That it
    went out is in the trail."""
    rows = AnalysisIssue.objects.unscoped("an analysis by mail").select_related("analysis", "member__user")
    issue = rows.filter(pk=pk).first()
    if issue is None or issue.member.user is None:
        return None
    actor = actor_for(issue.member.user, via="job")
    if not Analysis.objects.visible_to(actor, EXPORT).filter(pk=issue.analysis_id).exists():
        return None
    pivot = Pivot(actor, issue.analysis)
    add_event(actor, EXPORT, issue.analysis, {}, rows=len(pivot.rows.groups), period=pivot.period.key(), format="xlsx")
    return f"analysis-{issue.analysis_id}.xlsx", exports.xlsx_file(*lines_of_file(pivot)).read()
