from muster.reporting.actions import analysis, board, briefing, report, rounds, template

__all__ = ["analysis", "board", "briefing", "report", "rounds", "template"]
