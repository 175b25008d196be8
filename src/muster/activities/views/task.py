"""Tasks: by urgency, ticked in one tap."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from muster.access.list_exports import export
from muster.access.pages import Shown, act_page, asked, create_page, edit_page, list_page, lists
from muster.access.scope import can, visible_or_404
from muster.activities import queries
from muster.activities.actions.task import complete_task, reopen_task, route_task, tasks
from muster.activities.forms.records import TaskForm
from muster.activities.listings.records import TASKS
from muster.activities.models import Task
from muster.core.custom.show import sections
from muster.core.http import Request
from muster.core.periods import today
from muster.core.templatetags.ui import day_name
from muster.crm.models import Account, Deal, Lead
from muster.people.models import Member

SHOWN = 8

_table = list_page(TASKS)
task_create = create_page(TaskForm, tasks.create, title=gettext_lazy("New task"), stay=True)
task_edit = edit_page(TaskForm, tasks.edit, "activities.task.edit")
task_complete = act_page(Task, complete_task, title=gettext_lazy("Tick this task off"))
task_archive = act_page(Task, tasks.archive, title=gettext_lazy("Archive this task"), button=gettext_lazy("Archive"))
task_restore = act_page(Task, tasks.restore, title=gettext_lazy("Restore this task"))
task_route = act_page(
    Task,
    route_task,
    title=gettext_lazy("Assign by rule"),
    text=gettext_lazy(
        "The first rule that fits chooses who does it. Where nobody is left it waits in the manager's queue."
    ),
)
task_reopen = act_page(Task, reopen_task, title=gettext_lazy("Take the tick back"))


@lists(TASKS)
def task_list(request: Request) -> HttpResponse:
    """Open tasks by urgency; everything else of a list (`view=table`: sort, what is done) as a table."""
    values = asked(request)
    if values.get("format") in ("csv", "xlsx"):
        return export(request, TASKS, values)
    if values.get("view") == "table":
        return _table(request, switch=_switch("table"))
    view = "all" if values.get("view") == "all" else "mine"
    narrowed = {**values, "mine": "1"} if view == "mine" else values
    shown = Shown(TASKS, request, values)
    if key := values.get("menu"):
        return shown.menu(key)
    context = {
        "listing": shown,
        "groups": queries.grouped_tasks(TASKS.rows(request.actor, narrowed)),
        "switch": _switch(view),
        "today": today(),
    }
    part = request.htmx and (request.htmx.target or "").rpartition("#")[2] == "tasks"
    return render(request, "activities/task_list.html#tasks" if part else "activities/task_list.html", context)


def _switch(active: str) -> list[dict[str, Any]]:
    url = reverse("task_list")
    return [
        {"label": _("My tasks"), "icon": "list-check", "url": url, "active": active == "mine"},
        {"label": _("All tasks"), "icon": "users", "url": f"{url}?view=all", "active": active == "all"},
        {"label": _("Table"), "icon": "table", "url": f"{url}?view=table", "active": active == "table"},
    ]


def _badges(row: Task) -> list[dict[str, Any]]:
    late = row.done_on is None and row.due_on is not None and row.due_on < today()
    badges = [{"label": row.get_priority_display(), "tone": "red" if row.priority == Task.Priority.HIGH else "gray"}]
    badges += [{"label": _("Overdue"), "tone": "red"}] if late else []
    return badges + ([{"label": _("Done"), "tone": "green"}] if row.done_on else [])


def task_detail(request: Request, pk: int) -> HttpResponse:
    row = visible_or_404(Task, request.actor, pk=pk)
    links = [
        (_("Who does it"), row.owner),
        (_("Given by"), row.assigned_by),
        (_("Customer"), row.account),
        (_("Deal"), row.deal),
        (_("Lead"), row.lead),
    ]
    record = {
        "title": row.title,
        "icon": "checkbox",
        "badges": _badges(row),
        "archived": row.archived_at is not None,
        "facts": [
            {"label": _("Due on"), "value": day_name(row.due_on)},
            *({"label": label, "value": one, "href": one.get_absolute_url()} for label, one in links if one),
            {"label": _("Done on"), "value": day_name(row.done_on)},
        ],
        "back_url": reverse("task_list"),
        "back_label": _("Tasks"),
    }
    open_ = not row.done_on and not row.archived_at
    may = {f"may_{verb}": can(request.actor, f"activities.task.{verb}", row) for verb in ("edit", "route")}
    may["may_comment"] = request.actor.has("activities.comment.view")
    may["may_see_files"] = request.actor.has("activities.attachment.view")
    context = {"task": row, "record": record, **may, "open": open_}
    return render(request, "activities/task_detail.html", {**context, "custom": sections(row, request.actor)})


def _panel(model: Any, extra: str) -> Any:
    def view(request: Request, pk: int) -> HttpResponse:
        record = visible_or_404(model, request.actor, pk=pk)
        context = {
            "tasks": list(queries.tasks_about(request.actor, record)[:SHOWN]),
            "add_url": f"{reverse('task_create')}?{extra}={pk}" if request.actor.has("activities.task.create") else "",
            "today": today(),
        }
        return render(request, "activities/task_panel.html", context)

    return view


account_tasks = _panel(Account, "account")
deal_tasks = _panel(Deal, "deal")
lead_tasks = _panel(Lead, "lead")
member_tasks = _panel(Member, "owner")
