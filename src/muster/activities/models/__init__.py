from muster.activities.models.activity import Activity
from muster.activities.models.task import Task

__all__ = ["Activity", "Task"]
