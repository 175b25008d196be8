"""Addresses of sales briefings."""

from muster.access.routes import route
from muster.reporting.views import briefing

BRIEFING, ISSUE = "reporting.briefing", "reporting.briefingissue.view"
SETTINGS = "settings/briefings"

urlpatterns = [
    route(f"{SETTINGS}/", briefing.briefing_list, name="briefing_list", permission=f"{BRIEFING}.view"),
    route(f"{SETTINGS}/new/", briefing.briefing_create, name="briefing_create", permission=f"{BRIEFING}.create"),
    route(f"{SETTINGS}/<int:pk>/", briefing.briefing_detail, name="briefing_detail", permission=f"{BRIEFING}.view"),
    *(
        route(
            f"{SETTINGS}/<int:pk>/{verb}/",
            getattr(briefing, f"briefing_{verb}"),
            name=f"briefing_{verb}",
            permission=f"{BRIEFING}.{verb}",
        )
        for verb in ("edit", "archive", "restore", "exclude")
    ),
    route(
        f"{SETTINGS}/exclusions/<int:pk>/",
        briefing.briefing_include,
        name="briefing_include",
        permission=f"{BRIEFING}.include",
    ),
    route("briefings/", briefing.issue_list, name="briefing_issues", permission=ISSUE),
    route("briefings/<int:pk>/", briefing.briefing_issue, name="briefing_issue", permission=ISSUE),
    route("briefings/<int:pk>/<slug:key>/", briefing.briefing_rows, name="briefing_rows", permission=ISSUE),
]
