"""A real browser on the real server: one of each for the whole run.

A test begins with the firm it names, a fixture made by `firm_of`. It is built once and copied for every test; after
each the database is put back in one piece, which takes hundredths of a second.
"""

import contextlib
import copy
import os
import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.core.cache import cache
from django.db import connection
from django.test import Client, TransactionTestCase
from playwright.sync_api import Browser, Page, expect, sync_playwright

os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")  # Playwright's loop stays in this thread
CHROMIUM = Path("/usr/bin/chromium")
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
PASSWORD = "a sentence only this test knows"
PATIENCE = 60_000  # ms; a busy machine is no defect
KEPT: dict[str, tuple[sqlite3.Connection, Any]] = {}  # the database with a firm in it, and the firm


def firm_of(build: Callable[[], Any]) -> Any:
    """A fixture with what BUILD makes and returns. It is built for the first test that wants it; the others get a copy,
    records included, so that a test may change all of it."""

    @pytest.fixture(name=build.__name__)
    def firm(transactional_db: None) -> Any:
        name = f"{build.__module__}.{build.__qualname__}"
        if name not in KEPT:
            made = build()
            KEPT[name] = (_read(), copy.deepcopy(made))
            return made
        image, made = KEPT[name]
        _write(image)
        return copy.deepcopy(made)

    return firm


def _read() -> sqlite3.Connection:
    """The whole database, in memory; what is still in its journal, too."""
    memory = sqlite3.connect(":memory:", check_same_thread=False)
    with contextlib.closing(sqlite3.connect(connection.settings_dict["NAME"])) as source:
        source.backup(memory)
    return memory


def _write(image: sqlite3.Connection) -> None:
    """In one transaction: the server's connections see the one database or the other."""
    with contextlib.closing(sqlite3.connect(connection.settings_dict["NAME"], timeout=20)) as target:
        image.backup(target)
    cache.clear()


@pytest.fixture(scope="session", autouse=True)
def put_back(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """Instead of emptying a hundred tables and filling them again with what every installation has."""
    with django_db_blocker.unblock(), pytest.MonkeyPatch.context() as patch:
        assert not connection.is_in_memory_db(), "run these by `make test`: they need a database in a file"
        empty = _read()
        connection.close()
        patch.setattr(TransactionTestCase, "_fixture_teardown", lambda _self: _write(empty))
        yield


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    if not CHROMIUM.exists():
        pytest.skip(f"{CHROMIUM} is not installed")
    expect.set_options(timeout=PATIENCE / 2)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def visit(chromium: Browser, live_server: Any) -> Iterator[Callable[..., Page]]:
    """Open a page as a member; errors in the browser's console fail the test."""
    contexts, problems = [], []

    def open_page(member: Any = None, path: str = "/", *, phone: bool = False, language: str = "zh-hans") -> Page:
        size = {"width": 390, "height": 844} if phone else {"width": 1440, "height": 900}
        context = chromium.new_context(viewport=size, reduced_motion="reduce", base_url=live_server.url)
        contexts.append(context)
        context.add_cookies([{"name": django_settings.LANGUAGE_COOKIE_NAME, "value": language, "url": live_server.url}])
        page = context.new_page()
        page.on("pageerror", lambda error: problems.append(str(error)))
        page.set_default_timeout(PATIENCE)
        if member is not None:
            sign_in(page, member, live_server.url)
        page.goto(path)
        return page

    yield open_page
    for context in contexts:
        for page in context.pages:
            page.wait_for_load_state("networkidle")  # no request may outlive the test's database
        context.close()
    assert problems == []


def sign_in(page: Page, member: Any, server: str) -> None:
    """With a session of his own, as it is after the login page; he knows PASSWORD."""
    member.user.set_password(PASSWORD)
    member.user.save()
    client = Client()
    client.force_login(member.user, backend=django_settings.AUTHENTICATION_BACKENDS[0])
    cookie = client.cookies[django_settings.SESSION_COOKIE_NAME].value
    page.context.add_cookies([{"name": django_settings.SESSION_COOKIE_NAME, "value": cookie, "url": server}])
