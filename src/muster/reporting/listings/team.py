"""What one's people did with customers, as a list: the feed of the manager's day, and what is exported of it."""

import datetime as dt
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from muster.activities.models import Activity
from muster.core.listings import Column, Filter, Listing
from muster.people.policies import units_below
from muster.reporting.queries.team import feed


def _on(rows: Any, day: dt.date, _actor: Any) -> Any:
    return rows.filter(done_on=day)


def _in_unit(rows: Any, unit: int, _actor: Any) -> Any:
    return rows.filter(owner__unit__in=units_below(unit))


def _clock(row: Activity) -> str:
    return f"{timezone.localtime(row.done_at):%H:%M}" if row.done_at else ""


FEED = Listing(
    model=Activity,
    key="follow-ups",
    title=_("Today in my team"),
    base=feed,
    columns=[
        Column("owner", _("member"), kind="member"),
        Column("kind", pgettext_lazy("activity", "kind"), Activity.get_kind_display),
        Column("account", _("customer"), kind="record"),
        Column("deal", _("deal"), kind="record"),
        Column("subject", _("subject"), kind="link"),
        Column("body", _("what was said")),
        Column("outcome", _("outcome")),
        Column("next_step", _("next step")),
        Column("done_on", _("done on"), kind="date"),
        Column("clock", _("at"), _clock, order="done_at"),
    ],
    filters=[
        Filter("day", _("day"), kind="date", apply=_on),
        Filter("kind", pgettext_lazy("activity", "kind"), choices=lambda _actor: Activity.Kind.choices),
        Filter("owner", _("member"), kind="record", model="people.member", lookup="owner_id"),
        Filter("unit", _("unit"), kind="record", model="people.unit", apply=_in_unit),
    ],
    related=("owner", "account", "deal"),
    order="-clock",
    searchable=False,
    export_permission="activities.activity.export",
    empty_icon="sunrise",
    empty_title=_("Nothing is logged yet"),
    empty_text=_("As soon as your people log visits and calls, they stand here."),
)
