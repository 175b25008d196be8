"""Metrics of work: what was done with customers, and tasks."""

from typing import Any

import ibis
from django.utils.translation import gettext_lazy as _

from muster.activities.models import Activity, Call, CheckIn, Task
from muster.metrics.metric import Metric, register
from muster.metrics.tables import scoped


def _done(kind: str = "") -> Any:
    rows = scoped(Activity)
    rows = rows.filter(rows.done_on.notnull())  # as good as the status (a constraint says so), and in the index
    return rows.filter(rows.kind == kind) if kind else rows


def _facts(rows: Any, **more: Any) -> Any:
    return rows.select(
        member_id=rows.owner_id,
        day=rows.done_on,
        value=ibis.literal(1),
        source_id=rows.id,
        currency=ibis.literal(""),
        **more,
    )


def activities() -> Any:
    rows = _done()
    return _facts(rows, kind=rows.kind, about=subject(rows))


def subject(rows: Any) -> Any:
    """What a contact with a customer was about, the most particular record first."""
    return ibis.cases(
        (rows.deal_id.notnull(), "deal"),
        (rows.contact_id.notnull(), "contact"),
        (rows.account_id.notnull(), "account"),
        else_="none",
    )


def of_kind(kind: str) -> Any:
    def facts() -> Any:
        return _facts(_done(kind))

    return facts


def touched() -> Any:
    rows = _done()
    rows = rows.filter(rows.account_id.notnull())
    return _facts(rows, item=rows.account_id, kind=rows.kind, about=subject(rows))


def check_ins(*verdicts: str) -> Any:
    """Visits that were checked in, of those with VERDICTS, on the day one came."""

    def facts() -> Any:
        rows = scoped(CheckIn)
        rows = rows.filter(rows.verdict.isin(verdicts)) if verdicts else rows
        return rows.select(
            member_id=rows.member_id, day=rows.on, value=ibis.literal(1), source_id=rows.id, currency=ibis.literal("")
        )

    return facts


def _connected() -> Any:
    rows = scoped(Call)
    return rows.filter(rows.result == Call.Result.CONNECTED.value)


def _call_facts(rows: Any, value: Any) -> Any:
    return rows.select(member_id=rows.member_id, day=rows.on, value=value, source_id=rows.id, currency=ibis.literal(""))


def calls_connected() -> Any:
    return _call_facts(_connected(), ibis.literal(1))


def talk_time() -> Any:
    rows = _connected()
    return _call_facts(rows, rows.seconds)


def tasks_done() -> Any:
    tasks = scoped(Task)
    tasks = tasks.filter(tasks.done_on.notnull())
    return _task_facts(tasks, tasks.done_on)


def _due() -> Any:
    tasks = scoped(Task)
    return tasks.filter(tasks.due_on.notnull())


def _task_facts(tasks: Any, day: Any) -> Any:
    return tasks.select(
        member_id=tasks.owner_id, day=day, value=ibis.literal(1), source_id=tasks.id, currency=ibis.literal("")
    )


def due() -> Any:
    tasks = _due()
    return _task_facts(tasks, tasks.due_on)


def on_time() -> Any:
    tasks = _due()
    return _task_facts(tasks.filter(tasks.done_on.notnull(), tasks.done_on <= tasks.due_on), tasks.due_on)


register(
    Metric(
        "activities_done",
        _("Activities done"),
        _("Visits, calls, e-mails, meetings, WeChat talks, notes and others done in the period."),
        "count",
        model=Activity,
        facts=activities,
        dimensions=("kind", "about"),
        group="work",
    )
)
for _kind, _label, _about in [
    ("visit", _("Visits"), _("Visits done in the period.")),
    ("call", _("Calls"), _("Calls done in the period.")),
    ("email", _("E-mails"), _("E-mails sent and received in the period.")),
    ("meeting", _("Meetings"), _("Meetings held in the period.")),
    ("wechat", _("WeChat talks"), _("Talks over WeChat in the period.")),
    ("note", _("Notes"), _("Notes taken in the period.")),
    ("other", _("Other activities"), _("Activities of the kind “other” done in the period.")),
]:
    register(Metric(f"{_kind}s_done", _label, _about, "count", model=Activity, facts=of_kind(_kind), group="work"))
register(
    Metric(
        "accounts_touched",
        _("Customers touched"),
        _("Different accounts with at least one activity done in the period."),
        "count",
        kind="distinct",
        model=Activity,
        facts=touched,
        dimensions=("kind", "about"),
        group="work",
    )
)
register(
    Metric(
        "tasks_done",
        _("Tasks done"),
        _("Tasks done in the period."),
        "count",
        model=Task,
        facts=tasks_done,
        group="work",
    )
)
register(
    Metric(
        "tasks_due",
        _("Tasks due"),
        _("Tasks due in the period."),
        "count",
        model=Task,
        facts=due,
        group="work",
        hidden=True,
    )
)
register(
    Metric(
        "tasks_done_on_time",
        _("Tasks done on time"),
        _("Tasks due in the period and done by their day."),
        "count",
        model=Task,
        facts=on_time,
        group="work",
        hidden=True,
    )
)
register(
    Metric(
        "tasks_on_time",
        _("Tasks on time"),
        _("Tasks done by their day ÷ tasks due in the period."),
        "ratio",
        kind="ratio",
        model=Task,
        numerator="tasks_done_on_time",
        denominator="tasks_due",
        group="work",
    )
)
for _key, _label, _about, _facts_of, _hidden in [
    ("visits_checked_in", _("Visits checked in"), _("Check-ins at customers' in the period."), check_ins(), False),
    ("visits_verified", _("Visits verified"), _("Check-ins on the spot."), check_ins("inside"), True),
    (
        "visits_verifiable",
        _("Visits that could be verified"),
        _("Check-ins but the first at a customer's, which fixes the place."),
        check_ins("inside", "outside", "unknown"),
        True,
    ),
]:
    register(Metric(_key, _label, _about, "count", model=CheckIn, facts=_facts_of, group="work", hidden=_hidden))
register(
    Metric(
        "visits_verified_share",
        _("Share of visits verified"),
        _("Check-ins on the spot ÷ all but those that fixed the customer's place."),
        "ratio",
        kind="ratio",
        model=CheckIn,
        numerator="visits_verified",
        denominator="visits_verifiable",
        group="work",
    )
)
register(
    Metric(
        "calls_connected",
        _("Calls connected"),
        _("Calls that came through in the period."),
        "count",
        model=Call,
        facts=calls_connected,
        group="work",
    )
)
register(
    Metric(
        "talk_time",
        _("Talk time"),
        _("How long one talked in calls that came through in the period."),
        "seconds",
        model=Call,
        facts=talk_time,
        group="work",
    )
)
