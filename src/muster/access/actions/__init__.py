from muster.access.actions import custom_field, role, token, user

__all__ = ["custom_field", "role", "token", "user"]
