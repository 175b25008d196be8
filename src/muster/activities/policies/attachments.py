"""Files are seen with a record they hang on, and taken away by who added them."""

from typing import Any

from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from muster.access import permissions
from muster.access.scope import Actor, Policy, Scope, nothing, policy_of, register
from muster.activities.models import HOLDERS, Attachment

permissions.register("activities.attachment.view", _("See and fetch files on records"))


@register
class AttachmentPolicy(Policy):
    model = Attachment
    owner = "added_by_id"

    def rows(self, actor: Actor, permission: str) -> Q:
        scopes = actor.scopes(permission)
        if not scopes:
            return nothing()
        if actor.system and Scope.ALL in scopes:
            return Q()
        seen = nothing()
        for link in HOLDERS.values():
            model: Any = Attachment._meta.get_field(link).related_model
            if actor.has(policy_of(model).view):
                # asked of each file by its key, so that no list of all records is made
                row = model.objects.visible_to(actor).filter(pk=OuterRef(f"{link}_id"))
                seen |= Q(**{f"{link}__isnull": False}) & Q(Exists(row.order_by()))
        return seen if permission == self.view else seen & super().rows(actor, permission)
