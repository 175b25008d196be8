"""Two records become one: choose the other, compare field by field, merge; and take it back."""

from collections.abc import Callable
from typing import Any

from django.db.models import BigIntegerField
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from muster.access.pages import act_page, attempt, done, render_form
from muster.access.scope import NotVisible, can, visible_or_404
from muster.core import money
from muster.core.forms import key_of
from muster.core.http import Request
from muster.core.templatetags.ui import day_name
from muster.crm.actions.duplicates import look
from muster.crm.actions.merging import Choice, choices, merge_accounts, merge_contacts, undo_merge, what_moves
from muster.crm.forms.merges import AccountMergeForm, ContactMergeForm
from muster.crm.models import Account, Contact, Merge

SHOWN = 5

merge_undo = act_page(
    Merge,
    undo_merge,
    title=gettext_lazy("Undo this merge"),
    text=gettext_lazy(
        "The other record comes back with what hung on it. What was changed or moved since stays as it is now."
    ),
    button=gettext_lazy("Undo"),
)


def merge_page(model: Any, run: Callable[..., Any], form_class: Any) -> Callable[..., HttpResponse]:
    def view(request: Request, pk: int) -> HttpResponse:
        row = visible_or_404(model, request.actor, pk=pk)
        chosen = key_of(request.POST.get("other") or request.GET.get("other") or "")
        first = {"other": chosen} if chosen else {}
        form = form_class(request.POST or None, actor=request.actor, row=row, initial=first)
        sent = request.method == "POST" and form.is_valid()
        if sent and attempt(form, lambda: run(request.actor, row, **form.cleaned_data)) is not None:
            return done(request, row.get_absolute_url(), _("Merged: %(name)s") % {"name": row}, go=True)
        other = model.objects.visible_to(request.actor).filter(pk=chosen or 0, archived_at=None).exclude(pk=pk).first()
        context = {
            "title": _("Merge with another"),
            "other": other,
            "fields": [_shown(one, row, other) for one in choices(row, other)] if other else [],
            "moves": what_moves(request.actor, other) if other else [],
            "alike": [] if other else _alike(request, row),
        }
        url = row.get_absolute_url()
        return render_form(request, form, "crm/merge.html", row=row, cancel_url=url, **context)

    return view


def _shown(one: Choice, row: Any, other: Any) -> dict[str, Any]:
    def said(record: Any, value: Any) -> Any:
        if one.field.choices:
            return getattr(record, f"get_{one.name}_display")()
        if isinstance(one.field, BigIntegerField) and value is not None:
            return money.display(value, record.currency)
        return day_name(value) if hasattr(value, "year") else value

    label = str(one.field.verbose_name)
    values = {"mine": said(row, one.mine), "theirs": said(other, one.other)}
    return {"name": one.name, "label": label[:1].upper() + label[1:], "take": one.prefers_other, **values}


def _alike(request: Request, row: Any) -> list[Any]:
    """Records of the same kind that may be the same and that the viewer may merge."""
    said = {key: str(getattr(row, name) or "") for key, name in row.matched_by.items()}
    hits = [one.row for one in look(request.actor, type(row), said, apart=row).hits if isinstance(one.row, type(row))]
    permission = f"{row._meta.label_lower}.merge"
    return [one for one in hits if can(request.actor, permission, one)][:SHOWN]


def merges_of(actor: Any, row: Any) -> list[Merge]:
    """Merges into ROW that can still be taken back."""
    rows = Merge.objects.visible_to(actor, "crm.merge.undo").filter(undone_at=None)
    return list(rows.filter(kind=row._meta.label_lower, survivor_id=row.pk).order_by("-id")[:SHOWN])


def seen_or_moved(model: Any, actor: Any, pk: int, *related: str) -> tuple[Any, Any]:
    """The record, and what it was merged into where the viewer sees that: an old link leads there, also for somebody
    who no longer sees the old record. Raises NotVisible."""
    rows = model.objects.visible_to(actor)
    row = rows.filter(pk=pk).select_related(*related).first()
    if row is not None and row.merged_into_id is None:
        return row, None
    old = model.objects.unscoped("old links").filter(pk=pk).values("merged_into")
    target = rows.filter(pk__in=old).first()
    if row is None and target is None:
        raise NotVisible(model._meta.label)
    return row, target


account_merge = merge_page(Account, merge_accounts, AccountMergeForm)
contact_merge = merge_page(Contact, merge_contacts, ContactMergeForm)
