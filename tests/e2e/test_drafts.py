"""Planning a structure in a real browser: by dragging, and without a mouse."""

import datetime as dt
import re

import pytest
from playwright.sync_api import expect

from muster.access.scope import Actor
from muster.core.periods import today
from muster.people.actions.draft import drafts
from muster.people.models import DraftChange
from tests.e2e.conftest import firm_of
from tests.factories import make_member, make_unit

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@firm_of
def firm():
    """A director over two leads of two units, one with a rep; operations beside; a draft for next month."""
    company = make_unit("总公司")
    north, south = make_unit("华北大区", company), make_unit("华南大区", company)
    chief = make_member("王总", unit=company, role="director")
    li = make_member("李主管", unit=north, manager=chief, role="manager")
    zhao = make_member("赵主管", unit=south, manager=chief, role="manager")
    return {
        "ops": make_member("孙运营", unit=company, manager=chief, role="salesops"),
        "li": li,
        "zhao": zhao,
        "rep": make_member("张三", unit=north, manager=li),
        "draft": drafts.create(Actor.operator("test"), name="下月调整", effective_on=today() + dt.timedelta(days=30)),
    }


def changes() -> list[tuple[str, ...]]:
    rows = DraftChange.objects.unscoped("test").select_related("member", "unit", "manager").order_by("pk")
    return [(one.kind, str(one.member), str(one.unit), str(one.manager)) for one in rows]


def open_draft(visit, firm, by: str = "line"):
    page = visit(firm["ops"], f"/people/drafts/{firm['draft'].pk}/?by={by}")
    page.wait_for_selector(".org-edit[data-ready=yes] .org-card")
    return page


def card(page, member):
    return page.locator(f".org-edit .org-card[data-id=m{member.pk}]")


def test_arrow_keys_walk_to_a_person_and_the_chain_above_stays_in_sight(visit, firm):
    page = open_draft(visit, firm)
    card(page, firm["li"]).focus()
    page.keyboard.press("ArrowDown")
    expect(card(page, firm["rep"])).to_be_focused()
    chart, rep, lead = (
        one.bounding_box() or {} for one in (page.locator(".org-edit"), card(page, firm["rep"]), card(page, firm["li"]))
    )
    assert abs(rep["x"] - lead["x"]) < 2, "straight above"
    assert chart["y"] <= lead["y"] < rep["y"]


def test_a_person_is_dragged_onto_another(visit, firm):
    page = open_draft(visit, firm)
    card(page, firm["zhao"]).locator(".org-name").hover()
    page.mouse.down()
    target = card(page, firm["li"]).bounding_box()
    assert target is not None
    page.mouse.move(target["x"] + 40, target["y"] + 30, steps=8)
    expect(page.locator(".org-target")).to_have_count(1)
    page.mouse.up()
    page.wait_for_url(re.compile(rf"focus=m{firm['zhao'].pk}"))
    expect(page.get_by_text("部门 华南大区 → 华北大区 · 上级 王总 → 李主管")).to_be_visible()
    expect(card(page, firm["zhao"])).to_have_class(re.compile("mark-moved"))
    assert changes() == [("move", "赵主管", "华北大区", "李主管")]


def test_what_cannot_be_is_said_and_stays(visit, firm):
    page = open_draft(visit, firm)
    page.locator(".org-edit .org-name", has_text="王总").hover()
    page.mouse.down()
    target = card(page, firm["li"]).bounding_box()
    assert target is not None
    page.mouse.move(target["x"] + 40, target["y"] + 30, steps=8)
    page.mouse.up()
    expect(page.get_by_text(re.compile("汇报关系会形成循环：.*王总"))).to_be_visible()
    assert changes() == []


def test_the_same_without_a_mouse(visit, firm):
    page = open_draft(visit, firm)
    card(page, firm["zhao"]).focus()
    page.keyboard.press("Enter")
    form = page.locator("#drawer-body form")
    expect(form).to_be_visible()
    expect(page.get_by_text("赵主管 · 华南大区 · 王总")).to_be_visible()
    form.locator("select[name=unit]").select_option(label="　华北大区")
    form.locator("button[type=submit]").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_text("部门 华南大区 → 华北大区")).to_be_visible()
    assert changes() == [("move", "赵主管", "华北大区", "王总")]


def test_a_draft_is_read_on_a_phone_without_scrolling_sideways(visit, firm):
    page = visit(firm["ops"], "/", phone=True)
    for path in ("", "effects/", "publish/", "move/", "unit/new/", "seat/"):
        page.goto(f"/people/drafts/{firm['draft'].pk}/{path}")
        assert page.evaluate("document.documentElement.scrollWidth") <= 390, path
