"""Customers and their people: who owns them, who sees them, what stands over what."""

import pytest
from django.core.exceptions import ValidationError
from factories import actor_of, make_account, make_contact, make_deal, make_member, make_pipeline, operator, stage

from muster.access.scope import Forbidden
from muster.crm.actions.account import accounts, add_to_team, contacts, take_off_team, transfer_account
from muster.crm.actions.deal import deals
from muster.crm.actions.setup import ensure_default_setup, pipelines, stages
from muster.crm.models import Account, AccountMember, Contact, Pipeline, Stage

pytestmark = pytest.mark.django_db


def visible(member) -> set[Account]:
    return set(Account.objects.visible_to(actor_of(member)))


def test_a_circle_of_parents_is_refused_by_name(firm):
    actor = actor_of(firm.wang)
    top = accounts.create(actor, name="Top")
    middle = accounts.create(actor, name="Middle", parent=top)
    low = accounts.create(actor, name="Low", parent=middle)
    with pytest.raises(ValidationError) as caught:
        accounts.edit(actor, top, parent=low)
    assert caught.value.messages == ["This would make a circle: Top → Low → Middle → Top."]
    with pytest.raises(ValidationError):
        accounts.edit(actor, top, parent=top)


def test_contacts_go_with_their_customer_and_deals_stay(firm):
    account = make_account(firm.wang)
    contact, deal = make_contact(account), make_deal(firm.wang, account=account)
    transfer_account(actor_of(firm.boss), account, owner=firm.li)
    assert Contact.objects.unscoped("test").get(pk=contact.pk).owner == firm.li
    deal.refresh_from_db()
    assert deal.owner == firm.wang


def test_nobody_receives_a_customer_who_has_left(firm):
    gone = make_member("Gone", manager=firm.boss, status="left")
    with pytest.raises(ValidationError, match="Gone has left"):
        transfer_account(actor_of(firm.boss), make_account(firm.wang), owner=gone)


def test_a_teammate_sees_the_customer_until_taken_off(firm):
    account = make_account(firm.wang)
    assert visible(firm.li) == set()
    row = add_to_team(actor_of(firm.wang), account=account, member=firm.li, part="Pre-sales")
    assert visible(firm.li) == {account}
    take_off_team(actor_of(firm.wang), row)
    assert visible(firm.li) == set()
    assert not AccountMember.objects.unscoped("test").exists()


def test_a_teammate_cannot_make_himself_the_owner_of_a_contact_to_read_its_phone(firm):
    account = make_account(firm.wang, team=(firm.li,))
    contact = make_contact(account, phone="13812345678")
    with pytest.raises(ValidationError, match="transfer"):
        contacts.edit(actor_of(firm.li), contact, owner=firm.li)
    [seen] = Contact.objects.visible_to(actor_of(firm.li))
    assert seen.phone == ""


def test_archived_leaves_the_lists_and_comes_back(firm, login):
    account = make_account(firm.wang, "Acme Ltd")
    client = login(firm.wang)
    client.post(f"/customers/{account.pk}/archive/")
    link = f'href="/customers/{account.pk}/"'
    assert link not in client.get("/customers/").content.decode()
    assert link in client.get("/customers/?archived=1").content.decode()
    client.post(f"/customers/{account.pk}/restore/")
    assert link in client.get("/customers/").content.decode()


def test_the_default_setup_is_made_once_and_never_again():
    ensure_default_setup()
    ensure_default_setup()
    pipeline = Pipeline.objects.unscoped("test").get(key="sales")
    rows = Stage.objects.unscoped("test").filter(pipeline=pipeline).order_by("position_no")
    assert [(one.key, one.kind, one.probability) for one in rows] == [
        ("new", "open", 10),
        ("qualified", "open", 30),
        ("proposal", "open", 50),
        ("negotiation", "open", 70),
        ("won", "won", 100),
        ("lost", "lost", 0),
    ]


def test_a_stage_with_deals_keeps_its_kind_and_is_not_archived(firm):
    make_pipeline()
    make_deal(firm.wang)
    with pytest.raises(ValidationError, match="Deals stand in this stage"):
        stages.edit(actor_of(firm.ops), stage("new"), kind="won")
    with pytest.raises(ValidationError, match="Open deals stand in this stage"):
        stages.archive(actor_of(firm.ops), stage("new"))
    with pytest.raises(Forbidden):
        stages.edit(actor_of(firm.wang), stage("new"), name="Mine")


def test_one_pipeline_is_the_default_and_keys_are_made_from_names(firm):
    first = pipelines.create(operator, name="Key accounts", is_default=True)
    second = pipelines.create(operator, name="Key accounts", is_default=True)
    assert (first.key, second.key) == ("key-accounts", "key-accounts-2")
    assert [one.key for one in Pipeline.objects.unscoped("test").filter(is_default=True)] == ["key-accounts-2"]


def test_a_deal_needs_an_open_stage(firm):
    make_pipeline()
    with pytest.raises(ValidationError, match="Choose an open stage"):
        deals.create(actor_of(firm.wang), name="Pumps", stage=stage("won"))
