"""Human resources and finance: each its own part of what is held about people, and nothing of the other's."""

import pytest
from django.urls import reverse

from muster.crm.models import Account
from muster.people.models import MemberPrivate
from tests.contracts.world import client_of
from tests.factories import actor_of, make_account, make_member

pytestmark = pytest.mark.django_db
ID_NUMBER, BANK = "110101199001011234", "6222020200095566770"


@pytest.fixture
def rep():
    member = make_member("Rep")
    MemberPrivate(member=member, id_number=ID_NUMBER, bank_account=BANK).save()
    make_account(member, "Acme")
    return member


def private_page(role, rep, reason=""):
    client, url = client_of(make_member(role, role=role)), reverse("member_private", args=[rep.pk])
    return client.post(url, {"reason": reason}) if reason else client.get(url)


def test_human_resources_open_private_details_with_a_reason_and_see_no_customers(rep):
    closed = private_page("hr", rep).content.decode()
    assert ID_NUMBER not in closed
    opened = private_page("hr", rep, "Contract renewal").content.decode()
    assert ID_NUMBER in opened
    assert BANK in opened
    office = make_member("Hana", role="hr")
    assert not Account.objects.visible_to(actor_of(office)).exists()
    assert client_of(office).get("/customers/").status_code == 403
    assert client_of(office).get(reverse("member_detail", args=[rep.pk])).status_code == 200


def test_finance_opens_the_bank_account_and_nothing_else_private(rep):
    opened = private_page("finance", rep, "Pay day").content.decode()
    assert BANK in opened
    assert ID_NUMBER not in opened
    assert ID_NUMBER[-4:] not in opened


def test_neither_office_gives_itself_rights(rep):
    for role in ("hr", "finance"):
        client = client_of(make_member(f"Of {role}", role=role))
        assert client.get("/settings/roles/").status_code == 403
        assert client.get("/settings/users/").status_code == 403
