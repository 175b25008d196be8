"""Who asked not to be written to or called: kept with day and source, shown, filtered, merged, warned about."""

import datetime as dt

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from muster.crm.actions.account import contacts
from muster.crm.actions.merging import choices, merge_contacts, undo_merge
from muster.crm.forms.records import ContactForm
from muster.crm.models import Contact, Merge
from tests.factories import actor_of, make_account, make_contact

pytestmark = pytest.mark.django_db


def again(row: Contact) -> Contact:
    return Contact.objects.unscoped("tests").get(pk=row.pk)


@pytest.fixture
def mei(firm) -> Contact:
    return make_contact(make_account(firm.wang, "Acme"), "Mei", email="mei@acme.example")


def sent(firm, row, **said) -> ContactForm:
    data = {"name": "Mei", "account": row.account_id, "owner": firm.wang.pk, **said}
    return ContactForm(data, actor=actor_of(firm.wang), instance=row)


def test_it_is_kept_since_when_and_how_we_know(firm, mei):
    form = sent(firm, mei, no_calls="on")
    assert "Say how the contact asked for it" in str(form.errors["opt_out_source"])
    form = sent(firm, mei, no_calls="on", opt_out_source="on the phone", opt_out_on="2026-06-16")
    assert "still to come" in str(form.errors["opt_out_on"])
    form = sent(firm, mei, no_calls="on", opt_out_source="on the phone")
    assert form.is_valid(), form.errors
    contacts.edit(actor_of(firm.wang), mei, **form.written())
    assert (again(mei).opt_out_on, again(mei).refusals) == (dt.date(2026, 6, 15), ["No calls"])
    contacts.edit(actor_of(firm.wang), again(mei), no_calls=False)
    assert (again(mei).opt_out_on, again(mei).opt_out_source, again(mei).refusals) == (None, "", [])


def test_the_page_and_the_list_say_so(firm, mei, login):
    other = make_contact(mei.account, "Lin")
    contacts.edit(actor_of(firm.wang), mei, no_mail=True, opt_out_source="in a form")
    client = login(firm.wang)
    page = client.get(mei.get_absolute_url()).content.decode()
    assert 'tone-red">No e-mail</span>' in page
    assert "in a form" in page
    assert "No e-mail" not in client.get(other.get_absolute_url()).content.decode()
    listed = client.get(reverse("contact_list"), {"no_mail": "1"}).content.decode()
    assert ("Mei" in listed, "Lin" in listed) == (True, False)
    told = client.get(reverse("contact_list"), {"col": ["name", "no_mail", "opt_out_on"], "format": "csv"})
    assert told.status_code == 403
    csv = login(firm.boss).get(reverse("contact_list"), {"col": ["name", "no_mail", "opt_out_on"], "format": "csv"})
    assert "2026-06-15" in b"".join(csv.streaming_content).decode()


def test_of_two_the_stricter_wins_and_comes_apart_again(firm, mei):
    other = make_contact(mei.account, "Mei W.", no_mail=True, opt_out_on=dt.date(2026, 5, 1), opt_out_source="by mail")
    assert {one.name for one in choices(mei, other)} & {"no_mail", "opt_out_on", "opt_out_source"} == set()
    merge_contacts(actor_of(firm.boss), mei, other=other, take=[])
    kept = again(mei)
    assert (kept.no_mail, kept.opt_out_on, kept.opt_out_source) == (True, dt.date(2026, 5, 1), "by mail")
    undo_merge(actor_of(firm.boss), Merge.objects.unscoped("tests").get(survivor_id=mei.pk))
    assert (again(mei).no_mail, again(mei).opt_out_on, again(other).no_mail) == (False, None, True)


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"for": "mail"}, "Mei asked for no e-mail on Jun 15. unsubscribed"),
        ({"kind": "email"}, "Mei asked for no e-mail on Jun 15. unsubscribed"),
        ({"kind": "call"}, ""),
        ({"for": "call"}, ""),
        ({"for": "nonsense"}, ""),
    ],
)
def test_who_writes_or_calls_is_warned(firm, mei, login, asked, said):
    contacts.edit(actor_of(firm.wang), mei, no_mail=True, opt_out_source="unsubscribed")
    page = login(firm.wang).get(reverse("contact_wishes"), {"contact": mei.pk, **asked}).content.decode()
    assert said in page if said else page.strip() == ""
    hidden = login(firm.other).get(reverse("contact_wishes"), {"contact": mei.pk, **asked}).content.decode()
    assert "Mei" not in hidden


def test_each_of_those_a_mail_goes_to_is_looked_at(firm, mei, login):
    contacts.edit(actor_of(firm.wang), mei, no_mail=True, email="mei@kunde.example")
    asked = {"for": "mail", "contact": "0", "cc": "Someone <x@y.example>； MEI@kunde.example"}
    assert "Mei" in login(firm.wang).get(reverse("contact_wishes"), asked).content.decode()
    assert "Mei" not in login(firm.other).get(reverse("contact_wishes"), asked).content.decode()


@pytest.mark.parametrize("name", ["mail_write", "call_log", "activity_create"])
def test_the_forms_ask_for_it(firm, mei, login, name):
    page = login(firm.wang).get(reverse(name), {"contact": mei.pk}).content.decode()
    assert f'hx-get="{reverse("contact_wishes")}' in page


def test_a_source_that_is_too_long_changes_nothing(firm, mei):
    with pytest.raises(ValidationError):
        contacts.edit(actor_of(firm.wang), mei, opt_out_source="x" * 300, no_mail=True)
    assert again(mei).no_mail is False
