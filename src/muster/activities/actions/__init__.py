from muster.activities.actions import activity, task

__all__ = ["activity", "task"]
