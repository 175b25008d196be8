"""A quote as it is handed to the customer: in the language of who asks, all amounts as text."""

from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from muster.core import money, pdf
from muster.crm.actions.price_book import quote_lines_of
from muster.crm.models import Quote, QuoteLine


def quote_pdf(quote: Quote) -> bytes:
    """QUOTE, which the reader sees, on paper. Takes about half a second."""
    return pdf.render("crm/quote.typ", paper(quote), get_language() or "en")


def paper(quote: Quote) -> dict[str, Any]:
    unit, lines = quote.currency, quote_lines_of(quote)
    sums = [(_("Without tax"), money.display(quote.net, unit)), (_("Tax"), money.display(quote.tax, unit))]
    return {
        "title": quote.name,
        "number": f"{_('Quote')} {quote.number}/{quote.revision}",
        "footer": f"{quote.number}/{quote.revision}",
        "facts": [pair for pair in _facts(quote) if pair[1]],
        "heads": ["", _("What is sold"), _("Quantity"), _("Unit price"), _("Discount"), _("Amount")],
        "lines": [_line(at, line, unit) for at, line in enumerate(lines, start=1)]
        or [["1", quote.name, "1", money.display(quote.amount, unit), "", money.display(quote.amount, unit)]],
        "sums": [*sums, (_("Total with tax"), money.display(quote.total, unit))],
        "capitals": money.in_capitals(quote.total, unit),
        "terms": quote.terms.strip(),
        "words": {"terms": _("Terms"), "signatures": [_("For us"), _("For the customer")]},
    }


def _facts(quote: Quote) -> list[tuple[str, Any]]:
    prices = _("with tax") if quote.tax_included else _("without tax")
    return [
        (_("Customer"), str(quote.account)),
        (_("Contact person"), str(quote.contact or "")),
        (_("Quoted on"), quote.quoted_on),
        (_("Valid until"), quote.valid_until),
        (_("Your partner"), str(quote.owner or "")),
        (_("Prices"), f"{prices}, {quote.currency}"),
    ]


def _line(at: int, line: QuoteLine, unit: str) -> list[str]:
    discount = f"{line.discount.normalize():f} %" if line.discount else ""
    price = money.display(line.unit_price, unit)
    return [str(at), line.name, f"{line.quantity.normalize():f}", price, discount, money.display(line.amount, unit)]
