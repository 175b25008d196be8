"""Records with a star, and those opened last: at hand before anything is typed, as long as one may see them."""

import pytest
from django.core.exceptions import ValidationError
from django.test import Client

from muster.access.actions import favourite
from muster.access.actions.favourite import favourites, turn
from muster.access.at_hand import opened, starred
from muster.access.models import Event, Favourite
from muster.crm.actions.contract import contracts
from muster.crm.actions.deal import deals, transfer_deal
from muster.crm.actions.lead import leads
from tests.factories import actor_of, make_account, make_contact, make_deal, make_member


@pytest.fixture
def team(db):
    rep, mate = make_member("Rep"), make_member("Mate")
    account = make_account(rep, "Dongfang")
    return {"rep": rep, "mate": mate, "account": account, "deal": make_deal(rep, account=account, name="Big order")}


def browser(member) -> Client:
    client = Client()
    client.cookies["muster_language"] = "en"
    client.force_login(member.user)
    return client


def names(hits) -> list[str]:
    return [one["text"] for one in hits]


def test_every_kind_of_record_page_has_a_star(team):
    rep = team["rep"]
    contract = contracts.create(actor_of(rep), name="Frame contract", account=team["account"])
    lead = leads.create(actor_of(rep), name="Li", company="Nanhai", phone="13800138000")
    rows = [rep, team["account"], team["deal"], make_contact(team["account"]), lead, contract]
    client = browser(rep)
    for row in rows:
        label = row._meta.label_lower
        page = client.get(row.get_absolute_url()).content.decode()
        assert f'hx-post="/star/{label}/{row.pk}/"' in page, label
        assert f'data-opened="{label}:{row.pk}"' in page, label


def test_a_star_is_set_and_taken_away_with_one_tap(team):
    client, url = browser(team["rep"]), f"/star/crm.deal/{team['deal'].pk}/"
    answer = client.post(url)
    assert 'aria-pressed="true"' in answer.content.decode()
    assert answer["HX-Trigger"] == "starred"
    assert "Big order" in client.get("/favourites/").content.decode()
    assert "star on" in client.get(team["deal"].get_absolute_url()).content.decode()
    assert 'aria-pressed="false"' in client.post(url).content.decode()
    assert "Big order" not in client.get("/favourites/").content.decode()
    client.post(url)
    assert Favourite.objects.unscoped("tests").count() == 1, "the same row again"
    verbs = Event.objects.unscoped("tests").filter(action__startswith="access.favourite").order_by("pk")
    assert [one.action.rpartition(".")[2] for one in verbs] == ["create", "archive", "restore"]


def test_the_newest_star_stands_first_and_nobody_else_sees_it(team):
    rep = actor_of(team["rep"])
    turn(rep, "crm.account", team["account"].pk)
    turn(rep, "crm.deal", team["deal"].pk)
    assert names(starred(rep)) == ["Big order", "Dongfang"]
    assert not starred(actor_of(team["mate"]))
    assert not Favourite.objects.visible_to(actor_of(make_member("Admin", role="sysadmin"))).exists()


def test_what_one_may_no_longer_see_is_gone_from_both(team):
    rep, deal = actor_of(team["rep"]), make_deal(team["rep"], account=make_account(team["mate"]), name="Big order")
    turn(rep, "crm.deal", deal.pk)
    assert names(opened(rep, f"crm.deal:{deal.pk}")) == ["Big order"]
    boss = actor_of(make_member("Boss", role="director"))
    transfer_deal(boss, deal, owner=team["mate"])
    assert not starred(rep)
    assert not opened(rep, f"crm.deal:{deal.pk}")
    turn(boss, "crm.deal", deal.pk)
    deals.archive(boss, deal)
    assert not starred(boss), "nor what was put away"


def test_what_one_cannot_see_gets_no_star(team):
    mate = browser(team["mate"])
    answer = mate.post(f"/star/crm.deal/{team['deal'].pk}/")
    assert answer.status_code == 422
    assert answer.json()["detail"] == "There is no such record for you."
    for label in ("crm.nothing", "access.user"):
        assert mate.post(f"/star/{label}/1/").status_code == 422
    assert mate.post(f"/star/crm.deal/{10**20}/").status_code in (404, 422)
    assert not Favourite.objects.unscoped("tests").exists()


def test_there_is_an_end_to_favourites(team, monkeypatch):
    monkeypatch.setattr(favourite, "MOST", 1)
    rep = actor_of(team["rep"])
    turn(rep, "crm.deal", team["deal"].pk)
    with pytest.raises(ValidationError, match="You have 1 favourites already: take one away first"):
        favourites.create(rep, record="crm.account", object_id=team["account"].pk)


def test_search_and_palette_show_both_before_typing(team):
    client, rep = browser(team["rep"]), actor_of(team["rep"])
    turn(rep, "crm.account", team["account"].pk)
    recent = f"crm.deal:{team['deal'].pk},crm.account:{team['account'].pk},crm.deal:999,nonsense,x:y"
    groups = client.get("/palette/", {"recent": recent}).json()["groups"]
    assert [(one["label"], [item["label"] for item in one["items"]]) for one in groups[:2]] == [
        ("Favourites", ["Dongfang"]),
        ("Opened last", ["Big order"]),
    ]
    page = client.get("/search/", {"recent": recent}, headers={"HX-Request": "true"}).content.decode()
    assert page.index("Favourites") < page.index("Dongfang") < page.index("Opened last") < page.index("Big order")
    assert "Opened last" not in client.get("/search/", {"recent": recent, "q": "big"}).content.decode()


def test_twenty_were_opened_last_and_asking_for_them_is_two_questions_for_a_kind(team, django_assert_num_queries):
    rep = actor_of(team["rep"])
    keys = ",".join(f"crm.deal:{make_deal(team['rep'], name=f'D{n}').pk}" for n in range(25))
    with django_assert_num_queries(1):
        assert names(opened(rep, keys)) == [f"D{n}" for n in range(20)]
    mixed = f"crm.deal:{team['deal'].pk},crm.account:{team['account'].pk},crm.deal:{team['deal'].pk}"
    with django_assert_num_queries(2):
        assert names(opened(rep, mixed)) == ["Big order", "Dongfang"]
