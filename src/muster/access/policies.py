"""Rows and fields of access's own models."""

from collections import defaultdict

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from muster.access import permissions
from muster.access.models import (
    ApiToken,
    BulkChange,
    BulkRow,
    CustomField,
    Event,
    Favourite,
    FieldRule,
    Grant,
    ListExport,
    Role,
    RoleAssignment,
    SavedView,
    User,
    ViewUse,
)
from muster.access.scope import Actor, Policy, Scope, nothing, policies, register, units_over

for _name, _label in [
    ("access.user.view", _("See users")),
    ("access.role.view", _("See roles")),
    ("access.grant.view", _("See grants")),
    ("access.fieldrule.view", _("See field rules")),
    ("access.roleassignment.view", _("See who holds which role")),
    ("access.apitoken.view", _("See API tokens")),
    ("access.savedview.view", _("See saved views")),
    ("access.savedview.share", _("Share saved views with everybody")),
    ("access.bulkchange.view", _("See one's own bulk changes")),
    ("access.bulkrow.view", _("See the rows of one's own bulk changes")),
    ("access.listexport.view", _("See one's own exports of lists")),
    ("access.favourite.view", _("See one's favourites")),
    ("access.customfield.view", _("See how custom fields are defined")),
    ("access.event.view", _("Read the audit trail")),
    ("access.event.export", _("Export the audit trail")),
]:
    permissions.register(_name, _label)
for _name, _label in [
    ("access.denied", _("Refused attempt")),
    ("access.listexport.ready", _("Export of a list ready")),
    ("access.user.joined", _("Joined to the sign-in service")),
    ("access.event.chained_anew", _("Trail chained anew by an upgrade")),
]:
    permissions.register_event(_name, _label)


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


@register
class SavedViewPolicy(OfUser):
    """One's own; to see, also what is shared with one. What somebody keeps for himself is for nobody else, whatever a
    role says."""

    model = SavedView
    use = "access.savedview.use"

    def rows(self, actor: Actor, permission: str) -> Q:
        scopes = actor.scopes(permission)
        if not scopes:
            return nothing()
        own = Q(user=actor.user_id) if actor.user_id else nothing()
        shared = Q(share=SavedView.Share.EVERYBODY)
        if permission in (self.view, self.use):
            return own | shared | Q(share=SavedView.Share.UNIT, unit__in=units_over(actor))
        return own | shared if Scope.ALL in scopes else own


class OfUserAlone(OfUser):
    """One's own, whatever a role says."""

    def rows(self, actor: Actor, permission: str) -> Q:
        return super().rows(actor, permission) & (Q() if actor.system else Q(user=actor.user_id))


@register
class BulkChangePolicy(OfUserAlone):
    """What was refused to somebody was said to him."""

    model = BulkChange


@register
class ListExportPolicy(OfUserAlone):
    """The file holds what its asker may see."""

    model = ListExport


@register
class FavouritePolicy(OfUserAlone):
    model = Favourite


@register
class ViewUsePolicy(OfUserAlone):
    """The menu of a list is nobody else's."""

    model = ViewUse
    permission = "access.savedview.view"


@register
class BulkRowPolicy(Policy):
    model = BulkRow
    parent = "change"


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
class CustomFieldPolicy(OfFirm):
    model = CustomField


@register
class EventPolicy(Policy):
    """Events about records of members within scope, and what one did oneself; in either case only about kinds of
    record that
    one may see, as far as one may see them: whoever runs the system reads its trail and no customers in it."""

    model = Event
    watched = True  # changes of custom fields are told to who may know of the field

    def rows(self, actor: Actor, permission: str) -> Q:
        return super().rows(actor, permission) & self.about_visible(actor)

    def owned(self, actor: Actor, scopes: frozenset[str]) -> Q:
        return super().owned(actor, scopes) | Q(actor_member_id=actor.member_id)

    def about_visible(self, actor: Actor) -> Q:
        kinds: dict[frozenset[str], list[str]] = defaultdict(list)
        row_by_row = Q(pk__in=[])
        for policy in policies().values():
            scopes = actor.scopes(policy.view)
            if policy.trail_follows_rows and scopes:
                seen = policy.model_class.objects.visible_to(actor).values("pk")  # type: ignore[attr-defined]
                row_by_row |= Q(model=policy.label, object_id__in=seen)
                continue
            firm = policy.owner is None and policy.parent is None
            kinds[frozenset({Scope.ALL}) if scopes and (firm or Scope.ALL in scopes) else scopes].append(policy.label)
        found = Q(model="") | row_by_row
        for scopes, labels in kinds.items():
            if Scope.ALL in scopes:
                found |= Q(model__in=labels)
            elif scopes and actor.member_id:
                found |= Q(model__in=labels) & self.owned(actor, scopes)
        return found
