"""Reports: drafted, sent, read, corrected."""

import datetime as dt
from typing import Any, cast

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext
from django.views.decorators.http import require_POST

from muster.access.pages import act_page, attempt, done, list_page, lists
from muster.access.scope import can, visible_or_404
from muster.core import workdays
from muster.core.http import Request
from muster.core.listings import BadInput
from muster.core.periods import containing, today
from muster.core.templatetags.ui import moment
from muster.people.models import Member
from muster.reporting.actions.report import (
    begun,
    correct_report,
    keep_draft,
    own_report,
    read_report,
    report_of,
    send_report,
)
from muster.reporting.forms.report import AnswersForm, CorrectForm
from muster.reporting.listings.report import REPORTS
from muster.reporting.models import Report, ReportContent, Rhythm
from muster.reporting.queries import shown
from muster.reporting.queries.due import Duty, duty_of
from muster.reporting.queries.missing import roll, to_read
from muster.reporting.views.tabs import tabs

State = Report.State
_list = list_page(REPORTS, "reporting/report_list.html")
report_correct = act_page(
    Report,
    correct_report,
    title=gettext_lazy("Correct this report"),
    button=gettext_lazy("Add the correction"),
    form_class=CorrectForm,
)


@lists(REPORTS)
def report_list(request: Request) -> HttpResponse:
    return _list(request, tabs=tabs(request, "report_list"))


def kind_of(text: str) -> str:
    if text not in Rhythm.values:
        raise BadInput(_("“%(text)s” is no rhythm: day, week or month.") % {"text": text[:20]})
    return text


def day_of(request: Request, usual: dt.date | None = None) -> dt.date:
    text = request.GET.get("day", "")
    try:
        return dt.date.fromisoformat(text) if text else usual or today()
    except ValueError as error:
        raise BadInput(_("“%(text)s” is no day: write it as 2026-03-31.") % {"text": text[:20]}) from error


def last_worked() -> dt.date:
    """Today, or on a day off the last day that was worked: what there is to report on."""
    return today() if workdays.is_workday(today()) else workdays.shift(today(), -1)


def report_write(request: Request, kind: str) -> HttpResponse:
    """One's own report of a period: what was logged, the questions, and one button. Nothing is kept by looking."""
    day = day_of(request, last_worked())
    row = report_of(request.actor, kind_of(kind), day)
    if row is not None and row.state == State.SENT:
        return HttpResponseRedirect(row.get_absolute_url())
    duty = duty_of(request.actor.member_id or 0, kind, day)
    if row is None and duty is None:
        context = {"kind": kind, "day": day, "tabs": tabs(request, "report_write")}
        return render(request, "reporting/report_none.html", {**context, "title": Rhythm(kind).report})
    row = row or begun(cast(Duty, duty))
    form = AnswersForm(request.POST or None, actor=request.actor, row=row)
    if request.method == "POST" and form.is_valid() and (answer := _sent(request, form, kind, day)):
        return answer
    return _write_page(request, row, form, kind, day)


def _write_page(request: Request, row: Report, form: Any, kind: str, day: dt.date) -> HttpResponse:
    member = visible_or_404(Member, request.actor, pk=row.member_id)
    context = {
        "report": row,
        "form": form,
        "content": shown.draft(request.actor, member, row.period),
        "here": f"{reverse('report_write', args=[kind])}?day={day:%Y-%m-%d}",
        "earlier": f"?day={row.period.previous().start:%Y-%m-%d}",
        "later": f"?day={row.period.end:%Y-%m-%d}" if row.period.end <= today() else "",
        "tabs": tabs(request, "report_write", kind),
        "may_write": request.actor.has("reporting.report.send"),
    }
    return render(request, "reporting/report_write.html", context, status=422 if form.errors else 200)


def _sent(request: Request, form: Any, kind: str, day: dt.date) -> HttpResponse | None:
    """Sent, or kept for later; None where something is to be mended first."""
    keep = "keep" in request.POST

    def run() -> Report:
        row = own_report(request.actor, kind=kind, day=day)
        row = keep_draft(request.actor, row, answers=form.answers)
        return row if keep else send_report(request.actor, row)

    row = attempt(form, run)
    if row is None:
        return None
    url = request.POST.get("next") or (request.get_full_path() if keep else row.get_absolute_url())
    said = _("Kept for later: nobody sees it yet") if keep else _("Sent to %(name)s") % {"name": row.reviewer}
    return done(request, url, said)


def report_detail(request: Request, pk: int) -> HttpResponse:
    row = visible_or_404(Report, request.actor, "member", "reviewer", "template", pk=pk)
    actor = request.actor
    if row.state != State.SENT:
        return HttpResponseRedirect(f"{reverse('report_write', args=[row.kind])}?day={row.starts_on:%Y-%m-%d}")
    body = ReportContent.objects.visible_to(actor).filter(report=row).values_list("body", flat=True).first() or {}
    follows = can(actor, "people.member.performance", row.member)
    context = {
        "report": row,
        "record": _record(row),
        "content": shown.shown(body, actor, row.member_id, row.period),
        "since": shown.since_sent(row, body, actor) if follows else None,
        "may_read": row.seen_at is None and can(actor, "reporting.report.read", row),
        "may_correct": can(actor, "reporting.report.correct", row),
        "may_comment": actor.has("activities.comment.view"),
    }
    return render(request, "reporting/report_detail.html", context)


def _record(row: Report) -> dict[str, Any]:
    badges = [{"label": _("Late"), "tone": "red"}] if row.is_late else [{"label": _("In time"), "tone": "green"}]
    if row.seen_at:
        badges.append({"label": pgettext("report", "Read"), "tone": "blue"})
    return {
        "title": str(row),
        "subtitle": str(row.member),
        "member": row.member,
        "badges": badges,
        "facts": [
            {"label": _("Sent"), "value": moment(row.sent_at)},
            {"label": _("Due"), "value": moment(row.due_at)},
            {"label": _("Read by"), "value": str(row.reviewer or ""), "href": _address(row.reviewer)},
            {"label": _("Read at"), "value": moment(row.seen_at) if row.seen_at else _("not yet")},
        ],
        "back_url": reverse("report_list"),
        "back_label": _("Reports"),
    }


def _address(member: Member | None) -> str:
    return member.get_absolute_url() if member is not None else ""


@require_POST
def report_read(request: Request, pk: int) -> HttpResponse:
    row = visible_or_404(Report, request.actor, pk=pk)
    read_report(request.actor, row)
    return done(request, row.get_absolute_url(), _("Marked as read"))


def home_report(request: Request, pk: int) -> HttpResponse:
    """For the home page of member PK, if it is the viewer: reports that wait for one tap, and what is to be read."""
    actor = request.actor
    if pk != actor.member_id:
        return HttpResponse()
    rows = Report.objects.visible_to(actor).filter(member=pk, state=State.DRAFT, archived_at=None)
    since = containing(today(), "month").previous().start
    found = list(rows.filter(starts_on__gte=since).select_related("template", "member").order_by("-due_at")[:3])
    member = found[0].member if found else None
    cards = [_card(request, row, member) for row in found]
    return render(request, "reporting/home.html", {"cards": cards, **_reader(request)})


def _card(request: Request, row: Report, member: Any) -> dict[str, Any]:
    content = shown.draft(request.actor, member, row.period)
    form = AnswersForm(None, actor=request.actor, row=row)
    return {
        "report": row,
        "said": shown.in_words(content["numbers"]) or _("Nothing is logged for it yet."),
        "asks": any(one["required"] for one in row.template.questions),
        "fields": [{"name": field.html_name, "value": field.initial or ""} for field in form],
        "url": f"{reverse('report_write', args=[row.kind])}?day={row.starts_on:%Y-%m-%d}",
    }


def _reader(request: Request) -> dict[str, Any]:
    if not request.actor.has("reporting.teamday.view"):
        return {}
    day = roll(request.actor, Rhythm.DAY, last_worked())
    return {"unread": to_read(request.actor)[:100].count(), "missing": len(day.missing), "team": True}
