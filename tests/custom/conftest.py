"""A manager with a representative, somebody elsewhere, sales operations, the administrator; a deal, its customer."""

import datetime as dt
from types import SimpleNamespace

import pytest
import time_machine
from django.utils import translation

from tests.factories import make_account, make_deal, make_member


@pytest.fixture(autouse=True)
def day(settings):
    settings.LANGUAGE_CODE = "en"
    with time_machine.travel(dt.datetime(2026, 6, 15, 4, tzinfo=dt.UTC), tick=False), translation.override("en"):
        yield


@pytest.fixture
def firm(db, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    boss = make_member("Chen Boss", role="manager")
    wang = make_member("Wang", manager=boss)
    account = make_account(wang, "Harbour Foods")
    return SimpleNamespace(
        boss=boss,
        wang=wang,
        other=make_member("Zhao", role="manager"),
        ops=make_member("Ops", role="salesops"),
        admin=make_member("Admin", role="sysadmin"),
        account=account,
        deal=make_deal(wang, account=account, name="Cold store"),
    )
