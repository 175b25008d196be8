"""Mail that does not arrive: the address is doubtful with day and reason, until it is changed or said to be right."""

import datetime as dt
import smtplib

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.utils import timezone

from muster.access.models import Event
from muster.activities.actions.mail import mark
from muster.activities.models import Mail, Mailbox, MailThread
from muster.core.periods import today
from muster.crm.actions.account import contacts
from muster.crm.actions.conversion import convert_lead
from muster.crm.actions.doubt import confirm_mail
from muster.crm.actions.lead import disqualify_lead, leads
from muster.crm.models import LeadReason
from muster.integrations import bounces
from muster.integrations.bounces import is_dead, is_report, read_report, refused, reported
from muster.integrations.signs import _mail
from muster.people.actions.detail import verify_details
from muster.people.actions.member import members
from tests.factories import actor_of, make_account, make_contact, make_member, operator
from tests.integrations.test_tables import run

pytestmark = pytest.mark.django_db
GONE = "550 5.1.1 <kunde@firma.test>: Recipient address rejected: User unknown"
KUNDE = "kunde@firma.test"


@pytest.fixture(autouse=True)
def english(settings):
    settings.LANGUAGE_CODE = "en"


@pytest.fixture
def wang():
    return make_member("Wang", role="rep", work_email="wang@example.com")


@pytest.fixture
def contact(wang):
    return make_contact(make_account(wang, "Firma"), "Kunde", email=KUNDE.upper())


def fresh(row):
    return type(row).objects.unscoped("tests").get(pk=row.pk)


def report(message_id: str = "<m1@muster>", action: str = "failed", status: str = "5.1.1", to: str = KUNDE) -> bytes:
    return (
        "From: MAILER-DAEMON@mx.test\r\nTo: wang@example.com\r\nSubject: Undelivered\r\nMessage-ID: <r1@mx.test>\r\n"
        'Content-Type: multipart/report; report-type=delivery-status; boundary="B"\r\n\r\n'
        "--B\r\nContent-Type: text/plain\r\n\r\nSorry.\r\n"
        "--B\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx.test\r\n\r\n"
        f"Final-Recipient: rfc822; {to}\r\nAction: {action}\r\nStatus: {status}\r\n"
        f"Diagnostic-Code: smtp; 550 {status} <{to}>: User unknown\r\n\r\n"
        f"--B\r\nContent-Type: text/rfc822-headers\r\n\r\nMessage-ID: {message_id}\r\nSubject: Offer\r\n\r\n--B--\r\n"
    ).encode()


def mailbox(member, sent: str = "<m1@muster>") -> Mailbox:
    box = Mailbox(member=member, address="wang@example.com", login="wang", imap_host="x", since=today())
    box.save()
    thread = MailThread(mailbox=box, member=member, root="r", last_at=timezone.now())
    thread.save()
    said = {"mark": mark(sent), "message_id": sent, "direction": "out", "at": timezone.now()}
    Mail(mailbox=box, member=member, thread=thread, **said).save()
    return box


@pytest.mark.parametrize(
    ("said", "dead"),
    [
        (GONE, True),
        ("550 no such user", True),
        ("553 sorry", True),
        ("5.4.4 host not found", True),
        ("550 5.7.1 message rejected as spam", False),
        ("552 5.2.2 mailbox full", False),
        ("554 5.3.4 message too big", False),
        ("554 transaction failed", False),
        ("450 4.1.1 try later", False),
    ],
)
def test_only_an_address_that_will_never_work_is_doubted(said, dead):
    assert is_dead(said) is dead


def test_a_refused_letter_marks_the_contact_with_day_and_reason_but_not_the_address(contact):
    assert refused(KUNDE, GONE) == 1
    row = fresh(contact)
    assert (row.mail_doubt_on, row.mail_doubt_why) == (
        today(),
        "550 5.1.1 <…>: Recipient address rejected: User unknown",
    )
    event = Event.objects.unscoped("tests").get(action="crm.contact.doubted")
    assert event.object_id == contact.pk
    assert KUNDE not in str(event.changes)
    assert refused(KUNDE, GONE) == 0


def test_a_report_counts_for_a_mail_that_went_out_of_the_mailbox_and_for_no_other(contact, wang):
    box = mailbox(wang)
    assert is_report(report().split(b"\r\n\r\n", 1)[0] + b"\r\n\r\n")
    assert read_report(report())[0] == ["<m1@muster>"]
    assert reported(box, report("<other@elsewhere>")) == 0
    assert reported(box, report(action="delayed")) == 0
    assert reported(box, report(status="5.2.2")) == 0
    assert fresh(contact).mail_doubt_on is None
    assert reported(box, report()) == 1
    assert fresh(contact).mail_doubt_on == today()


def test_what_is_no_report_or_a_broken_one_says_nothing(wang):
    box = mailbox(wang)
    for content in (b"", b"From: x@y.test\r\n\r\nhello", report()[:200], report().replace(b"Final-Recipient", b"X")):
        assert reported(box, content) == 0


def test_another_address_is_believed_however_it_came(contact, wang):
    refused(KUNDE, GONE)
    contacts.edit(actor_of(wang), fresh(contact), title="Boss")
    assert fresh(contact).mail_doubt_on == today()
    contacts.edit(actor_of(wang), fresh(contact), email="new@firma.test")
    assert (fresh(contact).mail_doubt_on, fresh(contact).mail_doubt_why) == (None, "")
    refused("new@firma.test", GONE)
    assert run("contacts", "姓名,客户名称,电子邮箱\nKunde,Firma,third@firma.test\n")[1] == 1
    assert (fresh(contact).email, fresh(contact).mail_doubt_on) == ("third@firma.test", None)


def test_it_stands_on_page_and_list_and_goes_when_somebody_says_it_is_right(contact, wang):
    other = make_contact(contact.account, "Other", email="other@firma.test")
    refused(KUNDE, GONE)
    client = Client(headers={"accept-language": "en"})
    client.force_login(wang.user)
    page = client.get(f"/contacts/{contact.pk}/").content.decode()
    assert "E-mail doubtful" in page
    assert "User unknown" in page
    listed = client.get("/contacts/?doubtful=1").content.decode()
    assert "Kunde" in listed
    assert other.name not in listed
    client.post(f"/contacts/{contact.pk}/confirm/")
    assert fresh(contact).mail_doubt_on is None
    with pytest.raises(ValidationError, match="Nobody doubts this address"):
        confirm_mail(operator, fresh(contact))


def test_a_member_is_marked_and_believed_when_verified_or_changed(wang):
    assert refused("WANG@example.com", "550 5.1.1 unknown") == 1
    assert _mail([wang.pk]) == {wang.pk: "The last mail came back: 550 5.1.1 unknown"}
    boss = Client(headers={"accept-language": "en"})
    boss.force_login(make_member("Dir", role="director").user)
    assert "E-mail doubtful" in boss.get(f"/people/{wang.pk}/").content.decode()
    verify_details(operator, fresh(wang), fields=["work_email"])
    assert fresh(wang).mail_doubt_on is None
    refused("wang@example.com", GONE)
    members.edit(operator, fresh(wang), work_email="w2@example.com")
    assert fresh(wang).mail_doubt_on is None


def test_letters_of_a_handover_and_notices_tell_what_the_server_refused(contact, monkeypatch):
    from muster.integrations import letters, mail

    told = []
    for module in (letters, mail):
        assert module.refused is bounces.refused
    monkeypatch.setattr(letters, "refused", lambda address, said: told.append((address, said)))
    letter = type("L", (), {"address": KUNDE, "pk": 1, "tries": 0, "State": letters.State})()

    class Message:
        def send(self) -> None:
            raise smtplib.SMTPRecipientsRefused({KUNDE: (550, b"5.1.1 unknown")})

    monkeypatch.setattr(letters, "_mail", lambda _letter: Message())
    monkeypatch.setattr(letters, "_failed", lambda *_said, **_more: None)
    assert letters._sent(letter, dt.datetime.now(dt.UTC)) == 0
    assert told == [(KUNDE, "550 5.1.1 unknown")]


# -- leads ---------------------------------------------------------------------------------------------------------


@pytest.fixture
def lead(wang):
    return leads.create(actor_of(wang), name="Kunde", company="Firma", email=KUNDE)


def test_an_open_lead_is_marked_like_a_contact_until_somebody_says_it_is_right(lead, wang):
    assert refused(KUNDE.upper(), GONE) == 1
    assert (fresh(lead).mail_doubt_on, "5.1.1" in fresh(lead).mail_doubt_why) == (today(), True)
    assert Event.objects.unscoped("tests").get(action="crm.lead.doubted").object_id == lead.pk
    client = Client(headers={"accept-language": "en"})
    client.force_login(wang.user)
    page = client.get(f"/leads/{lead.pk}/").content.decode()
    assert "E-mail doubtful" in page
    assert "The address is right" in page
    assert "Kunde" in client.get("/leads/?doubtful=1").content.decode()
    assert client.post(f"/leads/{lead.pk}/confirm/").status_code == 302
    assert fresh(lead).mail_doubt_on is None
    assert client.post(f"/api/v1/leads/{lead.pk}/confirm", {}, "application/json").status_code == 422


def test_another_address_of_a_lead_is_not_doubted_and_a_closed_lead_is_left_alone(lead, wang):
    refused(KUNDE, GONE)
    leads.edit(actor_of(wang), fresh(lead), email="neu@firma.test")
    assert fresh(lead).mail_doubt_on is None
    disqualify_lead(operator, fresh(lead), reason=LeadReason.objects.unscoped("tests").first())
    assert refused("neu@firma.test", GONE) == 0


def test_the_doubt_goes_along_where_the_lead_becomes_a_contact(lead, wang):
    refused(KUNDE, GONE)
    done = convert_lead(actor_of(wang), fresh(lead))
    assert (done.contact.mail_doubt_on, "5.1.1" in done.contact.mail_doubt_why) == (today(), True)
