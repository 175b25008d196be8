"""Addresses of reports and of the manager's day."""

from muster.access.routes import route
from muster.reporting.views import report, team, template

REPORT, TEMPLATE, TEAM = "reporting.report", "reporting.reporttemplate", "reporting.teamday.view"

urlpatterns = [
    route("reports/", report.report_list, name="report_list", permission=f"{REPORT}.view"),
    route("reports/write/<str:kind>/", report.report_write, name="report_write", permission=f"{REPORT}.edit"),
    route("reports/missing/", team.report_missing, name="report_missing", permission=f"{REPORT}.follow"),
    route("reports/statistics/", team.report_statistics, name="report_statistics", permission=f"{REPORT}.follow"),
    route("reports/<int:pk>/", report.report_detail, name="report_detail", permission=f"{REPORT}.view"),
    route("reports/<int:pk>/read/", report.report_read, name="report_read", permission=f"{REPORT}.read"),
    route("reports/<int:pk>/correct/", report.report_correct, name="report_correct", permission=f"{REPORT}.correct"),
    route("reports/of/<int:pk>/", report.home_report, name="home_report", permission=f"{REPORT}.view"),
    route("team-day/", team.team_day, name="team_day", permission=TEAM),
    route("team-day/panels/<slug:key>/", team.team_panel, name="team_panel", permission=TEAM),
    route("follow-ups/", team.follow_ups, name="follow_ups", permission=TEAM),
    route("settings/reports/", template.template_list, name="reporttemplate_list", permission=f"{TEMPLATE}.edit"),
    route(
        "settings/reports/new/", template.template_create, name="reporttemplate_create", permission=f"{TEMPLATE}.create"
    ),
    route(
        "settings/reports/<int:pk>/",
        template.template_detail,
        name="reporttemplate_detail",
        permission=f"{TEMPLATE}.view",
    ),
    *(
        route(
            f"settings/reports/<int:pk>/{verb}/",
            getattr(template, f"template_{verb}"),
            name=f"reporttemplate_{verb}",
            permission=f"{TEMPLATE}.{verb}",
        )
        for verb in ("edit", "archive", "restore", "exempt")
    ),
    route(
        "settings/reports/exemptions/<int:pk>/",
        template.template_oblige,
        name="reporttemplate_oblige",
        permission=f"{TEMPLATE}.oblige",
    ),
]
