"""What hangs on one person: customers nobody else was in contact with, skills nobody else holds."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render

from muster.access.scope import Actor, NotVisible, can
from muster.activities.queries import MOST_KNOWN, knowers, known_to
from muster.core.http import Request
from muster.people.models import Member
from muster.people.skills.team import Single, single_holders

JUDGE = "people.member.performance"


def bus_factor(request: Request) -> HttpResponse:
    """The page of a branch: by member, how many customers only he knows, and which skills only he holds."""
    actor = request.actor
    skills: dict[int, list[Single]] = {}
    holders = single_holders(actor) if actor.has("people.skillevidence.view") else []
    for one in holders:
        skills.setdefault(one.member.pk, []).append(one)
    known = knowers(actor)
    rows: list[dict[str, Any]] = [
        {"member": member, "count": n, "skills": skills.pop(member.pk, [])} for member, n in known
    ]
    rest = {one.member.pk: one.member for one in holders if one.member.pk in skills}
    rows += [{"member": rest[pk], "count": 0, "skills": found} for pk, found in skills.items()]
    context = {
        "rows": rows,
        "customers": sum(n for _member, n in known),
        "skills": len(holders),
        "people": len(rows),
        "leaving": sum(one["member"].status == Member.Status.LEAVING for one in rows),
    }
    return render(request, "activities/bus_factor.html", context)


def _judged(actor: Actor, pk: int) -> Member:
    row: Member | None = Member.objects.visible_to(actor, JUDGE).filter(pk=pk).first()
    if row is None:
        raise NotVisible("people.Member")
    return row


def known_customers(request: Request, pk: int) -> HttpResponse:
    """The customers one member alone knows."""
    member = _judged(request.actor, pk)
    count, lines = known_to(request.actor, member)
    context = {"member": member, "count": count, "lines": lines, "most": MOST_KNOWN}
    return render(request, "activities/known_customers.html", context)


def known_panel(request: Request, pk: int) -> HttpResponse:
    """On the page of a member: what only he knows and holds."""
    actor = request.actor
    member = _judged(actor, pk)
    count, _lines = known_to(actor, member)
    holders = single_holders(actor) if can(actor, "people.skillevidence.view", member) else []
    skills = [one for one in holders if one.member.pk == member.pk]
    return render(request, "activities/known_panel.html", {"member": member, "count": count, "skills": skills})
