"""A cell of a list, changed where it stands: the record's own form and action, its rights and its lock."""

import pytest
from django.test import Client

from muster.access.models import Event
from muster.crm.actions.deal import deals
from muster.crm.models import Deal
from tests.factories import actor_of, make_account, make_deal, make_member


@pytest.fixture
def team(db):
    rep, boss = make_member("Rep"), make_member("Boss", role="director")
    deal = make_deal(rep, account=make_account(rep, "Dongfang"), name="Pumps", amount=500_000, next_step="Call")
    return {"rep": rep, "boss": boss, "mate": make_member("Mate"), "deal": deal}


def browser(member) -> Client:
    client = Client()
    client.cookies["muster_language"] = "en"
    client.force_login(member.user)
    return client


def at(deal, name) -> str:
    return f"/cells/crm.deal/{deal.pk}/{name}/"


def test_a_cell_is_the_field_of_the_form_and_saves_by_its_action(team):
    client, deal = browser(team["rep"]), team["deal"]
    form = client.get(at(deal, "amount")).content.decode()
    assert 'name="amount"' in form
    assert 'value="5000.00"' in form
    assert "expected_on" not in form
    assert client.post(at(deal, "amount"), {"amount": "12.5万", "version": deal.version}).status_code == 204
    deal.refresh_from_db()
    assert (deal.amount, deal.next_step, deal.version) == (12_500_000, "Call", 2)
    event = Event.objects.unscoped("tests").filter(object_id=deal.pk, model="crm.deal").latest("pk")
    assert (event.action, set(event.changes)) == ("crm.deal.edit", {"amount"})


def test_a_sentence_stands_at_the_cell_and_nothing_is_changed(team):
    client, deal = browser(team["rep"]), team["deal"]
    answer = client.post(at(deal, "amount"), {"amount": "much"})
    assert answer.status_code == 422
    assert "“much” is not an amount" in answer.content.decode()
    deal.refresh_from_db()
    assert (deal.amount, deal.version) == (500_000, 1)


def test_of_two_writers_the_second_sees_both_values_and_chooses(team):
    client, deal = browser(team["rep"]), team["deal"]
    deals.edit(actor_of(team["boss"]), deal, amount=700_000)
    answer = client.post(at(deal, "amount"), {"amount": "6000", "version": 1})
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "Theirs: ¥7,000.00" in page
    assert "Yours: ¥6,000.00" in page
    assert 'name="version" value="2"' in page
    deal.refresh_from_db()
    assert deal.amount == 700_000
    assert client.post(at(deal, "amount"), {"amount": "6000", "version": 2}).status_code == 204
    deal.refresh_from_db()
    assert deal.amount == 600_000
    assert client.post(at(deal, "next_step"), {"next_step": "Visit", "version": 1}).status_code == 204, "nobody else's"


def test_a_link_moves_by_its_own_action(team):
    client, deal = browser(team["boss"]), team["deal"]
    assert 'name="owner"' in client.get(at(deal, "owner")).content.decode()
    assert client.post(at(deal, "owner"), {"owner": team["mate"].pk, "version": 1}).status_code == 204
    deal.refresh_from_db()
    assert deal.owner_id == team["mate"].pk
    assert Event.objects.unscoped("tests").filter(action="crm.deal.transfer").count() == 1


def test_rights_are_those_of_the_edit_page(team):
    deal = team["deal"]
    assert browser(team["mate"]).get(at(deal, "amount")).status_code == 404
    assert browser(make_member("Admin", role="sysadmin")).get(at(deal, "amount")).status_code == 404
    rep = browser(team["rep"])
    for name in ("status", "closed_on", "nothing", "version", "owner_id"):
        assert rep.get(at(deal, name)).status_code == 404, name
        assert rep.post(at(deal, name), {name: "1"}).status_code == 404, name
    assert rep.get(f"/cells/crm.nothing/{deal.pk}/name/").status_code == 404
    assert rep.get(f"/cells/auth.group/{deal.pk}/name/").status_code == 404
    mine = browser(team["mate"]).get(f"/cells/people.member/{team['rep'].pk}/work_place/")
    assert mine.status_code in (403, 404), "a colleague is seen and not changed"
    assert Deal.objects.unscoped("tests").get(pk=deal.pk).version == 1


def test_the_list_says_which_columns_can_be_changed_and_gives_one_row_anew(team):
    client, deal = browser(team["rep"]), team["deal"]
    page = client.get("/deals/?amount_from=1").content.decode()
    assert 'data-cells="/cells/crm.deal/"' in page
    assert 'data-column="amount" data-edits' in page
    assert 'data-column="expected_on" data-edits' in page
    assert 'data-column="status" data-edits' not in client.get("/deals/?col=name&col=status").content.decode()
    row = client.get(f"/deals/?amount_from=999999&row={deal.pk}&col=name&col=amount").content.decode()
    assert "Pumps" in row
    assert "¥5,000.00" in row
    assert "<table" not in row
    assert browser(team["mate"]).get(f"/deals/?row={deal.pk}").status_code == 404
    assert client.get("/deals/?row=x").status_code == 400
