"""Screens on walls: what their maker sees and nothing beyond, until they are taken back."""

import datetime as dt

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from factories import actor_of, make_account, make_deal

from muster.access.models import SavedView
from muster.access.scope import Forbidden
from muster.crm.actions.deal import win_deal
from muster.reporting.actions.analysis import analyses
from muster.reporting.actions.board import begin, widgets
from muster.reporting.actions.screen import start_screen, take_screen_back
from muster.reporting.models import Screen

pytestmark = pytest.mark.django_db
TODAY = dt.date(2026, 6, 15)
UNTIL = dt.date(2026, 7, 15)


@pytest.fixture
def work(firm):
    for owner, amount in ((firm.wang, 300_00), (firm.other, 900_00)):
        deal = make_deal(owner, amount=amount, opened_on=TODAY, account=make_account(owner, f"Secret of {owner}"))
        win_deal(actor_of(owner), deal, on=TODAY)


def screen(member, **more):
    return start_screen(actor_of(member), **{"name": "Hall", "ends_on": UNTIL, **more})


def page(row, place=0):
    return Client().get(f"/wall/{row.token}/{place}/")


def test_it_shows_its_makers_numbers_without_a_login(firm, work):
    row = screen(firm.boss)
    frame = Client().get(f"/wall/{row.token}/")
    assert frame.status_code == 200
    assert frame["Referrer-Policy"] == "no-referrer"
    said = page(row).content.decode()
    assert "¥300" in said
    assert "1,200" not in said
    assert "¥1,200" in page(screen(firm.chief)).content.decode()


def test_its_pages_turn_from_the_last_to_the_first(firm, work):
    made = {"metrics": ["deals_won"], "rows": "member", "columns": "", "period": "quarter", "chart": "bar"}
    table = analyses.create(actor_of(firm.boss), name="Team table", share="nobody", **made)
    row = screen(firm.boss, analyses=[table.pk])
    pages = [page(row, place).content.decode() for place in range(4)]
    assert ["Team table" in one for one in pages] == [False, False, False, True]
    assert 'data-count="4"' in pages[0]
    assert 'data-place="0"' in page(row, 4).content.decode()


def test_names_of_customers_are_left_out_unless_asked_for(firm, work):
    boss = actor_of(firm.boss)
    view = SavedView(user=firm.boss.user, name="Deals", path="/customers/", query="")
    view.save()
    begin(boss)
    widgets.create(boss, kind="view", view=view, period="month", width="full")

    def said(**more):
        row = screen(firm.boss, **more)
        return "".join(page(row, place).content.decode() for place in range(4))

    assert "Secret of Wang" not in said()
    assert "Secret of Wang" in said(hides=False)
    assert "Secret of Zhao" not in said(hides=False)


def test_taken_back_run_out_or_of_one_who_left_it_is_dark(firm, work, day):
    row, kept = screen(firm.boss), screen(firm.boss)
    take_screen_back(actor_of(firm.boss), row)
    assert page(row).status_code == 404
    assert Client().get(f"/wall/{row.token}/").status_code == 404
    assert page(kept).status_code == 200
    day.move_to(dt.datetime(2026, 7, 16, 4, tzinfo=dt.UTC))
    assert page(kept).status_code == 404
    day.move_to(dt.datetime(2026, 6, 15, 4, tzinfo=dt.UTC))
    firm.boss.user.is_active = False
    firm.boss.user.save()
    assert page(kept).status_code == 404
    assert Client().get("/wall/guessed/0/").status_code == 404


def test_its_secret_is_shown_once_and_kept_nowhere(firm, login):
    client = login(firm.boss)
    sent = {"name": "Hall", "with_board": "on", "seconds": 20, "hides": "on", "ends_on": "2026-07-15"}
    answer = client.post("/screens/", sent).content.decode()
    token = answer.partition("/wall/")[2].partition("/")[0]
    assert page(type("Row", (), {"token": token})).status_code == 200
    assert token not in client.get("/screens/").content.decode()
    assert token not in str(Screen.objects.unscoped("test").values().get())


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"ends_on": dt.date(2028, 1, 1)}, "a year at most"),
        ({"ends_on": dt.date(2026, 6, 14)}, "a year at most"),
        ({"seconds": 1}, "5 to 3600 seconds"),
        ({"with_board": False}, "Choose what it shows"),
        ({"analyses": [999]}, "no such choice"),
    ],
)
def test_what_cannot_hang_is_refused(firm, asked, said):
    with pytest.raises(ValidationError, match=said):
        screen(firm.boss, **asked)


def test_a_screen_is_nobody_elses(firm, login):
    row = screen(firm.boss)
    assert login(firm.chief).get(f"/screens/{row.pk}/archive/").status_code == 404
    assert "Hall" not in login(firm.chief).get("/screens/").content.decode()
    with pytest.raises(Forbidden):
        screen(firm.wang)
