"""Records of the activities room over the API."""

from dataclasses import replace

from muster.access.resources import Resource, Verb
from muster.activities.actions.activity import activities, complete_activity, log_activity
from muster.activities.actions.task import complete_task, reopen_task, route_task, tasks
from muster.activities.forms.records import ActivityForm, CompleteLaterForm, TaskForm
from muster.activities.listings.records import ACTIVITIES, TASKS

RESOURCES = [
    Resource(
        "activities",
        ACTIVITIES,
        ActivityForm,
        replace(activities, create=log_activity),
        (Verb("complete", complete_activity, "activities.activity.complete", CompleteLaterForm),),
    ),
    Resource(
        "tasks",
        TASKS,
        TaskForm,
        tasks,
        (
            Verb("complete", complete_task, "activities.task.complete"),
            Verb("reopen", reopen_task, "activities.task.complete"),
            Verb("route", route_task, "activities.task.route"),
        ),
    ),
]
