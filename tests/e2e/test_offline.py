"""A phone without a network: what is written on it waits there, is sent once, and is nobody else's."""

import io

import pytest
from django.conf import settings as django_settings
from PIL import Image
from playwright.sync_api import expect

from muster.activities.actions.activity import activities
from muster.activities.models import Activity, Attachment, CheckIn
from muster.crm.actions.account import transfer_account
from tests.e2e.conftest import firm_of, sign_in
from tests.e2e.hand import Hand
from tests.factories import actor_of, make_account, make_activity, make_member

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
READY = "(user) => sessionStorage.getItem(`muster.kit.${user}`) && navigator.serviceWorker.controller && true"


@firm_of
def road():
    rep, mate = make_member("张三"), make_member("李四")
    account, other = make_account(rep, "东方电子有限公司"), make_account(rep, "西部机械")
    plan = make_activity(rep, kind="visit", subject="季度回访", account=account, status="planned")
    return {"rep": rep, "mate": mate, "account": account, "other": other, "plan": plan}


@pytest.fixture(autouse=True)
def media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


def photo() -> dict:
    buffer = io.BytesIO()
    Image.new("RGB", (1600, 1200), "teal").save(buffer, "JPEG")
    return {"name": "camera.jpg", "mimeType": "image/jpeg", "buffer": buffer.getvalue()}


@pytest.fixture
def phone(visit, road):
    """The rep's phone, with today's choices on it, and the network gone."""
    page = visit(road["rep"], "/", phone=True)
    page.wait_for_function(READY, arg=road["rep"].user_id)
    page.context.set_offline(True)
    return page


def write(page, **said):
    page.goto("/customers/")  # whatever is opened without a network
    expect(page.locator("[data-part=form]")).to_be_visible()
    if kind := said.pop("kind", ""):
        page.locator(f"label[for=off-{kind}]").click()
    for name, value in said.items():
        field = page.locator(f"[name={name}]:not([type=radio])")
        field.select_option(str(value)) if name in ("account", "plan") else field.fill(value)


def save(page):
    page.get_by_role("button", name="存在本机").click()


def rows(model):
    return model.objects.unscoped("tests")


def test_a_visit_costs_two_taps_without_a_network(phone, road):
    hand = Hand(phone)
    hand.tap(".bottom-add")
    expect(phone.locator("[data-part=form]")).to_be_visible()
    phone.locator("[name=account]").select_option(str(road["account"].pk))
    hand.fields += 1
    hand.fill("[name=subject]", "送样品")
    hand.tap(phone.get_by_role("button", name="存在本机"))
    expect(phone.locator(".queue-entry")).to_contain_text("送样品 · 东方电子有限公司")
    hand.cost("Log a visit without a network")


def test_a_visit_with_a_photo_and_a_call_wait_and_are_sent_once(phone, road):
    write(phone, kind="visit", account=road["account"].pk, subject="送样品")
    phone.set_input_files("input[name=photo]", photo())
    save(phone)
    expect(phone.locator(".queue-entry")).to_have_count(1)
    phone.get_by_role("button", name="我已离开").click()
    write(phone, kind="call", account=road["other"].pk, subject="问价格", outcome="需要考虑")
    save(phone)
    expect(phone.locator(".queue-entry .chip")).to_have_text(["等待上传", "等待上传"])
    assert not rows(CheckIn).exists()
    phone.context.set_offline(False)
    expect(phone.get_by_text("没有待上传的记录")).to_be_visible()
    seen = rows(CheckIn).select_related("activity").get()
    assert (seen.activity.subject, seen.activity.account_id) == ("送样品", road["account"].pk)
    assert seen.sent_at is not None
    assert seen.in_at < seen.out_at <= seen.sent_at
    assert rows(Attachment).get().activity_id == seen.activity_id
    call = rows(Activity).get(kind="call")
    assert (call.subject, call.outcome, call.status, call.account_id) == (
        "问价格",
        "需要考虑",
        "done",
        road["other"].pk,
    )


def test_what_came_of_a_visit_is_sent_though_one_has_not_left(phone, road):
    write(phone, kind="visit", account=road["account"].pk, subject="送样品", outcome="客户满意", next_step="发报价")
    save(phone)
    expect(phone.locator(".queue-entry")).to_have_count(1)
    phone.context.set_offline(False)
    expect(phone.get_by_text("没有待上传的记录")).to_be_visible()
    seen = rows(CheckIn).select_related("activity").get()
    assert (seen.out_at, seen.activity.status) == (None, "planned")
    assert (seen.activity.outcome, seen.activity.next_step) == ("客户满意", "发报价")


def test_the_form_of_an_open_page_goes_into_the_queue(phone, road):
    phone.context.set_offline(False)
    phone.goto("/activities/new/")
    phone.locator("label[for=kind-call]").click()
    phone.locator("[name=subject]").fill("电话里说的")
    phone.context.set_offline(True)
    phone.get_by_role("button", name="保存").click()
    expect(phone.locator(".queue-entry")).to_contain_text("电话里说的")
    phone.context.set_offline(False)
    expect(phone.get_by_text("没有待上传的记录")).to_be_visible()
    call = rows(Activity).get(kind="call")
    assert (call.subject, call.status) == ("电话里说的", "done")


def test_an_answer_that_got_lost_makes_nothing_twice(phone, road):
    write(phone, kind="note", account=road["account"].pk, subject="换了地址")
    save(phone)
    expect(phone.locator(".queue-entry")).to_have_count(1)

    def lose(route):
        route.fetch()
        route.abort()

    phone.route("**/api/v1/activities", lose)
    phone.context.set_offline(False)
    phone.wait_for_timeout(1500)
    expect(phone.locator(".queue-entry")).to_have_count(1)
    assert rows(Activity).filter(kind="note").count() == 1, "it is there, and the phone does not know"
    phone.unroute("**/api/v1/activities")
    phone.get_by_role("button", name="立即上传").click()
    expect(phone.get_by_text("没有待上传的记录")).to_be_visible()
    assert rows(Activity).filter(kind="note").count() == 1


def test_a_plan_that_somebody_changed_asks_which_version(phone, road):
    write(phone, plan=road["plan"].pk, outcome="客户满意")
    save(phone)
    activities.edit(actor_of(road["rep"]), road["plan"], outcome="改到下周")
    phone.context.set_offline(False)
    expect(phone.locator(".queue-entry .chip")).to_have_text("等您决定")
    expect(phone.locator("table.clash")).to_contain_text("改到下周")
    expect(phone.locator("table.clash")).to_contain_text("客户满意")
    phone.get_by_role("button", name="两者都留").click()
    expect(phone.get_by_text("没有待上传的记录")).to_be_visible()
    plan = rows(Activity).get(pk=road["plan"].pk)
    assert (plan.outcome, plan.status) == ("改到下周；客户满意", "done")


def test_a_customer_that_is_gone_is_replaced_by_another(phone, road):
    write(phone, kind="note", account=road["account"].pk, subject="换了地址")
    save(phone)
    transfer_account(actor_of(make_member("总监", role="director")), road["account"], owner=road["mate"])
    phone.context.set_offline(False)
    expect(phone.locator(".queue-entry .chip")).to_have_text("等您决定")
    assert not rows(Activity).filter(kind="note").exists()
    phone.locator(".queue-tools select").select_option(str(road["other"].pk))
    expect(phone.get_by_text("没有待上传的记录")).to_be_visible()
    assert rows(Activity).get(kind="note").account_id == road["other"].pk


def test_nobody_else_on_the_phone_sees_it_and_signing_out_asks(phone, road, live_server):
    write(phone, kind="note", subject="只给自己看的")
    save(phone)
    expect(phone.locator(".queue-entry")).to_have_count(1)
    phone.route("**/api/v1/**", lambda route: route.abort())
    phone.context.set_offline(False)
    sign_in(phone, road["mate"], live_server.url)
    phone.goto("/offline/")
    expect(phone.get_by_text("没有待上传的记录")).to_be_visible()
    expect(phone.get_by_text("只给自己看的")).to_have_count(0)
    expect(phone.locator("[name=account] option", has_text="东方电子")).to_have_count(0)
    sign_in(phone, road["rep"], live_server.url)
    phone.goto("/offline/")
    expect(phone.get_by_text("只给自己看的")).to_be_visible()
    phone.goto("/")
    expect(phone.locator("#queue-link")).to_be_visible()
    phone.get_by_role("button", name="账户菜单").click()
    phone.get_by_role("button", name="退出登录").click()
    expect(phone.get_by_text("本机还有 1 条记录没有上传")).to_be_visible()
    phone.get_by_role("button", name="退出并丢弃").click()
    phone.wait_for_url("**/accounts/**")
    found = """async () => (await indexedDB.databases()).length && await new Promise((done) => {
      const open = indexedDB.open("muster-offline");
      open.onsuccess = () => { const all = open.result.transaction(["queue", "kit"]);
        const queue = all.objectStore("queue").count(), kit = all.objectStore("kit").count();
        all.oncomplete = () => { open.result.close(); done(queue.result + kit.result); }; };
    })"""
    assert phone.evaluate(found) == 0
    assert not rows(Activity).filter(kind="note").exists()


def test_within_wechat_the_forms_are_as_they_are_without_it(chromium, live_server, road):
    context = chromium.new_context(
        viewport={"width": 390, "height": 844},
        base_url=live_server.url,
        service_workers="block",
        user_agent="Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 Mobile MicroMessenger/8.0.50",
    )
    language = {"name": django_settings.LANGUAGE_COOKIE_NAME, "value": "zh-hans", "url": live_server.url}
    context.add_cookies([language])
    page = context.new_page()
    problems = []
    page.on("pageerror", lambda error: problems.append(str(error)))
    sign_in(page, road["rep"], live_server.url)
    page.goto("/activities/new/")
    page.locator("label[for=kind-note]").click()
    page.locator("[name=subject]").fill("在微信里写的")
    page.get_by_role("button", name="保存").click()
    page.wait_for_url(lambda url: "/new/" not in url)
    assert rows(Activity).get(kind="note").subject == "在微信里写的"
    page.goto("/offline/")
    expect(page.get_by_text("此浏览器不能离线记录")).to_be_visible()
    page.wait_for_load_state("networkidle")
    context.close()
    assert problems == []
