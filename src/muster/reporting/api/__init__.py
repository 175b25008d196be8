"""The reporting room over the API."""

from muster.reporting.api import analysis, briefing, report

RESOURCES = [*report.RESOURCES, *briefing.RESOURCES, *analysis.RESOURCES]
ROUTES = (analysis.add_numbers,)
