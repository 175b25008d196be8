"""A quote on paper: who sees it gets it, in his language."""

import pytest
from factories import actor_of, make_account

from muster.crm.actions.quote import quote_lines, quotes
from muster.crm.actions.quote_paper import paper
from tests.crm.money import fresh

pytestmark = pytest.mark.django_db


@pytest.fixture
def quote(firm):
    row = quotes.create(
        actor_of(firm.wang), name="Press #1 [*bold*] $x$", account=make_account(firm.wang, "示例有限公司")
    )
    quote_lines.create(actor_of(firm.wang), quote=row, name="Press", unit_price=113_00, quantity=2)
    return fresh(row)


def test_it_says_lines_sums_and_the_amount_in_capitals(quote):
    said = paper(quote)
    assert said["lines"] == [["1", "Press", "2", "¥113.00", "", "¥226.00"]]
    assert [value for _name, value in said["sums"]] == ["¥200.00", "¥26.00", "¥226.00"]
    assert said["capitals"] == "人民币贰佰贰拾陆元整"


def test_who_sees_the_quote_fetches_it_and_nobody_else(firm, login, quote):
    answer = login(firm.wang).get(f"/quotes/{quote.pk}/pdf/")
    assert answer.content.startswith(b"%PDF-")
    assert 'filename="BJ-2026-0001-1.pdf"' in answer.headers["Content-Disposition"]
    assert login(firm.li).get(f"/quotes/{quote.pk}/pdf/").status_code == 404
