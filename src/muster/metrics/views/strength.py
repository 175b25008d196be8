"""The strength profile of a member, as a panel of the member page."""

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import render

from muster.core.http import Request
from muster.metrics.strength import Strength
from muster.metrics.views.dashboard import member_or_404


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
