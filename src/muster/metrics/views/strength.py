"""The strength profile of a member, as a panel of the member page."""

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import render

from muster.access.scope import NotVisible, can, visible_or_404
from muster.core.http import Request
from muster.metrics.mentors import needs_of
from muster.metrics.standing import of_team, standing
from muster.metrics.strength import Strength
from muster.metrics.views.dashboard import member_or_404
from muster.people.models import Member


def member_standing(request: Request, pk: int) -> HttpResponse:
    """On the overview of the member page: the quarter so far against himself and the team, and what he wins best."""
    member = member_or_404(request, pk)
    profile = Strength(request.actor, member)
    context = {**standing(request.actor, member), "member": member, "best": profile.best()}
    context["leads"] = of_team(request.actor, member)
    return render(request, "metrics/member_standing.html", context)


def member_strength(request: Request, pk: int) -> HttpResponse:
    """What this person wins, and in which stage he loses most against his peers."""
    member = member_or_404(request, pk)
    profile = Strength(request.actor, member)
    context = {
        "member": member,
        "wins": profile.wins(),
        "losses": profile.losses(),
        "weakest": profile.weakest(),
        "floor": settings.STRENGTH_FLOOR,
        "period": profile.period,
    }
    return render(request, "metrics/member_strength.html", context)


def member_mentors(request: Request, pk: int) -> HttpResponse:
    """On the growth tab: from whom of those the viewer may judge this person could learn what, and why."""
    actor = request.actor
    member = visible_or_404(Member, actor, "position", pk=pk)
    if not can(actor, "people.growthgoal.view", member):
        raise NotVisible("people.growthgoal")
    context = {
        "member": member,
        "needs": needs_of(actor, member),
        "own": actor.member_id == member.pk,
        "may_plan": can(actor, "people.growthgoal.create", member),
        "floor": settings.STRENGTH_FLOOR,
    }
    return render(request, "metrics/member_mentors.html", context)
