from muster.activities.actions import activity, attachment, comment, task, visit

__all__ = ["activity", "attachment", "comment", "task", "visit"]
