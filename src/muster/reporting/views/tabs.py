"""The tabs over the pages of reports."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from muster.core.http import Request
from muster.reporting.models import Rhythm
from muster.reporting.queries.due import kinds_asked


def tabs(request: Request, here: str, kind: str = "") -> list[dict[str, Any]]:
    """What one writes oneself, what was sent, and for those who lead: who is missing and how it goes."""
    actor = request.actor
    asked = kinds_asked(actor.member_id) if actor.member_id else set()
    found = [
        {"label": Rhythm(one).report, "url": reverse("report_write", args=[one]), "active": kind == one}
        for one in Rhythm.values
        if kind == one or one in asked
    ]
    pages = [("report_list", _("All reports"), "reporting.report.view")]
    if actor.has("reporting.teamday.view"):
        pages += [
            ("report_missing", _("Who has sent"), "reporting.report.follow"),
            ("report_statistics", _("Over the weeks"), "reporting.report.follow"),
        ]
    for name, label, permission in pages:
        if actor.has(permission):
            found.append({"label": label, "url": reverse(name), "active": here == name})
    return found
