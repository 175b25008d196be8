"""Checklists of joining, moving and leaving, and their templates."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from muster.access.pages import act_page, attempt, create_page, done, edit_page, list_page, render_form
from muster.access.scope import can, visible_or_404
from muster.core.cells import address
from muster.core.http import Request
from muster.core.periods import today
from muster.people.actions.checklist import begin_checklist, complete_item, reopen_item, steps, templates
from muster.people.forms import ChecklistForm, StepForm, TemplateForm
from muster.people.listings import CHECKLIST_ITEMS, TEMPLATES
from muster.people.models import Checklist, ChecklistItem, ChecklistStep, ChecklistTemplate, Member

checklist_items = list_page(CHECKLIST_ITEMS)
template_list = list_page(TEMPLATES)
template_create = create_page(TemplateForm, templates.create, title=gettext_lazy("New template"))
template_edit = edit_page(TemplateForm, templates.edit, "people.checklisttemplate.edit")
template_archive = act_page(ChecklistTemplate, templates.archive, title=gettext_lazy("Archive this template"))
step_edit = edit_page(StepForm, steps.edit, "people.checkliststep.edit")
step_archive = act_page(ChecklistStep, steps.archive, title=gettext_lazy("Take this step out"))


def checklist_template(request: Request, pk: int) -> HttpResponse:
    row = visible_or_404(ChecklistTemplate, request.actor, "position", pk=pk)
    found = ChecklistStep.objects.visible_to(request.actor).filter(template=row, archived_at=None)
    may_edit = can(request.actor, "people.checklisttemplate.edit", row)
    return render(request, "people/checklist_template.html", {"row": row, "steps": found, "may_edit": may_edit})


def step_create(request: Request, pk: int) -> HttpResponse:
    template = visible_or_404(ChecklistTemplate, request.actor, pk=pk)
    form = StepForm(request.POST or None, actor=request.actor)
    if request.method == "POST" and form.is_valid():
        row = attempt(form, lambda: steps.create(request.actor, template=template, **form.written()))
        if row is not None:
            return done(request, address(template), _("Saved: %(name)s") % {"name": row})
    return render_form(request, form, "ui/form.html", title=_("New step"), cancel_url=address(template))


def member_checklists(request: Request, pk: int) -> HttpResponse:
    """The tab of the member page: what is done and what is due, list by list."""
    member = visible_or_404(Member, request.actor, pk=pk)
    items = ChecklistItem.objects.visible_to(request.actor).filter(member=member).select_related("assignee")
    by_list: dict[int, list[ChecklistItem]] = {}
    for item in items:
        by_list.setdefault(item.checklist_id, []).append(item)
    lists: list[dict[str, Any]] = []
    for row in Checklist.objects.visible_to(request.actor).filter(member=member)[:20]:
        found = by_list.get(row.pk, [])
        lists.append({"row": row, "items": found, "done": sum(1 for one in found if one.done_on), "all": len(found)})
    context = {
        "member": member,
        "lists": lists,
        "today": today(),
        "may_tick": can(request.actor, "people.checklistitem.complete", items[0]) if items else False,
        "may_begin": can(request.actor, "people.checklist.create", member),
    }
    return render(request, "people/member_checklists.html", context)


def checklist_new(request: Request, pk: int) -> HttpResponse:
    member = visible_or_404(Member, request.actor, pk=pk)
    form = ChecklistForm(request.POST or None, actor=request.actor, row=member)
    if request.method == "POST" and form.is_valid():
        row = attempt(form, lambda: begin_checklist(request.actor, member=member, **form.cleaned_data))
        if row is not None:
            return done(request, f"{address(member)}?tab=documents", _("Begun: %(name)s") % {"name": row}, go=True)
    return render_form(request, form, "ui/form.html", title=_("Begin a checklist"), cancel_url=address(member))


@require_POST
def item_tick(request: Request, pk: int) -> HttpResponse:
    """Done, or not done after all."""
    item = visible_or_404(ChecklistItem, request.actor, "member", pk=pk)
    (reopen_item if item.done_on else complete_item)(request.actor, item)
    url = f"{address(item.member)}?tab=documents"
    if request.htmx:
        return HttpResponse(status=204, headers={"HX-Redirect": url})
    return done(request, url or reverse("checklist_items"), _("Saved: %(name)s") % {"name": item}, go=True)
