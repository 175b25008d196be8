"""Where the activities room shows itself: side bar, palette, and the timeline and tasks on other rooms' pages."""

import datetime as dt
from functools import partial
from typing import Any

from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from muster.access.scope import Actor
from muster.activities.actions.appointment import call_off
from muster.activities.actions.task import tasks
from muster.activities.listings.records import TASKS as TASK_LIST
from muster.activities.models import HOLDERS, Activity, Appointment, Attachment, Task
from muster.activities.queries import owed, plans_of  # noqa: F401 - `owed` says what is overdue
from muster.core import commands, nav, slots
from muster.core.custom.show import listing_for
from muster.core.listings import Filter
from muster.crm.actions import proofs
from muster.crm.models import Account
from muster.crm.routed import Routed
from muster.crm.routed import register as may_be_routed
from muster.people.holdings import Carried, Holding, carry
from muster.people.holdings import register as hold
from muster.people.personal import Line, Part
from muster.people.personal import register as hold_on
from muster.people.skills.search import provide_plans

VIEW, TASKS = "activities.activity.view", "activities.task.view"

nav.register(nav.Item("day", _("Activities"), "calendar-event", "activity_list", VIEW, 30, "v"))
nav.register(nav.Item("day", _("Tasks"), "checkbox", "task_list", TASKS, 40, "t"))

commands.register(
    commands.Command(_("Log activity"), "message-plus", "activity_create", "activities.activity.create", key="c")
)
commands.register(commands.Command(_("New task"), "checkbox", "task_create", "activities.task.create"))

for _page, _kind, _place in [
    ("crm.account", "account", "side"),
    ("crm.deal", "deal", "side"),
    ("crm.contact", "contact", "side"),
    ("people.member", "member", "work"),
]:
    slots.register(slots.Slot(_page, "timeline", _("Timeline"), f"{_kind}_timeline", VIEW, _place, 50, "history"))
for _page, _kind, _place, _order in [
    ("crm.account", "account", "main", 50),
    ("crm.deal", "deal", "main", 50),
    ("people.member", "member", "work", 45),
]:
    slots.register(slots.Slot(_page, "tasks", _("Tasks"), f"{_kind}_tasks", TASKS, _place, _order, "checkbox"))

hold(Holding(Task, _("Open tasks"), "activities.task.edit", Q(done_on=None), group="account", along="deal", order=40))
planned = Q(status=Activity.Status.PLANNED)
hold(
    Holding(
        *(Activity, _("Planned activities"), "activities.activity.edit", planned),
        group="account",
        along="deal",
        order=50,
    )
)


def _coming() -> Q:
    return Q(cancelled_at=None) & (Q(last_at=None) | Q(last_at__gte=timezone.now()))


hold(
    Holding(
        Appointment,
        _("Appointments to come"),
        "activities.appointment.edit",
        lambda: _coming() & Q(is_private=False),
        group="account",
        along="deal",
        order=55,
        once="uid",
        ends=call_off,
        closes=_coming,
    )
)
provide_plans(plans_of)


def _files(link: str, rows: QuerySet[Any]) -> int:
    files = Attachment.objects.unscoped("files that go along").filter(**{f"{link}__in": rows})
    return files.count()


for _holder, _link in HOLDERS.items():
    carry(_holder, Carried(_("attachments"), partial(_files, _link)))


def _done_since(deal: int, kind: str, day: dt.date | None) -> bool:
    rows = Activity.objects.unscoped("proof for a stage").filter(deal=deal, kind=kind, archived_at=None)
    return rows.filter(**({"done_on__gte": day} if day else {"done_on__isnull": False})).exists()


proofs.register(proofs.Proof(lambda: [(key, str(label)) for key, label in Activity.Kind.choices], _done_since))

_STAYS = _("A record of the firm: it stays, under the number of the member.")
for _key, _model, _label, _columns in [
    ("activities", Activity, _("Activities"), ("id", "kind", "status", "done_on")),
    ("tasks", Task, _("Tasks"), ("id", "due_on", "done_on")),
]:
    _lines = (Line("To know what was done with customers", "记录客户跟进", basis="interest", months=0),)
    hold_on(Part(_key, _model, _label, _lines, _columns, link="owner", stays=_STAYS, order=120))


def _asked_of_tasks() -> list[Filter]:
    own = [one for one in listing_for(TASK_LIST, Actor.operator("routing")).filters if one.key in ROUTED_BY]
    levels = Filter("level", _("level"), choices=lambda _actor: Account.Level.choices, lookup="account__level")
    industry = Filter("industry", _("industry"), kind="text", lookup="account__industry")
    return [*own, levels, industry, Filter("words", _("words in the title"), kind="text", lookup="title__icontains")]


ROUTED_BY = {"priority"}
may_be_routed(
    Routed(
        Task,
        _("Tasks"),
        _asked_of_tasks,
        lambda actor, row, member: tasks.edit(actor, row, owner=member),
        lambda: Task.objects.unscoped("routing").filter(done_on=None, archived_at=None),
        places=lambda row: [row.account.city, row.account.country] if row.account else [],
        trade=lambda row: row.account.industry if row.account else "",
        product=lambda row: row.deal.product if row.deal else None,
    )
)
