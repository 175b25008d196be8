"""Side bar, palette, home page; what can be commented on; what is held on members in reports."""

from django.utils.translation import gettext_lazy as _

from muster.activities.models import Commentable, register_commentable
from muster.core import commands, nav, slots
from muster.people.personal import Line, Part
from muster.people.personal import register as hold_on
from muster.reporting.models import AnalysisIssue, AnalysisMail, BriefingIssue, Report
from muster.reporting.queries import (  # noqa: F401 - they fill the registries
    catalog,
    owed,
    panels,
)

TEAM = "reporting.teamday.view"

nav.register(nav.Item("day", _("My dashboard"), "layout-dashboard", "board", "reporting.widget.view", 11))
nav.register(nav.Item("day", _("My team today"), "sunrise", "team_day", TEAM, 12))
nav.register(nav.Item("day", _("Reports"), "report", "report_list", "reporting.report.view", 50, "r"))
nav.register(nav.Item("results", _("Follow-ups"), "message-2", "follow_ups", TEAM, 20))
nav.register(nav.Item("results", _("Sales briefings"), "speakerphone", "briefing_issues", TEAM, 30))
nav.register(nav.Item("results", _("Analyses"), "table", "analysis_list", "reporting.analysis.view", 12))
commands.register(
    commands.Command(_("Put an analysis together"), "table", "analysis_create", "reporting.analysis.create", False)
)
nav.register(
    nav.Item("admin", _("Report templates"), "report", "reporttemplate_list", "reporting.reporttemplate.edit", 54)
)
nav.register(nav.Item("admin", _("Sales briefings"), "speakerphone", "briefing_list", "reporting.briefing.view", 56))
commands.register(commands.Command(_("See my team's day"), "sunrise", "team_day", TEAM, False))
slots.register(slots.Slot("home", "reports", _("Reports"), "home_report", "reporting.report.view", "top", 10, "report"))

register_commentable(
    Commentable(Report, lambda row: row.member_id, lambda row: filter(None, [row.reviewer_id]), lambda _row: {})
)

_STAYS = _("A record of the firm: it stays, under the number of the member.")
hold_on(
    Part(
        "reports",
        Report,
        _("Reports"),
        (Line("To report on work done", "汇报工作", basis="interest", months=0),),
        ("id", "kind", "starts_on", "state", "sent_at", "seen_at"),
        stays=_STAYS,
        order=122,
    )
)
hold_on(
    Part(
        "briefings",
        BriefingIssue,
        _("Sales briefings"),
        (Line("To tell leaders how their people stand", "向主管推送销售简报", basis="interest", months=0),),
        ("id", "starts_on", "created_at"),
        whole=True,
        order=123,
    )
)
for _order, _model in enumerate((AnalysisMail, AnalysisIssue), 124):
    hold_on(
        Part(
            str(_model._meta.model_name),
            _model,
            _model._meta.verbose_name_plural,
            (Line("To send somebody the numbers he asked for", "按约定推送报表", basis="interest", months=0),),
            ("id", "kind", "created_at"),
            whole=True,
            order=_order,
        )
    )
