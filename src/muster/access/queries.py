"""Reads of the access room over several models."""

from typing import Any

from django.apps import apps
from django.db.models import Count, Prefetch, Q

from muster.access.models import (
    BulkChange,
    BulkRow,
    CustomField,
    FieldRule,
    Grant,
    Role,
    RoleAssignment,
    SavedView,
    User,
    ViewUse,
)
from muster.access.permissions import Permission, known
from muster.access.scope import Actor, Scope, policies
from muster.core.http import Request
from muster.core.periods import today

MOST_VIEWS = 50


def held_now() -> Q:
    day = today()
    return (Q(valid_from=None) | Q(valid_from__lte=day)) & (Q(valid_to=None) | Q(valid_to__gt=day))


def users_with_roles(actor: Actor) -> Any:
    held = RoleAssignment.objects.visible_to(actor).filter(held_now()).select_related("role")
    return User.objects.visible_to(actor).prefetch_related(Prefetch("role_assignments", held, to_attr="held"))


def roles_with_holders(actor: Actor) -> Any:
    day = today()
    since = Q(assignments__valid_from=None) | Q(assignments__valid_from__lte=day)
    until = Q(assignments__valid_to=None) | Q(assignments__valid_to__gt=day)
    return Role.objects.visible_to(actor).annotate(holders=Count("assignments", filter=since & until))


def grant_matrix(role: Role) -> list[dict[str, Any]]:
    """Every permission with the widest scope ROLE holds it in, by room."""
    grants = list(Grant.objects.unscoped("grants of a visible role").filter(role=role))
    actor = Actor(grants={one.permission: set() for one in grants})
    for one in grants:
        actor.grants[one.permission].add(one.scope)
    rooms: dict[str, list[dict[str, Any]]] = {}
    for permission in known().values():
        rooms.setdefault(permission.name.split(".")[0], []).append(_row(actor, permission))
    return [{"room": apps.get_app_config(room).verbose_name, "rows": rows} for room, rows in rooms.items()]


def _row(actor: Actor, permission: Permission) -> dict[str, Any]:
    held = actor.scopes(permission.name)
    widest = next((scope for scope in reversed(Scope.values) if scope in held), "")
    return {"name": permission.name, "label": permission.label, "scope": widest}


def field_matrix(role: Role) -> list[dict[str, Any]]:
    """Every sensitive field, also those the firm added, with the level ROLE reads it at in each scope ('' where no rule
    speaks)."""
    rules = FieldRule.objects.unscoped("rules of a visible role").filter(role=role)
    levels = {(one.model, one.field, one.scope): one.level for one in rules}
    return [
        {
            "model": label,
            "type": model._meta.verbose_name,
            "field": name,
            "label": said,
            "cells": _cells(levels, label, name),
        }
        for label, model, name, said in sensitive_fields()
    ]


def _cells(levels: dict[tuple[str, str, str], str], label: str, name: str) -> list[dict[str, str]]:
    return [
        {"scope": scope, "level": levels.get((label, name, scope)) or levels.get((label, "*", scope), "")}
        for scope in Scope.values
    ]


def sensitive_fields() -> list[tuple[str, Any, str, Any]]:
    """(record type, model, field, its label) of each field under field rules."""
    rows = CustomField.objects.unscoped("definitions of custom fields").filter(sensitive=True, archived_at=None)
    added = list(rows.order_by("position_no", "id"))
    found: list[tuple[str, Any, str, Any]] = []
    for model, policy in policies().items():
        for name in policy.sensitive:
            described: Any = model._meta.get_field(name)
            found.append((policy.label, model, name, described.verbose_name))
        found += [(policy.label, model, one.full_name, one.label) for one in added if one.record == policy.label]
    return found


def views_of(request: Request) -> list[SavedView]:
    """The saved views of this list that the reader may use, as he ordered them."""
    return views_at(request.actor, request.path)


def views_at(actor: Actor, path: str) -> list[SavedView]:
    """The saved views of the list at PATH as ACTOR ordered them; before that his own first, then by name. `opens_here`
    is the one that his list opens with."""
    rows = SavedView.objects.visible_to(actor).filter(path=path, archived_at=None)
    found: list[Any] = list(rows.order_by("name", "pk")[:MOST_VIEWS])
    own = ViewUse.objects.visible_to(actor).filter(view__in=found, user=actor.user_id or 0) if found else ()
    used = {one.view_id: one for one in own}
    for one in found:
        use = used.get(one.pk)
        one.place = use.position_no if use else None
        one.opens_here = use.opens if use else one.user_id == actor.user_id and one.opens
    return sorted(found, key=lambda one: (not one.place, one.place or 0, one.user_id != actor.user_id))


def counts(change: BulkChange) -> dict[str, int]:
    """How many rows came to which outcome."""
    rows = BulkRow.objects.unscoped("counts of a bulk change").filter(change=change)
    return dict(rows.order_by().values_list("outcome").annotate(n=Count("pk")))
