"""Directories: where they are, what they say, and what of it is taken over."""

import datetime as dt
from typing import Any

from django.core.exceptions import ValidationError
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from muster.access.pages import act_page, create_page, done, edit_page, list_page
from muster.access.scope import can, visible_or_404
from muster.core.cells import address
from muster.core.http import Request
from muster.core.jobs.run import start
from muster.core.periods import today
from muster.integrations.directory import actions
from muster.integrations.forms import DirectoryForm
from muster.integrations.listings import DIRECTORIES, DIRECTORY_RUNS, RUN_TONES
from muster.integrations.models import DirectoryChange, DirectoryConnection, DirectoryRun, Ruled
from muster.integrations.tasks import apply_directory, compare_directory
from muster.people.models import Member

LAST_RUNS = 10
MOST_SHOWN = 500  # of one kind on a page; the others come up with the next comparison
ERROR = 40
Kind, Status = DirectoryChange.Kind, DirectoryRun.Status
BUSY = (Status.READING, Status.APPLYING)
TICKED = {Kind.UNIT_NEW, Kind.UNIT_FOUND, Kind.UNIT_CHANGED, Kind.NEW, Kind.BACK, Kind.FOUND, Kind.CHANGED}
ICONS = {
    Kind.UNIT_NEW: "sitemap",
    Kind.UNIT_FOUND: "sitemap",
    Kind.UNIT_CHANGED: "sitemap",
    Kind.NEW: "user-plus",
    Kind.BACK: "arrow-back-up",
    Kind.FOUND: "link",
    Kind.CHANGED: "pencil",
    Kind.REVIEW: "help-circle",
    Kind.GONE: "door-exit",
}

directory_list = list_page(DIRECTORIES)
run_list = list_page(DIRECTORY_RUNS)
directory_create = create_page(DirectoryForm, actions.create_connection, title=gettext_lazy("Connect a directory"))
directory_edit = edit_page(
    DirectoryForm, actions.edit_connection, "integrations.directoryconnection.edit", in_lists=False
)
directory_archive = act_page(
    DirectoryConnection,
    actions.archive_connection,
    title=gettext_lazy("Disconnect this directory"),
    text=gettext_lazy("It is compared no more. Members and units stay as they are, and so does what is known of them."),
    danger=True,
)


def directory_detail(request: Request, pk: int) -> HttpResponse:
    row = visible_or_404(DirectoryConnection, request.actor, "unit", pk=pk)
    runs = DirectoryRun.objects.visible_to(request.actor).filter(connection=row).select_related("user")[:LAST_RUNS]
    labels = dict(Ruled.choices)
    context = {
        "row": row,
        "facts": [
            {"label": capfirst(_("kind")), "value": row.get_kind_display()},
            {"label": capfirst(_("login there")), "value": row.account},
            {"label": capfirst(_("secret")), "value": _("is set") if row.secret_is_set else _("is not set")},
            {"label": capfirst(_("address")), "value": row.address or _("the official one")},
            {"label": capfirst(_("begin at")), "value": row.root},
            {"label": capfirst(_("its top is the unit")), "value": row.unit},
            {"label": capfirst(_("ask when more leave than (%)")), "value": row.most_gone},
            {"label": capfirst(_("compare every day")), "value": _("Yes") if row.daily else _("No")},
        ],
        "theirs": [labels[one] for one in row.rules if one in labels],
        "ours": [label for key, label in Ruled.choices if key not in row.rules],
        "runs": [{"row": one, "tone": RUN_TONES[one.status]} for one in runs],
        "may_edit": can(request.actor, "integrations.directoryconnection.edit", row),
        "may_archive": can(request.actor, "integrations.directoryconnection.archive", row),
        "may_compare": row.archived_at is None and request.actor.has("integrations.directoryrun.create"),
    }
    return render(request, "integrations/directory_detail.html", context)


@require_POST
def directory_compare(request: Request, pk: int) -> HttpResponse:
    row = visible_or_404(DirectoryConnection, request.actor, pk=pk)
    try:
        run = actions.begin_run(request.actor, connection=row)
    except ValidationError as error:
        return done(request, address(row), " ".join(error.messages), go=True, level=ERROR)
    start(compare_directory, {"pk": run.pk}, user=request.user, about=row.name)
    return HttpResponseRedirect(run.get_absolute_url())


def run_detail(request: Request, pk: int) -> HttpResponse:
    """What differs, by kind, with boxes to tick while it can be taken over."""
    run = visible_or_404(DirectoryRun, request.actor, "connection", "user", pk=pk)
    rows = list(DirectoryChange.objects.visible_to(request.actor).filter(run=run).select_related("member", "unit"))
    open_ = run.status == Status.COMPARED and can(request.actor, "integrations.directoryrun.apply", run)
    groups = [_group(request, kind, [one for one in rows if one.kind == kind], open_) for kind in Kind]
    context = {
        "run": run,
        "tone": RUN_TONES[run.status],
        "busy": run.status in BUSY,
        "groups": [one for one in groups if one["count"]],
        "refused": sum(1 for one in rows if one.outcome == DirectoryChange.Outcome.REFUSED),
        "taken": sum(1 for one in rows if one.outcome == DirectoryChange.Outcome.DONE),
        "may_apply": open_ and bool(rows),
        "today": today(),
        "may_compare": run.status not in BUSY and request.actor.has("integrations.directoryrun.create"),
    }
    return render(request, "integrations/directory_run.html", context)


def _group(request: Request, kind: Any, rows: list[DirectoryChange], open_: bool) -> dict[str, Any]:
    shown = rows[:MOST_SHOWN]
    wanted = {pk for one in shown for pk in one.candidates}
    known = Member.objects.visible_to(request.actor).select_related("unit").in_bulk(wanted) if wanted else {}
    return {
        "kind": kind.value,
        "label": kind.label,
        "icon": ICONS[kind],
        "count": len(rows),
        "more": len(rows) - len(shown),
        "ticked": kind in TICKED,
        "asks": not open_ or kind not in TICKED,
        "rows": [{"row": one, "could_be": [known[pk] for pk in one.candidates if pk in known]} for one in shown],
    }


def run_progress(request: Request, pk: int) -> HttpResponse:
    """The bar while a job reads or takes over; when it has ended, the whole page anew."""
    run = visible_or_404(DirectoryRun, request.actor, pk=pk)
    if run.status not in BUSY:
        return HttpResponse(status=204, headers={"HX-Redirect": run.get_absolute_url()})
    return render(request, "integrations/directory_progress.html", {"run": run})


@require_POST
def run_apply(request: Request, pk: int) -> HttpResponse:
    run = visible_or_404(DirectoryRun, request.actor, pk=pk)
    try:
        chosen, answers = _said(request)
        sure = bool(request.POST.get("sure"))
        actions.start_apply(request.actor, run, chosen=chosen, answers=answers, sure=sure)
    except ValidationError as error:
        return done(request, reverse("directory_run", args=[pk]), " ".join(error.messages), go=True, level=ERROR)
    start(apply_directory, {"pk": run.pk}, user=request.user, about=str(run))
    return HttpResponseRedirect(run.get_absolute_url())


def _said(request: Request) -> tuple[set[int], dict[int, dict[str, Any]]]:
    """What was ticked, and what was decided about each."""
    chosen = {int(one) for one in request.POST.getlist("change") if one.isdigit()}
    answers: dict[int, dict[str, Any]] = {}
    for name, value in request.POST.dict().items():
        what, _dash, key = name.partition("-")
        if not key.isdigit() or not value:
            continue
        if what == "member":
            chosen.add(int(key))
            answers[int(key)] = {"member": int(value)} if value.isdigit() else {}
        elif what == "left_on":
            answers[int(key)] = {"left_on": _day(str(value))}
    return chosen, answers


def _day(text: str) -> dt.date:
    try:
        return dt.date.fromisoformat(text)
    except ValueError as error:
        raise ValidationError(_("“%(text)s” is not a date.") % {"text": text[:20]}) from error
