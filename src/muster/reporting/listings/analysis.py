"""The list of analyses, and who gets them by mail."""

from django.utils.translation import gettext_lazy as _

from muster.access.models import SavedView
from muster.core.listings import Column, Filter, Listing, rows_of
from muster.metrics.metric import metrics
from muster.reporting.models import Analysis, AnalysisMail


def numbers_of(row: Analysis) -> str:
    known = metrics()
    return ", ".join(str(known[key].label) for key in row.metrics if key in known)


ANALYSES = Listing(
    model=Analysis,
    key="analyses",
    title=_("Analyses"),
    columns=[
        Column("name", _("name"), str, "link", order="name"),
        Column("numbers", _("metrics"), numbers_of),
        Column("about", _("what it is for")),
        Column("share", _("who sees it"), Analysis.get_share_display, "badge"),
        Column("user", _("made by"), lambda row: str(row.user)),
        Column("updated_at", _("changed at"), kind="datetime", default=False),
    ],
    filters=[
        Filter("share", _("who sees it"), choices=lambda _actor: SavedView.Share.choices),
        Filter(
            "mine",
            _("mine"),
            kind="bool",
            apply=lambda rows, value, actor: (
                rows.filter(user=actor.user_id) if value else rows.exclude(user=actor.user_id)
            ),
        ),
        Filter("archived", _("show archived"), kind="bool", apply=lambda rows, _value, _actor: rows),
    ],
    related=("user",),
    order="name",
    searchable=False,
    create_url="analysis_create",
    create_permission="reporting.analysis.create",
    create_label=_("New analysis"),
    empty_icon="chart-bar",
    empty_title=_("No analysis yet"),
    empty_text=_("Choose numbers, rows and columns; see the table at once, keep it, share it, get it by mail."),
)
MAILS = rows_of(
    AnalysisMail, Filter("analysis", "analysis", kind="number", lookup="analysis_id"), related=("analysis", "member")
)
