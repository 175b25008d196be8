"""A visit on a phone, with its position and camera; a file dropped on a record."""

import io

import pytest
from PIL import Image
from playwright.sync_api import expect

from muster.activities.actions.visit import give_consent
from muster.activities.models import Attachment, CheckIn
from tests.e2e.conftest import firm_of
from tests.factories import actor_of, make_account, make_member

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
HERE = {"latitude": 31.230416, "longitude": 121.473701, "accuracy": 12}


@firm_of
def shop():
    rep = make_member("张三")
    give_consent(actor_of(rep))
    return {"rep": rep, "account": make_account(rep, "东方电子有限公司")}


@pytest.fixture(autouse=True)
def media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


def photo() -> dict:
    buffer = io.BytesIO()
    Image.new("RGB", (1600, 1200), "teal").save(buffer, "JPEG")
    return {"name": "camera.jpg", "mimeType": "image/jpeg", "buffer": buffer.getvalue()}


def test_a_visit_is_checked_in_with_position_and_photo_and_left(visit, shop):
    page = visit(shop["rep"], phone=True)
    page.context.grant_permissions(["geolocation"])
    page.context.set_geolocation(HERE)
    page.goto(f"/visits/here/?account={shop['account'].pk}")
    expect(page.get_by_text("已定位，精度 12 米")).to_be_visible()
    page.set_input_files("input[name=photo]", photo())
    expect(page.locator("canvas")).to_be_visible()
    page.get_by_role("button", name="签到", exact=True).click()
    expect(page.get_by_text("首次定点").first).to_be_visible()
    row = CheckIn.objects.unscoped("tests").select_related("photo").get()
    assert row.__dict__["position"] == "31.230416,121.473701"
    assert (row.accuracy, row.photo.file_name) == (12, "visit.jpg")  # drawn anew with the time on it
    page.get_by_role("link", name="签退").click()
    page.get_by_role("button", name="签退").click()
    expect(page.get_by_text("已完成").first).to_be_visible()


def test_a_file_is_put_on_a_customer_and_stands_in_the_list(visit, shop):
    page = visit(shop["rep"], shop["account"].get_absolute_url())
    page.locator("#panel-files").scroll_into_view_if_needed()  # loaded when it is seen
    page.locator("[data-drop][data-ready=yes] input[multiple]").set_input_files(photo())
    expect(page.locator(".file-line img")).to_be_visible()
    assert Attachment.objects.unscoped("tests").get().file_name == "camera.jpg"
