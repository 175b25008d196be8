from muster.integrations.models.directory import DirectoryChange, DirectoryConnection, DirectoryRun, Ruled
from muster.integrations.models.importing import ExternalKey, ImportBatch, ImportChange, ImportIssue
from muster.integrations.models.notification import (
    Delivery,
    EventCursor,
    GroupBot,
    Level,
    NoticeMute,
    NoticeSettings,
    Notification,
)

__all__ = [
    "Delivery",
    "DirectoryChange",
    "DirectoryConnection",
    "DirectoryRun",
    "EventCursor",
    "ExternalKey",
    "GroupBot",
    "ImportBatch",
    "ImportChange",
    "ImportIssue",
    "Level",
    "NoticeMute",
    "NoticeSettings",
    "Notification",
    "Ruled",
]
