"""Nobody gives rights beyond his own, or takes over a login that has more. Who holds the keys gives out everything."""

from collections.abc import Iterable

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from muster.access import permissions
from muster.access.actors import actor_for
from muster.access.models import FieldRule, Grant, Role, User
from muster.access.scope import LEVELS, Actor, Scope

# Who holds both in scope 'all' is an administrator: he says what roles may do, and who holds them.
KEYS = ("access.roleassignment.create", "access.role.grant")
WITHIN = {
    Scope.REPORTS: {Scope.OWN},
    Scope.UNIT: {Scope.OWN},
    Scope.UNIT_BELOW: {Scope.OWN, Scope.UNIT},
    Scope.ALL: set(Scope),
}
Rules = Iterable[tuple[str, str, str, str]]  # (record type, field, scope, level)


def has_keys(actor: Actor) -> bool:
    return all(Scope.ALL in actor.scopes(one) for one in KEYS)


def refuse_beyond(actor: Actor, *, grants: Iterable[tuple[str, str]] = (), rules: Rules = ()) -> None:
    """Raises ValidationError where GRANTS (permission pattern, scope) or RULES reach further than ACTOR's own."""
    if has_keys(actor):
        return
    other = Actor()
    for permission, scope in grants:
        other.grants.setdefault(permission, set()).add(scope)
    beyond = [name for name in permissions.known() if other.scopes(name) - _held(actor.scopes(name))]
    beyond += [f"{rule[0]}.{rule[1]}" for rule in rules if not _reads(actor, *rule)]
    if beyond:
        raise ValidationError(
            _("Nobody gives rights beyond his own: ask an administrator. You do not have: %(names)s.")
            % {"names": ", ".join(beyond[:5])}
        )


def refuse_role_beyond(actor: Actor, role: Role) -> None:
    if has_keys(actor):
        return
    grants = Grant.objects.unscoped("rights compared").filter(role=role).values_list("permission", "scope")
    rules = FieldRule.objects.unscoped("rights compared").filter(role=role)
    refuse_beyond(actor, grants=grants, rules=rules.values_list("model", "field", "scope", "level"))


def refuse_stronger(actor: Actor, user: User) -> None:
    """Raises ValidationError where USER may do what ACTOR may not: who could change that login could use it."""
    if has_keys(actor) or user.pk == actor.user_id:
        return
    theirs = actor_for(user)
    grants = [(permission, scope) for permission, scopes in theirs.grants.items() for scope in scopes]
    refuse_beyond(actor, grants=grants, rules=theirs.rules)


def _held(scopes: Iterable[str]) -> set[str]:
    """SCOPES with the smaller ones that lie within them."""
    return {*scopes}.union(*(WITHIN.get(Scope(one), set()) for one in scopes))


def _reads(actor: Actor, model: str, field: str, scope: str, level: str) -> bool:
    return any(
        own_model in ("*", model)
        and own_field in ("*", field)
        and scope in _held({own_scope})
        and LEVELS.index(own_level) >= LEVELS.index(level)
        for own_model, own_field, own_scope, own_level in actor.rules
    )
