"""Audits: who reads the results of campaigns, and who keeps the sheets of his people."""

from muster.access.scope import Scope


def _sheets(scope: str) -> dict[str, str]:
    """Looking at one's people point by point: tick, comment, correct, give a fix."""
    return {
        **{f"people.member.{verb}": scope for verb in ("tick", "remark", "correct", "fix")},
        "people.sheetnote.view": scope,
    }


GRANTS = {
    "manager": _sheets(Scope.REPORTS),
    "director": {**_sheets(Scope.ALL), "people.auditcampaign.download": Scope.ALL},
    "salesops": {"people.sheetnote.view": Scope.ALL},  # and all of people.member
}
