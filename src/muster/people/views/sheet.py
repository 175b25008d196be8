"""The audit sheet of one member: everything on it is done without leaving it."""

from collections.abc import Callable
from typing import Any

from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from muster.access.scope import NotVisible, can, rights, visible_or_404
from muster.core.fields import Sensitive, clearance
from muster.core.forms import put_errors
from muster.core.http import Request
from muster.people import freshness, sheets
from muster.people.actions import sheet as actions
from muster.people.actions.detail import live_mark_of
from muster.people.models import Member
from muster.people.records.sheet_forms import CorrectForm, FixForm, RemarkForm, TickForm

SHEET = "people.member.sheet"
TEMPLATE = "people/member_sheet.html"


def sheet_member(request: Request, pk: int) -> Member:
    member: Member = visible_or_404(Member, request.actor, "unit", "position", "manager", pk=pk)
    if not can(request.actor, SHEET, member):
        raise NotVisible(SHEET)
    return member


def member_sheet(request: Request, pk: int) -> HttpResponse:
    """What should be looked at about one member, what was noted, and what is being mended."""
    member = sheet_member(request, pk)
    return render(request, TEMPLATE, shown(request, member))


def shown(request: Request, member: Member, **forms: Any) -> dict[str, Any]:
    actor, may = request.actor, rights(request.actor, member)
    points = sheets.points_of(member)
    correct = may("people.member.correct") and actor.member_id != member.pk
    return {
        "member": member,
        "points": points,
        "open": sum(one.is_open for one in points),
        "lines": [_line(member, one, correct) for one in freshness.lines_of(actor, member)],
        "notes": sheets.notes_of(actor, member),
        "may_tick": may("people.member.tick"),
        "remark": forms.get("remark") or RemarkForm(actor=actor, row=member) if may("people.member.remark") else None,
        "fix": forms.get("fix") or FixForm(actor=actor, row=member) if may("people.member.fix") else None,
        "problem": forms.get("problem", ""),
    }


def _line(member: Member, line: Any, may: bool) -> dict[str, Any]:
    """A detail, with what its correction is made of where the viewer may make one."""
    field = line.detail.field
    writable = may and not line.detail.secret and not line.detail.is_file and not line.detail.fixed
    writable = writable and (not isinstance(field, Sensitive) or clearance(member, line.key) == "write")
    return {"line": line, "may_correct": writable, "seen": live_mark_of(member, line.key) if writable else ""}


def _does(name: str, form_class: Any, run: Callable[..., Any], said: Any) -> Any:
    """A view that runs one action of the sheet and shows the sheet again; what was refused stands on it."""

    @require_POST
    def view(request: Request, pk: int) -> HttpResponse:
        member = sheet_member(request, pk)
        form = form_class(request.POST, actor=request.actor, row=member)
        if form.is_valid():
            try:
                run(request.actor, member, **form.cleaned_data)
            except ValidationError as error:
                put_errors(form, error)
        return _answer(request, member, name, form, str(said()))

    return view


def _answer(request: Request, member: Member, name: str, form: Any, said: str) -> HttpResponse:
    if form.errors:
        problem = " ".join(str(one) for errors in form.errors.values() for one in errors)
        kept = {name: form} if name in ("remark", "fix") else {"problem": problem}
        part = f"{TEMPLATE}#sheet" if request.htmx else TEMPLATE
        return render(request, part, shown(request, member, **kept), status=422)
    if not request.htmx:
        return redirect(reverse("member_sheet", args=[member.pk]))
    fresh = sheet_member(request, member.pk)
    return render(request, f"{TEMPLATE}#sheet", {**shown(request, fresh), "said": said})


sheet_tick = _does("tick", TickForm, actions.tick_point, lambda: _("Ticked."))
sheet_remark = _does("remark", RemarkForm, actions.remark, lambda: _("Noted."))
sheet_correct = _does("correct", CorrectForm, actions.correct, lambda: _("Corrected."))
sheet_fix = _does("fix", FixForm, actions.give_fix, lambda: _("The fix was given."))
