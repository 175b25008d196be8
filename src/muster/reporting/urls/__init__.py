"""Addresses of the reporting room."""

from muster.reporting.urls import analysis, board, briefing, report, screen

urlpatterns = [
    *report.urlpatterns,
    *briefing.urlpatterns,
    *analysis.urlpatterns,
    *board.urlpatterns,
    *screen.urlpatterns,
]
