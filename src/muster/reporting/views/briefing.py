"""Sales briefings: set up, tried, read."""

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from muster.access.pages import act_page, create_page, edit_page, list_page
from muster.access.scope import rights, visible_or_404
from muster.core.http import Request
from muster.core.periods import today
from muster.metrics.metric import metrics
from muster.metrics.rows import listing_of
from muster.reporting.actions.briefing import briefings, exclude_member, include_member
from muster.reporting.forms.briefing import BriefingForm, ExcludeForm
from muster.reporting.listings.briefing import BRIEFINGS, ISSUES
from muster.reporting.models import Briefing, BriefingExclusion, BriefingIssue
from muster.reporting.queries import briefing as queries
from muster.reporting.queries.shown import number
from muster.reporting.queries.team import rows_url

EDIT = "reporting.briefing.edit"
SHOWN = 100

briefing_list = list_page(BRIEFINGS)
issue_list = list_page(ISSUES)
briefing_create = create_page(BriefingForm, briefings.create, title=gettext_lazy("New briefing"))
briefing_edit = edit_page(BriefingForm, briefings.edit, EDIT)
briefing_archive = act_page(
    Briefing,
    briefings.archive,
    title=gettext_lazy("Archive this briefing"),
    text=gettext_lazy("It is sent no more; what was sent stays with those who got it."),
    button=gettext_lazy("Archive"),
)
briefing_restore = act_page(Briefing, briefings.restore, title=gettext_lazy("Restore this briefing"))
briefing_exclude = act_page(
    Briefing,
    exclude_member,
    title=gettext_lazy("Exclude a member"),
    text=gettext_lazy("He gets it no more, and his work is not counted in it."),
    button=gettext_lazy("Exclude"),
    form_class=ExcludeForm,
)
briefing_include = act_page(BriefingExclusion, include_member, title=gettext_lazy("Include this member again"))


def briefing_detail(request: Request, pk: int) -> HttpResponse:
    """How it is set up, and what it would say of the last period: with the viewer's own eyes, so of what he sees."""
    row, actor = visible_or_404(Briefing, request.actor, "unit", pk=pk), request.actor
    period, may = queries.last_period(row, today()), rights(actor, row)
    numbers = queries.numbers_of(actor, row, period, None)
    rows = BriefingExclusion.objects.visible_to(actor).filter(briefing=row, archived_at=None)
    context = {
        "briefing": row,
        "record": _record(row),
        "period": period,
        "numbers": [number(one, {}, rows_url(one["key"], period, unit=row.unit_id)) for one in numbers],
        "leaders": queries.leaders(row)[:SHOWN],
        "exclusions": list(rows.select_related("member__unit")[:SHOWN]),
        "may_edit": may(EDIT),
        "may_exclude": may("reporting.briefing.exclude"),
    }
    return render(request, "reporting/briefing_detail.html", context)


def _record(row: Briefing) -> dict[str, Any]:
    on = {"label": _("Switched on"), "tone": "green"} if row.is_on else {"label": _("Switched off"), "tone": "gray"}
    return {
        "title": row.name,
        "subtitle": row.get_kind_display(),
        "icon": "speakerphone",
        "badges": [on],
        "archived": row.archived_at is not None,
        "facts": [
            {"label": _("Sent at"), "value": f"{row.send_at:%H:%M}"},
            {"label": _("To the leaders in"), "value": str(row.unit or _("the whole firm"))},
        ],
        "back_url": reverse("briefing_list"),
        "back_label": _("Sales briefings"),
    }


def briefing_issue(request: Request, pk: int) -> HttpResponse:
    issue = visible_or_404(BriefingIssue, request.actor, "briefing", "member", pk=pk)
    context = {"issue": issue, "period": issue.period, "numbers": queries.shown(issue)}
    return render(request, "reporting/briefing_issue.html", context)


def briefing_rows(request: Request, pk: int, key: str) -> HttpResponse:
    """The records behind a number of a briefing, as they are now."""
    issue = visible_or_404(BriefingIssue, request.actor, "briefing", pk=pk)
    one, kept = metrics().get(key), next((one for one in issue.numbers if one["key"] == key), None)
    if one is None or kept is None:
        raise Http404
    listing = listing_of(one.model, one.label, lambda actor: queries.rows_behind(issue, key, actor))
    context = {"metric": one, "value": number(kept, {})["text"], "period": issue.period, "who": issue.briefing}
    return list_page(listing, "metrics/rows.html")(request, **context)
