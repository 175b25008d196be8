"""Lists of the access room."""

import datetime as dt
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from muster.access import permissions
from muster.access.action import specs
from muster.access.bulk import edit_of
from muster.access.custom import in_words, records
from muster.access.models import ApiToken, BulkChange, CustomField, Event, ListExport, Role, SavedView, User
from muster.access.queries import roles_with_holders, users_with_roles
from muster.access.scope import policies
from muster.core.custom.types import Type
from muster.core.listings import Column, Filter, Listing


def model_label(name: str) -> str:
    found = next((model for model in policies() if model._meta.label_lower == name), None)
    return str(found._meta.verbose_name) if found else name


def action_choices(_actor: Any) -> list[tuple[str, Any]]:
    return [(name, spec.label) for name, spec in specs().items()] + list(permissions.events().items())


def model_choices(actor: Any) -> list[tuple[str, Any]]:
    return [(policy.label, model._meta.verbose_name) for model, policy in policies().items() if actor.has(policy.view)]


def changed_fields(event: Event) -> str:
    return ", ".join(name for name, _pair in in_words(event))


def _since(rows: Any, day: dt.date, _actor: Any) -> Any:
    return rows.filter(at__gte=timezone.make_aware(dt.datetime.combine(day, dt.time())))


def _until(rows: Any, day: dt.date, _actor: Any) -> Any:
    return rows.filter(at__lt=timezone.make_aware(dt.datetime.combine(day + dt.timedelta(days=1), dt.time())))


AUDIT = Listing(
    model=Event,
    key="audit",
    title=_("Audit trail"),
    columns=[
        Column("at", _("at"), kind="datetime"),
        Column("actor_name", _("by"), value=lambda row: row.by),
        Column("action", _("action"), value=lambda row: permissions.label_of(row.action)),
        Column("object_name", _("record"), value=lambda row: row.record),
        Column("model", _("record type"), value=lambda row: model_label(row.model)),
        Column("changes", _("changed"), value=changed_fields),
        Column("via", _("way"), value=lambda row: row.context.get("via", ""), default=False),
        Column("address", _("address"), value=lambda row: row.context.get("address", ""), default=False),
    ],
    filters=[
        Filter("action", _("action"), choices=action_choices),
        Filter("model", _("record type"), choices=model_choices),
        Filter("since", _("from"), kind="date", apply=_since),
        Filter("until", _("until"), kind="date", apply=_until),
    ],
    searchable=False,
    export_permission="access.event.export",
    empty_icon="history",
    empty_title=_("Nothing happened here"),
    empty_text=_("Take a filter away to see more of the trail."),
)

USERS = Listing(
    model=User,
    key="users",
    base=users_with_roles,
    title=_("Users"),
    columns=[
        Column("name", _("display name"), kind="link", value=str, order="name"),
        Column("username", _("user name"), order="username"),
        Column("email", _("e-mail")),
        Column("roles", _("roles"), value=lambda row: ", ".join(str(one.role) for one in row.held)),
        Column("last_login", _("last login"), kind="datetime", order="last_login"),
        Column("is_active", _("may log in"), kind="bool"),
    ],
    filters=[Filter("is_active", _("may log in"), kind="bool")],
    searchable=False,
    create_url="user_create",
    create_permission="access.user.create",
    create_label=_("New user"),
    empty_icon="user",
    empty_title=_("No users"),
    order="name",
)

ROLES = Listing(
    model=Role,
    key="roles",
    base=roles_with_holders,
    title=_("Roles"),
    columns=[
        Column("name", _("name"), kind="link", value=str, order="name"),
        Column("key", _("key")),
        Column("about", _("what it is for")),
        Column("holders", _("users"), kind="number", value=lambda row: row.holders),
    ],
    searchable=False,
    create_url="role_create",
    create_permission="access.role.create",
    create_label=_("New role"),
    empty_icon="shield",
    empty_title=_("No roles"),
    order="id",
)

CUSTOM_FIELDS = Listing(
    model=CustomField,
    key="custom-fields",
    title=_("Custom fields"),
    columns=[
        Column("label", _("name"), kind="link"),
        Column("key", _("key")),
        Column("type", _("type"), CustomField.get_type_display),
        Column("record", _("record type"), lambda row: model_label(row.record)),
    ],
    filters=[
        Filter("record", _("record type"), choices=lambda _actor: [(one, model_label(one)) for one in records()]),
        Filter("type", _("type"), choices=lambda _actor: Type.choices),
    ],
    searchable=False,
    order="id",
)

SAVED_VIEWS = Listing(
    model=SavedView,
    key="saved-views",
    title=_("Saved views"),
    related=("user",),
    columns=[
        Column("name", _("name"), kind="link", order="name"),
        Column("share", _("who sees it"), value=SavedView.get_share_display),
        Column("user", _("by"), value=lambda row: str(row.user)),
        Column("opens", _("open the list with it"), kind="bool"),
    ],
    filters=[
        Filter("path", _("list"), kind="text"),
        Filter("share", _("who sees it"), choices=lambda _actor: SavedView.Share.choices),
    ],
    searchable=False,
    order="name",
    empty_icon="bookmark",
    empty_title=_("No saved views"),
    empty_text=_("Filter a list as you like it, then choose “Save this view” in its menu of views."),
)


def list_name(row: BulkChange) -> str:
    edit = edit_of(row.listing)
    return str(edit.listing.title) if edit else row.listing


def _export_tone(row: ListExport) -> str:
    return LIST_EXPORT_TONES[row.status]


BULK_CHANGES = Listing(
    model=BulkChange,
    key="bulk-changes",
    title=_("Bulk changes"),
    columns=[
        Column("id", _("number"), value=str, kind="link", order="id"),
        Column("listing", _("list"), value=list_name),
        Column("status", _("status"), value=BulkChange.get_status_display, kind="badge"),
        Column("created_at", _("created"), kind="datetime"),
        Column("finished_at", _("finished"), kind="datetime"),
    ],
    filters=[Filter("status", _("status"), choices=lambda _actor: BulkChange.Status.choices)],
    searchable=False,
    empty_icon="edit",
    empty_title=_("Nothing was changed in bulk yet"),
    empty_text=_("Tick rows of a list, of members for example, and choose “Edit fields”."),
)

LIST_EXPORT_TONES = {"writing": "blue", "ready": "green", "stopped": "gray", "failed": "red", "gone": "gray"}

LIST_EXPORTS = Listing(
    model=ListExport,
    key="list-exports",
    title=_("My exports"),
    related=("job",),
    columns=[
        Column("name", _("list"), kind="link"),
        Column("status", _("status"), value=lambda row: row.status.label, kind="badge", tone=_export_tone),
        Column("rows", _("rows"), kind="number"),
        Column("created_at", _("created"), kind="datetime", order="created_at"),
        Column("expires_at", _("can be fetched until"), kind="datetime"),
        Column("fetched_at", _("fetched"), kind="datetime"),
    ],
    searchable=False,
    empty_icon="file-export",
    empty_title=_("No exports yet"),
    empty_text=_("Short lists are handed out at once. The file of a long one is kept here for 24 hours."),
)

TOKENS = Listing(
    model=ApiToken,
    key="tokens",
    title=_("API tokens"),
    related=("user",),
    columns=[
        Column("name", _("what it is for")),
        Column("user", _("user"), kind="link"),
        Column("prefix", _("begins with")),
        Column("scopes", _("permissions"), value=lambda row: ", ".join(row.scopes)),
        Column("last_used_at", _("last used"), kind="datetime"),
        Column("expires_at", _("expires"), kind="datetime"),
        Column("revoked_at", _("revoked"), kind="datetime"),
    ],
    searchable=False,
    create_url="token_create",
    create_permission="access.apitoken.create",
    create_label=_("New token"),
    empty_icon="key",
    empty_title=_("No API tokens"),
    empty_text=_("A token lets a program do what you may do, and no more."),
)
