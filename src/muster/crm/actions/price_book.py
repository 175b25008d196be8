"""Price books, and what a line costs by them."""

import datetime as dt
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from muster.access.action import action, add_event
from muster.access.crud import crud
from muster.access.scope import Actor
from muster.core.periods import today
from muster.crm.actions.pricing import complete_line
from muster.crm.models import Account, Deal, DealLine, PriceBook, PriceBookEntry, Product, Quote, QuoteLine


def _book(actor: Actor, row: PriceBook, fields: dict[str, Any]) -> None:
    if row._state.adding:
        return
    before = PriceBook.objects.unscoped("price book before").get(pk=row.pk)
    priced = PriceBookEntry.objects.unscoped("prices of a book").filter(book=row.pk)
    if (before.currency, before.tax_included) != (row.currency, row.tax_included) and priced.exists():
        raise ValidationError(
            _("The prices in this book are in %(currency)s: make a new book for another currency or tax.")
            % {"currency": before.currency}
        )


def _entry(actor: Actor, row: PriceBookEntry, fields: dict[str, Any]) -> None:
    if row.least_price is not None and row.list_price is not None and row.least_price > row.list_price:
        raise ValidationError({"least_price": _("The lowest price is above the list price: check both.")})


price_books = crud(PriceBook, before_save=_book)
prices = crud(PriceBookEntry, before_save=_entry)


@action("crm.pricebookentry.remove", gettext_lazy("Take prices out of price books"), PriceBookEntry)
def remove_price(actor: Actor, row: PriceBookEntry) -> None:
    """Lines written already keep what they cost."""
    add_event(actor, "crm.pricebookentry.remove", row, {"list_price": [row.list_price, None]})
    row.delete()


def _fits(book: PriceBook, account: Account | None) -> bool:
    if book.level and (account is None or account.level != book.level):
        return False
    places = book.place_list
    here = (
        {one.strip().casefold() for one in (account.city, account.province, account.country) if one}
        if account
        else set()
    )
    return not places or any(place in one or one in place for place in places for one in here)


def entry_of(product: Product, of: Deal | Quote, day: dt.date | None = None) -> PriceBookEntry | None:
    """What PRODUCT costs for the customer of OF on the day, in its currency and with tax as it has it: of the books
    that fit the narrowest, then the lowest rank."""
    on = day or today()
    rows = PriceBookEntry.objects.unscoped("list prices").filter(
        Q(book__valid_to=None) | Q(book__valid_to__gte=on),
        product=product,
        book__archived_at=None,
        book__valid_from__lte=on,
        book__currency=of.currency,
        book__tax_included=of.tax_included,
    )
    fitting = [one for one in rows.select_related("book") if _fits(one.book, of.account)]
    narrow = sorted(
        fitting, key=lambda one: (-bool(one.book.level) - bool(one.book.places), one.book.rank, one.book_id)
    )
    return narrow[0] if narrow else None


def deal_lines_of(deal: Deal) -> list[DealLine]:
    rows = DealLine.objects.unscoped("lines of a deal").filter(deal=deal, archived_at=None)
    return list(rows.select_related("product"))


def quote_lines_of(quote: Quote) -> list[QuoteLine]:
    return list(QuoteLine.objects.unscoped("lines of a quote").filter(quote=quote, archived_at=None))


def complete_listed(line: DealLine | QuoteLine, of: Deal | Quote) -> None:
    """Copy the list price and the floor of the product, unless the line has them already; what was left empty comes
    from them. Raises ValidationError where the product has no price in the currency and none was typed."""
    kept = None if line._state.adding else type(line).objects.unscoped("line before").filter(pk=line.pk).first()
    if kept is None or kept.product_id != line.product_id:
        entry = entry_of(line.product, of) if line.product else None
        line.list_price = entry.list_price if entry else _own_price(line.product, of)
        line.least_price = entry.least_price if entry else None
        line.most_discount = entry.most_discount if entry else None
    if line.unit_price is None and line.product is not None:
        line.unit_price = line.list_price
        if line.unit_price is None:
            said = {"product": line.product, "currency": of.currency}
            raise ValidationError(
                {"unit_price": _("%(product)s has no list price in %(currency)s: type the price.") % said}
            )
    complete_line(line)


def _own_price(product: Product | None, of: Deal | Quote) -> int | None:
    return product.list_price if product is not None and product.currency == of.currency else None
