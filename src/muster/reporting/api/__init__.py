"""The reporting room over the API."""

from muster.reporting.api import briefing, report

RESOURCES = [*report.RESOURCES, *briefing.RESOURCES]
