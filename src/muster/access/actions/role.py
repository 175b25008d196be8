"""Roles, and who holds them. Nobody changes his own rights, and somebody always keeps the keys."""

import datetime as dt
from fnmatch import fnmatchcase
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from muster.access import permissions
from muster.access.action import action
from muster.access.actions.bounds import KEYS, has_keys, refuse_beyond, refuse_role_beyond
from muster.access.actors import actor_for, roles_on
from muster.access.crud import crud
from muster.access.models import FieldRule, Grant, Role, RoleAssignment, User
from muster.access.queries import held_now, sensitive_fields
from muster.access.scope import LEVELS, Actor, Scope, policies
from muster.core.periods import today


def _not_own(actor: Actor, row: Role, fields: dict[str, Any]) -> None:
    if row._state.adding:
        return
    refuse_own(actor, row)
    before = Role.objects.unscoped("key of a role").values_list("key", flat=True).get(pk=row.pk)
    if row.builtin and row.key != before:
        raise ValidationError({"key": _("The key of a built-in role stays: copy the role to have another.")})


roles = crud(Role, before_save=_not_own)


def refuse_own(actor: Actor, role: Role) -> None:
    if actor.user_id and role.pk in set(roles_on(actor.user_id, today()).values_list("role_id", flat=True)):
        raise ValidationError(
            _("You hold the role “%(name)s” yourself: another administrator must change it.") % {"name": role}
        )


@action("access.role.copy", gettext_lazy("Copy roles"), Role)
def copy_role(actor: Actor, role: Role, *, key: str, name: str) -> Role:
    """A new role with the same grants and field rules, to change from there."""
    refuse_role_beyond(actor, role)
    made = Role(key=key, name=name, name_zh="", about=role.about)
    made.full_clean()
    made.save()
    grants = Grant.objects.unscoped("copy of a role").filter(role=role)
    rules = FieldRule.objects.unscoped("copy of a role").filter(role=role)
    Grant.objects.bulk_create([Grant(role=made, permission=one.permission, scope=one.scope) for one in grants])
    copies = [FieldRule(role=made, model=one.model, field=one.field, scope=one.scope, level=one.level) for one in rules]
    FieldRule.objects.bulk_create(copies)
    return made


@action("access.role.grant", gettext_lazy("Change what a role may do"), Role)
def set_grants(actor: Actor, role: Role, *, scopes: dict[str, str]) -> None:
    """Replace the role's grants by SCOPES: permission → scope, '' for not at all."""
    refuse_own(actor, role)
    unknown = sorted(
        name for name, scope in scopes.items() if name not in permissions.known() or scope not in ("", *Scope.values)
    )
    if unknown:
        raise ValidationError(_("Unknown permission or scope: %(names)s.") % {"names": ", ".join(unknown)[:200]})
    now = Grant.objects.unscoped("grants of a role").filter(role=role)
    kept = set(now.values_list("permission", "scope"))
    refuse_beyond(actor, grants=[one for one in scopes.items() if one[1] and one not in kept])
    now.delete()
    Grant.objects.bulk_create(
        [Grant(role=role, permission=name, scope=scope) for name, scope in scopes.items() if scope]
    )
    keep_somebody_with_the_keys()


@action("access.role.fields", gettext_lazy("Change which fields a role reads"), Role)
def set_field_rules(actor: Actor, role: Role, *, rules: list[tuple[str, str, str, str]]) -> None:
    """Replace the role's field rules by RULES: (record type, field, scope, level)."""
    refuse_own(actor, role)
    fields = {(label, name) for label, _model, name, _said in sensitive_fields()}
    fields |= {(policy.label, "*") for policy in policies().values()}
    for model, field, scope, level in rules:
        if (model, field) not in fields or scope not in Scope.values or level not in LEVELS:
            raise ValidationError(_("“%(rule)s” is no field rule.") % {"rule": f"{model}.{field} {scope} {level}"})
    now = FieldRule.objects.unscoped("rules of a role").filter(role=role)
    kept = set(now.values_list("model", "field", "scope", "level"))
    refuse_beyond(actor, rules=[one for one in rules if one not in kept])
    now.delete()
    once = {(model, field, scope): level for model, field, scope, level in rules}
    FieldRule.objects.bulk_create(
        [
            FieldRule(role=role, model=model, field=field, scope=scope, level=level)
            for (model, field, scope), level in once.items()
        ]
    )


@action("access.roleassignment.create", gettext_lazy("Give roles to users"), RoleAssignment, creates=True)
def give_role(
    actor: Actor, *, user: User, role: Role, valid_from: dt.date | None = None, valid_to: dt.date | None = None
) -> RoleAssignment:
    """USER holds ROLE from a day up to another (not included); without days from now on for good."""
    refuse_self(actor, user)
    refuse_role_beyond(actor, role)
    made = RoleAssignment(user=user, role=role, valid_from=valid_from, valid_to=valid_to)
    made.full_clean()
    made.save()
    return made


@action("access.roleassignment.end", gettext_lazy("Take roles from users"), RoleAssignment)
def end_role(actor: Actor, held: RoleAssignment) -> None:
    """The role ends today; what was held before stays on record."""
    refuse_self(actor, held.user)
    refuse_role_beyond(actor, held.role)
    held.valid_to = today()
    if held.valid_from and held.valid_from >= held.valid_to:
        held.delete()
    else:
        held.save(update_fields=["valid_to"])
    keep_somebody_with_the_keys()


def refuse_self(actor: Actor, user: User) -> None:
    if actor.user_id == user.pk:
        raise ValidationError(_("Nobody changes his own rights: ask another administrator."))


def keepers() -> list[int]:
    """The users who can give out rights today."""
    grants = Grant.objects.unscoped("last keys").filter(scope=Scope.ALL).values_list("role", "permission")
    able = {role for role, pattern in grants if fnmatchcase(KEYS[0], pattern)}
    held = RoleAssignment.objects.unscoped("last keys").filter(held_now(), role__in=able, user__is_active=True)
    users = {one.user_id: one.user for one in held.select_related("user").order_by("pk")}
    return [pk for pk, user in users.items() if has_keys(actor_for(user))]


def keep_somebody_with_the_keys() -> None:
    """Refuse what would leave nobody able to give out rights."""
    if not keepers():
        raise ValidationError(
            _("Then nobody could give out rights any more: give another active user an administrator's role first.")
        )
