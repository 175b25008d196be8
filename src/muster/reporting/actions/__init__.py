from muster.reporting.actions import analysis, briefing, report, rounds, template

__all__ = ["analysis", "briefing", "report", "rounds", "template"]
