"""The organisation: chart, units, positions, grades."""

import datetime as dt
from typing import Any

from django.http import HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from muster.access.pages import act_page, create_page, edit_page, list_page
from muster.access.scope import NotVisible, can
from muster.core.cells import address
from muster.core.http import Request
from muster.core.listings import BadInput
from muster.core.periods import today
from muster.core.templatetags.ui import tone
from muster.people.actions.headcount import plan_seats
from muster.people.actions.structure import grades, move_unit, positions, units
from muster.people.forms import GradeForm, PositionForm, SeatsForm, UnitForm, UnitMoveForm
from muster.people.listings import GRADES, POSITIONS, UNITS
from muster.people.models import Unit
from muster.people.queries import headcount, how_many_stand, org_tree, present, tops, unit_path, vacancies_of

SEAT_VERBS = ("create", "edit", "fill", "archive", "hold", "release")
MOST_LISTED = 400  # people in the list without a script; the chart itself has no limit

unit_list = list_page(UNITS)
unit_create = create_page(UnitForm, units.create, title=gettext_lazy("New unit"))
unit_edit = edit_page(UnitForm, units.edit, "people.unit.edit")
unit_move = act_page(
    Unit,
    move_unit,
    title=gettext_lazy("Move this unit"),
    text=gettext_lazy("The unit moves with all below it. The past stays as it was."),
    form_class=UnitMoveForm,
)
headcount_plan = act_page(
    Unit,
    plan_seats,
    title=gettext_lazy("Plan seats"),
    text=gettext_lazy("Seats of this unit itself; the units below it have their own."),
    button=gettext_lazy("Save"),
    form_class=SeatsForm,
)
position_list = list_page(POSITIONS)
position_create = create_page(PositionForm, positions.create, title=gettext_lazy("New position"))
position_edit = edit_page(PositionForm, positions.edit, "people.position.edit")
grade_list = list_page(GRADES)
grade_create = create_page(GradeForm, grades.create, title=gettext_lazy("New grade"))
grade_edit = edit_page(GradeForm, grades.edit, "people.grade.edit")


def day_of(request: Request) -> dt.date:
    asked = request.GET.get("day", "")
    try:
        return dt.date.fromisoformat(asked) if asked else today()
    except ValueError as error:
        raise BadInput(_("“%(text)s” is not a date.") % {"text": asked[:20]}) from error


def org_data(request: Request) -> HttpResponse:
    """The chart as data."""
    nodes = org_tree(request.actor, day_of(request), "unit" if request.GET.get("by") == "unit" else "line")
    me = f"m{request.actor.member_id}"
    answer: dict[str, Any] = {"nodes": [{**one.data(), "tone": tone(one.name)} for one in nodes]}
    if any(one.id == me for one in nodes):
        answer["focus"] = me
    return JsonResponse(answer, json_dumps_params={"ensure_ascii": False, "separators": (",", ":")})


def org_chart(request: Request) -> HttpResponse:
    """Who stands under whom on a day."""
    day, by = day_of(request), "unit" if request.GET.get("by") == "unit" else "line"
    address_of = reverse("org_chart")
    people = how_many_stand(request.actor, day)
    nodes = org_tree(request.actor, day, by) if people <= MOST_LISTED else []
    context = {
        "day": day,
        "by": by,
        "is_today": day == today(),
        "people": people,
        "tops": tops(nodes) if len(nodes) <= MOST_LISTED else [],
        "data_url": f"{reverse('org_data')}?day={day}&by={by}",
        "dated": request.actor.has("people.assignment.view"),
        "everyone": "all" in request.actor.scopes("people.assignment.view"),
        "may_draft": day >= today() and request.actor.has("people.structuredraft.create"),
        "switch": [
            {"label": _("By manager"), "icon": "users", "url": f"{address_of}?day={day}", "active": by == "line"},
            {
                "label": _("By unit"),
                "icon": "sitemap",
                "url": f"{address_of}?by=unit&day={day}",
                "active": by == "unit",
            },
        ],
    }
    return render(request, "people/org_chart.html", context)


def unit_detail(request: Request, pk: int) -> HttpResponse:
    """A unit: who leads it, who is in it, what is below it."""
    actor = request.actor
    unit = Unit.objects.visible_to(actor).select_related("head", "parent").filter(pk=pk).first()
    if unit is None:
        raise NotVisible("people.unit")
    counts = headcount(actor, today())
    children = list(Unit.objects.visible_to(actor).filter(parent=unit.pk, archived_at=None).select_related("head"))
    for one in children:
        one.people = counts.get(one.pk, (0, 0))[1]
    context = {
        "unit": unit,
        "record": shown(unit, unit_path(actor, unit), counts.get(unit.pk, (0, 0))),
        "children": children,
        "vacancies": vacancies_of(actor, unit),
        "may_seat": {verb: actor.has(f"people.vacantseat.{verb}") for verb in SEAT_VERBS},
        "people": present(actor).filter(unit=unit.pk).select_related("position"),
        "may_edit": can(actor, "people.unit.edit", unit),
        "may_move": can(actor, "people.unit.move", unit),
    }
    return render(request, "people/unit_detail.html", context)


def shown(unit: Unit, path: list[Unit], people: tuple[int, int]) -> dict[str, Any]:
    own, whole = people
    return {
        "title": unit.name,
        "subtitle": " › ".join(one.name for one in path),
        "icon": "sitemap",
        "facts": [
            {"label": _("Head"), "value": unit.head, "href": address(unit.head) if unit.head else ""},
            {"label": _("People here"), "value": own},
            {"label": _("People here and below"), "value": whole},
            {"label": _("Code"), "value": unit.code},
        ],
        "archived": unit.archived_at is not None,
        "back_url": address(path[-1]) if path else reverse("unit_list"),
        "back_label": path[-1].name if path else _("Units"),
    }
