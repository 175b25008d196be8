"""Addresses of analyses."""

from muster.access.routes import route
from muster.reporting.views import analysis

ANALYSIS = "reporting.analysis"

urlpatterns = [
    route("analyses/", analysis.analysis_list, name="analysis_list", permission=f"{ANALYSIS}.view"),
    route("analyses/new/", analysis.analysis_create, name="analysis_create", permission=f"{ANALYSIS}.create"),
    route("analyses/preview/", analysis.analysis_preview, name="analysis_preview", permission=f"{ANALYSIS}.create"),
    route("analyses/<int:pk>/", analysis.analysis_detail, name="analysis_detail", permission=f"{ANALYSIS}.view"),
    *(
        route(
            f"analyses/<int:pk>/{verb}/",
            getattr(analysis, f"analysis_{verb}"),
            name=f"analysis_{verb}",
            permission=f"{ANALYSIS}.{verb}",
        )
        for verb in ("edit", "archive", "restore", "subscribe", "send")
    ),
    route("analyses/mails/<int:pk>/", analysis.analysis_stop, name="analysis_stop", permission=f"{ANALYSIS}mail.stop"),
]
