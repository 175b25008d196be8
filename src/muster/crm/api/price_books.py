"""Price books and lines of deals over the API."""

from muster.access.resources import Resource, Verb, made
from muster.core.listings import Filter, rows_of
from muster.crm.actions.deal_line import deal_lines, remove_deal_line
from muster.crm.actions.price_book import price_books, prices, remove_price
from muster.crm.forms.contract import LineForm
from muster.crm.forms.price_books import AddPriceForm, PriceBookForm, PriceForm
from muster.crm.models import DealLine, PriceBook, PriceBookEntry

OF_DEALS = (
    made("lines", deal_lines.create, "crm.dealline.create", LineForm, "deal", "Add a line: the amount is their sum"),
)

RESOURCES = [
    Resource(
        "price-books",
        rows_of(PriceBook),
        PriceBookForm,
        price_books,
        (made("prices", prices.create, "crm.pricebookentry.create", AddPriceForm, "book", "Add a product's price"),),
    ),
    Resource(
        "prices",
        rows_of(
            PriceBookEntry,
            Filter("book", "book", kind="number", lookup="book_id"),
            Filter("product", "product", kind="number", lookup="product_id"),
            related=("book", "product"),
        ),
        verbs=(
            Verb("edit", prices.edit, "crm.pricebookentry.edit", PriceForm),
            Verb("remove", remove_price, "crm.pricebookentry.remove"),
        ),
    ),
    Resource(
        "deal-lines",
        rows_of(DealLine, Filter("deal", "deal", kind="number", lookup="deal_id"), related=("deal", "product")),
        verbs=(
            Verb("edit", deal_lines.edit, "crm.dealline.edit", LineForm),
            Verb("remove", remove_deal_line, "crm.dealline.remove"),
        ),
    ),
]
