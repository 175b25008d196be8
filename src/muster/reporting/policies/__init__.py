"""Who sees which rows of the reporting room."""

from muster.reporting.policies import analysis, board, briefing, report, screen  # noqa: F401
