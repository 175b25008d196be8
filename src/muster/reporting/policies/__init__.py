"""Who sees which rows of the reporting room."""

from muster.reporting.policies import analysis, briefing, report  # noqa: F401
