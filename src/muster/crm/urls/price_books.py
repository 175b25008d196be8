"""Addresses of price books and of lines of deals."""

from muster.access.routes import route
from muster.crm.views import price_book

BOOK, PRICE, LINE = "crm.pricebook", "crm.pricebookentry", "crm.dealline"

urlpatterns = [
    route("price-books/", price_book.pricebook_list, name="pricebook_list", permission=f"{BOOK}.view"),
    route("price-books/new/", price_book.pricebook_create, name="pricebook_create", permission=f"{BOOK}.create"),
    route("price-books/<int:pk>/", price_book.pricebook_detail, name="pricebook_detail", permission=f"{BOOK}.view"),
    *(
        route(
            f"price-books/<int:pk>/{verb}/",
            getattr(price_book, f"pricebook_{verb}"),
            name=f"pricebook_{verb}",
            permission=f"{BOOK}.{verb}",
        )
        for verb in ("edit", "archive", "restore")
    ),
    route("price-books/<int:pk>/prices/", price_book.price_add, name="price_add", permission=f"{PRICE}.create"),
    route("prices/<int:pk>/edit/", price_book.price_edit, name="price_edit", permission=f"{PRICE}.edit"),
    route("prices/<int:pk>/remove/", price_book.price_remove, name="price_remove", permission=f"{PRICE}.remove"),
    route("deals/<int:pk>/lines/", price_book.deal_lines_panel, name="deal_lines", permission=f"{LINE}.view"),
    route("deals/<int:pk>/lines/new/", price_book.line_add, name="dealline_add", permission=f"{LINE}.create"),
    route("deal-lines/<int:pk>/edit/", price_book.dealline_edit, name="dealline_edit", permission=f"{LINE}.edit"),
    route("deal-lines/<int:pk>/remove/", price_book.line_remove, name="dealline_remove", permission=f"{LINE}.remove"),
]
