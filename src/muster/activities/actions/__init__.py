from muster.activities.actions import activity, comment, task

__all__ = ["activity", "comment", "task"]
