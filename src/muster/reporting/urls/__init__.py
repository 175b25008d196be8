"""Addresses of the reporting room."""

from muster.reporting.urls import analysis, board, briefing, report

urlpatterns = [*report.urlpatterns, *briefing.urlpatterns, *analysis.urlpatterns, *board.urlpatterns]
