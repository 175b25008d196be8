"""Bulk changes: what to change, what that would do, carrying it out, taking it back."""

from typing import Any

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from muster.access.actions.bulk import MOST_ROWS, edit_for, matching, stop_bulk
from muster.access.bulk import BulkEdit, edit_of, jobs
from muster.access.bulk.form import BulkForm
from muster.access.listings import BULK_CHANGES
from muster.access.models import BulkChange, BulkRow
from muster.access.pages import act_page, attempt, list_page, render_form
from muster.access.queries import counts
from muster.access.scope import NotVisible, can, visible_or_404
from muster.core.http import Request

MOST_SHOWN = 100
TONES = {"will": "blue", "done": "green", "same": "gray", "refused": "red", "undone": "gray", "kept": "amber"}
Status, Outcome = BulkChange.Status, BulkRow.Outcome
ORDER = (Outcome.REFUSED, Outcome.KEPT, Outcome.WILL, Outcome.DONE, Outcome.UNDONE, Outcome.SAME, Outcome.WAITING)

bulk_list = list_page(BULK_CHANGES)
bulk_commit = act_page(BulkChange, jobs.commit, title=gettext_lazy("Carry out"))
bulk_stop = act_page(
    BulkChange,
    stop_bulk,
    title=gettext_lazy("Stop"),
    text=gettext_lazy("What is done stays done. You can go on later, or take it back."),
)
bulk_undo = act_page(
    BulkChange,
    jobs.undo,
    title=gettext_lazy("Take this bulk change back"),
    text=gettext_lazy("Every record gets its former values, unless somebody changed them since."),
    button=pgettext_lazy("bulk change", "Take back"),
    danger=True,
)


def bulk_new(request: Request, key: str) -> HttpResponse:
    """Rows come ticked (`pk`), or as the filters of the list in the address."""
    edit = edit_of(key)
    if edit is None or not request.actor.has(f"{edit.model._meta.label_lower}.view"):
        raise NotVisible(key)
    sent = request.method == "POST" and "sent" in request.POST
    form = BulkForm(request.POST if sent else None, edit=edit, actor=request.actor)
    rows = _chosen(request)
    if sent and form.is_valid():
        said = {"listing": key, "values": form.typed(), **rows}
        change = attempt(form, lambda: jobs.begin(request.actor, **said))
        if change is not None:
            return HttpResponseRedirect(change.get_absolute_url())
    return render_form(request, form, "access/bulk_form.html", **_asked(request, edit, rows))


def _chosen(request: Request) -> dict[str, Any]:
    ticked = [int(one) for one in request.POST.getlist("pk") if one.isdigit() and len(one) < 19]
    return {"ids": ticked} if ticked else {"where": request.GET.dict()}


def _asked(request: Request, edit: BulkEdit, rows: dict[str, Any]) -> dict[str, Any]:
    edit_for(request.actor, edit.listing.key)
    found = matching(edit, request.actor, rows.get("ids"), rows.get("where", {})).order_by("pk")[: MOST_ROWS + 1]
    return {
        "title": _("Change many: %(list)s") % {"list": edit.listing.title},
        "ids": rows.get("ids", []),
        "count": found.count(),
        "most": MOST_ROWS,
        "examples": [str(one) for one in found[:8]],
        "cancel_url": request.META.get("HTTP_REFERER", "/"),
    }


def bulk_detail(request: Request, pk: int) -> HttpResponse:
    change = visible_or_404(BulkChange, request.actor, pk=pk)
    return render(request, "access/bulk_detail.html", shown(request, change))


def bulk_progress(request: Request, pk: int) -> HttpResponse:
    """The bar while the job runs; when it has ended, the whole page anew."""
    change = visible_or_404(BulkChange, request.actor, pk=pk)
    if not change.busy:
        return HttpResponse(status=204, headers={"HX-Redirect": change.get_absolute_url()})
    return render(request, "access/bulk_progress.html", {"change": change, **_how_far(change)})


def _how_far(change: BulkChange) -> dict[str, int]:
    found = counts(change)
    total = sum(found.values())
    left = {Status.CHECKING: Outcome.WAITING, Status.RUNNING: Outcome.WILL, Status.UNDOING: Outcome.DONE}
    waiting = found.get(left[Status(change.status)], 0) if change.busy else 0
    return {"done": total - waiting, "total": total}


def shown(request: Request, change: BulkChange) -> dict[str, Any]:
    edit, found = edit_of(change.listing), counts(change)
    may = {verb: can(request.actor, f"access.bulkchange.{verb}", change) for verb in ("commit", "undo", "stop")}
    return {
        "change": change,
        "title": _("Change many: %(list)s") % {"list": edit.listing.title if edit else change.listing},
        "list_url": reverse("bulk_list"),
        "values": _values(request, edit, change) if edit else [],
        "counts": [
            {"label": one.label, "n": found[one], "tone": TONES.get(one, "gray")} for one in ORDER if one in found
        ],
        "groups": [_group(request, edit, change, one, found[one]) for one in ORDER if edit and one in found],
        "may_commit": may["commit"] and change.status in ("checked", "done") and found.get(Outcome.WILL, 0),
        "may_undo": may["undo"] and change.status in ("done", "undone") and found.get(Outcome.DONE, 0),
        "may_stop": may["stop"] and change.busy,
        **_how_far(change),
    }


def _values(request: Request, edit: BulkEdit, change: BulkChange) -> list[dict[str, Any]]:
    """The new values as the form shows them, in words."""
    form = BulkForm(None, edit=edit, actor=request.actor)
    return [
        {"label": form.fields[name].label, "value": _said(form.fields[name], said)}
        for name, said in change.values.items()
        if name in form.fields and (name in change.values["change"] or said != [""])
    ]


def _said(field: Any, said: list[str]) -> str:
    if hasattr(field, "queryset"):
        return (
            ", ".join(str(row) for row in field.queryset.filter(pk__in=[one for one in said if one.isdigit()])) or "–"
        )
    names = {str(key): str(label) for key, label in getattr(field.widget, "choices", None) or []}
    return ", ".join(names.get(one, one) for one in said if one) or "–"


def _group(request: Request, edit: BulkEdit, change: BulkChange, outcome: Any, n: int) -> dict[str, Any]:
    """The rows of one outcome under each reason, each as its reader may see it now."""
    rows = list(BulkRow.objects.visible_to(request.actor).filter(change=change, outcome=outcome)[:MOST_SHOWN])
    keys = [one.object_id for one in rows]
    names = {one.pk: one for one in edit.model.objects.visible_to(request.actor).filter(pk__in=keys)}
    lines = [{"record": names.get(one.object_id), "problem": one.problem} for one in rows]
    said = {"label": outcome.label, "tone": TONES.get(outcome, "gray"), "told": any(one.problem for one in rows)}
    return {**said, "n": n, "lines": lines, "more": n - len(rows)}
