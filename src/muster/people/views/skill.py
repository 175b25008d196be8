"""Skills: the matrix, finding people, single holders, the catalogue, and the growth of one member."""

from collections.abc import Callable
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from muster.access.pages import act_page, attempt, create_page, done, edit_page, list_page, render_form
from muster.access.scope import can, visible_or_404
from muster.core.cells import address
from muster.core.http import Request
from muster.core.listings import Filter
from muster.core.periods import today
from muster.people.actions.skill import (
    assess_skill,
    categories,
    declare_skill,
    merge_skill,
    require_skill,
    skills,
    withdraw_evidence,
)
from muster.people.forms import (
    AssessSkillForm,
    DeclareSkillForm,
    MergeSkillForm,
    RequireSkillForm,
    SkillCategoryForm,
    SkillForm,
)
from muster.people.listings import SKILL_CATEGORIES, SKILLS, category_choices, unit_choices
from muster.people.models import Member, Position, Skill, SkillCategory, SkillEvidence, SkillRequirement, Source, Unit
from muster.people.records.listings import SOON
from muster.people.skills import search, team
from muster.people.skills.levels import levels, lines_with_results
from muster.people.skills.results import PERFORMANCE

VIEW = "people.skillevidence.view"
LAST_EVIDENCE = 100

_skills = list_page(SKILLS, "people/part_list.html")
skill_create = create_page(SkillForm, skills.create, title=gettext_lazy("New skill"))
skill_edit = edit_page(SkillForm, skills.edit, "people.skill.edit")
skill_archive = act_page(
    Skill,
    skills.archive,
    title=gettext_lazy("Archive this skill"),
    text=gettext_lazy("It disappears from the matrix and from members' pages; the evidence stays."),
    danger=True,
)
skill_restore = act_page(Skill, skills.restore, title=gettext_lazy("Restore this skill"))
skill_merge = act_page(
    Skill,
    merge_skill,
    title=gettext_lazy("Merge this skill into another"),
    text=gettext_lazy("All evidence counts there from now on, and the other is found by this one's names."),
    button=gettext_lazy("Merge"),
    form_class=MergeSkillForm,
)
category_create = create_page(SkillCategoryForm, categories.create, title=gettext_lazy("New category"))
category_edit = edit_page(SkillCategoryForm, categories.edit, "people.skillcategory.edit")
category_archive = act_page(SkillCategory, categories.archive, title=gettext_lazy("Archive this category"))
position_require = act_page(
    Position,
    require_skill,
    title=gettext_lazy("Set a required skill"),
    button=gettext_lazy("Save"),
    form_class=RequireSkillForm,
)
evidence_withdraw = act_page(
    SkillEvidence,
    withdraw_evidence,
    title=gettext_lazy("Withdraw this evidence"),
    text=gettext_lazy("It no longer counts. That it was there stays in the audit trail."),
    danger=True,
)


def tabs(request: Request, active: str) -> list[dict[str, Any]]:
    """The pages about skills that this viewer may open."""
    shown = [
        ("skill_matrix", _("Matrix"), "table", VIEW),
        ("skill_find", _("Find people"), "list-search", VIEW),
        ("skill_single", _("Held by one only"), "alert-triangle", VIEW),
        ("skill_list", _("Skills of the firm"), "badges", "people.skill.view"),
        ("skill_positions", _("Required by position"), "briefcase", "people.skill.view"),
        ("skill_categories", _("Skill categories"), "category", "people.skillcategory.edit"),
    ]
    return [
        {"label": label, "icon": icon, "url": reverse(name), "active": name == active}
        for name, label, icon, permission in shown
        if request.actor.has(permission)
    ]


def skill_list(request: Request) -> HttpResponse:
    return _skills(request, tabs=tabs(request, "skill_list"))


_categories = list_page(SKILL_CATEGORIES, "people/part_list.html")


def category_list(request: Request) -> HttpResponse:
    return _categories(request, tabs=tabs(request, "skill_categories"))


def _chosen(request: Request, key: str) -> int | None:
    raw = request.GET.get(key, "")
    found: int | None = Filter(key, key, kind="number").read(raw) if raw else None
    return found


def skill_matrix(request: Request) -> HttpResponse:
    """Members against skills; by unit and by category."""
    unit, category = _chosen(request, "unit"), _chosen(request, "category")
    shown = team.matrix(request.actor, unit, category)
    context = {
        "tabs": tabs(request, "skill_matrix"),
        "matrix": shown,
        "columns": list(zip(shown.skills, shown.solid, strict=True)),
        "units": unit_choices(request.actor),
        "categories": category_choices(request.actor),
        "unit": str(unit or ""),
        "chosen": Unit.objects.visible_to(request.actor).filter(pk=unit or 0),
        "category": str(category or ""),
        "most": team.MOST_MEMBERS,
        "solid": team.SOLID,
    }
    return render(request, "people/skill_matrix.html", context)


def skill_find(request: Request) -> HttpResponse:
    """Who can do what is asked for, in one box."""
    text = request.GET.get("q", "")[:200]
    context: dict[str, Any] = {"tabs": tabs(request, "skill_find"), "text": text, "most": search.MOST_FOUND}
    if text.strip():
        try:
            asked = search.understand(request.actor, text)
        except ValidationError as error:
            context["problems"] = error.messages
        else:
            context |= {"asked": asked, "found": search.find(request.actor, asked)}
    return render(request, "people/skill_find.html", context)


def skill_single(request: Request) -> HttpResponse:
    """What only one person can do."""
    context = {"tabs": tabs(request, "skill_single"), "rows": team.single_holders(request.actor), "solid": team.SOLID}
    return render(request, "people/skill_single.html", context)


def skill_detail(request: Request, pk: int) -> HttpResponse:
    """A skill: what each level looks like, who asks for it, who has it."""
    actor = request.actor
    skill = visible_or_404(Skill, actor, "category", "merged_into", pk=pk)
    held = {member: one for (member, _skill), one in levels(actor, Q(skill=skill)).items()} if actor.has(VIEW) else {}
    people = Member.objects.visible_to(actor).filter(pk__in=held, archived_at=None).select_related("position", "unit")
    people = people.exclude(status=Member.Status.LEFT)
    required = SkillRequirement.objects.visible_to(actor).filter(skill=skill).select_related("position")
    context = {
        "skill": skill,
        "holders": sorted(((one, held[one.pk]) for one in people), key=lambda pair: -pair[1].level)[
            : search.MOST_FOUND
        ],
        "required": required,
        "may_edit": can(actor, "people.skill.edit", skill),
        "may_merge": not skill.archived_at and can(actor, "people.skill.merge", skill),
        "may_archive": not skill.archived_at and can(actor, "people.skill.archive", skill),
        "may_restore": skill.archived_at and not skill.merged_into_id and can(actor, "people.skill.restore", skill),
    }
    return render(request, "people/skill_detail.html", context)


def position_list(request: Request) -> HttpResponse:
    """What each position asks for."""
    actor = request.actor
    rows = SkillRequirement.objects.visible_to(actor).filter(skill__archived_at=None).select_related("skill")
    by_position: dict[int, list[SkillRequirement]] = {}
    for row in rows.order_by("-level", "skill__name"):
        by_position.setdefault(row.position_id, []).append(row)
    positions = Position.objects.visible_to(actor).filter(archived_at=None)
    context = {
        "tabs": tabs(request, "skill_positions"),
        "rows": [(one, by_position.get(one.pk, [])) for one in positions],
        "may_set": actor.has("people.skillrequirement.set"),
    }
    return render(request, "people/skill_positions.html", context)


def member_growth(request: Request, pk: int) -> HttpResponse:
    """The tab of the member page: skills by source, gaps for the position, certificates, what was said when."""
    actor = request.actor
    member = visible_or_404(Member, actor, "position", pk=pk)
    rows = SkillEvidence.objects.visible_to(actor).filter(member=member, archived_at=None)
    evidence = list(rows.select_related("skill", "by")[:LAST_EVIDENCE])
    own = actor.member_id == member.pk
    may_withdraw = can(actor, "people.skillevidence.withdraw", member)
    context = {
        "member": member,
        "lines": lines_with_results(actor, member),
        "shows_results": can(actor, PERFORMANCE, member),
        "certificates": [one for one in evidence if one.number],
        "evidence": [(one, may_withdraw and own == (one.source == Source.SELF)) for one in evidence],
        "today": today(),
        "soon": today() + SOON,
        "may_plan": can(actor, "people.growthgoal.view", member),
        "may_declare": own and can(actor, "people.skillevidence.declare", member),
        "may_assess": not own and can(actor, "people.skillevidence.assess", member),
    }
    return render(request, "people/skill_growth.html", context)


def _said(form_class: Any, run: Callable[..., Any], title: Any) -> Callable[..., HttpResponse]:
    """A form about one member's skill."""

    def view(request: Request, pk: int) -> HttpResponse:
        member = visible_or_404(Member, request.actor, pk=pk)
        form = form_class(request.POST if request.method == "POST" else None, actor=request.actor, row=member)
        url = f"{address(member)}?tab=growth"
        if request.method == "POST" and form.is_valid():
            row = attempt(form, lambda: run(request.actor, member=member, **form.cleaned_data))
            if row is not None:
                return done(request, url, _("Saved: %(name)s") % {"name": row})
        return render_form(request, form, "ui/form.html", title=title, cancel_url=url)

    return view


skill_declare = _said(DeclareSkillForm, declare_skill, gettext_lazy("Assess yourself"))
skill_assess = _said(AssessSkillForm, assess_skill, gettext_lazy("Assess a skill"))
