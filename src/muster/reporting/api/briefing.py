"""Sales briefings over the API."""

from muster.access.resources import Resource, Verb
from muster.core.listings import Filter, rows_of
from muster.reporting.actions.briefing import briefings, exclude_member, include_member
from muster.reporting.forms.briefing import BriefingForm, ExcludeForm
from muster.reporting.listings.briefing import BRIEFINGS, ISSUES
from muster.reporting.models import BriefingExclusion

RESOURCES = [
    Resource(
        "briefings",
        BRIEFINGS,
        BriefingForm,
        briefings,
        (Verb("exclude", exclude_member, "reporting.briefing.exclude", ExcludeForm, "Exclude a member"),),
    ),
    Resource(
        "briefing-exclusions",
        rows_of(BriefingExclusion, Filter("briefing", "briefing", kind="number", lookup="briefing_id")),
        verbs=(Verb("end", include_member, "reporting.briefing.include", summary="Include a member again"),),
    ),
    Resource("briefing-issues", ISSUES),
]
