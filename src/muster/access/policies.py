"""Rows and fields of access's own models."""

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from muster.access import permissions
from muster.access.models import ApiToken, Event, FieldRule, Grant, Role, RoleAssignment, User
from muster.access.scope import Actor, Policy, Scope, nothing, register

for _name, _label in [
    ("access.user.view", _("See users")),
    ("access.role.view", _("See roles")),
    ("access.grant.view", _("See grants")),
    ("access.fieldrule.view", _("See field rules")),
    ("access.roleassignment.view", _("See who holds which role")),
    ("access.apitoken.view", _("See API tokens")),
    ("access.event.view", _("Read the audit trail")),
    ("access.event.export", _("Export the audit trail")),
]:
    permissions.register(_name, _label)


class OfUser(Policy):
    """Rows that belong to a login, not to a member: one's own, or all."""

    owner = None
    user = "user_id"

    def rows(self, actor: Actor, permission: str) -> Q:
        scopes = actor.scopes(permission)
        if Scope.ALL in scopes:
            return Q()
        return Q(**{self.user: actor.user_id}) if scopes and actor.user_id else nothing()


@register
class UserPolicy(OfUser):
    model = User
    user = "pk"


@register
class RoleAssignmentPolicy(OfUser):
    model = RoleAssignment


@register
class ApiTokenPolicy(OfUser):
    model = ApiToken


class OfFirm(Policy):
    owner = None


@register
class RolePolicy(OfFirm):
    model = Role


@register
class GrantPolicy(OfFirm):
    model = Grant


@register
class FieldRulePolicy(OfFirm):
    model = FieldRule


@register
class EventPolicy(Policy):
    """Events about the records of members within scope, and what one did oneself."""

    model = Event

    def owned(self, actor: Actor, scopes: frozenset[str]) -> Q:
        return super().owned(actor, scopes) | Q(actor_member_id=actor.member_id)
