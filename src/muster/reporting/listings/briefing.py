"""Lists of sales briefings."""

from django.utils.translation import gettext_lazy as _

from muster.core.listings import Column, Filter, Listing
from muster.reporting.models import Briefing, BriefingIssue
from muster.reporting.queries.briefing import said

BRIEFINGS = Listing(
    model=Briefing,
    key="briefings",
    title=_("Sales briefings"),
    columns=[
        Column("name", _("name"), str, "link"),
        Column("kind", _("rhythm"), Briefing.get_kind_display, "badge"),
        Column("send_at", _("sent at"), lambda row: f"{row.send_at:%H:%M}"),
        Column("unit", _("to the leaders in"), kind="record"),
        Column("is_on", _("switched on"), kind="bool"),
    ],
    filters=[Filter("archived", _("show archived"), kind="bool", apply=lambda rows, _value, _actor: rows)],
    related=("unit",),
    order="id",
    searchable=False,
    create_url="briefing_create",
    create_permission="reporting.briefing.create",
    create_label=_("New briefing"),
    empty_icon="speakerphone",
    empty_title=_("No sales briefing yet"),
    empty_text=_("Leaders are told by themselves, at an hour you set: new customers, visits, deals that moved."),
)

ISSUES = Listing(
    model=BriefingIssue,
    key="briefing-issues",
    title=_("My sales briefings"),
    columns=[
        Column("name", _("briefing"), str, "link"),
        Column("said", _("in short"), said),
        Column("created_at", _("sent at"), kind="datetime"),
    ],
    filters=[Filter("briefing", _("sales briefing"), kind="number", lookup="briefing_id")],
    related=("briefing",),
    searchable=False,
    empty_icon="speakerphone",
    empty_title=_("No briefing yet"),
    empty_text=_("Sales operations says who is told what and when."),
)
