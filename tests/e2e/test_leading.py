"""What a manager does most, each in as few taps as docs/journeys.md promises."""

import datetime as dt

import pytest
from playwright.sync_api import expect

from muster.activities.models import Comment, Task
from muster.core.periods import today
from muster.crm.models import DealSnooze
from muster.people.actions.detail import change_own
from muster.people.models import AuditCampaign, AuditItem, ChangeRequest
from muster.reporting.actions.report import own_report, send_report
from muster.reporting.models import ReportTemplate
from muster.reporting.views.report import last_worked
from tests.e2e.conftest import firm_of
from tests.e2e.hand import Hand
from tests.factories import actor_of, make_account, make_activity, make_deal, make_member, make_unit, stage

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@firm_of
def firm():
    """A manager whose rep visited, reported, asked for a change and left a deal alone; and an audit of both."""
    unit = make_unit("华东一组")
    manager = make_member("王主管", unit=unit, role="manager", phone="13811110000")
    rep = make_member("张三", manager=manager, unit=unit)
    account = make_account(rep, "上海樱宁精密机械有限公司")
    make_activity(rep, today(), "visit", subject="拜访采购部", account=account)
    at = stage("new")
    at.stale_after_days = 5
    at.save()
    old = today() - dt.timedelta(40)
    deal = make_deal(rep, name="被冷落的单", account=account, last_activity_on=old, opened_on=old)
    ReportTemplate(name="日报", kind="day", questions=[]).save()
    report = own_report(actor_of(rep), kind="day", day=last_worked())
    send_report(actor_of(rep), report)
    change_own(actor_of(rep), rep, work_place="上海", reason="搬到上海办公")
    _audit(manager)
    return {"manager": manager, "rep": rep, "deal": deal, "report": report}


def _audit(member):
    campaign = AuditCampaign(
        name="四季度核实", fields=["phone"], begins_on=today(), due_on=today() + dt.timedelta(9), status="open"
    )
    campaign.save()
    AuditItem(campaign=campaign, member=member, field="phone").save()


def test_a_report_is_read_and_answered(visit, firm):
    page = visit(firm["manager"])
    hand = Hand(page)
    hand.tap("a[href='/reports/?to_read=1']")
    hand.tap(f"a[href='/reports/{firm['report'].pk}/']")
    hand.fill(".comment-form textarea", "报价周五前给到")
    hand.tap(".comment-form [type=submit]")
    expect(page.locator(".comment-body")).to_have_text("报价周五前给到")
    said = Comment.objects.unscoped("tests").get()
    assert (said.author, said.object_id) == (firm["manager"], firm["report"].pk)
    hand.cost("Read a report and comment")


def test_a_task_is_handed_over(visit, firm):
    page = visit(firm["manager"])
    hand = Hand(page)
    hand.tap("a[href='/tasks/']")
    hand.tap("a[href^='/tasks/new/']")
    hand.fill("#drawer-body [name=title]", "给樱宁发报价")
    hand.fill("#drawer-body [id^=id_owner]:not(select)", "张三")
    hand.tap(page.locator(".ts-dropdown .option", has_text="张三"))
    hand.tap("#drawer-body .form-foot [type=submit]")
    expect(page.locator("#drawer-body .form-foot")).to_be_hidden()
    assert Task.objects.unscoped("tests").get(title="给樱宁发报价").owner == firm["rep"]
    hand.cost("Hand somebody a task")


def test_a_stale_deal_is_snoozed(visit, firm):
    page = visit(firm["manager"], "/team-day/")
    hand = Hand(page)
    hand.tap(f"a[href^='/deals/{firm['deal'].pk}/snooze/']")
    hand.fill("#drawer-body [name=reason]", "预算下月才批")
    hand.tap("#drawer-body .form-foot [type=submit]")
    expect(page.locator("#drawer-body .form-foot")).to_be_hidden()
    row = DealSnooze.objects.unscoped("tests").get(deal=firm["deal"])
    assert (row.until, row.reason) == (today() + dt.timedelta(7), "预算下月才批")
    hand.cost("Snooze a stale deal")


def test_a_manager_sees_the_day_of_his_team(visit, firm):
    page = visit(firm["manager"])
    hand = Hand(page)
    hand.tap("a[href='/team-day/']")
    expect(page.locator(".feed-item")).to_contain_text("拜访采购部")
    hand.cost("See my team's day")


def test_an_audit_is_answered(visit, firm):
    page = visit(firm["manager"])
    hand = Hand(page)
    hand.tap(page.locator("a.list-line", has_text="四季度核实"))
    hand.tap("form[action$='/verify/'] [type=submit]")
    expect(page.locator("form[action$='/verify/'] [value=phone]")).to_have_count(0)
    assert AuditItem.objects.unscoped("tests").get().answer != ""
    hand.cost("Answer an audit")


def test_a_change_is_approved(visit, firm):
    page = visit(firm["manager"])
    hand = Hand(page)
    hand.tap(page.locator("a.list-line", has_text="工作地点"))
    hand.tap("form[action$='/approve/'] [type=submit]")
    expect(page.locator("form[action$='/approve/']")).to_have_count(0)
    assert ChangeRequest.objects.unscoped("tests").get().status == "approved"
    firm["rep"].refresh_from_db()
    assert firm["rep"].work_place == "上海"
    hand.cost("Approve a change")
