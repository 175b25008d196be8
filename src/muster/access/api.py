"""Users, roles, tokens and the trail over the API. A token is made on the page alone: its secret is shown once, to a
person."""

from muster.access.actions.custom_field import custom_fields, place_field
from muster.access.actions.favourite import favourites
from muster.access.actions.role import copy_role, end_role, give_role, roles, set_field_rules, set_grants
from muster.access.actions.saved_view import saved_views
from muster.access.actions.token import revoke_token
from muster.access.actions.user import activate_user, deactivate_user, users
from muster.access.bulk.api import BULK, BULK_ROWS
from muster.access.crud import Crud
from muster.access.forms import (
    CopyRoleForm,
    CustomFieldForm,
    FavouriteForm,
    GiveRoleForm,
    RoleForm,
    SavedViewForm,
    UserForm,
)
from muster.access.listings import AUDIT, CUSTOM_FIELDS, ROLES, SAVED_VIEWS, TOKENS, USERS
from muster.access.models import Favourite, FieldRule, Grant, RoleAssignment
from muster.access.resources import Resource, Verb
from muster.core.listings import Filter, rows_of

_BY_ROLE = Filter("role", "role", kind="number", lookup="role_id")
RESOURCES = [
    Resource(
        "users",
        USERS,
        UserForm,
        Crud(users.create, users.edit),
        (
            Verb("deactivate", deactivate_user, "access.user.deactivate"),
            Verb("activate", activate_user, "access.user.activate"),
        ),
    ),
    Resource(
        "roles",
        ROLES,
        RoleForm,
        roles,
        (
            Verb("copy", copy_role, "access.role.copy", CopyRoleForm),
            Verb("grants", set_grants, "access.role.grant", takes={"scopes": dict[str, str]}),
            Verb("fields", set_field_rules, "access.role.fields", takes={"rules": list[tuple[str, str, str, str]]}),
        ),
    ),
    Resource("grants", rows_of(Grant, _BY_ROLE)),
    Resource("field-rules", rows_of(FieldRule, _BY_ROLE)),
    Resource(
        "role-assignments",
        rows_of(RoleAssignment, Filter("user", "user", kind="number", lookup="user_id"), _BY_ROLE),
        GiveRoleForm,
        Crud(give_role),
        (Verb("end", end_role, "access.roleassignment.end"),),
    ),
    Resource("tokens", TOKENS, verbs=(Verb("revoke", revoke_token, "access.apitoken.revoke"),)),
    Resource("saved-views", SAVED_VIEWS, SavedViewForm, saved_views),
    Resource(
        "favourites",
        rows_of(Favourite, Filter("record", "record type", kind="text")),
        FavouriteForm,
        Crud(favourites.create, None, favourites.archive, favourites.restore),
    ),
    BULK,
    BULK_ROWS,
    Resource("events", AUDIT),
    Resource(
        "custom_fields",
        CUSTOM_FIELDS,
        CustomFieldForm,
        custom_fields,
        (Verb("place", place_field, "access.customfield.place", takes={"up": bool}),),
    ),
]
