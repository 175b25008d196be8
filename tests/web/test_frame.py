"""The frame of every page and the components, as the server renders them."""

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.template.loader import render_to_string

from muster.access.models import User
from tests.factories import give_role

COMPONENTS = settings.PACKAGE / "core/templates/cotton"


@pytest.fixture
def user(db):
    return User.objects.create_user("lina", password="a-long-password", name="李娜")


@pytest.fixture
def inside(client, user):
    client.force_login(user)
    return client


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_style_page_shows_components_in_both_languages(inside, settings, language):
    settings.DEMO = True
    page = inside.get("/ui/", headers={"accept-language": language}).content.decode()
    assert f'lang="{language}"' in page
    assert "data-kanban" in page
    assert "data-org" in page
    assert "<c-" not in page


def test_style_page_is_not_there_for_real_users(inside, settings):
    settings.DEMO = settings.DEBUG = False
    assert inside.get("/ui/").status_code == 404


def test_a_page_comes_without_its_frame_for_the_drawer(inside, settings):
    settings.DEMO = True
    page = inside.get("/ui/?part=form", headers={"hx-request": "true", "hx-target": "div#drawer-body"}).content.decode()
    assert "<html" not in page
    assert 'hx-target="#drawer-body"' in page


def test_the_theme_of_the_device_of_the_cookie_and_of_the_user(inside, user):
    assert 'data-theme="auto"' in inside.get("/search/").content.decode()
    User.objects.filter(pk=user.pk).update(theme="dark")
    assert 'data-theme="dark"' in inside.get("/search/").content.decode()
    inside.cookies["muster_theme"] = "light"
    assert 'data-theme="light"' in inside.get("/search/").content.decode()
    inside.cookies["muster_theme"] = '"><script>'
    assert "<script>" not in inside.get("/search/").content.decode().replace("<script src=", "")


def test_no_page_runs_a_script_of_its_own(inside, settings):
    settings.DEMO = True
    for address in ("/ui/", "/accounts/login/", "/offline/", "/accounts/2fa/"):
        page = inside.get(address, follow=True).content.decode()
        scripts = re.findall(r"<script(?![^>]*(?:\bsrc=|application/json))[^>]*>", page)
        assert scripts == [], address
        assert not re.search(r"\son(?:click|load|submit|change)=", page), address


def test_a_name_cannot_break_out_of_its_avatar():
    page = render_to_string(
        "ui/search_results.html", {"q": "x", "groups": [{"label": "x", "items": [{"title": "<b>"}]}]}
    )
    assert "<b>" not in page


def test_every_component_says_how_it_is_used():
    for path in sorted(Path(COMPONENTS).glob("*.html")):
        first = path.read_text(encoding="utf-8").splitlines()[0]
        name = path.stem.replace("_", "-")
        assert first.startswith(("{# <c-" + name + " ", "{# <c-" + name + ">")), path.name


def test_the_palette_finds_pages_by_name_pinyin_and_initials(inside, user):
    give_role(user, "manager")
    inside.cookies["muster_language"] = "zh-hans"
    for typed in ("成员", "chengyuan", "cy", "CHENGY"):
        groups = inside.get("/palette/", {"q": typed}).json()["groups"]
        assert "成员" in [one["label"] for group in groups for one in group["items"]], typed
