"""Addresses of the reporting room."""

from muster.reporting.urls import briefing, report

urlpatterns = [*report.urlpatterns, *briefing.urlpatterns]
