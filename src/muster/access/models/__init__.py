from muster.access.models.bulk import BulkChange, BulkRow
from muster.access.models.custom import CustomField
from muster.access.models.event import Event
from muster.access.models.favourite import Favourite
from muster.access.models.list_export import ListExport
from muster.access.models.role import FieldRule, Grant, Role, RoleAssignment
from muster.access.models.saved_view import SavedView, ViewUse
from muster.access.models.token import ApiToken, IdempotencyKey
from muster.access.models.user import User

__all__ = [
    "ApiToken",
    "BulkChange",
    "BulkRow",
    "CustomField",
    "Event",
    "Favourite",
    "FieldRule",
    "Grant",
    "IdempotencyKey",
    "ListExport",
    "Role",
    "RoleAssignment",
    "SavedView",
    "User",
    "ViewUse",
]
