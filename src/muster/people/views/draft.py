"""Drafts of a future structure: the two charts, what changes, what it would bring, and publishing."""

from collections.abc import Callable
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from muster.access.pages import act_page, attempt, create_page, done, edit_page, list_page, render_form
from muster.access.scope import can, visible_or_404
from muster.core.cells import address
from muster.core.http import Request
from muster.core.templatetags.ui import tone
from muster.people.actions import draft as actions
from muster.people.actions.rollout import try_out
from muster.people.actions.vacancy import fill_seat, give_to_seat, take_from_seat, vacancies
from muster.people.drafts.chart import draft_nodes, present_nodes
from muster.people.drafts.effects import effects_of
from muster.people.drafts.said import dropped, lines_of, place_of
from muster.people.listings import DRAFT_TONES, DRAFTS
from muster.people.models import DraftChange, Member, StructureDraft, VacantSeat
from muster.people.queries import NARROW, WIDE, Node, present, tops
from muster.people.records.drafting import (
    DraftForm,
    DraftMoveForm,
    DraftNewUnitForm,
    DraftSeatForm,
    DraftUnitForm,
    FillSeatForm,
    ReleaseTerritoryForm,
    SeatTerritoryForm,
    UnitEdits,
    VacancyForm,
    move_in_draft,
    new_unit_in_draft,
    seat_in_draft,
)

MOST_LISTED = 400  # people in the list without a script; the charts themselves have no limit
CHANGE = "people.structuredraft.change"

draft_list = list_page(DRAFTS)
draft_create = create_page(DraftForm, actions.drafts.create, title=gettext_lazy("New draft of a structure"))
draft_edit = edit_page(DraftForm, actions.drafts.edit, "people.structuredraft.edit")
draft_discard = act_page(
    StructureDraft,
    actions.discard_draft,
    title=gettext_lazy("Discard this draft"),
    text=gettext_lazy("Nothing of it will be. It stays to be read."),
    danger=True,
)
vacancy_create = create_page(VacancyForm, vacancies.create, title=gettext_lazy("New vacant seat"), stay=True)
vacancy_edit = edit_page(VacancyForm, vacancies.edit, "people.vacantseat.edit")
vacancy_archive = act_page(VacantSeat, vacancies.archive, title=gettext_lazy("Take this seat away"), danger=True)
vacancy_fill = act_page(
    VacantSeat,
    fill_seat,
    title=gettext_lazy("Fill this seat"),
    text=gettext_lazy("The member moves into the unit, position and line of the seat from that day on."),
    form_class=FillSeatForm,
)
vacancy_hold = act_page(
    VacantSeat,
    give_to_seat,
    title=gettext_lazy("Give a territory"),
    text=gettext_lazy("It goes to whoever fills the seat; until then the acting holder looks after it."),
    form_class=SeatTerritoryForm,
)
vacancy_release = act_page(
    VacantSeat, take_from_seat, title=gettext_lazy("Take this territory back"), form_class=ReleaseTerritoryForm
)


def _by(request: Request) -> str:
    return "line" if request.GET.get("by") == "line" else "unit"


def draft_detail(request: Request, pk: int) -> HttpResponse:
    """The draft beside the structure without it, and its changes one by one."""
    draft = visible_or_404(StructureDraft, request.actor, "author", pk=pk)
    by = _by(request)
    lines = lines_of(request.actor, draft)
    few = present(request.actor).count() <= MOST_LISTED
    nodes = draft_nodes(request.actor, draft, by) if few else []
    data, focus = reverse("draft_data", args=[pk]), request.GET.get("focus", "")
    may_change = draft.is_open and can(request.actor, CHANGE, draft)
    context = {
        **_shown(request, draft, "plan"),
        "lines": lines,
        "problems": sum(1 for one in lines if one.problem or one.drift),
        "by": by,
        "tops": tops(_editable(draft, nodes) if may_change else nodes),
        "may_change": may_change,
        "before_url": f"{data}?side=before&by={by}",
        "after_url": f"{data}?by={by}&focus={focus if focus.isalnum() else ''}",
        "switch": [
            {"label": _("By unit"), "icon": "sitemap", "url": "?by=unit", "active": by == "unit"},
            {"label": _("By manager"), "icon": "users", "url": "?by=line", "active": by == "line"},
        ],
    }
    return render(request, "people/draft_detail.html", context)


def _shown(request: Request, draft: StructureDraft, tab: str) -> dict[str, Any]:
    here = {"plan": reverse("draft_detail", args=[draft.pk]), "effects": reverse("draft_effects", args=[draft.pk])}
    may = {verb: can(request.actor, f"people.structuredraft.{verb}", draft) for verb in ("edit", "publish", "discard")}
    labels = [("plan", _("Planning"), "hierarchy"), ("effects", _("Effects"), "arrows-diff")]
    tabs = [
        {"label": label, "icon": icon, "url": here[key], "active": key == tab}
        for key, label, icon in labels
        if key == "plan" or draft.is_open
    ]
    return {
        "draft": draft,
        "tone": DRAFT_TONES[draft.status],
        "tabs": tabs,
        **{f"may_{verb}": draft.is_open and allowed for verb, allowed in may.items()},
    }


def _editable(draft: StructureDraft, nodes: list[Node]) -> list[Node]:
    """Each box leads to its form instead of to its page."""
    forms = {"m": ("draft_move", "member"), "u": ("draft_unit", "unit"), "n": ("draft_unit", "unit")}
    for one in nodes:
        name, key = forms.get(one.id[:1], ("", ""))
        value = one.id[1:] if key == "member" else one.id
        one.url = f"{reverse(name, args=[draft.pk])}?{key}={value}" if name and one.mark != "gone" else ""
    return nodes


def draft_data(request: Request, pk: int) -> HttpResponse:
    """One of the two charts as data."""
    draft = visible_or_404(StructureDraft, request.actor, pk=pk)
    before = request.GET.get("side") == "before"
    nodes = (present_nodes if before else draft_nodes)(request.actor, draft, _by(request))
    if not before and draft.is_open and can(request.actor, CHANGE, draft):
        nodes = _editable(draft, nodes)
    answer: dict[str, Any] = {
        "nodes": [{**one.data(), "tone": tone(one.name), "mark_label": _mark_label(one, before)} for one in nodes]
    }
    focus = request.GET.get("focus", "")
    if any(one.id == focus for one in nodes):
        answer["focus"] = focus
    return JsonResponse(answer)


def _mark_label(one: Node, before: bool) -> str:
    if one.mark == "moved" and before and one.id.startswith("m"):
        return _("moves away")
    return {"new": _("new"), "moved": _("is changed"), "gone": _("closed")}.get(one.mark, "")


@require_POST
def draft_drop(request: Request, pk: int) -> HttpResponse:
    """One box was let go on another."""
    draft = visible_or_404(StructureDraft, request.actor, pk=pk)
    what, seen = request.POST.get("what", ""), request.POST.get("seen", "")
    try:
        fields = dropped(request.actor, draft, what, request.POST.get("to", ""))
        actions.change_draft(request.actor, draft, seen=int(seen) if seen.isdigit() else None, **fields)
    except ValidationError as error:
        return JsonResponse({"detail": " ".join(error.messages)}, status=422)
    return JsonResponse({"url": f"{address(draft)}?by={_by(request)}&focus={what}"})


def _changing(
    request: Request, draft: StructureDraft, form: Any, title: str, run: Callable[[], Any], subtitle: str = ""
) -> HttpResponse:
    """A form whose answer becomes a change of the draft."""
    if not can(request.actor, CHANGE, draft):
        actions.change_draft(request.actor, draft, kind="")  # refuses, and the refusal is in the trail
    if request.method == "POST" and form.is_valid():
        saved = attempt(form, lambda: _all_or_nothing(run))
        if saved:
            return done(request, address(draft), _("The draft is changed."))
    return render_form(request, form, "ui/form.html", title=title, subtitle=subtitle, cancel_url=address(draft))


def _all_or_nothing(run: Callable[[], Any]) -> bool:
    with transaction.atomic():
        run()
    return True


def draft_move(request: Request, pk: int) -> HttpResponse:
    """Move a member to…"""
    draft = visible_or_404(StructureDraft, request.actor, pk=pk)
    asked, initial, now = request.GET.get("member", ""), {}, ""
    if asked.isdigit() and len(asked) < 18:
        member = visible_or_404(Member, request.actor, pk=int(asked))
        place = place_of(draft, member)
        initial = {"member": member.pk, "heads": place["heads"]}
        parts = (member, place["planned"].name if place["planned"] else place["unit"], place["manager"])
        now = " · ".join(str(one) for one in parts if one)
    form = DraftMoveForm(request.POST or None, actor=request.actor, row=draft, initial=initial)

    def run() -> None:
        move_in_draft(request.actor, draft, **form.cleaned_data)

    return _changing(request, draft, form, _("Move to…"), run, now)


def draft_new_unit(request: Request, pk: int) -> HttpResponse:
    draft = visible_or_404(StructureDraft, request.actor, pk=pk)
    form = DraftNewUnitForm(request.POST or None, actor=request.actor, row=draft)

    def run() -> None:
        new_unit_in_draft(request.actor, draft, **form.cleaned_data)

    return _changing(request, draft, form, _("New unit"), run)


def draft_seat(request: Request, pk: int) -> HttpResponse:
    draft = visible_or_404(StructureDraft, request.actor, pk=pk)
    form = DraftSeatForm(request.POST or None, actor=request.actor, row=draft)

    def run() -> None:
        seat_in_draft(request.actor, draft, **form.cleaned_data)

    return _changing(request, draft, form, _("New vacant seat"), run)


def draft_unit(request: Request, pk: int) -> HttpResponse:
    """What is to become of a unit, standing or planned."""
    draft = visible_or_404(StructureDraft, request.actor, pk=pk)
    edits = UnitEdits(request.actor, draft, request.GET.get("unit", ""))
    planned = edits.planned is not None
    form = DraftUnitForm(request.POST or None, actor=request.actor, row=draft, initial=edits.initial(), planned=planned)
    title = _("Change %(name)s") % {"name": edits.name}
    return _changing(request, draft, form, title, lambda: edits.write(form.cleaned_data))


@require_POST
def draft_revert(request: Request, pk: int) -> HttpResponse:
    return _about_change(request, pk, actions.revert_change, _("Taken out of the draft."))


@require_POST
def draft_keep(request: Request, pk: int) -> HttpResponse:
    return _about_change(request, pk, actions.keep_change, _("The planned change is kept."))


def _about_change(request: Request, pk: int, run: Callable[..., Any], said: str) -> HttpResponse:
    row = visible_or_404(DraftChange, request.actor, "draft", pk=pk)
    try:
        run(request.actor, row.draft, change=row)
    except ValidationError as error:
        return done(request, address(row.draft), " ".join(error.messages), go=True, level=40)
    return done(request, address(row.draft), said, go=True)


def draft_effects(request: Request, pk: int) -> HttpResponse:
    """What the draft would bring: rights, seats, spans, customers, cover."""
    draft = visible_or_404(StructureDraft, request.actor, "author", pk=pk)
    effects = effects_of(request.actor, draft) if draft.is_open else None
    context = {**_shown(request, draft, "effects"), "effects": effects, "wide": WIDE, "narrow": NARROW}
    return render(request, "people/draft_effects.html", context)


def draft_publish(request: Request, pk: int) -> HttpResponse:
    """Everything once more before it becomes real, with what still stands in the way for this publisher."""
    draft = visible_or_404(StructureDraft, request.actor, pk=pk)
    if request.method == "POST" or not can(request.actor, "people.structuredraft.publish", draft):
        try:
            actions.publish_draft(request.actor, draft)
        except ValidationError as error:
            if not draft.is_open:
                return done(request, address(draft), " ".join(error.messages), go=True, level=40)
        else:
            return done(request, address(draft), _("Published: %(name)s") % {"name": draft}, go=True)
    lines = lines_of(request.actor, draft)
    mine = try_out(request.actor, draft) if draft.is_open else {}
    problems = [one.drift for one in lines if one.drift] + list(mine.values())
    context = {"draft": draft, "lines": lines, "problems": list(dict.fromkeys(problems))}
    status = 422 if request.method == "POST" and problems else 200
    return render(request, "people/draft_publish.html", context, status=status)
