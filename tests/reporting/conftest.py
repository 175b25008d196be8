"""A small firm that reports: a manager with two representatives, somebody elsewhere, sales operations."""

import datetime as dt
from types import SimpleNamespace

import pytest
import time_machine
from django.test import Client
from django.utils import translation
from factories import make_member, make_pipeline, make_unit

from muster.reporting.models import ReportTemplate

TODAY = dt.date(2026, 6, 15)  # a Monday
NOON = dt.datetime(2026, 6, 15, 4, tzinfo=dt.UTC)


@pytest.fixture(autouse=True)
def day():
    with time_machine.travel(NOON, tick=False) as clock, translation.override("en"):
        yield clock


@pytest.fixture
def firm(db):
    make_pipeline()
    north = make_unit("North")
    boss = make_member("Chen Boss", role="manager", unit=north)
    chief = make_member("Chief", role="director")
    return SimpleNamespace(
        north=north,
        chief=chief,
        boss=boss,
        wang=make_member("Wang", manager=boss, unit=north),
        li=make_member("李雷", manager=boss, unit=north),
        other=make_member("Zhao", role="manager"),
        ops=make_member("Ops", role="salesops"),
    )


@pytest.fixture
def daily(firm):
    row = ReportTemplate(name="Daily", kind="day", questions=[{"text": "Help?", "required": False}])
    row.save()
    return row


@pytest.fixture
def login():
    def made(member):
        client = Client(headers={"accept-language": "en"})
        client.force_login(member.user)
        return client

    return made
