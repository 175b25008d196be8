"""The parts of a member's page, each under its own permission: a colleague sees a card, the manager the whole."""

from dataclasses import dataclass, field
from typing import Any

from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from muster.access.permissions import label_of
from muster.access.scope import Actor, can, rights
from muster.core.http import Request
from muster.core.periods import today
from muster.core.slots import slots
from muster.people.actions.member import former_values
from muster.people.history import history_of, may_read_history
from muster.people.models import Grade, Member, MemberPrivate
from muster.people.queries import below, career_of, looked_after_by, team_of, territories_of
from muster.people.skills.levels import lines_of

PAGE = "people.member"
MOST_SKILLS = 6
MOST_CHANGES = 4
# Where parts went that were tabs of their own once: addresses in old notices and bookmarks still lead there.
WENT_TO = {
    "strength": "performance",
    "freshness": "changes",
    "history": "changes",
    "checklists": "documents",
    "private": "documents",
}


@dataclass
class Panel:
    """A part that is loaded by its address."""

    key: str
    url: str
    label: Any = ""
    icon: str = ""
    bare: bool = False  # brings its own cards


@dataclass
class Tab:
    key: str
    label: Any
    icon: str
    panels: list[Panel] = field(default_factory=list)


def tabs_of(request: Request, member: Member) -> list[Tab]:
    """The tabs this viewer may open about this member; one of which nothing may be seen is left out."""
    actor, may = request.actor, rights(request.actor, member)
    found = [Tab("", _("Overview"), "id")]
    work, performance = _hung(member, may, "work"), _hung(member, may, "performance", bare=True)
    found += [Tab("work", _("Work"), "briefcase", work)] if work else []
    found += [Tab("performance", _("Performance"), "chart-bar", performance)] if performance else []
    if may("people.skillevidence.view"):
        growth = [Panel("growth", _at("member_growth", member)), *_hung(member, may, "growth")]
        found.append(Tab("growth", _("Growth"), "badges", growth))
    if may("people.assignment.view"):
        found.append(Tab("career", _("Career"), "route"))
    papers = _papers(actor, member, may)
    found += [Tab("documents", _("Documents"), "files", papers)] if papers else []
    fresh = [Panel("freshness", _at("member_freshness", member))] if may("people.verification.view") else []
    if fresh or may_read_history(actor, member):
        found.append(Tab("changes", pgettext("part of a page", "Changes"), "history", fresh))
    return found


def _at(name: str, member: Member) -> str:
    return reverse(name, args=[member.pk])


def _hung(member: Member, may: Any, place: str, bare: bool = False) -> list[Panel]:
    return [Panel(one.key, one.url(member.pk), one.label, one.icon, bare) for one in slots(PAGE, may, place)]


def _papers(actor: Actor, member: Member, may: Any) -> list[Panel]:
    """What is kept on the member: files, private details, checklists."""
    found = []
    if may("people.memberdocument.view"):
        found.append(Panel("documents", _at("member_documents", member)))
    if MemberPrivate.objects.visible_to(actor).filter(member=member.pk).exists():
        found.append(Panel("private", _at("member_private", member)))
    if may("people.checklist.view"):
        found.append(Panel("checklists", _at("member_checklists", member)))
    return found


def chosen(tabs: list[Tab], asked: str) -> Tab:
    key = WENT_TO.get(asked, asked)
    return next((one for one in tabs if one.key == key), tabs[0])


def overview(request: Request, member: Member) -> dict[str, Any]:
    """Who this is on one screen: how he stands, what he is good at, whom he serves, what changed, what is owed."""
    actor, may = request.actor, rights(request.actor, member)
    panels = [one for one in slots(PAGE, may) if one.place in ("side", "main")]
    return {
        "team": team_of(actor, member),
        "below": below(actor, member),
        "panels": [{"slot": one, "url": one.url(member.pk)} for one in panels],
        "own": actor.member_id == member.pk,
        "skills": good_at(actor, member) if may("people.skillevidence.view") else None,
        "lately": lately(actor, member) if may_read_history(actor, member) else None,
    }


def lately(actor: Actor, member: Member) -> list[dict[str, Any]]:
    """The latest changes of which something can be said."""
    found = history_items(actor, member)
    return ([one for one in found if one["text"]] or found)[:MOST_CHANGES]


def good_at(actor: Actor, member: Member) -> list[Any]:
    """The skills held highest; of equals, those the position asks for first."""
    held = [(one.held.level, one) for one in lines_of(actor, member) if one.held]
    return [one for _level, one in sorted(held, key=lambda pair: (-pair[0], not pair[1].needed))[:MOST_SKILLS]]


def career(request: Request, member: Member) -> dict[str, Any]:
    actor = request.actor
    steps = career_of(actor, member)
    bands = Grade.objects.visible_to(actor).in_bulk({one.grade_id for one in steps if one.grade_id})
    return {
        "career": [(one, bands[one.grade_id].pay_band if one.grade_id in bands else "") for one in steps],
        "today": today(),
        "territories": territories_of(actor, member),
        "looked_after": looked_after_by(actor, member),
        "may_give": can(actor, "people.territoryassignment.create", member),
        "may_take": can(actor, "people.territoryassignment.end", member),
        "may_correct": can(actor, "people.assignment.edit", member),
        "may_cancel": can(actor, "people.assignment.cancel", member),
    }


def changes(request: Request, member: Member) -> dict[str, Any]:
    actor = request.actor
    return {"history": history_items(actor, member) if may_read_history(actor, member) else None}


def history_items(actor: Actor, member: Member) -> list[dict[str, Any]]:
    found, may = [], can(actor, "people.member.revert", member)
    for event, said in history_of(actor, member):
        if not said and event.action == "people.member.move":
            continue  # a move to come: the member himself has not changed yet
        text = " · ".join(f"{capfirst(one.label)}: {one.said}" for one in said)
        if said and (why := event.context.get("reason")):
            text = _("%(what)s (reason: %(why)s)") % {"what": text, "why": why}
        back = {"act_url": restore_url(member, event), "act": _("Restore")} if may and former_values(event) else {}
        found.append(
            {
                "icon": "pencil" if said else "point",
                "tone": "blue" if said else "gray",
                "title": label_of(event.action),
                "text": text,
                "actor": event.by,
                "at": event.at,
                **back,
            }
        )
    return found


def restore_url(member: Member, event: Any) -> str:
    return f"{reverse('member_revert', args=[member.pk])}?event={event.pk}"


PARTS = {"": overview, "career": career, "changes": changes}
