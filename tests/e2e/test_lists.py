"""Lists that people love: stars, cells changed where they stand, the keyboard, groups with their sums."""

import datetime as dt

import pytest
from playwright.sync_api import expect

from muster.crm.actions.deal import deals
from muster.crm.models import Deal
from tests.e2e.conftest import firm_of
from tests.e2e.hand import Hand
from tests.factories import actor_of, make_account, make_deal, make_member

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
LIST = "/deals/?col=name&col=amount&col=expected_on&col=owner&sort=-amount"


@firm_of
def floor():
    boss = make_member("王经理", role="manager")
    rep, mate = make_member("张三", manager=boss), make_member("李四", manager=boss)
    account = make_account(rep, "东方电子有限公司")
    day = dt.date(2026, 3, 20)
    large = make_deal(rep, account=account, amount=900_000, name="大单", expected_on=day)
    small = make_deal(rep, account=account, amount=100_000, name="小单", expected_on=day)
    make_deal(mate, account=make_account(mate, "西部机械"), amount=50_000, name="别人的单")
    return {"boss": boss, "rep": rep, "large": large, "small": small}


def now(deal: Deal) -> Deal:
    return Deal.objects.unscoped("tests").get(pk=deal.pk)


def test_a_star_and_what_was_opened_last_are_at_hand(visit, floor):
    page = visit(floor["rep"], floor["small"].get_absolute_url())
    page.goto(floor["large"].get_absolute_url())
    page.get_by_role("button", name="收藏", exact=True).click()
    expect(page.locator(".star.on")).to_be_visible()
    page.locator("[data-part=starred] summary").click()
    expect(page.locator("#starred").get_by_text("大单")).to_be_visible()
    page.goto("/")
    page.keyboard.press("Control+k")
    hits = page.locator("#palette-list .hit")
    expect(page.locator("#palette-list .hit-group").first).to_have_text("收藏")
    expect(hits.nth(0)).to_contain_text("大单")
    expect(hits.nth(1)).to_contain_text("小单")
    page.keyboard.press("Enter")
    page.wait_for_url(lambda url: url.endswith(floor["large"].get_absolute_url()))


def test_on_the_phone_they_stand_in_the_search_and_behind_more(visit, floor):
    page = visit(floor["rep"], floor["large"].get_absolute_url(), phone=True)
    page.get_by_role("button", name="收藏", exact=True).click()
    expect(page.locator(".star.on")).to_be_visible()
    page.goto("/")
    hand = Hand(page)
    hand.tap("[data-search-open]")
    expect(page.locator("#search-results a.hit").first).to_contain_text("大单")
    hand.tap("#search-results a.hit")
    page.wait_for_url(lambda url: url.endswith(floor["large"].get_absolute_url()))
    hand.cost("Open a favourite")
    page.locator(".bottom-bar [data-side-open]").click()
    page.locator("[data-part=starred] summary").click()
    expect(page.locator("#starred").get_by_text("大单")).to_be_visible()


def test_cells_are_changed_where_they_stand(visit, floor):
    page = visit(floor["rep"], LIST)
    row = page.locator(f"tr[data-row='{floor['small'].pk}']")
    hand = Hand(page)
    hand.taps += 1
    row.locator("td[data-label=金额]").dblclick()
    field = row.locator("input[name=amount]")
    expect(field).to_have_value("1000.00")
    field.fill("很多")
    field.press("Enter")
    expect(row.locator("[role=alert]")).to_contain_text("很多")
    hand.fill(row.locator("input[name=amount]"), "1.2万")
    row.locator("input[name=amount]").press("Tab")
    expect(row.locator("input[name=expected_on]")).to_be_focused()  # saved, and on to the next
    assert now(floor["small"]).amount == 1_200_000
    hand.cost("Correct an amount in a list")
    row.locator("input[name=expected_on]").fill("2026-04-30")
    row.locator("input[name=expected_on]").press("Escape")
    expect(row.locator("form")).to_have_count(0)
    assert now(floor["small"]).expected_on == dt.date(2026, 3, 20)


def test_of_two_writers_the_second_chooses(visit, floor):
    page = visit(floor["rep"], LIST)
    row = page.locator(f"tr[data-row='{floor['large'].pk}']")
    row.locator("td[data-label=金额]").dblclick()
    expect(row.locator("input[name=amount]")).to_be_visible()
    deals.edit(actor_of(floor["boss"]), floor["large"], amount=800_000)
    row.locator("input[name=amount]").fill("7000")
    row.locator("input[name=amount]").press("Enter")
    clash = row.locator(".cell-clash")
    expect(clash).to_contain_text("¥8,000.00")
    expect(clash).to_contain_text("¥7,000.00")
    clash.locator("[type=submit]").click()
    expect(row.locator("td[data-label=金额]")).to_have_text("¥7,000.00")
    assert now(floor["large"]).amount == 700_000


def test_the_keyboard_walks_ticks_changes_and_opens(visit, floor):
    page = visit(floor["rep"], LIST)
    expect(page.locator("table[data-cells][data-ready=yes]")).to_be_visible()
    page.keyboard.press("j")
    page.keyboard.press("j")
    second = page.locator(f"tr[data-row='{floor['small'].pk}']")
    expect(second).to_be_focused()
    page.keyboard.press("x")
    expect(page.locator(".bulk [data-count]")).to_have_text("1")
    page.keyboard.press("e")
    expect(second.locator("input[name=name]")).to_be_focused()
    page.keyboard.press("Escape")
    page.keyboard.press("?")
    expect(page.locator("dialog#keys-help")).to_be_visible()
    page.keyboard.press("Escape")
    page.keyboard.press("k")
    page.keyboard.press("Enter")
    page.wait_for_url(lambda url: url.endswith(floor["large"].get_absolute_url()))


@pytest.mark.parametrize("phone", [False, True])
def test_groups_show_their_sums_and_fold(visit, floor, phone):
    page = visit(floor["boss"], "/deals/?group=owner&col=name&col=amount", phone=phone)
    head = page.locator(".group-head").filter(has_text="张三")
    expect(head).to_contain_text("¥10,000.00")
    rows = page.locator("#group-" + head.locator("button").get_attribute("aria-controls").rpartition("-")[2])
    expect(rows.get_by_role("link", name="大单")).to_be_visible()
    head.locator("button").click()
    expect(rows).to_be_hidden()
    expect(page.get_by_role("link", name="别人的单")).to_be_visible()
