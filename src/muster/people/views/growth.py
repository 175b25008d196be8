"""The development plan on the growth tab of a member."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from muster.access.pages import act_page, attempt, done, edit_page, render_form
from muster.access.scope import can, visible_or_404
from muster.core.cells import address
from muster.core.http import Request
from muster.people.actions.growth import goals, set_next_role
from muster.people.models import GrowthGoal, Member, Skill
from muster.people.records.growth_forms import GrowthGoalForm, NextRoleForm
from muster.people.skills.plan import coaches_for, plan_of

TAB = "?tab=growth"
goal_edit = edit_page(GrowthGoalForm, goals.edit, "people.growthgoal.edit")
goal_archive = act_page(
    GrowthGoal,
    goals.archive,
    title=gettext_lazy("Take this goal out"),
    text=gettext_lazy("It leaves the plan. What was learned stays with the skills."),
    danger=True,
)


def member_plan(request: Request, pk: int) -> HttpResponse:
    """The part of the growth tab."""
    actor = request.actor
    member = visible_or_404(Member, actor, "position", pk=pk)
    may = {verb: can(actor, f"people.growthgoal.{verb}", member) for verb in ("create", "edit", "archive")}
    context = {
        "member": member,
        "plan": plan_of(actor, member),
        "may": may,
        "may_aim": can(actor, "people.member.aim", member),
    }
    return render(request, "people/growth_plan.html", context)


def goal_create(request: Request, pk: int) -> HttpResponse:
    """A new goal; `skill`, `level` and `coach` of the address fill the form; who could coach is proposed."""
    actor = request.actor
    member = visible_or_404(Member, actor, pk=pk)
    skill = Skill.objects.visible_to(actor).filter(pk=_number(request.GET.get("skill")), archived_at=None).first()
    level = _number(request.GET.get("level")) or 3
    initial: dict[str, Any] = {"skill": skill.pk, "level": level} if skill else {}
    if coach := _number(request.GET.get("coach")):
        initial["coach"] = coach
    form = GrowthGoalForm(request.POST or None, actor=actor, initial=initial)
    proposed = coaches_for(actor, member, skill, level) if skill else []
    form.propose(proposed)
    if request.method == "POST" and form.is_valid():
        row = attempt(form, lambda: goals.create(actor, member=member, **form.cleaned_data))
        if row is not None:
            return done(request, f"{address(member)}{TAB}", _("Saved: %(name)s") % {"name": row})
    title = _("New development goal")
    return render_form(request, form, "ui/form.html", title=title, cancel_url=f"{address(member)}{TAB}")


def _number(text: str | None) -> int:
    return int(text) if text and text.isdigit() and len(text) < 10 else 0


next_role = act_page(
    Member,
    set_next_role,
    title=gettext_lazy("Next role"),
    text=gettext_lazy("What the position asks for and is not yet held becomes the gap of the plan."),
    button=gettext_lazy("Save"),
    form_class=NextRoleForm,
)
