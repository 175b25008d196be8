"""Comments are seen with the record they are about, and changed by their authors."""

from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from muster.access import permissions
from muster.access.scope import Actor, Policy, Scope, nothing, register
from muster.activities.models import Comment, commentables

permissions.register("activities.comment.view", _("See comments"))


@register
class CommentPolicy(Policy):
    model = Comment
    owner = "author_id"

    def rows(self, actor: Actor, permission: str) -> Q:
        scopes = actor.scopes(permission)
        if not scopes or not commentables():
            return nothing()
        if actor.system and Scope.ALL in scopes:
            return Q()
        seen = nothing()
        for label, one in commentables().items():
            # asked of each comment by its key, so that no list of all records is made
            row = one.model.objects.visible_to(actor).filter(pk=OuterRef("object_id"))
            seen |= Q(model=label) & Q(Exists(row.order_by()))
        return seen if permission == self.view else seen & super().rows(actor, permission)
