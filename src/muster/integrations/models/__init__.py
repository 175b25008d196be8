from muster.integrations.models.importing import ExternalKey, ImportBatch, ImportIssue
from muster.integrations.models.notification import EventCursor, Notification

__all__ = ["EventCursor", "ExternalKey", "ImportBatch", "ImportIssue", "Notification"]
