"""Price books and lines of deals: a line is priced as those of quotes are, and the deal is the sum of its lines."""

import datetime as dt
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from factories import actor_of, make_account, make_deal, make_product, operator
from hypothesis import given
from hypothesis import strategies as st

from muster.access.scope import Forbidden
from muster.crm.actions.contract import contract_of_deal
from muster.crm.actions.credit import Credit, split_deal
from muster.crm.actions.deal import deals, win_deal
from muster.crm.actions.deal_line import deal_lines, remove_deal_line, whole_of
from muster.crm.actions.price_book import deal_lines_of, entry_of, price_books, prices, remove_price
from muster.crm.actions.pricing import Whole, price
from muster.crm.actions.quote import quotes
from muster.crm.models import Deal, DealLine, PriceBook, QuoteLine

TODAY = dt.date(2026, 6, 15)


def fresh(deal: Deal) -> Deal:
    return Deal.objects.unscoped("test").get(pk=deal.pk)


def book(**said) -> PriceBook:
    return price_books.create(operator, **{"name": "Book", "valid_from": TODAY, **said})


def priced(product, amount: int, of=None, **more):
    return prices.create(operator, book=of or book(), product=product, list_price=amount, **more)


def refused(run) -> str:
    with pytest.raises(ValidationError) as caught:
        run()
    return " ".join(caught.value.messages)


def test_the_amount_is_the_sum_of_the_lines_and_typed_without_them(firm):
    press, deal = make_product("Press", list_price=99_99), make_deal(firm.wang, amount=5)
    wang = actor_of(firm.wang)
    one = deal_lines.create(wang, deal=deal, product=press, quantity=Decimal(3), discount=Decimal("12.5"))
    two = deal_lines.create(wang, deal=fresh(deal), name="Fitting", unit_price=10_00)
    assert (one.list_price, one.unit_price, one.amount, two.amount) == (99_99, 99_99, 262_47, 10_00)
    assert fresh(deal).amount == 272_47
    assert "sum of the lines" in refused(lambda: deals.edit(wang, fresh(deal), amount=1))
    assert "in CNY" in refused(lambda: deals.edit(wang, fresh(deal), currency="USD"))
    assert "sum of the lines" in refused(lambda: win_deal(wang, fresh(deal), amount=272_48))
    remove_deal_line(wang, one)
    remove_deal_line(wang, DealLine.objects.unscoped("test").get(pk=two.pk))
    assert fresh(deal).amount == 10_00
    assert deals.edit(wang, fresh(deal), amount=7).amount == 7


def test_the_narrowest_book_that_fits_counts(firm):
    press = make_product("Press", list_price=100)
    deal = make_deal(firm.wang, account=make_account(firm.wang, city="Shanghai", level="key"))
    assert entry_of(press, deal) is None
    priced(press, 90, book(name="All"))
    priced(press, 80, book(name="Later", valid_from=TODAY + dt.timedelta(days=1), rank=1))
    priced(press, 81, book(name="Over", valid_from=dt.date(2026, 1, 1), valid_to=dt.date(2026, 6, 14), rank=1))
    priced(press, 82, book(name="Dollars", currency="USD", rank=1))
    priced(press, 83, book(name="Net", tax_included=False, rank=1))
    priced(press, 84, book(name="North", places="Beijing，Tianjin", rank=1))
    assert entry_of(press, deal).list_price == 90
    priced(press, 85, book(name="East", places="Hangzhou、Shanghai"))
    assert entry_of(press, deal).list_price == 85
    priced(press, 86, book(name="East, key", places="Shanghai", level="key"))
    assert entry_of(press, deal).list_price == 86
    elsewhere = make_deal(firm.wang, account=make_account(firm.wang, city="Xi'an", level="small"))
    assert entry_of(press, elsewhere).list_price == 90


def test_a_line_keeps_the_price_of_its_day(firm):
    press, deal = make_product("Press"), make_deal(firm.wang)
    row = priced(press, 100_00, least_price=80_00, most_discount=Decimal(15))
    line = deal_lines.create(operator, deal=deal, product=press)
    prices.edit(operator, row, list_price=200_00)
    kept = deal_lines.edit(operator, line, quantity=Decimal(2))
    assert (kept.list_price, kept.least_price, kept.most_discount, kept.amount) == (100_00, 80_00, Decimal(15), 200_00)
    remove_price(operator, row)
    assert DealLine.objects.unscoped("test").get().list_price == 100_00


def test_a_product_without_a_price_in_the_currency_is_asked_for(firm):
    press, deal = make_product("Press", list_price=5), make_deal(firm.wang, currency="USD")
    assert refused(lambda: deal_lines.create(operator, deal=deal, product=press)) == (
        "Press has no list price in USD: type the price."
    )
    assert deal_lines.create(operator, deal=deal, product=press, unit_price=7).amount == 7


def test_the_quote_takes_over_the_lines_and_so_does_the_contract(firm):
    press, account = make_product("Press", list_price=100_00), make_account(firm.wang)
    deal = make_deal(firm.wang, account=account, tax_included=False, tax_rate=Decimal(6))
    wang = actor_of(firm.wang)
    deal_lines.create(wang, deal=deal, product=press, quantity=Decimal(3), discount=Decimal(10))
    quote = quotes.create(wang, name="Offer", account=account, deal=fresh(deal), amount=1)
    assert (quote.amount, quote.tax, quote.total, quote.tax_included) == (270_00, 16_20, 286_20, False)
    line = QuoteLine.objects.unscoped("test").get(quote=quote)
    assert (line.list_price, line.discount) == (100_00, Decimal(10))
    deal = fresh(deal)
    assert whole_of(deal, deal_lines_of(deal)).total == quote.total
    win_deal(wang, deal, amount=270_00)
    contract = contract_of_deal(operator, fresh(deal))
    assert (contract.amount, contract.total) == (270_00, 286_20)
    assert "closed" in refused(lambda: deal_lines.create(wang, deal=fresh(deal), product=press))


def test_who_sees_a_deal_only_changes_no_line(firm):
    deal = make_deal(firm.wang)
    line = deal_lines.create(operator, deal=deal, name="Fitting", unit_price=5)
    split_deal(operator, fresh(deal), shares=[Credit(firm.li, 10_000)])
    li = actor_of(firm.li)
    assert Deal.objects.visible_to(li).filter(pk=deal.pk).exists()
    for run in (
        lambda: deal_lines.create(li, deal=deal, name="More", unit_price=5),
        lambda: deal_lines.edit(li, line, unit_price=1),
        lambda: remove_deal_line(li, line),
    ):
        with pytest.raises(Forbidden):
            run()
    assert fresh(deal).amount == 5


def test_a_floor_above_the_list_price_and_a_book_that_ends_first_are_refused(firm):
    assert "above the list price" in refused(lambda: priced(make_product(), 10, least_price=11))
    assert "ends before it begins" in refused(lambda: book(valid_to=dt.date(2026, 1, 1)))
    press, one = make_product(), book()
    priced(press, 10, one)
    assert "in the book already" in refused(lambda: priced(press, 10, one))
    assert "make a new book" in refused(lambda: price_books.edit(operator, one, currency="USD"))


LINES = st.lists(
    st.tuples(
        st.decimals("0.001", "9999", places=3), st.integers(0, 10**9), st.decimals(0, 100, places=2), st.booleans()
    ),
    min_size=1,
    max_size=12,
)


@given(lines=LINES, included=st.booleans())
def test_the_parts_are_the_whole_whatever_the_lines(lines, included):
    rows = [
        DealLine(quantity=q, unit_price=p, discount=d, tax_rate=Decimal(6) if low else None) for q, p, d, low in lines
    ]
    whole = Whole(included, Decimal(13))
    price(whole, rows)
    assert sum(row.amount for row in rows) == whole.amount
    assert sum(row.tax for row in rows) == whole.tax
    assert whole.total == (whole.amount if included else whole.amount + whole.tax)


def test_pages(firm, login):
    press = make_product("Press")
    ops, wang = login(firm.ops), login(firm.wang)
    said = {"name": "2026", "currency": "CNY", "tax_included": "on", "valid_from": "2026-01-01", "rank": 100}
    assert ops.post("/price-books/new/", said).status_code == 302
    one = PriceBook.objects.unscoped("test").get()
    said = {"product": press.pk, "list_price": "1,200.50", "least_price": "1000", "most_discount": "15"}
    assert ops.post(f"/price-books/{one.pk}/prices/", said).status_code == 302
    shown = wang.get(f"/price-books/{one.pk}/").content.decode()
    assert "1,200.50" in shown
    assert wang.post("/price-books/new/", said).status_code == 403
    deal = make_deal(firm.wang)
    add = f"/deals/{deal.pk}/lines/new/"
    assert wang.post(add, {"product": press.pk, "quantity": "2", "discount": "5"}).status_code == 302
    with CaptureQueriesContext(connection) as asked:
        panel = wang.get(f"/deals/{deal.pk}/lines/").content.decode()
    assert "2,280.95" in panel
    assert len(asked) <= 9, len(asked)
    with CaptureQueriesContext(connection) as asked:
        wang.get("/price-books/")
    assert len(asked) <= 9, len(asked)


def test_api(firm, login):
    press, deal = make_product("Press", list_price=100_00), make_deal(firm.wang)
    client = login(firm.wang)
    sent = {"product": press.pk, "quantity": "2", "discount": "2.50"}
    made = client.post(f"/api/v1/deals/{deal.pk}/lines", sent, content_type="application/json")
    assert made.status_code == 200, made.content
    line = client.get(f"/api/v1/deal-lines?deal={deal.pk}").json()["items"][0]
    assert (line["amount"], line["list_price"]) == (195_00, 100_00)
    changed = client.post(f"/api/v1/deal-lines/{line['id']}/edit", {"discount": "0"}, content_type="application/json")
    assert changed.json()["amount"] == 200_00
    assert client.get(f"/api/v1/deals/{deal.pk}").json()["amount"] == 200_00
