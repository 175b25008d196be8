"""Leaving, and handing over what one holds."""

from collections import Counter
from typing import Any

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from muster.access.action import Refused
from muster.access.pages import act_page, attempt, done, list_page, render_form
from muster.access.scope import can, visible_or_404
from muster.core.cells import address
from muster.core.http import Request
from muster.people import holdings
from muster.people.actions import handover as actions
from muster.people.actions import papers
from muster.people.actions.lifecycle import call_off_leaving, plan_leaving, rehire
from muster.people.forms import LeaveForm, RehireForm
from muster.people.listings import HANDOVER_TONES, HANDOVERS
from muster.people.models import Handover, HandoverItem, Member
from muster.people.records.handover_forms import ChangeHandoverForm, HandoverForm
from muster.people.tasks import start_run
from muster.people.views.letter import letters_of

MOST_NAMED = 20

handover_list = list_page(HANDOVERS)
member_leave = act_page(
    Member,
    plan_leaving,
    title=gettext_lazy("Plan leaving"),
    text=gettext_lazy("From that day the login is off. Left for good is who has handed everything over."),
    button=gettext_lazy("Plan leaving"),
    form_class=LeaveForm,
)
member_stay = act_page(Member, call_off_leaving, title=gettext_lazy("Call leaving off"))
member_rehire = act_page(
    Member,
    rehire,
    title=gettext_lazy("Take on again"),
    text=gettext_lazy("The same person with the same number and history. Give a place by a move afterwards."),
    form_class=RehireForm,
)
handover_drop = act_page(
    Handover,
    actions.drop_handover,
    title=gettext_lazy("Drop this plan"),
    text=gettext_lazy("Nothing has changed hands yet, and nothing will."),
    danger=True,
)
handover_undo = act_page(
    Handover,
    actions.undo_handover,
    title=gettext_lazy("Undo this handover"),
    text=gettext_lazy(
        "Everything that its receiver still holds goes back. What has gone on from there stays, and so do mails that "
        "customers got: the report says who was told."
    ),
    danger=True,
)


def handover_new(request: Request, pk: int) -> HttpResponse:
    member = visible_or_404(Member, request.actor, pk=pk)
    form = HandoverForm(request.POST or None, actor=request.actor, row=member)
    if request.method == "POST" and form.is_valid():
        row = attempt(form, lambda: actions.plan_handover(request.actor, member=member, **form.cleaned_data))
        if row is not None:
            return done(request, address(row), _("Planned. Look it over, then carry it out."), go=True)
    return _asked(request, form, member, address(member))


def handover_change(request: Request, pk: int) -> HttpResponse:
    row = visible_or_404(Handover, request.actor, "member", pk=pk)
    form = ChangeHandoverForm(request.POST or None, actor=request.actor, row=row)
    sent = request.method == "POST" and form.is_valid()
    if sent and attempt(form, lambda: actions.change_handover(request.actor, row, **form.cleaned_data)) is not None:
        return done(request, address(row), _("Changed. Look it over again."), go=True)
    return _asked(request, form, row.member, address(row))


def _asked(request: Request, form: HandoverForm, member: Member, back: str) -> HttpResponse:
    context = {
        "title": _("Hand over: %(name)s") % {"name": member},
        "row": member,
        "back": back,
        "followers": holdings.followers(member).count(),
        "staying": holdings.staying(member),
        "submit_label": _("Show the plan"),
    }
    return render_form(request, form, "people/handover_form.html", **context)


def handover_detail(request: Request, pk: int) -> HttpResponse:
    row = visible_or_404(Handover, request.actor, "member", "user", pk=pk)
    return render(request, "people/handover_detail.html", {**_shown(request, row), **letters_of(request.actor, row)})


def _shown(request: Request, row: Handover) -> dict[str, Any]:
    counts, ended = _counts(row)
    receivers = list(Member.objects.visible_to(request.actor).filter(pk__in=row.receivers).select_related("position"))
    kinds = [one for one in holdings.holdings() if any(kind == one.key for kind, _pk, _outcome in counts)]
    table = [_line(row, one, counts, receivers) for one in kinds]
    draft = row.status == Handover.Status.DRAFT
    may = {verb: can(request.actor, f"people.handover.{verb}", row) for verb in ("run", "change", "drop", "undo")}
    return {
        "row": row,
        "tone": HANDOVER_TONES[row.status],
        "receivers": receivers,
        "table": table,
        "ends": _ends(ended),
        "totals": [(one, sum(line["cells"][at][1] for line in table)) for at, one in enumerate(receivers)],
        "total": sum(line["total"] for line in table),
        "followers": holdings.followers(row.member).count() if draft else 0,
        "barred": _barred(request, row, receivers) if draft else [],
        "staying": _named(request, _kept(row)),
        "stay_count": _with(counts, HandoverItem.Outcome.BARRED),
        "skipped": _with(counts, HandoverItem.Outcome.SKIPPED),
        "proved": row.status == Handover.Status.DONE and actions.proved(row),
        "may_run": may["run"] and draft,
        "may_change": may["change"] and draft,
        "may_drop": may["drop"] and draft,
        "kept": _left(row),
        "never": holdings.staying(row.member) if draft else [],
        "may_undo": may["undo"] and row.status == Handover.Status.DONE,
        **_progress(row),
    }


def _counts(row: Handover) -> tuple[Counter[tuple[str, int, str]], Counter[tuple[str, int, str]]]:
    """How many items by kind, receiver and outcome: those that are handed over, and those that are called off."""
    every: Counter[tuple[str, int, str]] = Counter(row.items.values_list("kind", "receiver_id", "outcome"))
    off = (HandoverItem.Outcome.ENDING, HandoverItem.Outcome.ENDED)
    counts = Counter({key: n for key, n in every.items() if key[2] not in off})
    return counts, every - counts


def _ends(counts: Counter[tuple[str, int, str]]) -> list[tuple[Any, int]]:
    """What is called off instead of handed over: (label, how many)."""
    found = [(one.label, _sum(counts, one.key)) for one in holdings.holdings()]
    return [(label, n) for label, n in found if n]


def _left(row: Handover) -> list[tuple[Any, int]]:
    """What keeps the member from having left for good although this is carried out, because it was not chosen:
    (label, how many)."""
    if not row.stays or row.status == Handover.Status.UNDONE:
        return []
    going = Counter(row.items.filter(outcome=HandoverItem.Outcome.WAITING).values_list("kind", flat=True))
    barred = Counter(row.items.filter(outcome=HandoverItem.Outcome.BARRED).values_list("kind", flat=True))
    counts = Counter(holdings.kept_by(row.member)) - going - barred
    return [(one.label, counts[one.key]) for one in holdings.holdings() if counts[one.key]]


def _with(counts: Counter[Any], outcome: str) -> int:
    return sum(n for (_kind, _receiver, one), n in counts.items() if one == outcome)


def _kept(row: Handover) -> list[papers.Record]:
    """Records that no receiver may take."""
    return list(row.items.filter(outcome=HandoverItem.Outcome.BARRED).values_list("kind", "object_id")[:MOST_NAMED])


def _barred(request: Request, row: Handover, receivers: list[Member]) -> list[dict[str, Any]]:
    """Who of the receivers may not take what, and why."""
    return [
        {"why": one.why, "count": len(one.records), "names": _named(request, one.records[:MOST_NAMED])}
        for one in papers.barred(row, receivers)
    ]


def _named(request: Request, records: list[papers.Record]) -> list[tuple[str, str]]:
    """(name, address) of the records that the viewer sees."""
    found: list[tuple[str, str]] = []
    for kind in {kind for kind, _pk in records}:
        rows = holdings.holding(kind).model.objects.visible_to(request.actor)
        found += [(str(one), address(one)) for one in rows.filter(pk__in=[pk for key, pk in records if key == kind])]
    return sorted(found)


def _line(row: Handover, kind: holdings.Holding, counts: Counter[Any], receivers: list[Member]) -> dict[str, Any]:
    """One kind of record: how many each receiver gets, and its proof."""
    return {
        "label": kind.label,
        "cells": [(receiver, _sum(counts, kind.key, receiver.pk)) for receiver in receivers],
        "total": _sum(counts, kind.key),
        "before": row.before.get(kind.key),
        "after": row.after.get(kind.key),
    }


def _sum(counts: Counter[tuple[str, int, str]], kind: str, receiver: int | None = None) -> int:
    return sum(n for (one, pk, _outcome), n in counts.items() if one == kind and receiver in (None, pk))


def _progress(row: Handover) -> dict[str, int]:
    waiting = row.items.filter(outcome=HandoverItem.Outcome.WAITING).count()
    return {"all": (total := row.items.count()), "moved": total - waiting}


def handover_progress(request: Request, pk: int) -> HttpResponse:
    """The bar while the job runs; when it has ended, the whole page anew."""
    row = visible_or_404(Handover, request.actor, pk=pk)
    if row.status != Handover.Status.RUNNING:
        return HttpResponse(status=204, headers={"HX-Redirect": address(row)})
    return render(request, "people/handover_progress.html", {"row": row, **_progress(row)})


@require_POST
def handover_run(request: Request, pk: int) -> HttpResponse:
    row = visible_or_404(Handover, request.actor, pk=pk)
    try:
        start_run(request.actor, row)
    except Refused as error:
        return done(request, address(row), str(error), go=True, level=40)
    return HttpResponseRedirect(address(row))
