"""Addresses of the access room."""

from muster.access.routes import EVERYBODY, route
from muster.access.views import audit, bulk, custom_field, favourite, inline, list_export, role, saved_view, user

urlpatterns = [
    route("settings/fields/", custom_field.custom_fields, name="custom_fields", permission="access.customfield.view"),
    route(
        "settings/fields/new/",
        custom_field.custom_field_create,
        name="custom_field_create",
        permission="access.customfield.create",
    ),
    *(
        route(
            f"settings/fields/<int:pk>/{verb}/",
            getattr(custom_field, f"custom_field_{verb}"),
            name=f"custom_field_{verb}",
            permission=f"access.customfield.{verb}",
        )
        for verb in ("edit", "archive", "restore", "place")
    ),
    route("settings/roles/", role.role_list, name="role_list", permission="access.role.view"),
    route("settings/roles/new/", role.role_create, name="role_create", permission="access.role.create"),
    route("settings/roles/give/", role.role_give, name="role_give", permission="access.roleassignment.create"),
    route("settings/roles/<int:pk>/", role.role_detail, name="role_detail", permission="access.role.view"),
    route("settings/roles/<int:pk>/edit/", role.role_edit, name="role_edit", permission="access.role.edit"),
    route("settings/roles/<int:pk>/copy/", role.role_copy, name="role_copy", permission="access.role.copy"),
    route("settings/held/<int:pk>/end/", role.role_end, name="role_end", permission="access.roleassignment.end"),
    route("settings/users/", user.user_list, name="user_list", permission="access.user.view"),
    route("settings/users/new/", user.user_create, name="user_create", permission="access.user.create"),
    route("settings/users/<int:pk>/", user.user_detail, name="user_detail", permission="access.user.view"),
    route("settings/users/<int:pk>/edit/", user.user_edit, name="user_edit", permission="access.user.edit"),
    route("settings/users/<int:pk>/invite/", user.user_invite, name="user_invite", permission="access.user.invite"),
    route(
        "settings/users/<int:pk>/stop/",
        user.user_deactivate,
        name="user_deactivate",
        permission="access.user.deactivate",
    ),
    route(
        "settings/users/<int:pk>/allow/", user.user_activate, name="user_activate", permission="access.user.activate"
    ),
    route("views/", saved_view.overview, name="saved_view_list", permission="access.savedview.view"),
    route("views/new/", saved_view.create, name="saved_view_create", permission="access.savedview.create"),
    route("views/<int:pk>/edit/", saved_view.edit, name="saved_view_edit", permission="access.savedview.edit"),
    route("views/<int:pk>/opens/", saved_view.opens, name="saved_view_opens", permission="access.savedview.use"),
    route("views/<int:pk>/up/", saved_view.up, name="saved_view_up", permission="access.savedview.use"),
    route("views/<int:pk>/keep/", saved_view.keep, name="saved_view_keep", permission="access.savedview.edit"),
    route(
        "views/<int:pk>/archive/", saved_view.archive, name="saved_view_archive", permission="access.savedview.archive"
    ),
    route("favourites/", favourite.side, name="starred", permission="access.favourite.view"),
    route("star/<str:record>/<int:pk>/", favourite.turn_star, name="star", permission="access.favourite.create"),
    route("cells/<str:record>/<int:pk>/<str:name>/", inline.edit_cell, name="cell", permission=EVERYBODY),
    route("bulk/", bulk.bulk_list, name="bulk_list", permission="access.bulkchange.view"),
    route("bulk/<int:pk>/", bulk.bulk_detail, name="bulk_detail", permission="access.bulkchange.view"),
    route("bulk/<int:pk>/progress/", bulk.bulk_progress, name="bulk_progress", permission="access.bulkchange.view"),
    *(
        route(
            f"bulk/<int:pk>/{verb}/",
            getattr(bulk, f"bulk_{verb}"),
            name=f"bulk_{verb}",
            permission=f"access.bulkchange.{verb}",
        )
        for verb in ("commit", "stop", "undo")
    ),
    route("bulk/of/<slug:key>/", bulk.bulk_new, name="bulk_new", permission="access.bulkchange.create"),
    route("exports/", list_export.export_list, name="export_list", permission="access.listexport.view"),
    *(
        route(
            f"exports/<int:pk>/{rest}",
            getattr(list_export, f"export_{name}"),
            name=f"export_{name}",
            permission=f"access.listexport.{verb}",
        )
        for rest, name, verb in (
            ("", "detail", "view"),
            ("progress/", "progress", "view"),
            ("stop/", "stop", "stop"),
            ("file/", "file", "fetch"),
        )
    ),
    route("audit/", audit.audit_list, name="audit_list", permission="access.event.view"),
    route("audit/<int:pk>/", audit.audit_detail, name="audit_detail", permission="access.event.view"),
    route("security/", audit.security, name="security", permission=EVERYBODY),
    route("security/tokens/", audit.token_list, name="token_list", permission="access.apitoken.view"),
    route("security/tokens/new/", audit.token_create, name="token_create", permission="access.apitoken.create"),
    route(
        "security/tokens/<int:pk>/revoke/", audit.token_revoke, name="token_revoke", permission="access.apitoken.revoke"
    ),
]
