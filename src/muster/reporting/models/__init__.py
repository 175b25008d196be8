from muster.reporting.models.analysis import Analysis, AnalysisIssue, AnalysisMail
from muster.reporting.models.board import Widget
from muster.reporting.models.briefing import Briefing, BriefingExclusion, BriefingIssue
from muster.reporting.models.report import Report, ReportContent, ReportRound
from muster.reporting.models.screen import Screen
from muster.reporting.models.template import ReportExemption, ReportTemplate, Rhythm

__all__ = [
    "Analysis",
    "AnalysisIssue",
    "AnalysisMail",
    "Briefing",
    "BriefingExclusion",
    "BriefingIssue",
    "Report",
    "ReportContent",
    "ReportExemption",
    "ReportRound",
    "ReportTemplate",
    "Rhythm",
    "Screen",
    "Widget",
]
