from muster.integrations.actions import importing, notices

__all__ = ["importing", "notices"]
