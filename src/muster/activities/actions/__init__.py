from muster.activities.actions import activity, attachment, comment, task

__all__ = ["activity", "attachment", "comment", "task"]
