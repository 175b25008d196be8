"""What waits for its viewer: on the home page of members' details, on a member's page of that member."""

from django.http import HttpResponse
from django.shortcuts import render

from muster.access.scope import NotVisible, can, visible_or_404
from muster.core.http import Request
from muster.people import owed
from muster.people.models import AuditItem, ChangeRequest, Member

SHOWN = 5


def home_waiting(request: Request, pk: int) -> HttpResponse:
    """For member PK, if it is the viewer: audits to answer, and changes that only he or his like can approve."""
    if pk != request.actor.member_id:
        return HttpResponse()
    asked = AuditItem.objects.visible_to(request.actor).filter(member=pk, answer="", campaign__status="open")
    campaigns = {item.campaign for item in asked.select_related("campaign")}
    rows = ChangeRequest.objects.visible_to(request.actor, "people.changerequest.approve").select_related("member")
    rows = rows.filter(status=ChangeRequest.Status.WAITING).exclude(member=pk).order_by("created_at", "pk")
    found = list(rows[: SHOWN + 1])
    context = {
        "campaigns": sorted(campaigns, key=lambda one: (one.due_on, one.pk)),
        "requests": found[:SHOWN],
        "more": len(found) > SHOWN,
    }
    return render(request, "people/home_waiting.html", context)


def member_owed(request: Request, pk: int) -> HttpResponse:
    """On the overview of a member: what the viewer owes him."""
    actor = request.actor
    member = visible_or_404(Member, actor, "position", pk=pk)
    if not can(actor, "people.verification.view", member):
        raise NotVisible("people.verification")
    context = {"own": actor.member_id == member.pk, "lines": owed.lines(actor, member)}
    return render(request, "people/member_owed.html", context)
