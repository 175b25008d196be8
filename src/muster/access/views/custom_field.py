"""The fields that the firm added: by record type, with a preview of what a form asks."""

from typing import Any

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from muster.access.actions import custom_field
from muster.access.custom import records
from muster.access.forms import CustomFieldForm, PreviewForm
from muster.access.models import CustomField
from muster.access.pages import act_page, create_page, edit_page
from muster.access.scope import visible_or_404
from muster.core.custom import kinds, types
from muster.core.http import Request

FORM = "access/custom_field_form.html"
VERBS = ("create", "edit", "archive", "restore", "place")

custom_field_create = create_page(
    CustomFieldForm, custom_field.custom_fields.create, title=gettext_lazy("New field"), template=FORM
)
custom_field_edit = edit_page(
    CustomFieldForm, custom_field.custom_fields.edit, "access.customfield.edit", template=FORM, in_lists=False
)
custom_field_archive = act_page(
    CustomField,
    custom_field.custom_fields.archive,
    title=gettext_lazy("Retire this field"),
    text=gettext_lazy("Nobody is asked for it or sees it any more. Values stay, and come back with the field."),
    button=gettext_lazy("Retire"),
)
custom_field_restore = act_page(
    CustomField, custom_field.custom_fields.restore, title=gettext_lazy("Take this field up again")
)


def custom_fields(request: Request) -> HttpResponse:
    offered, actor = records(), request.actor
    record = request.GET.get("record", "")
    record = record if record in offered else next(iter(offered))
    rows = list(CustomField.objects.visible_to(actor).filter(record=record).order_by("position_no", "id"))
    live = [one for one in rows if one.archived_at is None]
    context = {
        "record": record,
        "tabs": [_tab(label, model, label == record) for label, model in offered.items()],
        "lines": [_line(one, offered[record]) for one in live],
        "retired": [one for one in rows if one.archived_at is not None],
        "preview": PreviewForm(live, actor).sections,
        "may": {verb: actor.has(f"access.customfield.{verb}") for verb in VERBS},
    }
    return render(request, "access/custom_fields.html", context)


def _tab(label: str, model: Any, active: bool) -> dict[str, Any]:
    url = f"{reverse('custom_fields')}?record={label}"
    return {"label": capfirst(model._meta.verbose_name_plural), "url": url, "active": active}


def _line(spec: CustomField, model: Any) -> dict[str, Any]:
    choices = ", ".join(label for _key, label in types.offers(spec)) if spec.type in types.CHOSEN else ""
    return {"field": spec, "choices": choices, "kinds": kinds.said(spec, model)}


@require_POST
def custom_field_place(request: Request, pk: int) -> HttpResponse:
    """One place up, or down."""
    row = visible_or_404(CustomField, request.actor, pk=pk)
    custom_field.place_field(request.actor, row, up=request.GET.get("way") != "down")
    return HttpResponseRedirect(row.get_absolute_url())
