"""Customers are told at a handover: one mail for each contact, after it, once, in words that were looked at before."""

import datetime as dt
import smtplib

import pytest
from django.core import mail
from django.core.exceptions import ValidationError
from django.test import Client
from django.utils import timezone, translation

from muster.access.action import Refused
from muster.access.scope import Actor, NotVisible
from muster.crm.actions.account import contacts
from muster.crm.models import Contact
from muster.integrations.letters import send_letters
from muster.integrations.mail import CLAIM
from muster.people.actions import handover as actions
from muster.people.actions.letter import forget_letters, tell_customers
from muster.people.models import Handover, HandoverLetter
from muster.people.tasks import propose_erasures_today, run_handover
from tests.factories import actor_of, make_account, make_contact, make_deal, make_member

pytestmark = pytest.mark.django_db
OPERATOR = Actor.operator("tests")
WORDS = {"subject": "Hello {contact}", "body": "{old} is gone, {new} ({phone}) serves {customer} now."}


@pytest.fixture(autouse=True)
def english(settings):
    settings.MAIL_IS_ON = True
    with translation.override("en"):
        yield


@pytest.fixture
def team():
    boss = make_member("Boss", role="manager")
    wang = make_member("Wang", manager=boss)
    li = make_member("Li", manager=boss, work_email="li@muster.example", phone="138 0000 0000")
    account = make_account(wang, "Acme")
    mei = make_contact(account, "Mei", email="mei@acme.example")
    make_contact(account, "Silent")
    make_contact(account, "Twin", email="MEI@acme.example")
    for _ in range(2):
        make_deal(wang, account=account, contact=mei)
    foreign = make_account(make_member("Other"), "Foreign")
    make_contact(foreign, "Far", email="far@foreign.example")
    return boss, wang, li


def planned(team):
    boss, wang, li = team
    return actions.plan_handover(actor_of(boss), member=wang, receivers=[li])


def carry_out(row, boss):
    actions.start_handover(actor_of(boss), row)
    run_handover.call(row.pk)
    return Handover.objects.unscoped("tests").get(pk=row.pk)


def test_each_contact_with_an_address_gets_one_mail_after_the_handover(team):
    row = planned(team)
    tell_customers(actor_of(team[0]), row, **WORDS)
    assert send_letters() == 0
    assert mail.outbox == []
    row = carry_out(row, team[0])
    assert send_letters() == 1
    (sent,) = mail.outbox
    assert sent.to == ["Mei <mei@acme.example>"]
    assert sent.subject == "Hello Mei"
    assert sent.body == "Wang is gone, Li (138 0000 0000) serves Acme now."
    assert sent.reply_to == ["Li <li@muster.example>"]
    assert (send_letters(), len(mail.outbox)) == (0, 1)
    run_handover.call(row.pk)
    assert (send_letters(), len(mail.outbox)) == (0, 1)
    assert row.before == row.after


def test_without_words_nobody_is_told(team):
    carry_out(planned(team), team[0])
    assert send_letters() == 0
    assert not HandoverLetter.objects.exists()


def test_it_can_be_told_afterwards_but_not_twice(team):
    row = carry_out(planned(team), team[0])
    tell_customers(actor_of(team[0]), row, **WORDS)
    assert send_letters() == 1
    with pytest.raises(Refused, match="not sent twice"):
        tell_customers(actor_of(team[0]), row, **WORDS)


def test_words_that_stand_for_nothing_are_refused(team):
    row = planned(team)
    with pytest.raises(ValidationError, match="nmae"):
        tell_customers(actor_of(team[0]), row, subject="Hi", body="{nmae}")
    with pytest.raises(ValidationError, match="subject and a text"):
        tell_customers(actor_of(team[0]), row, subject="Hi", body=" ")
    assert Handover.objects.unscoped("tests").get(pk=row.pk).letter_body == ""


def test_with_nobody_to_reach_it_says_so(team):
    Contact.objects.unscoped("tests").update(email="")
    with pytest.raises(Refused, match="e-mail address"):
        tell_customers(actor_of(team[0]), planned(team), **WORDS)


def test_a_rep_tells_nobody(team):
    _boss, wang, _li = team
    with pytest.raises(NotVisible):
        tell_customers(actor_of(wang), planned(team), **WORDS)


def test_what_the_server_refuses_for_good_failed_and_the_report_says_so(team, monkeypatch):
    row = planned(team)
    tell_customers(actor_of(team[0]), row, **WORDS)
    carry_out(row, team[0])

    def refuse(self, **_kwargs):
        raise smtplib.SMTPRecipientsRefused({"mei@acme.example": (550, b"no such user")})

    monkeypatch.setattr("django.core.mail.EmailMessage.send", refuse)
    assert send_letters() == 0
    letter = HandoverLetter.objects.get()
    assert (letter.state, letter.error) == ("failed", "550 no such user")
    page = _page(team[0], row)
    assert "Sent 0 · failed 1 · on the way 0" in page
    assert "550 no such user" in page


def test_who_dies_while_sending_does_not_send_again(team):
    row = planned(team)
    tell_customers(actor_of(team[0]), row, **WORDS)
    carry_out(row, team[0])
    HandoverLetter.objects.update(state="sending", claimed_at=timezone.now() - 2 * CLAIM)
    assert send_letters() == 0
    assert HandoverLetter.objects.get().state == "failed"
    assert mail.outbox == []


def test_undoing_sends_no_more_and_says_who_was_told(team):
    row = planned(team)
    tell_customers(actor_of(team[0]), row, **WORDS)
    row = carry_out(row, team[0])
    send_letters()
    actions.undo_handover(actor_of(team[0]), row)
    page = _page(team[0], row)
    assert "1 contact was told before this was undone" in page
    assert "Mei · Acme" in page


def test_undone_before_it_went_out_it_is_dropped(team):
    row = planned(team)
    tell_customers(actor_of(team[0]), row, **WORDS)
    row = carry_out(row, team[0])
    actions.undo_handover(actor_of(team[0]), row)
    assert (send_letters(), HandoverLetter.objects.get().state) == (0, "dropped")


def test_human_resources_see_that_somebody_was_told_and_not_whom(team):
    row = planned(team)
    tell_customers(actor_of(team[0]), row, **WORDS)
    carry_out(row, team[0])
    send_letters()
    page = _page(make_member("Hana", role="hr"), row)
    assert "A contact you do not see" in page
    assert "Mei" not in page


def test_the_form_shows_the_first_mail_and_keeps_nothing_by_a_preview(team):
    row = planned(team)
    page = _page(team[0], row, "tell/")
    assert "1 contact gets one mail" in page
    assert "Wang has handed over the care of Acme" in page
    shown = _client(team[0]).post(f"/people/handovers/{row.pk}/tell/", {**WORDS, "preview": "1"}).content.decode()
    assert "Wang is gone, Li (138 0000 0000) serves Acme now." in shown
    assert Handover.objects.unscoped("tests").get(pk=row.pk).letter_body == ""
    _client(team[0]).post(f"/people/handovers/{row.pk}/tell/", WORDS)
    assert Handover.objects.unscoped("tests").get(pk=row.pk).letter_body == WORDS["body"]


def _client(member):
    client = Client(headers={"accept-language": "en"})
    client.force_login(member.user)
    return client


def _page(member, row, part=""):
    return _client(member).get(f"/people/handovers/{row.pk}/{part}").content.decode()


def refuse(name: str, **more) -> Contact:
    row = Contact.objects.unscoped("tests").get(name=name)
    return contacts.edit(OPERATOR, row, no_mail=True, opt_out_source="on the phone", **more) or row


def test_who_asked_for_no_mail_gets_none_and_the_preview_says_so(team):
    refuse("Mei")
    row = planned(team)
    with pytest.raises(Refused, match="can be written to"):
        tell_customers(actor_of(team[0]), row, **WORDS)
    make_contact(Contact.objects.unscoped("tests").get(name="Mei").account, "Lin", email="lin@acme.example")
    tell_customers(actor_of(team[0]), row, **WORDS)
    client = Client(headers={"accept-language": "en"})
    client.force_login(team[0].user)
    page = client.get(f"{row.get_absolute_url()}tell/").content.decode()
    assert "1 contact asked for no e-mail and gets none:" in page
    carry_out(row, team[0])
    assert send_letters() == 1
    assert mail.outbox[0].to == ["Lin <lin@acme.example>"], "and not the twin with Mei's address"


def test_who_asks_for_no_mail_while_it_waits_gets_none(team):
    row = planned(team)
    tell_customers(actor_of(team[0]), row, **WORDS)
    carry_out(row, team[0])
    refuse("Mei")
    assert (send_letters(), mail.outbox) == (0, [])
    assert HandoverLetter.objects.get().state == HandoverLetter.State.REFUSED
    assert send_letters() == 0


def test_name_and_address_are_forgotten_when_their_days_are_over(team, settings):
    settings.LETTER_KEEP_DAYS = 30
    row = planned(team)
    tell_customers(actor_of(team[0]), row, **WORDS)
    row = carry_out(row, team[0])
    assert send_letters() == 1
    day = timezone.localdate(row.done_at)
    assert forget_letters(day + dt.timedelta(days=30)) == 0
    settings.LETTER_KEEP_DAYS = -1
    propose_erasures_today()
    letter = HandoverLetter.objects.get()
    assert (letter.name, letter.address, letter.state) == ("", "", "sent")
    assert letter.sent_at is not None
    assert forget_letters() == 0
    client = Client(headers={"accept-language": "en"})
    client.force_login(team[0].user)
    assert "Name and address are forgotten by now" in client.get(row.get_absolute_url()).content.decode()


def test_a_letter_that_still_waits_keeps_its_address(team, settings):
    settings.LETTER_KEEP_DAYS = -1
    row = planned(team)
    tell_customers(actor_of(team[0]), row, **WORDS)
    carry_out(row, team[0])
    assert forget_letters() == 0
    assert send_letters() == 1
