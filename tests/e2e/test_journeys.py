"""The main journeys, in a real browser."""

import datetime as dt
import re

import pytest
from playwright.sync_api import expect

from muster.core.periods import today
from muster.crm.models import Deal
from tests.e2e.conftest import PASSWORD, firm_of
from tests.factories import make_account, make_activity, make_deal, make_member, make_task, make_unit

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@firm_of
def firm():
    """A manager over two reps with customers, and a stranger beside them."""
    unit = make_unit("华东一组")
    manager = make_member("王主管", unit=unit, role="manager")
    rep = make_member("张三", manager=manager, unit=unit)
    mate = make_member("李四", manager=manager, unit=unit)
    stranger = make_member("赵六")
    for owner in (rep, mate, stranger):
        account = make_account(owner, f"{owner.name}的客户有限公司")
        make_deal(owner, name=f"{owner.name}的大单", amount=500_000_00, account=account)
        make_deal(
            owner,
            name=f"{owner.name}赢的单",
            amount=120_000_00,
            account=account,
            won=today(),
            opened_on=today() - dt.timedelta(9),
        )
        make_activity(owner, today(), subject=f"{owner.name}拜访客户", kind="visit", account=account)
        make_task(owner, f"{owner.name}准备报价", due_on=today(), account=account)
    return {"manager": manager, "rep": rep, "mate": mate, "stranger": stranger}


def test_somebody_signs_in_by_the_login_page(visit, firm):
    rep = firm["rep"].user
    rep.set_password(PASSWORD)
    rep.save()
    page = visit(None, "/deals/")
    page.fill("input[name=login]", rep.username)
    page.fill("input[name=password]", PASSWORD)
    page.press("input[name=password]", "Enter")
    page.wait_for_url("**/deals/")
    expect(page.get_by_text("张三的大单").first).to_be_visible()


def test_a_manager_sees_the_team_opens_a_member_and_sees_how_he_stands(visit, firm):
    page = visit(firm["manager"])
    page.click("a[href='/people/']")
    expect(page.get_by_text("张三").first).to_be_visible()
    page.goto(f"/people/{firm['rep'].pk}/")
    expect(page.get_by_role("heading", name="张三")).to_be_visible()
    expect(page.get_by_text("本季表现").first).to_be_visible()
    page.get_by_role("link", name="工作", exact=True).click()
    expect(page.get_by_text("张三的大单").first).to_be_visible()
    page.get_by_role("link", name="业绩", exact=True).click()
    expect(page.get_by_text("赢单金额").first).to_be_visible()
    expect(page.get_by_text("¥12 万").first).to_be_visible()


def test_a_rep_sees_his_own_and_nobody_elses(visit, firm):
    page = visit(firm["rep"], "/deals/")
    expect(page.get_by_text("张三的大单").first).to_be_visible()
    assert page.get_by_text("李四的大单").count() == 0
    assert page.get_by_text("赵六的大单").count() == 0
    deal = Deal.objects.unscoped("tests").get(name="赵六的大单")
    response = page.goto(f"/deals/{deal.pk}/")
    assert response is not None
    assert response.status == 404


def test_the_dashboard_draws_its_charts_and_a_number_opens_its_rows(visit, firm):
    page = visit(firm["manager"], "/dashboard/")
    page.wait_for_selector("#trend[data-ready] svg path", state="attached")
    page.click("a.stat:has-text('赢单金额')")
    expect(page.get_by_text("张三赢的单").first).to_be_visible()
    assert page.get_by_text("赵六赢的单").count() == 0


def test_search_finds_a_colleague_by_the_initials_of_his_name(visit, firm):
    page = visit(firm["rep"], "/search/?q=ls")
    expect(page.get_by_text("李四").first).to_be_visible()


def test_winning_a_deal(visit, firm):
    deal = Deal.objects.unscoped("tests").get(name="张三的大单")
    page = visit(firm["rep"], f"/deals/{deal.pk}/win/")
    page.click("form:has([name=amount]) button[type=submit]")
    page.wait_for_url(re.compile(r"/deals/\d+/$"))
    deal.refresh_from_db()
    assert (deal.status, deal.closed_on) == ("won", today())


def test_a_rep_works_on_a_phone_without_scrolling_sideways(visit, firm):
    page = visit(firm["rep"], "/", phone=True)
    for path in (
        "/",
        "/deals/",
        "/customers/",
        "/activities/",
        "/tasks/",
        "/people/",
        "/dashboard/",
        "/activities/new/",
    ):
        page.goto(path)
        assert page.evaluate("document.documentElement.scrollWidth") <= 390, path


def test_a_task_is_ticked_off_from_home(visit, firm):
    page = visit(firm["rep"])
    expect(page.get_by_text("张三准备报价")).to_be_visible()
    page.locator(".list-group-item:has-text('张三准备报价') button").click()
    page.wait_for_load_state()
    expect(page.get_by_text("张三准备报价")).to_have_count(0)


def test_the_org_chart_shows_the_team(visit, firm):
    page = visit(firm["manager"], "/people/chart/")
    expect(page.get_by_text("王主管").first).to_be_visible()


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_nothing_breaks_in_either_language(visit, firm, language):
    page = visit(firm["manager"], "/", language=language)
    for path in ("/", "/people/", "/deals/", "/deals/board/", "/dashboard/", "/metrics/", "/security/", "/ui/"):
        response = page.goto(path)
        assert response is not None
        assert response.status in (200, 404), path
