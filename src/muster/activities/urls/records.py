"""Addresses of the activities room."""

from muster.access.routes import route
from muster.activities.views import activity, task, timeline

ACTIVITY, TASK = "activities.activity", "activities.task"

urlpatterns = [
    route("activities/", activity.activity_list, name="activity_list", permission=f"{ACTIVITY}.view"),
    route("activities/new/", activity.activity_create, name="activity_create", permission=f"{ACTIVITY}.create"),
    route("activities/<int:pk>/", activity.activity_detail, name="activity_detail", permission=f"{ACTIVITY}.view"),
    *(
        route(
            f"activities/<int:pk>/{verb}/",
            getattr(activity, f"activity_{verb}"),
            name=f"activity_{verb}",
            permission=f"{ACTIVITY}.{verb}",
        )
        for verb in ("edit", "complete", "archive", "restore")
    ),
    route("tasks/", task.task_list, name="task_list", permission=f"{TASK}.view"),
    route("tasks/new/", task.task_create, name="task_create", permission=f"{TASK}.create"),
    route("tasks/<int:pk>/", task.task_detail, name="task_detail", permission=f"{TASK}.view"),
    route("tasks/<int:pk>/reopen/", task.task_reopen, name="task_reopen", permission=f"{TASK}.complete"),
    *(
        route(
            f"tasks/<int:pk>/{verb}/", getattr(task, f"task_{verb}"), name=f"task_{verb}", permission=f"{TASK}.{verb}"
        )
        for verb in ("edit", "complete", "archive", "restore", "route")
    ),
    *(
        route(
            f"{address}/<int:pk>/timeline/",
            getattr(timeline, f"{kind}_timeline"),
            name=f"{kind}_timeline",
            permission=f"{ACTIVITY}.view",
        )
        for kind, address in (
            ("account", "customers"),
            ("contact", "contacts"),
            ("deal", "deals"),
            ("lead", "leads"),
            ("member", "members"),
        )
    ),
    *(
        route(
            f"{address}/<int:pk>/tasks/",
            getattr(task, f"{kind}_tasks"),
            name=f"{kind}_tasks",
            permission=f"{TASK}.view",
        )
        for kind, address in (("account", "customers"), ("deal", "deals"), ("lead", "leads"), ("member", "members"))
    ),
]
