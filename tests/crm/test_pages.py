"""Pages of the crm room: exactly one's own rows, everything else absent, as many queries for thirty rows as for one."""

import json
import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from factories import make_account, make_activity, make_contact, make_deal, make_pipeline, make_product, stage

from muster.core.periods import today
from muster.crm.models import Deal, LossReason

pytestmark = pytest.mark.django_db
QUERIES = {
    "/customers/": 6,
    "/contacts/": 8,
    "/deals/": 6,
    "/deals/board/": 12,
    "/products/": 5,
    "/customers/{account}/": 15,
    "/customers/{account}/?tab=money": 12,
    "/customers/{account}/?tab=people": 13,
    "/deals/{deal}/": 10,
}

COUNTED = {"/contacts/"}  # more than a page in the end, so how many there are is one question more


@pytest.fixture(autouse=True)
def pipeline(firm):
    return make_pipeline()


def listed(html: str, kind: str) -> set[int]:
    return {int(one) for one in re.findall(rf'href="/{kind}/(\d+)/"', html)}


def count(client, url: str) -> int:
    client.get(url)
    with CaptureQueriesContext(connection) as found:
        assert client.get(url).status_code == 200
    return len(found)


@pytest.mark.parametrize(
    ("who", "whose"),
    [("wang", {"wang"}), ("li", {"li"}), ("boss", {"wang", "li"}), ("other", set()), ("ops", {"wang", "li", "zhao"})],
)
def test_each_sees_exactly_his_deals_on_list_and_board(firm, login, who, whose):
    owners = {"wang": firm.wang, "li": firm.li, "zhao": firm.ops}
    rows = {name: make_deal(owner, account=make_account(owner)) for name, owner in owners.items()}
    client = login(getattr(firm, who))
    wanted = {rows[name].pk for name in whose}
    for url in ("/deals/", "/deals/board/"):
        assert listed(client.get(url).content.decode(), "deals") == wanted
    accounts = {rows[name].account_id for name in whose}
    assert listed(client.get("/customers/").content.decode(), "customers") == accounts
    for name, deal in rows.items():
        answer = 200 if name in whose else 404
        assert client.get(f"/deals/{deal.pk}/").status_code == answer
        assert client.get(f"/customers/{deal.account_id}/").status_code == answer
        assert client.get(f"/deals/{deal.pk}/timeline/").status_code == answer


def test_the_administrator_sees_no_customers(firm, login):
    deal = make_deal(firm.wang)
    client = login(firm.admin)
    for url in ("/deals/", "/deals/board/", "/customers/", "/contacts/", f"/deals/{deal.pk}/"):
        assert client.get(url).status_code == 403
    assert client.get("/products/").status_code == 200


@pytest.mark.parametrize("address", QUERIES)
def test_thirty_rows_cost_as_many_queries_as_one(firm, login, address):
    account = make_account(firm.wang)
    deal = make_deal(firm.wang, account=account)

    def more() -> None:
        customer = make_account(firm.wang, parent=account, team=(firm.li,))
        make_contact(account)
        make_contact(customer)
        make_deal(firm.wang, account=account)
        make_product()

    more()
    client, url = login(firm.boss), address.format(account=account.pk, deal=deal.pk)
    few = count(client, url)
    for _number in range(29):
        more()
    assert (count(client, url), few) == (QUERIES[address], QUERIES[address] - (address in COUNTED))


def test_industries_are_read_when_their_menu_is_opened(firm, login):
    make_account(firm.wang, industry="医疗")
    make_account(firm.li, industry="物流")
    client = login(firm.wang)
    page = client.get("/customers/?level=normal").content.decode()
    assert 'hx-get="/customers/?level=normal&amp;menu=industry"' in page
    menu = client.get("/customers/?level=normal&menu=industry").content.decode()
    assert re.findall(r'href="([^"]+)">([^<]+)<', menu) == [
        ("/customers/?level=normal&amp;industry=%E5%8C%BB%E7%96%97", "医疗")
    ], "what he sees, and what was chosen already stays"
    assert client.get("/customers/?menu=nothing").status_code == 400


def test_filters_narrow_the_list(firm, login):
    big = make_deal(firm.wang, amount=500_000_00, expected_on="2026-06-20")
    small = make_deal(firm.li, amount=1_000_00)
    product = make_product()
    with_product = make_deal(firm.li, amount=2_000_00, product=product)
    client = login(firm.boss)

    def found(query: str) -> set[int]:
        return listed(client.get(f"/deals/?{query}").content.decode(), "deals")

    assert found("amount_from=1万") == {big.pk}
    assert found("amount_to=1500") == {small.pk}
    assert found("closing=month") == {big.pk}
    assert found(f"owner={firm.li.pk}") == {small.pk, with_product.pk}
    assert found(f"product={product.pk}") == {with_product.pk}
    assert found("status=won") == set()
    assert found(f"stage={stage('offer').pk}") == set()
    assert client.get("/deals/?amount_from=lots").status_code == 400


def test_a_deal_without_contact_for_long_is_stale(firm, login):
    first = stage("new")
    first.stale_after_days = 10
    first.save()
    old = make_deal(firm.wang, last_activity_on="2026-05-29")
    make_deal(firm.wang, last_activity_on="2026-06-01")  # ten working days ago
    html = login(firm.wang).get("/deals/?stale=1").content.decode()
    assert listed(html, "deals") == {old.pk}


def test_a_card_dropped_on_a_stage_moves_and_on_won_asks(firm, login):
    deal, client = make_deal(firm.wang), login(firm.wang)
    json_wanted = {"headers": {"accept": "application/json"}}
    answer = client.post(f"/deals/{deal.pk}/move/", {"stage": stage("offer").pk}, **json_wanted)
    assert answer.json() == {"version": 2, "totals": {str(stage("new").pk): "", str(stage("offer").pk): "¥100"}}
    answer = client.post(f"/deals/{deal.pk}/move/", {"stage": stage("won").pk}, **json_wanted)
    assert answer.json() == {"drawer": f"/deals/{deal.pk}/win/"}
    assert Deal.objects.unscoped("test").get(pk=deal.pk).status == "open"
    assert client.get(f"/deals/{deal.pk}/move/").status_code == 405


def test_winning_and_losing_on_their_pages(firm, login):
    won, lost, client = make_deal(firm.wang), make_deal(firm.wang), login(firm.wang)
    answer = client.post(f"/deals/{won.pk}/win/", {"amount": "1.5万", "on": "2026-06-14", "note": "Signed"})
    assert (answer.status_code, answer.headers["Location"]) == (302, f"/deals/{won.pk}/")
    row = Deal.objects.unscoped("test").get(pk=won.pk)
    assert (row.status, row.amount, str(row.closed_on)) == ("won", 15_000_00, "2026-06-14")
    answer = client.post(f"/deals/{lost.pk}/lose/", {"note": "?"})
    assert answer.status_code == 422
    reason = LossReason.objects.unscoped("test").get(key="competitor")
    assert client.post(f"/deals/{lost.pk}/lose/", {"reason": reason.pk}).status_code == 302
    assert Deal.objects.unscoped("test").get(pk=lost.pk).loss_reason == reason


def test_in_a_drawer_the_page_beneath_refreshes(firm, login):
    deal, client = make_deal(firm.wang), login(firm.wang)
    drawer = {"HX-Request": "true", "HX-Target": "div#drawer-body", "HX-Current-URL": "http://testserver/deals/board/"}
    answer = client.post(f"/deals/{deal.pk}/win/", {"amount": "100"}, headers=drawer)
    assert answer.status_code == 204
    assert "saved" in json.loads(answer.headers["HX-Trigger"])


def test_phones_are_masked_for_whom_they_do_not_concern(firm, login):
    account = make_account(firm.wang, team=(firm.li,))
    contact = make_contact(account, phone="13812345678")
    assert "13812345678" in login(firm.wang).get(f"/contacts/{contact.pk}/").content.decode()
    assert "13812345678" in login(firm.boss).get(f"/contacts/{contact.pk}/").content.decode()
    hidden = login(firm.li).get(f"/contacts/{contact.pk}/")
    assert hidden.status_code == 200
    assert "13812345678" not in hidden.content.decode()


def test_many_at_once_each_under_its_own_check(firm, login):
    mine, theirs = make_deal(firm.wang), make_deal(firm.ops)
    client = login(firm.boss)
    asked = client.post("/deals/transfer/", {"pk": [mine.pk, theirs.pk]})
    assert asked.status_code == 200
    client.post("/deals/transfer/", {"pk": [mine.pk, theirs.pk], "confirmed": "1", "owner": firm.li.pk})
    owners = dict(Deal.objects.unscoped("test").values_list("pk", "owner"))
    assert owners == {mine.pk: firm.li.pk, theirs.pk: firm.ops.pk}


def test_a_member_page_shows_deals_only_as_far_as_one_sees_them(firm, login):
    deal = make_deal(firm.wang, account=make_account(firm.wang))
    assert listed(login(firm.boss).get(f"/members/{firm.wang.pk}/deals/").content.decode(), "deals") == {deal.pk}
    assert listed(login(firm.li).get(f"/members/{firm.wang.pk}/deals/").content.decode(), "deals") == set()


def test_the_timeline_tells_work_steps_and_changes_newest_first(firm, login):
    account = make_account(firm.wang)
    deal = make_deal(firm.wang, account=account)
    make_activity(firm.wang, account=account, deal=deal, subject="Tea with Liu")
    client = login(firm.wang)
    client.post(f"/deals/{deal.pk}/move/", {"stage": stage("offer").pk})
    client.post(f"/customers/{account.pk}/edit/", {"name": "Renamed", "level": "key", "currency": "CNY"})
    html = client.get(f"/customers/{account.pk}/timeline/").content.decode()
    for text in ("Tea with Liu", "New → Offer", "changed this record", "Level: Normal → Key account"):
        assert text in html
    only = client.get(f"/customers/{account.pk}/timeline/?only=event").content.decode()
    assert "Tea with Liu" not in only
    assert "changed this record" in only


def test_the_timeline_goes_on_page_by_page_and_misses_nothing(firm, login):
    account = make_account(firm.wang)
    for number in range(45):
        make_activity(firm.wang, account=account, subject=f"Call-{number:02}.")
    client, url, seen = login(firm.wang), f"/customers/{account.pk}/timeline/", []
    while url:
        html = client.get(url).content.decode()
        seen += re.findall(r"Call-\d\d\.", html)
        more = re.search(r'hx-get="([^"]*cursor=[^"]*)"', html)
        url = more[1].replace("&amp;", "&") if more else ""
    assert seen == [f"Call-{number:02}." for number in reversed(range(45))]
    assert client.get(f"/customers/{account.pk}/timeline/?cursor=broken").status_code == 400


def test_the_board_of_a_firm_shows_what_the_board_of_a_team_does(firm, login, monkeypatch):
    """The lanes of few deals are numbered at once, those of a whole firm read one by one: largest first, 25 at most."""
    made = [make_deal(firm.wang, amount=100 * at if at else None) for at in range(28)]
    won = make_deal(firm.li, amount=500, won=today())
    client = login(firm.boss)
    few = client.get("/deals/board/").content.decode()
    monkeypatch.setattr("muster.crm.queries.MOST_NUMBERED", 0)
    many = client.get("/deals/board/").content.decode()
    cards = [int(one) for one in re.findall(r'href="/deals/(\d+)/"', few)]
    assert cards == [int(one) for one in re.findall(r'href="/deals/(\d+)/"', many)]
    largest = [one.pk for one in reversed(made)][:25]
    assert list(dict.fromkeys(cards)) == [*largest, won.pk]


def test_of_many_hits_the_search_shows_newest_ones_and_only_ones_own(firm, login, monkeypatch):
    monkeypatch.setattr("muster.core.finders.MOST_WEIGHED", 20)
    mine = [make_account(firm.wang, name=f"Harbour {at}") for at in range(12)]
    make_account(firm.li, name="Harbour of Li")
    found = login(firm.wang).get("/search/?q=harbour").content.decode()
    assert listed(found, "customers") == {one.pk for one in mine[-8:]}
    many = [make_account(firm.wang, name=f"Harbour {at}") for at in range(12, 40)]
    found = listed(login(firm.wang).get("/search/?q=harbour").content.decode(), "customers")
    assert len(found) == 8
    assert found <= {one.pk for one in [*mine, *many]}
