"""Who sees which rows of the reporting room."""

from muster.reporting.policies import briefing, report  # noqa: F401
