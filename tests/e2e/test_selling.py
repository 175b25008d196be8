"""What a sales person does most, each in as few taps as docs/journeys.md promises."""

import datetime as dt
import re

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from muster.activities.models import Activity
from muster.core.periods import today
from muster.crm.actions.contract import contracts, sign_contract
from muster.crm.actions.lead import leads
from muster.crm.actions.plan import Part, set_plan
from muster.crm.actions.pool import pool_seats, pools
from muster.crm.actions.stay import return_account
from muster.crm.models import Account, Contract, Deal, Lead, LossReason, PoolStay, Receipt
from muster.reporting.actions.report import own_report
from muster.reporting.models import Report, ReportTemplate
from muster.reporting.views.report import last_worked
from tests.e2e.conftest import firm_of
from tests.e2e.hand import Hand
from tests.factories import actor_of, make_account, make_activity, make_deal, make_member, make_unit, operator

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
OURS, POOLED = "上海樱宁精密机械有限公司", "苏州远航医疗器械有限公司"


@firm_of
def firm():
    """A rep on a working day: a customer, a plan, a lead, deals, a contract, a pool, a report that waits."""
    unit = make_unit("华东一组")
    manager = make_member("王主管", unit=unit, role="manager")
    rep = make_member("张三", manager=manager, unit=unit)
    account = make_account(rep, OURS)
    make_activity(rep, today() - dt.timedelta(1), subject="电话沟通", account=account)
    make_activity(rep, status="planned", subject="上门演示", kind="visit", account=account)
    Activity.objects.unscoped("tests").filter(status="planned").update(planned_at=timezone.now())
    lead = leads.create(actor_of(rep), name="李雷", company="杭州蓝海自动化有限公司", phone="13812345678")
    deals = {
        "open": make_deal(rep, name="年度订阅", amount=500_000_00, account=account),
        "won": make_deal(rep, name="首单", amount=120_000_00, account=account, won=today()),
    }
    pool = pools.create(operator, name="华东公海", kind="crm.account")
    pool_seats.create(operator, pool=pool, member=rep)
    return_account(operator, make_account(manager, POOLED), reason="负责人离职", pool=pool)
    ReportTemplate(name="日报", kind="day", questions=[]).save()
    own_report(actor_of(rep), kind="day", day=last_worked())
    return {
        "rep": rep,
        "manager": manager,
        "account": account,
        "silent": make_account(rep, "无锡恒达重工有限公司"),
        "office": make_member("邵会计", role="finance"),
        "lead": lead,
        "pool": pool,
        **deals,
        **_paid(rep, account),
    }


def _paid(rep, account):
    contract = contracts.create(operator, name="维保合同", account=account, owner=rep, amount=300_000_00)
    set_plan(operator, contract, plan=[Part(due_on=today(), amount=300_000_00)])
    sign_contract(operator, contract, on=today())
    return {"contract": contract}


def fresh(row):
    return type(row).objects.unscoped("tests").get(pk=row.pk)


def test_a_visit_is_logged_on_the_phone(visit, firm):
    page = visit(firm["rep"], "/", phone=True)
    hand = Hand(page)
    hand.tap(".bottom-add")
    hand.tap("label[for=kind-visit]")
    hand.tap(page.locator("#drawer-body .chip-button", has_text=OURS))
    hand.fill("#drawer-body [name=subject]", "拜访采购部，对方要报价")
    hand.tap("#drawer-body .form-foot [type=submit]")
    expect(page.locator("#drawer-body .form-foot")).to_be_hidden()
    row = Activity.objects.unscoped("tests").get(subject="拜访采购部，对方要报价")
    assert (row.kind, row.status, row.account, row.owner) == ("visit", "done", firm["account"], firm["rep"])
    hand.cost("Log a visit on the phone")


def test_a_plan_becomes_a_record(visit, firm):
    page = visit(firm["rep"])
    hand = Hand(page)
    hand.tap(page.locator(".list-group-item", has_text="上门演示").get_by_role("button"))
    expect(page.get_by_text("上门演示")).to_have_count(0)
    assert Activity.objects.unscoped("tests").get(subject="上门演示").status == "done"
    hand.cost("Turn a plan into a record")


def test_a_new_lead(visit, firm):
    page = visit(firm["rep"])
    hand = Hand(page)
    hand.tap("a[href='/leads/']")
    hand.tap("a[href^='/leads/new/']")
    hand.fill("#drawer-body [name=name]", "韩梅梅")
    hand.fill("#drawer-body [name=company]", "宁波恒通电子有限公司")
    hand.fill("#drawer-body [name=phone]", "13900001111")
    hand.tap("#drawer-body .form-foot [type=submit]")
    expect(page.get_by_text("宁波恒通电子有限公司").first).to_be_visible()
    assert Lead.objects.unscoped("tests").get(name="韩梅梅").owner == firm["rep"]
    hand.cost("Enter a new lead")


def test_a_lead_becomes_a_customer(visit, firm):
    page = visit(firm["rep"], f"/leads/{firm['lead'].pk}/")
    hand = Hand(page)
    hand.tap("a[href$='/convert/']")
    hand.tap("#drawer-body .form-foot [type=submit]")
    page.wait_for_url(re.compile(r"/(customers|leads)/\d+/"))
    expect(page.get_by_text("杭州蓝海自动化有限公司").first).to_be_visible()
    expect(page.locator("#drawer-body .form-foot")).to_be_hidden()
    assert Account.objects.unscoped("tests").get(name="杭州蓝海自动化有限公司").owner == firm["rep"]
    assert fresh(firm["lead"]).status == "converted"
    hand.cost("Convert a lead")


def test_a_customer_is_found_by_pinyin(visit, firm):
    page = visit(firm["rep"])
    hand = Hand(page)
    hand.fill("#search [name=q]", "yingning")
    hand.tap(page.locator("#search-results a.hit", has_text=OURS))
    expect(page.get_by_role("heading", name=OURS)).to_be_visible()
    hand.cost("Find a customer by pinyin")


def test_a_customer_is_claimed_from_the_pool(visit, firm):
    page = visit(firm["rep"], f"/pools/{firm['pool'].pk}/")
    hand = Hand(page)
    hand.tap(page.locator("tbody tr", has_text=POOLED).get_by_role("link").first)
    hand.tap("form[action$='/claim/'] [type=submit]")
    page.wait_for_url(re.compile(r"/customers/\d+/$"))
    assert Account.objects.unscoped("tests").get(name=POOLED).owner == firm["rep"]
    hand.cost("Claim a customer from the pool")


def test_a_customer_goes_back_to_the_pool(visit, firm):
    page = visit(firm["rep"], f"/customers/{firm['silent'].pk}/")
    hand = Hand(page)
    hand.tap("a[href$='/return/']")
    hand.fill("#drawer-body [name=reason]", "客户已停产")
    hand.tap("#drawer-body .form-foot [type=submit]")
    expect(page.locator("#drawer-body .form-foot")).to_be_hidden()
    assert fresh(firm["silent"]).owner is None
    assert PoolStay.objects.unscoped("tests").get(object_id=firm["silent"].pk, left_at=None).pool == firm["pool"]
    hand.cost("Return a customer to the pool")


def test_a_deal_moves_a_stage(visit, firm):
    page = visit(firm["rep"], f"/deals/{firm['open'].pk}/")
    hand = Hand(page)
    hand.tap(page.locator(".stage-bar").get_by_role("button", name="Offer"))
    expect(page.locator(".stage-step[aria-current=step]")).to_contain_text("Offer")
    assert fresh(firm["open"]).stage.key == "offer"
    hand.cost("Move a deal to the next stage")


def test_a_deal_is_won(visit, firm):
    page = visit(firm["rep"], f"/deals/{firm['open'].pk}/")
    hand = Hand(page)
    hand.tap("a[href$='/win/']")
    hand.tap("#drawer-body .form-foot [type=submit]")
    expect(page.locator(".page-actions a[href$='/win/']")).to_have_count(0)
    deal = Deal.objects.unscoped("tests").get(pk=firm["open"].pk)
    assert (deal.status, deal.closed_on, deal.amount) == ("won", today(), 500_000_00)
    hand.cost("Win a deal")


def test_a_deal_is_lost(visit, firm):
    reason = LossReason.objects.unscoped("tests").first()
    page = visit(firm["rep"], f"/deals/{firm['open'].pk}/")
    hand = Hand(page)
    hand.tap("a[href$='/lose/']")
    hand.tap(f"#drawer-body [name=reason][value='{reason.pk}']")
    hand.tap("#drawer-body .form-foot [type=submit]")
    expect(page.locator(".page-actions a[href$='/lose/']")).to_have_count(0)
    deal = fresh(firm["open"])
    assert (deal.status, deal.loss_reason) == ("lost", reason)
    hand.cost("Lose a deal")


def test_a_won_deal_gets_its_contract(visit, firm):
    page = visit(firm["rep"], f"/deals/{firm['won'].pk}/")
    hand = Hand(page)
    hand.tap(f"a[href='/deals/{firm['won'].pk}/contract/']")
    hand.tap("#drawer-body .form-foot [type=submit]")
    page.wait_for_url(re.compile(r"/contracts/\d+/"))
    contract = Contract.objects.unscoped("tests").get(deal=firm["won"])
    assert (contract.total, contract.account, contract.status) == (120_000_00, firm["account"], "draft")
    hand.cost("Make the contract of a won deal")


def test_a_receipt_is_recorded(visit, firm):
    page = visit(firm["office"], f"/contracts/{firm['contract'].pk}/")
    hand = Hand(page)
    hand.tap("a[href*='/receipts/new/?instalment=']")
    hand.tap("#drawer-body .form-foot [type=submit]")
    expect(page.locator("#drawer-body .form-foot")).to_be_hidden()
    assert Receipt.objects.unscoped("tests").get().amount == 300_000_00
    assert fresh(firm["contract"]).received == 300_000_00
    hand.cost("Record a receipt")


def test_the_daily_report_is_sent(visit, firm):
    page = visit(firm["rep"])
    hand = Hand(page)
    hand.tap(page.locator("form[action^='/reports/write/day/'] [type=submit]"))
    expect(page.locator("form[action^='/reports/write/day/']")).to_have_count(0)
    assert Report.objects.unscoped("tests").get(member=firm["rep"]).state == "sent"
    hand.cost("Send the daily report")


def test_an_own_phone_number_is_changed(visit, firm):
    page = visit(firm["rep"])
    hand = Hand(page)
    hand.tap("a[href='/people/me/']")
    hand.fill("[name=phone]", "13700002222")
    hand.tap("form:has([name=phone]) [type=submit]")
    expect(page.locator("[name=phone]")).to_have_value("13700002222")
    expect(page.get_by_text("已修改").first).to_be_visible()
    assert fresh(firm["rep"]).__dict__["phone"] == "13700002222"
    hand.cost("Change one's own phone number")
