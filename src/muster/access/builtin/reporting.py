"""What the roles may of comments, reports, the manager's day, sales briefings and analyses.

A report is seen by its author and by the line over him. Also who otherwise sees the whole firm sees the reports of his
own people only: what somebody tells his superior is not for everybody who may read customers.
"""

from muster.access.scope import Scope

OWN, REPORTS, ALL = str(Scope.OWN), str(Scope.REPORTS), str(Scope.ALL)

_COMMENTS = {f"activities.comment.{verb}": OWN for verb in ("view", "create", "instruct", "archive")}
_AUTHOR = {f"reporting.report.{verb}": OWN for verb in ("view", "create", "edit", "send", "correct", "read", "follow")}
_VERBS = ("view", "create", "edit", "archive", "restore", "subscribe", "send", "export")
_ANALYSES = {  # of whose numbers, the rights on the records behind them say
    **{f"reporting.analysis.{verb}": OWN for verb in _VERBS},
    **dict.fromkeys(("reporting.analysismail.view", "reporting.analysismail.stop"), OWN),
}
_BOARD = {f"reporting.widget.{verb}": OWN for verb in ("view", "create", "edit", "move", "remove")}
_SCREENS = {f"reporting.screen.{verb}": OWN for verb in ("view", "create", "archive")}
_SHARES = {**_SCREENS, **_ANALYSES, "reporting.analysis.share": OWN}
_WAITS = ("crm.deal.snooze", "crm.deal.wake", "crm.dealsnooze.view")
_REP = {
    **_COMMENTS,
    **_AUTHOR,
    **_ANALYSES,
    **_BOARD,
    "reporting.reporttemplate.view": ALL,
    "reporting.reportcontent.view": OWN,
    **dict.fromkeys(_WAITS, OWN),
}


def _lead(scope: str) -> dict[str, str]:
    """What leading besides selling takes: the day of one's people, their reports, and the briefing on them."""
    return {
        **_REP,
        **_SHARES,
        **dict.fromkeys(_WAITS, scope),
        **dict.fromkeys((f"reporting.report.{verb}" for verb in ("view", "follow", "export")), REPORTS),
        "reporting.reportcontent.view": REPORTS,
        "reporting.teamday.view": scope,
        "reporting.briefingissue.view": OWN,
    }


GRANTS: dict[str, dict[str, str]] = {
    "rep": _REP,
    "manager": _lead(REPORTS),
    "director": _lead(ALL),
    "salesops": {
        **_lead(ALL),
        "reporting.reporttemplate.*": ALL,
        "reporting.reportexemption.view": ALL,
        "reporting.briefingexclusion.view": ALL,
        "reporting.briefing.*": ALL,
        "reporting.widget.default": ALL,
    },
    "sysadmin": _BOARD,
    "hr": {**_SHARES, **_BOARD},
    "finance": {**_SHARES, **_BOARD},
}
