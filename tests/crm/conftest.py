"""A small firm: a manager with two representatives, somebody elsewhere, sales operations and the administrator."""

import datetime as dt
from types import SimpleNamespace

import pytest
import time_machine
from django.test import Client
from django.utils import translation
from factories import make_member

TODAY = dt.date(2026, 6, 15)


@pytest.fixture(autouse=True)
def day():
    with time_machine.travel(dt.datetime(2026, 6, 15, 4, tzinfo=dt.UTC), tick=False), translation.override("en"):
        yield


@pytest.fixture
def firm(db):
    boss = make_member("Chen Boss", role="manager")
    return SimpleNamespace(
        boss=boss,
        wang=make_member("Wang", manager=boss),
        li=make_member("Li", manager=boss),
        other=make_member("Zhao", role="manager"),
        ops=make_member("Ops", role="salesops"),
        admin=make_member("Admin", role="sysadmin"),
    )


@pytest.fixture
def login():
    def made(member):
        client = Client(headers={"accept-language": "en"})
        client.force_login(member.user)
        return client

    return made
