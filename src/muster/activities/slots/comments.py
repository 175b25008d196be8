"""What can be commented on here, and what is held of members in comments."""

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext_lazy as _

from muster.activities.models import Activity, Comment, Commentable, Task, register_commentable
from muster.crm.models import AccountMember
from muster.people.personal import Line, Part
from muster.people.personal import register as hold_on

MOST_OF_A_TEAM = 20


def _workers(row: Any) -> Iterable[int]:
    """Who works on the same deal and customer."""
    found = [row.deal.owner_id] if row.deal else []
    if row.account_id is None:
        return found
    team = AccountMember.objects.unscoped("who works on the customer").filter(account=row.account_id, archived_at=None)
    return [*found, row.account.owner_id, *team.order_by("pk").values_list("member_id", flat=True)[:MOST_OF_A_TEAM]]


def _about(row: Any) -> dict[str, Any]:
    return {"account": row.account, "deal": row.deal}


register_commentable(Commentable(Activity, lambda row: row.owner_id, _workers, _about))
register_commentable(
    Commentable(Task, lambda row: row.owner_id, lambda row: filter(None, [row.assigned_by_id]), _about)
)

_LINES = (Line("To work on customers together", "协同跟进客户", basis="interest", months=0),)
_STAYS = _("A record of the firm: it stays, under the number of the member.")
hold_on(
    Part(
        "comments", Comment, _("Comments"), _LINES, ("id", "kind", "created_at"), link="author", stays=_STAYS, order=121
    )
)
