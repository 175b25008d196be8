"""What waits for the viewer about one member: what a manager owes his people, and on one's own page what one owes.

Rooms above add lines of their own; each line leads to where it is settled."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import ngettext

from muster.access.scope import Actor, rights
from muster.core.cells import address
from muster.core.periods import today
from muster.people import sheets
from muster.people.models import ApprovalRequest, ChangeRequest, ChecklistItem, Member, Source
from muster.people.queries import to_acknowledge
from muster.people.skills.levels import standing
from muster.people.skills.plan import plan_of


@dataclass(frozen=True)
class Owed:
    """N things to do, in words, and where."""

    said: str
    url: str
    icon: str
    is_late: bool = False


May = Callable[[str], bool]  # what the viewer may do with the member
Find = Callable[[Actor, Member, May], Iterable[Owed]]
_found: list[Find] = []


def provide(find: Find) -> Find:
    _found.append(find)
    return find


def lines(actor: Actor, member: Member) -> list[Owed]:
    """The overdue first."""
    if actor.member_id is None:
        return []
    may = rights(actor, member)
    return sorted((one for find in _found for one in find(actor, member, may)), key=lambda one: not one.is_late)


@provide
def _approvals(actor: Actor, member: Member, may: May) -> Iterable[Owed]:
    rows = ApprovalRequest.objects.visible_to(actor, "people.approvalrequest.approve")
    rows = rows.filter(status=ApprovalRequest.Status.OPEN)
    rows = rows if actor.member_id == member.pk else rows.filter(asker=member.pk)
    found = list(rows.order_by("pk")[:2])
    if found:
        n = rows.count()
        url = found[0].get_absolute_url() if n == 1 else reverse("approval_inbox")
        yield Owed(ngettext("%(n)s approval to give", "%(n)s approvals to give", n) % {"n": n}, url, "circle-check")


@provide
def _changes(actor: Actor, member: Member, may: May) -> Iterable[Owed]:
    if actor.member_id == member.pk:
        return
    rows = ChangeRequest.objects.visible_to(actor, "people.changerequest.approve")
    for one in rows.filter(status=ChangeRequest.Status.WAITING, member=member.pk).order_by("pk")[:1]:
        n = rows.filter(status=ChangeRequest.Status.WAITING, member=member.pk).count()
        said = ngettext("%(n)s change of details to approve", "%(n)s changes of details to approve", n) % {"n": n}
        yield Owed(said, one.get_absolute_url(), "user-check")


@provide
def _steps(actor: Actor, member: Member, may: May) -> Iterable[Owed]:
    """Open steps of checklists that stand with the viewer: about this member, or on one's own page all of them."""
    rows = ChecklistItem.objects.visible_to(actor).filter(assignee=actor.member_id, done_on=None)
    rows = rows if actor.member_id == member.pk else rows.filter(member=member.pk)
    days = list(rows.order_by("due_on").values_list("due_on", flat=True))
    if days:
        said = ngettext("%(n)s step of a checklist", "%(n)s steps of checklists", len(days)) % {"n": len(days)}
        yield Owed(said, reverse("checklist_items"), "checklist", days[0] < today())


@provide
def _papers(actor: Actor, member: Member, may: May) -> Iterable[Owed]:
    found = to_acknowledge(actor) if actor.member_id == member.pk else []
    if found:
        n, first = len(found), found[0].edition
        said = ngettext("%(n)s company paper to read", "%(n)s company papers to read", n) % {"n": n}
        yield Owed(said, reverse("paper_list"), "file-certificate", bool(first.due_on and first.due_on < today()))


@provide
def _skills(actor: Actor, member: Member, may: May) -> Iterable[Owed]:
    """Skills the member spoke for himself and no manager has looked at since."""
    if actor.member_id == member.pk or not may("people.skillevidence.assess"):
        return
    said = standing(actor, Q(member=member.pk)).values()
    n = sum(1 for one in said if Source.SELF in one and _is_newer(one[Source.SELF], one.get(Source.MANAGER)))
    if n:
        text = ngettext("%(n)s skill to confirm", "%(n)s skills to confirm", n) % {"n": n}
        yield Owed(text, f"{address(member)}?tab=growth", "badges")


def _is_newer(own: Any, confirmed: Any) -> bool:
    return confirmed is None or own.on > confirmed.on


@provide
def _goals(actor: Actor, member: Member, may: May) -> Iterable[Owed]:
    if not may("people.growthgoal.view"):
        return
    n = sum(one.is_late for one in plan_of(actor, member).goals)
    if n:
        said = ngettext("%(n)s development goal is overdue", "%(n)s development goals are overdue", n) % {"n": n}
        yield Owed(said, f"{address(member)}?tab=growth", "target-arrow", True)


@provide
def _sheet(actor: Actor, member: Member, may: May) -> Iterable[Owed]:
    """Open points of the audit sheet, for who keeps it."""
    if actor.member_id == member.pk or not may("people.member.sheet"):
        return
    n = len(sheets.open_points([member.pk]).get(member.pk, []))
    if n:
        said = ngettext("%(n)s point to look at on the audit sheet", "%(n)s points to look at on the audit sheet", n)
        yield Owed(said % {"n": n}, reverse("member_sheet", args=[member.pk]), "clipboard-check")
