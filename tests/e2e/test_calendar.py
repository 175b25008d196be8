"""The calendar under the hand: dragged with the mouse, moved from the keyboard, and told where somebody was first."""

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import expect

from muster.activities.actions.appointment import edit_appointment, make_appointment
from muster.activities.models import Appointment
from muster.core.periods import today
from tests.e2e.conftest import firm_of
from tests.factories import actor_of, make_member

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
SHANGHAI = ZoneInfo("Asia/Shanghai")


@firm_of
def firm():
    """A rep with one appointment on the Monday of next week, at ten."""
    rep = make_member("张三", role="rep")
    monday = today() + dt.timedelta(7 - today().weekday())
    begin = dt.datetime.combine(monday, dt.time(10), SHANGHAI)
    ends = begin + dt.timedelta(hours=1)
    row = make_appointment(actor_of(rep), title="看样", starts_at=begin, ends_at=ends)
    return {"rep": rep, "row": row, "monday": monday}


def starts(row) -> dt.datetime:
    return Appointment.objects.unscoped("tests").get(pk=row.pk).starts_at.astimezone(SHANGHAI)


def week(visit, firm):
    page = visit(firm["rep"], f"/calendar/?view=week&day={firm['monday']}")
    expect(page.locator("[data-calendar][data-ready=yes]")).to_be_attached()
    return page, page.locator(f"[data-moves][data-pk='{firm['row'].pk}']")


def test_dragged_down_and_to_another_day_then_moved_on_from_the_keyboard(visit, firm):
    page, item = week(visit, firm)
    box = item.bounding_box()
    wide = page.locator(".cal-day").first.bounding_box()["width"]
    hour = page.locator(".cal-day").first.bounding_box()["height"] / page.locator(".cal-hours span").count()
    page.mouse.move(box["x"] + 20, box["y"] + 8)
    page.mouse.down()
    page.mouse.move(box["x"] + 20 + wide, box["y"] + 8 + hour, steps=5)
    page.mouse.up()
    expect(item).to_have_attribute("data-was", f"{firm['monday'] + dt.timedelta(1)}T11:00")
    assert starts(firm["row"]) == dt.datetime.combine(firm["monday"] + dt.timedelta(1), dt.time(11), SHANGHAI)
    item.focus()
    page.keyboard.press("Alt+ArrowLeft")
    page.keyboard.press("Alt+ArrowDown")
    expect(item).to_have_attribute("data-was", f"{firm['monday']}T11:15")
    expect(item).to_be_focused()
    page.keyboard.press("Alt+Shift+ArrowDown")
    expect(item).to_have_attribute("data-until", f"{firm['monday']}T12:30")


def test_who_comes_second_is_told_and_sees_it_as_it_is_now(visit, firm):
    page, item = week(visit, firm)
    row = Appointment.objects.unscoped("tests").get(pk=firm["row"].pk)
    later = row.starts_at + dt.timedelta(hours=4)
    edit_appointment(actor_of(firm["rep"]), row, starts_at=later, ends_at=later + dt.timedelta(hours=1))
    item.focus()
    page.keyboard.press("Alt+ArrowDown")
    expect(page.locator(".toast-note.tone-danger")).to_be_visible()
    expect(item).to_have_attribute("data-was", f"{firm['monday']}T14:00")
    assert starts(firm["row"]).hour == 14
