"""Dashboards that people arrange themselves, and those with which roles begin."""

import datetime as dt

import pytest
from django.core.exceptions import ValidationError
from factories import actor_of, make_account, make_deal, make_member

from muster.access.models import Role, SavedView
from muster.access.scope import Forbidden, NotVisible
from muster.crm.actions.deal import win_deal
from muster.reporting.actions.analysis import analyses
from muster.reporting.actions.board import begin, move, remove, reset, widgets
from muster.reporting.models import Widget
from muster.reporting.queries.board import card, cards, default_for, title

pytestmark = pytest.mark.django_db
TODAY = dt.date(2026, 6, 15)


def titles(member):
    return [title(one) for one in cards(actor_of(member))]


@pytest.fixture
def work(firm):
    for owner, amount in ((firm.wang, 300_00), (firm.other, 900_00)):
        deal = make_deal(owner, amount=amount, opened_on=TODAY, account=make_account(owner, f"Of {owner}"))
        win_deal(actor_of(owner), deal, on=TODAY)
    make_deal(firm.wang, amount=50_00, opened_on=TODAY)


def test_each_role_begins_with_what_it_reads(firm):
    assert titles(firm.wang)[:2] == ["Revenue won", "Open pipeline"]
    assert "Who leads" not in [one.get_kind_display() for one in cards(actor_of(firm.wang))]
    assert [one.kind for one in cards(actor_of(firm.boss))].count("ranking") == 2
    assert titles(make_member("Hire", role="hr"))[0] == "Headcount"
    assert titles(make_member("Money", role="finance"))[0] == "Collected"


def test_one_arranges_takes_away_adds_and_goes_back(firm, login):
    client, before = login(firm.wang), titles(firm.wang)
    assert client.post("/board/begin/").status_code == 302
    first, second = Widget.objects.unscoped("test").order_by("position_no")[:2]
    client.post(f"/board/widgets/{first.pk}/move/?later=1")
    assert titles(firm.wang)[:2] == [before[1], before[0]]
    client.post(f"/board/widgets/{second.pk}/remove/")
    assert titles(firm.wang)[0] == before[0]
    sent = {"kind": "number", "metric": "visits_done", "period": "month", "width": "half"}
    assert client.post("/board/new/", sent).status_code == 302
    assert titles(firm.wang)[-1] == "Visits"
    page = client.get("/board/?edit=1").content.decode()
    assert "Arranged by you" in page
    client.post("/board/reset/")
    assert (titles(firm.wang), Widget.objects.unscoped("test").count()) == (before, 0)


def test_every_card_shows_its_reader_his_own_numbers(firm, work, login):
    for member, won in ((firm.wang, "¥300"), (firm.boss, "¥300"), (firm.chief, "¥1,200")):
        client = login(member)
        pages = [client.get(f"/board/cards/{at}/") for at in range(len(cards(actor_of(member))))]
        assert {page.status_code for page in pages} == {200}
        assert won in pages[0].content.decode()
        assert client.get("/board/").status_code == 200
        assert client.get("/board/cards/99/").status_code == 404


def test_an_analysis_or_a_list_that_is_shared_no_more_says_nothing(firm, work):
    boss, wang = actor_of(firm.boss), actor_of(firm.wang)
    asked = {"metrics": ["revenue_won"], "rows": "member", "columns": "", "period": "month", "chart": "table"}
    table = analyses.create(boss, name="Secret name", share="unit", **asked)
    view = SavedView(user=firm.boss.user, name="List", path="/deals/", query="status=open", share="everybody")
    view.save()
    widgets.create(wang, kind="analysis", analysis=table, period="month", width="half")
    one = widgets.create(wang, kind="view", view=view, period="month", width="full")
    assert card(wang, cards(wang)[0], "a")["table"]["lines"]
    assert len(card(wang, one, "b")["rows"]) == 1
    analyses.edit(boss, table, share="nobody")
    assert card(wang, cards(wang)[0], "a")["empty"]
    with pytest.raises(ValidationError, match="no such"):
        widgets.create(wang, kind="analysis", analysis=table, period="month", width="half")


def test_sales_operations_says_with_what_a_role_begins(firm, login):
    role = Role.objects.unscoped("test").get(key="rep")
    ops, wang = actor_of(firm.ops), actor_of(firm.wang)
    begin(ops, role)
    for row in Widget.objects.unscoped("test").filter(role=role)[1:]:
        remove(ops, row)
    widgets.create(ops, role_id=role.pk, kind="number", metric="visits_done", period="month", width="half")
    assert titles(firm.wang) == ["Revenue won", "Visits"]
    assert login(firm.ops).get(f"/board/?role={role.pk}&edit=1").status_code == 200
    assert login(firm.wang).get(f"/board/?role={role.pk}").status_code == 403
    with pytest.raises(ValidationError, match="Sales operations"):
        widgets.create(wang, role_id=role.pk, kind="number", metric="visits_done", period="month", width="half")
    with pytest.raises((Forbidden, NotVisible)):
        remove(wang, Widget.objects.unscoped("test").filter(role=role).first())
    reset(ops, role)
    assert len(default_for(wang)) == 5


def test_nobody_touches_the_cards_of_another(firm, login):
    begin(actor_of(firm.boss))
    row = Widget.objects.unscoped("test").first()
    for verb in ("move", "remove", "edit"):
        assert login(firm.ops).post(f"/board/widgets/{row.pk}/{verb}/").status_code == 404
    with pytest.raises(NotVisible):
        move(actor_of(firm.chief), row)


def test_the_api_arranges_too(firm, login):
    client = login(firm.wang)
    sent = {"kind": "trend", "metric": "revenue_won", "period": "year", "width": "full"}
    made = client.post("/api/v1/widgets", sent, content_type="application/json")
    assert made.status_code == 201, made.content
    pk = made.json()["id"]
    assert client.patch(f"/api/v1/widgets/{pk}", {"width": "half"}, content_type="application/json").status_code == 200
    refused = client.post("/api/v1/widgets", {**sent, "metric": ""}, content_type="application/json")
    assert refused.status_code == 422
    assert client.post(f"/api/v1/widgets/{pk}/remove", {}, content_type="application/json").status_code == 200
    assert client.get("/api/v1/widgets").json()["total"] == 0
