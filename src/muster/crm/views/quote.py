"""Quotes: list, page, lines, and their way to a contract; number series."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from muster.access.belonging import add_page, remove_page
from muster.access.pages import act_page, create_page, done, edit_page, list_page
from muster.access.scope import visible_or_404
from muster.core import money
from muster.core.forms import key_of
from muster.core.http import Request
from muster.core.periods import today
from muster.core.templatetags.ui import day_name
from muster.crm.actions.quote import (
    accept_quote,
    decline_quote,
    quote_lines,
    quotes,
    remove_quote_line,
    revise_quote,
    send_quote,
)
from muster.crm.actions.quote_paper import quote_pdf
from muster.crm.actions.series import PATTERNS, series
from muster.crm.forms.contract import LineForm, QuoteForm, SeriesForm
from muster.crm.listings.contract import QUOTE_TONES, QUOTES
from muster.crm.models import Deal, NumberSeries, Quote, QuoteLine
from muster.crm.views.record import changed, fact, field_facts, link_fact, offers

SHOWN = 100
VERBS = ("edit", "send", "revise", "decline", "accept", "archive", "restore")

quote_list = list_page(QUOTES)


def _known(request: Request) -> dict[str, Any]:
    deal = Deal.objects.visible_to(request.actor).filter(pk=key_of(request.GET.get("deal", "")) or 0).first()
    if deal is None:
        return {}
    known = {"name": deal.name, "account": deal.account_id, "contact": deal.contact_id, "currency": deal.currency}
    return {**known, "amount": deal.amount}


quote_create = create_page(
    QuoteForm, quotes.create, title=gettext_lazy("New quote"), template="crm/form.html", initial=_known
)
quote_edit = edit_page(QuoteForm, quotes.edit, "crm.quote.edit", template="crm/form.html")
quote_archive = act_page(
    Quote, quotes.archive, title=gettext_lazy("Archive this quote"), button=gettext_lazy("Archive")
)
quote_restore = act_page(Quote, quotes.restore, title=gettext_lazy("Restore this quote"))
quote_send = act_page(
    Quote,
    send_quote,
    title=gettext_lazy("Send this quote"),
    text=gettext_lazy("From now on it stays as it is; a change is a new revision under the same number."),
    button=gettext_lazy("Mark as sent"),
)
quote_decline = act_page(
    Quote,
    decline_quote,
    title=gettext_lazy("The customer declined"),
    text=gettext_lazy("A new revision can still be made of it."),
    button=gettext_lazy("Mark as declined"),
)
quoteline_edit = act_page(
    QuoteLine, quote_lines.edit, title=gettext_lazy("Edit the line"), button=gettext_lazy("Save"), form_class=LineForm
)


def quote_detail(request: Request, pk: int) -> HttpResponse:
    quote = visible_or_404(Quote, request.actor, "account", "owner", "contact", "deal", pk=pk)
    actor = request.actor
    lines = QuoteLine.objects.visible_to(actor).filter(quote=quote, archived_at=None).select_related("product")
    others = Quote.objects.visible_to(actor).filter(number=quote.number).exclude(pk=quote.pk)
    context = {
        "quote": quote,
        "record": _record(quote),
        **offers(actor, quote, *VERBS),
        "lines": list(lines.order_by("position_no", "id")[:SHOWN]),
        "revisions": list(others.order_by("-revision")[:SHOWN]),
    }
    return render(request, "crm/quote_detail.html", context)


def quote_paper(request: Request, pk: int) -> HttpResponse:
    """The quote as a PDF, in the reader's language."""
    quote = visible_or_404(Quote, request.actor, "account", "owner", "contact", pk=pk)
    response = HttpResponse(quote_pdf(quote), content_type="application/pdf")
    response.headers["Content-Disposition"] = content_disposition_header(True, f"{quote.number}-{quote.revision}.pdf")
    return response


def _record(quote: Quote) -> dict[str, Any]:
    badges = [{"label": quote.get_status_display(), "tone": QUOTE_TONES[quote.status]}]
    if quote.status in ("draft", "sent") and quote.valid_until and quote.valid_until < today():
        badges.append({"label": _("Expired"), "tone": "amber"})
    unit = quote.currency
    return {
        "title": quote.name,
        "subtitle": f"{quote.number}/{quote.revision} · {quote.account}",
        "icon": "file-description",
        "tone": QUOTE_TONES[quote.status],
        "badges": badges,
        "archived": quote.archived_at is not None,
        "facts": [
            fact(_("Total with tax"), money.display(quote.total, unit)),
            fact(_("Tax"), money.display(quote.tax, unit)),
            fact(_("Valid until"), day_name(quote.valid_until)),
            link_fact(_("Owner"), quote.owner),
        ],
        "side": [
            link_fact(_("Customer"), quote.account),
            *field_facts(quote, "contact", "deal", "quoted_on"),
            fact(_("Prices"), _("with tax") if quote.tax_included else _("without tax")),
            *([fact(_("In capitals"), words)] if (words := money.in_capitals(quote.total, unit)) else []),
            *field_facts(quote, "terms"),
        ],
        "back_url": reverse("quote_list"),
        "back_label": _("Quotes"),
        "changed": changed(quote),
    }


def _go(request: Request, pk: int, run: Any) -> HttpResponse:
    """RUN on a quote, and on to what it made; what is refused is said where one was."""
    quote = visible_or_404(Quote, request.actor, pk=pk)
    try:
        row = run(request.actor, quote)
    except ValidationError as error:
        return done(request, quote.get_absolute_url(), " ".join(error.messages), level=messages.ERROR)
    return done(request, row.get_absolute_url(), _("Made: %(name)s") % {"name": row}, go=True)


@require_POST
def quote_accept(request: Request, pk: int) -> HttpResponse:
    return _go(request, pk, accept_quote)


@require_POST
def quote_revise(request: Request, pk: int) -> HttpResponse:
    return _go(request, pk, revise_quote)


line_add = add_page(Quote, quote_lines.create, LineForm, "quote", title=gettext_lazy("Add a line"))


line_remove = remove_page(QuoteLine, remove_quote_line, "quote")


series_edit = edit_page(SeriesForm, series.edit, "crm.numberseries.edit", title=gettext_lazy("Number series"))


def series_list(request: Request) -> HttpResponse:
    """How papers are numbered, and what the next number will be."""
    year, rows = today().year, NumberSeries.objects.visible_to(request.actor).order_by("id")
    lines = [{"row": row, "next": row.written(year, int(row.counts.get(row.count_key(year), 0)) + 1)} for row in rows]
    missing = set(PATTERNS) - {row.kind for row in rows}
    waiting = [
        {"label": NumberSeries.Kind(kind).label, "pattern": PATTERNS[kind]} for kind in PATTERNS if kind in missing
    ]
    context = {"lines": lines, "waiting": waiting, "may_edit": request.actor.has("crm.numberseries.edit")}
    return render(request, "crm/series_list.html", context)
