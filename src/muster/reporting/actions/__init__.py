from muster.reporting.actions import briefing, report, rounds, template

__all__ = ["briefing", "report", "rounds", "template"]
