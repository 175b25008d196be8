"""Metrics of the sales force itself. A member counts from the day of hiring up to his last day."""

from typing import Any

import ibis
from django.utils.translation import gettext_lazy as _

from muster.metrics.metric import Metric, register
from muster.metrics.tables import scoped
from muster.people.models import Member


def _facts(members: Any, day: Any, **more: Any) -> Any:
    return members.select(
        member_id=members.id,
        day=day,
        value=ibis.literal(1),
        source_id=members.id,
        currency=ibis.literal(""),
        **more,
    )


def _hired() -> Any:
    members = scoped(Member)
    return members.filter(members.status != "candidate")


def headcount() -> Any:
    """Who has no day of hiring counts as here since ever. `left_on` is the first day somebody is gone."""
    members = _hired()
    return _facts(members, members.hired_on, until=members.left_on)


def joiners() -> Any:
    members = _hired()
    members = members.filter(members.hired_on.notnull())
    return _facts(members, members.hired_on)


def leavers() -> Any:
    """On the first day he is gone, so that headcount before + joiners - leavers is headcount after."""
    members = _hired()
    members = members.filter(members.left_on.notnull())
    return _facts(members, members.left_on)


register(
    Metric(
        "headcount",
        _("Headcount"),
        _("Members who were with the firm on the last day of the period."),
        "count",
        kind="stock",
        model=Member,
        facts=headcount,
        group="people",
    )
)
register(
    Metric(
        "joiners", _("Joiners"), _("Members hired in the period."), "count", model=Member, facts=joiners, group="people"
    )
)
register(
    Metric(
        "leavers",
        _("Leavers"),
        _("Members who left in the period: their first day away lay in it."),
        "count",
        better="down",
        model=Member,
        facts=leavers,
        leaving=True,
        group="people",
    )
)
