"""The group of companies that an account belongs to, as far as somebody sees it.

The way leads over accounts that the viewer sees and that are not archived: what stands above or below one that he does
not see would tell him of it, so it is left out of the tree and of every total.
"""

from dataclasses import dataclass

from django.db.models import QuerySet

from muster.access.scope import Actor
from muster.crm.models import Account

MOST_SHOWN = 200
DEEPEST = 8


@dataclass(frozen=True)
class Node:
    """A company of a group, so many steps below the top."""

    account: Account
    depth: int

    @property
    def indent(self) -> float:
        """In rem, as the page shows it."""
        return min(self.depth, DEEPEST) * 1.25


def _live(actor: Actor) -> QuerySet[Account]:
    rows: QuerySet[Account] = Account.objects.visible_to(actor).filter(archived_at=None)
    return rows


def top_of(actor: Actor, account: Account) -> Account:
    """The company at the top of the group; ACCOUNT itself where nothing stands above it."""
    top, passed = account, {account.pk}
    while top.parent_id and top.parent_id not in passed:
        above = _live(actor).filter(pk=top.parent_id).first()
        if above is None:
            break
        passed.add(above.pk)
        top = above
    return top


def family(actor: Actor, top: int) -> set[int]:
    """Keys of the account TOP and of all below it: a question for each level."""
    found: set[int] = set()
    level = set(_live(actor).filter(pk=top).values_list("pk", flat=True))
    while level:
        found |= level
        level = set(_live(actor).filter(parent__in=level).values_list("pk", flat=True)) - found
    return found


def tree(actor: Actor, top: Account, keys: set[int]) -> list[Node]:
    """KEYS, which are the family of TOP, each company under its parent."""
    rows = _live(actor).filter(pk__in=keys).select_related("owner").order_by("name", "pk")
    below: dict[int | None, list[Account]] = {}
    for row in rows:
        below.setdefault(row.parent_id if row.pk != top.pk else None, []).append(row)
    found: list[Node] = []
    waiting = [Node(row, 0) for row in reversed(below.get(None, []))]
    while waiting and len(found) < MOST_SHOWN:
        node = waiting.pop()
        found.append(node)
        waiting += [Node(row, node.depth + 1) for row in reversed(below.get(node.account.pk, []))]
    return found
