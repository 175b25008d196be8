from muster.access.actions import role, token, user

__all__ = ["role", "token", "user"]
