from muster.activities.models.activity import Activity
from muster.activities.models.attachment import HOLDERS, Attachment
from muster.activities.models.comment import Comment, Commentable, commentables, register_commentable
from muster.activities.models.task import Task

__all__ = [
    "HOLDERS",
    "Activity",
    "Attachment",
    "Comment",
    "Commentable",
    "Task",
    "commentables",
    "register_commentable",
]
