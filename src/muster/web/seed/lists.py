"""What the people of the demo company made of their lists: stars, views of their own and views for the team."""

from typing import Any

from muster.access.actions.favourite import turn
from muster.access.actions.saved_view import saved_views
from muster.access.actors import actor_for
from muster.crm.models import Account, Contract, Deal
from muster.people.models import Member
from muster.web.seed.people import Company

VIEWS = [
    ("manager", "本月成交·按负责人", "/deals/", "status=open&closing=month&group=owner", "unit"),
    ("manager", "按月看预计成交", "/deals/", "status=open&group=expected_on&sort=expected_on", "unit"),
    ("manager", "团队里搁置的", "/deals/board/", "stale=1", "unit"),
    ("rep", "我的重点客户", "/customers/", "mine=1&level=key", "nobody"),
    ("rep", "我的商机·按阶段", "/deals/", "mine=1&status=open&group=stage", "nobody"),
]


def set_up_lists(firm: Company) -> None:
    named = {role: name for role, name, _user, _password in firm.logins}
    rows = Member.objects.unscoped("seed").select_related("user")
    actors = {role: actor_for(rows.get(name=named[role], user__isnull=False).user) for role in ("manager", "rep")}
    for role, name, path, query, share in VIEWS:
        saved_views.create(actors[role], name=name, path=path, query=query, share=share)
    for actor in actors.values():
        for model, most in ((Account, 2), (Deal, 2), (Contract, 1), (Member, 1)):
            _star(actor, model, most)


def _star(actor: Any, model: Any, most: int) -> None:
    seen = model.objects.visible_to(actor).filter(archived_at=None)
    own = seen.filter(manager=actor.member_id) if model is Member else seen.filter(owner=actor.member_id)
    for row in [*own.order_by("-pk")[:most], *seen.order_by("-pk")[:most]][:most]:
        turn(actor, model._meta.label_lower, row.pk)
