"""Metrics of reporting: who told, and in time. A report counts on the day it was due; and not where excused."""

from typing import Any

import ibis
from django.utils.translation import gettext_lazy as _

from muster.metrics.metric import Metric, register
from muster.metrics.tables import scoped
from muster.reporting.models import Report


def _facts(reports: Any) -> Any:
    return reports.select(
        member_id=reports.member_id,
        day=reports.due_on,
        value=ibis.literal(1),
        source_id=reports.id,
        currency=ibis.literal(""),
        kind=reports.kind,
    )


def due() -> Any:
    reports = scoped(Report)
    return _facts(reports.filter(reports.state != "excused"))


def sent() -> Any:
    reports = scoped(Report)
    return _facts(reports.filter(reports.state == "sent"))


def on_time() -> Any:
    reports = scoped(Report)
    return _facts(reports.filter(reports.state == "sent", ~reports.is_late))


def late() -> Any:
    reports = scoped(Report)
    return _facts(reports.filter(reports.state == "sent", reports.is_late))


def missing() -> Any:
    reports = scoped(Report)
    return _facts(reports.filter(reports.state == "draft"))


for _key, _label, _about, _made, _better in [
    ("reports_due", _("Reports due"), _("Reports due in the period, without those excused."), due, "up"),
    ("reports_sent", _("Reports sent"), _("Reports due in the period and sent, late ones included."), sent, "up"),
    ("reports_late", _("Reports sent late"), _("Reports due in the period and sent after their time."), late, "down"),
    ("reports_missing", _("Reports missing"), _("Reports due in the period and not sent."), missing, "down"),
]:
    register(
        Metric(
            _key,
            _label,
            _about,
            "count",
            better=_better,
            model=Report,
            facts=_made,
            dimensions=("kind",),
            group="reports",
        )
    )
register(
    Metric(
        "reports_on_time",
        _("Reports in time"),
        _("Reports sent in time."),
        "count",
        model=Report,
        facts=on_time,
        dimensions=("kind",),
        group="reports",
        hidden=True,
    )
)
register(
    Metric(
        "report_rate",
        _("Reports on time"),
        _("Reports sent in time ÷ reports due in the period."),
        "ratio",
        kind="ratio",
        model=Report,
        numerator="reports_on_time",
        denominator="reports_due",
        dimensions=("kind",),
        group="reports",
    )
)
