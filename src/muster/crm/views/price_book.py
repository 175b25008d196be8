"""Price books, and the lines of deals."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from muster.access.belonging import add_page, remove_page
from muster.access.pages import act_page, create_page, edit_page
from muster.access.scope import rights, visible_or_404
from muster.core.http import Request
from muster.core.periods import today
from muster.core.templatetags.ui import day_name
from muster.crm.actions.deal_line import deal_lines, remove_deal_line, whole_of
from muster.crm.actions.price_book import price_books, prices, remove_price
from muster.crm.forms.contract import LineForm
from muster.crm.forms.price_books import AddPriceForm, PriceBookForm, PriceForm
from muster.crm.models import Deal, DealLine, PriceBook, PriceBookEntry
from muster.crm.views.record import changed, fact

SHOWN = 200

pricebook_create = create_page(PriceBookForm, price_books.create, title=gettext_lazy("New price book"))
pricebook_edit = edit_page(PriceBookForm, price_books.edit, "crm.pricebook.edit")
pricebook_archive = act_page(
    PriceBook,
    price_books.archive,
    title=gettext_lazy("Archive this price book"),
    text=gettext_lazy("No new line takes its prices; lines written already keep theirs."),
    button=gettext_lazy("Archive"),
)
pricebook_restore = act_page(PriceBook, price_books.restore, title=gettext_lazy("Restore this price book"))
price_edit = edit_page(PriceForm, prices.edit, "crm.pricebookentry.edit")
dealline_edit = act_page(
    DealLine, deal_lines.edit, title=gettext_lazy("Edit the line"), button=gettext_lazy("Save"), form_class=LineForm
)


def pricebook_list(request: Request) -> HttpResponse:
    rows = PriceBook.objects.visible_to(request.actor).order_by("archived_at", "rank", "id")
    day = today()
    lines = [
        {"book": one, "valid": one.valid_from <= day and (one.valid_to is None or one.valid_to >= day)}
        for one in rows[:SHOWN]
    ]
    may = request.actor.has("crm.pricebook.create")
    return render(request, "crm/pricebook_list.html", {"lines": lines, "may_create": may})


def pricebook_detail(request: Request, pk: int) -> HttpResponse:
    actor = request.actor
    book = visible_or_404(PriceBook, actor, pk=pk)
    rows = PriceBookEntry.objects.visible_to(actor).filter(book=book).select_related("product")
    context = {
        "book": book,
        "record": _record(book),
        "lines": list(rows.order_by("product__name", "pk")[:SHOWN]),
        "may": {verb: actor.has(f"crm.pricebook.{verb}") for verb in ("edit", "archive", "restore")},
        "may_price": actor.has("crm.pricebookentry.edit"),
    }
    return render(request, "crm/pricebook_detail.html", context)


def _record(book: PriceBook) -> dict[str, Any]:
    until = day_name(book.valid_to) if book.valid_to else _("without an end")
    return {
        "title": str(book),
        "subtitle": f"{book.currency} · {_('with tax') if book.tax_included else _('without tax')}",
        "icon": "tag",
        "archived": book.archived_at is not None,
        "facts": [
            fact(_("Valid from"), day_name(book.valid_from)),
            fact(_("Valid until"), until),
            fact(_("Only in"), book.places or _("everywhere")),
            fact(_("For customers"), book.get_level_display() if book.level else _("of every level")),
        ],
        "back_url": reverse("pricebook_list"),
        "back_label": _("Price books"),
        "changed": changed(book),
    }


price_add = add_page(PriceBook, prices.create, AddPriceForm, "book", title=gettext_lazy("Add a price"))


price_remove = remove_page(PriceBookEntry, remove_price, "book", "product")


def deal_lines_panel(request: Request, pk: int) -> HttpResponse:
    """Panel on a deal's page: what it is about, and what that comes to."""
    deal = visible_or_404(Deal, request.actor, pk=pk)
    rows = DealLine.objects.visible_to(request.actor).filter(deal=deal, archived_at=None).select_related("product")
    lines = list(rows.order_by("position_no", "pk")[:SHOWN])
    context = {
        "deal": deal,
        "lines": lines,
        "whole": whole_of(deal, lines) if lines else None,
        "may_edit": deal.status == Deal.Status.OPEN and rights(request.actor, deal)("crm.deal.edit"),
    }
    return render(request, "crm/deal_products.html", context)


line_add = add_page(Deal, deal_lines.create, LineForm, "deal", title=gettext_lazy("Add a line"))


line_remove = remove_page(DealLine, remove_deal_line, "deal")
