"""The reporting room over the API."""

from muster.reporting.api import analysis, board, briefing, report

RESOURCES = [*report.RESOURCES, *briefing.RESOURCES, *analysis.RESOURCES, *board.RESOURCES]
ROUTES = (analysis.add_numbers,)
