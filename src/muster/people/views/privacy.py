"""Personal data: what is held and why, one's own copy, and erasure."""

from typing import Any

from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from muster.access.pages import act_page, attempt, done, edit_page, list_page, render_form
from muster.access.scope import can, visible_or_404
from muster.core.cells import address
from muster.core.files import attachment
from muster.core.http import Request
from muster.core.jobs.run import start
from muster.people.actions.dataexport import fetch_export, register, request_export
from muster.people.actions.privacy import decline_erasure, edit_line, request_erasure, run_erasure
from muster.people.models import DataExport, Erasure, Member, PersonalField
from muster.people.personal import label_of, steps
from muster.people.records.forms import ErasureForm, RegisterForm, WhyForm
from muster.people.records.listings import ERASURE_TONES, ERASURES, REGISTER
from muster.people.tasks import export_of_member

LAST_EXPORTS = 5

_register = list_page(REGISTER, "people/privacy_register.html")
register_edit = edit_page(RegisterForm, edit_line, "people.personalfield.edit", in_lists=False)
erasure_list = list_page(ERASURES)
erasure_decline = act_page(
    Erasure,
    decline_erasure,
    title=gettext_lazy("Decline this erasure"),
    text=gettext_lazy("Nothing is erased, and for half a year it is not proposed again."),
    form_class=WhyForm,
)
erasure_run = act_page(
    Erasure,
    run_erasure,
    title=gettext_lazy("Erase for good"),
    text=gettext_lazy("This cannot be undone, by nobody. Backups hold it until they are overwritten."),
    button=gettext_lazy("Erase for good"),
    danger=True,
)


def privacy_register(request: Request) -> HttpResponse:
    """What is held on members, what for, on which basis and how long."""
    return _register(request)


def privacy_mine(request: Request) -> HttpResponse:
    """What is held on me and why, and how I get a copy."""
    rows = DataExport.objects.visible_to(request.actor)
    context = {"register": register(), "exports": rows[:LAST_EXPORTS], "member": request.actor.member_id}
    return render(request, "people/privacy_mine.html", context)


@require_POST
def data_export(request: Request) -> HttpResponse:
    """Ask for everything held on oneself."""
    url = reverse("privacy_mine")
    try:
        row = request_export(request.actor)
    except ValidationError as error:
        return done(request, url, " ".join(error.messages), level=40, go=True)
    start(export_of_member, {"export": row.pk}, user=request.user, about=str(row))
    return done(request, url, _("Your data is being put together: you are told when it is ready."), go=True)


@require_GET
def data_export_file(request: Request, pk: int) -> HttpResponse:
    row = visible_or_404(DataExport, request.actor, pk=pk)
    try:
        content = fetch_export(request.actor, row)
    except ValidationError as error:
        return done(request, address(row), " ".join(error.messages), level=40, go=True)
    return attachment(content, row.file_name, row.content_type)


def erasure_new(request: Request, pk: int) -> HttpResponse:
    member = visible_or_404(Member, request.actor, pk=pk)
    form = ErasureForm(request.POST if request.method == "POST" else None, actor=request.actor, row=member)
    if request.method == "POST" and form.is_valid():
        row = attempt(form, lambda: request_erasure(request.actor, member=member, **form.cleaned_data))
        if row is not None:
            return done(request, address(row), _("Asked for: somebody else decides."), go=True)
    heading = _("Ask for the erasure of personal data")
    return render_form(request, form, "ui/form.html", title=heading, row=member, cancel_url=address(member))


def erasure_detail(request: Request, pk: int) -> HttpResponse:
    """Before: what would go, what would stay and why. Afterwards: what went and what stayed."""
    actor = request.actor
    row = visible_or_404(Erasure, actor, "member", "user", pk=pk)
    waits = row.status == Erasure.Status.PROPOSED
    asked_himself = row.user_id is not None and row.user_id == actor.user_id
    found = steps(row.member, row.origin) if waits else []
    context: dict[str, Any] = {
        "row": row,
        "waits": waits,
        "tone": ERASURE_TONES[row.status],
        "going": [one for one in found if one.goes],
        "staying": [one for one in found if not one.goes],
        "report": [] if waits else _reported(row),
        "asked_himself": waits and asked_himself,
        "may_run": waits and not asked_himself and can(actor, "people.erasure.run", row),
        "may_decline": waits and can(actor, "people.erasure.decline", row),
    }
    return render(request, "people/erasure_detail.html", context)


def _reported(row: Erasure) -> list[dict[str, Any]]:
    lines = [(one, PersonalField(model=one["model"], field=one["field"])) for one in row.report]
    return [{**one, "label": label_of(line)} for one, line in lines]
