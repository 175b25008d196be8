"""Products, and how deals go their way: pipelines, stages, loss reasons."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from muster.access.pages import act_page, create_page, edit_page, list_page
from muster.access.scope import visible_or_404
from muster.core import money
from muster.core.http import Request
from muster.core.periods import today
from muster.crm import queries
from muster.crm.actions.setup import loss_reasons, pipelines, products, stages
from muster.crm.forms.records import LossReasonForm, PipelineForm, ProductForm
from muster.crm.forms.stage_rules import StageForm
from muster.crm.listings.records import PRODUCTS
from muster.crm.models import Deal, LossReason, Pipeline, Product, Stage
from muster.crm.queries.certified import FEWEST
from muster.crm.queries.stage_rules import weighted
from muster.crm.views.record import changed, fact, field_facts, offers
from muster.people.skills.certificates import FOREVER, holders

SHOWN = 20

product_list = list_page(PRODUCTS)
product_create = create_page(ProductForm, products.create, title=gettext_lazy("New product"))
product_edit = edit_page(ProductForm, products.edit, "crm.product.edit")
product_archive = act_page(
    Product,
    products.archive,
    title=gettext_lazy("Archive this product"),
    text=gettext_lazy("It can no longer be chosen; deals that have it keep it."),
    button=gettext_lazy("Archive"),
)
product_restore = act_page(Product, products.restore, title=gettext_lazy("Restore this product"))

pipeline_create = create_page(PipelineForm, pipelines.create, title=gettext_lazy("New pipeline"))
pipeline_edit = edit_page(PipelineForm, pipelines.edit, "crm.pipeline.edit")
pipeline_archive = act_page(
    Pipeline,
    pipelines.archive,
    title=gettext_lazy("Archive this pipeline"),
    text=gettext_lazy("New deals can no longer begin in it; deals that are in it stay."),
    button=gettext_lazy("Archive"),
)
pipeline_restore = act_page(Pipeline, pipelines.restore, title=gettext_lazy("Restore this pipeline"))

stage_create = create_page(StageForm, stages.create, title=gettext_lazy("New stage"))
stage_edit = edit_page(StageForm, stages.edit, "crm.stage.edit")
stage_archive = act_page(
    Stage,
    stages.archive,
    title=gettext_lazy("Archive this stage"),
    text=gettext_lazy("It leaves the board and can no longer be chosen; the history keeps it."),
    button=gettext_lazy("Archive"),
)
stage_restore = act_page(Stage, stages.restore, title=gettext_lazy("Restore this stage"))

lossreason_create = create_page(LossReasonForm, loss_reasons.create, title=gettext_lazy("New loss reason"))
lossreason_edit = edit_page(LossReasonForm, loss_reasons.edit, "crm.lossreason.edit")
lossreason_archive = act_page(
    LossReason,
    loss_reasons.archive,
    title=gettext_lazy("Archive this loss reason"),
    text=gettext_lazy("It can no longer be chosen; deals that have it keep it."),
    button=gettext_lazy("Archive"),
)
lossreason_restore = act_page(LossReason, loss_reasons.restore, title=gettext_lazy("Restore this loss reason"))


def product_detail(request: Request, pk: int) -> HttpResponse:
    product = visible_or_404(Product, request.actor, "certificate", pk=pk)
    deals = Deal.objects.visible_to(request.actor).filter(product=product, archived_at=None)
    totals = queries.deal_totals(deals, "status")
    price = money.display(product.list_price, product.currency) if product.list_price is not None else ""
    url = f"{reverse('deal_list')}?product={product.pk}&status="
    record = {
        "title": product.name,
        "subtitle": product.code,
        "icon": "package",
        "badges": [] if product.is_active else [{"label": _("Not on sale"), "tone": "amber"}],
        "archived": product.archived_at is not None,
        "facts": [
            fact(_("List price"), price),
            *field_facts(product, "family", "certificate"),
            fact(_("Deals in progress"), totals["open"].text if "open" in totals else "", f"{url}open"),
            fact(_("Won"), totals["won"].text if "won" in totals else "", f"{url}won"),
        ],
        "back_url": reverse("product_list"),
        "back_label": _("Products"),
        "changed": changed(product),
    }
    context = {
        "product": product,
        **_holders(request, product),
        "record": record,
        **offers(request.actor, product, "edit", "archive", "restore"),
        "deals": list(queries.deals_of(request.actor, product=product)[:SHOWN]),
    }
    return render(request, "crm/product_detail.html", context)


def _holders(request: Request, product: Product) -> dict[str, Any]:
    """Of those whose skills the viewer may know: who holds the certificate the product takes, and whether they are
    few."""
    if product.certificate_id is None or not request.actor.has("people.skillevidence.view"):
        return {}
    known, day = holders(request.actor, product.certificate_id), today()
    lines = [{"member": one, "until": None if end == FOREVER else end, "ended": end < day} for one, end in known]
    active = sum(1 for one, end in known if end >= day and one.status == one.Status.ACTIVE)
    return {"holders": lines, "active": active, "is_thin": active < FEWEST}


def pipeline_list(request: Request) -> HttpResponse:
    actor, found, worth = request.actor, queries.pipelines_with_stages(request.actor), weighted(request.actor)
    for line in (line for _pipeline, lines in found for line in lines):
        line["weighted"] = worth[line["stage"].pk].text if line["stage"].pk in worth else ""
    context = {
        "pipelines": found,
        "reasons": LossReason.objects.visible_to(actor).order_by("archived_at", "id"),
        "may_edit": actor.has("crm.stage.edit"),
    }
    return render(request, "crm/pipeline_list.html", context)
