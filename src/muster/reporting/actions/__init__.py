from muster.reporting.actions import analysis, board, briefing, report, rounds, screen, template

__all__ = ["analysis", "board", "briefing", "report", "rounds", "screen", "template"]
