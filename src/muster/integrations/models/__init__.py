from muster.integrations.models.notification import EventCursor, Notification

__all__ = ["EventCursor", "Notification"]
