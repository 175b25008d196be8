from muster.integrations.models.directory import DirectoryChange, DirectoryConnection, DirectoryRun, Ruled
from muster.integrations.models.importing import ExternalKey, ImportBatch, ImportIssue
from muster.integrations.models.notification import EventCursor, Notification

__all__ = [
    "DirectoryChange",
    "DirectoryConnection",
    "DirectoryRun",
    "EventCursor",
    "ExternalKey",
    "ImportBatch",
    "ImportIssue",
    "Notification",
    "Ruled",
]
