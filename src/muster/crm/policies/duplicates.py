"""Looks for duplicates, and requests to join."""

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from muster.access import permissions
from muster.access.scope import Actor, Policy, members_within, nothing, register
from muster.crm.models import DuplicateCheck, JoinRequest

for _name, _label in [
    ("crm.duplicatecheck.view", _("See who looked for duplicates")),
    ("crm.joinrequest.view", _("See requests to join")),
    ("crm.account.double", _("Add customers although there is one like it")),
    ("crm.contact.double", _("Add contacts although there is one like it")),
    ("crm.lead.double", _("Add leads although there is one like it")),
]:
    permissions.register(_name, _label)
permissions.register_event("crm.duplicatecheck.met", _("Met a record of somebody else by looking for duplicates"))
permissions.register_event("crm.duplicatecheck.limit", _("Too many records of others met by looking for duplicates"))
permissions.register_event("crm.joinrequest.accepted", _("Taken into the team"))
permissions.register_event("crm.joinrequest.declined", _("Not taken into the team"))


@register
class DuplicateCheckPolicy(Policy):
    model = DuplicateCheck
    owner = "member_id"


@register
class JoinRequestPolicy(Policy):
    """Whoever asks writes it and does not read it, because it leads to an account he does not see; it is read and
    answered by those in whose scope the owner is."""

    model = JoinRequest

    def rows(self, actor: Actor, permission: str) -> Q:
        if permission == "crm.joinrequest.create":
            return Q(member=actor.member_id) if actor.has(permission) and actor.member_id else nothing()
        return super().rows(actor, permission)

    def owned(self, actor: Actor, scopes: frozenset[str]) -> Q:
        return Q(account__owner__in=members_within(actor, scopes))
