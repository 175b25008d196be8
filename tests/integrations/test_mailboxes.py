"""Mailboxes against a real IMAP server and real submission: read piece by piece, each mail once, private until shared;
written, sent, tried again."""

import datetime as dt
import itertools
import os
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.utils import timezone

from muster.access.models import Event
from muster.activities.actions.mail import (
    cancel_mail,
    forget_thread,
    send_again,
    share_mail,
    share_thread,
    unshare_thread,
    write_mail,
)
from muster.activities.actions.mailbox import connect_mailbox, disconnect_mailbox, edit_mailbox
from muster.activities.models import Activity, Mail, Mailbox, MailFile, MailFolder, MailSkip, MailThread
from muster.core.periods import Period, today
from muster.integrations.mailboxes import fetching, sending
from muster.integrations.mailboxes.fetching import fetch, fetch_all
from muster.integrations.mailboxes.sending import send_waiting
from muster.integrations.mailboxes.trying import try_mailbox
from muster.metrics.report import report
from tests.factories import actor_of, make_account, make_contact, make_deal, make_member, operator
from tests.integrations.mail_servers import MISSING, SECRET, WHY, free_port, running
from tests.integrations.test_bounces import report as bounce

pytestmark = [pytest.mark.django_db, pytest.mark.skipif(MISSING, reason=WHY), pytest.mark.xdist_group("mail servers")]
SAMPLES = Path(os.environ.get("MUSTER_TEST_DATA", "")) / "calendar_mail" / "mail"
NUMBER = itertools.count(1)  # a mailbox of his own for each test
KUNDE = "kunde@firma.example.cn"


HTML = (
    "<html><head><style>p{color:red}</style></head><body><p>您好</p><script>alert(1)</script>"
    '<p><a href="https://firma.example.cn/q">报价</a> 见附件<img src="https://tracker.example/x.gif"></p></body></html>'
)


@pytest.fixture(scope="module")
def servers():
    with running() as found:
        yield found


@pytest.fixture
def firm(settings, tmp_path, servers):
    settings.MEDIA_ROOT, settings.LANGUAGE_CODE, settings.MAIL_SERVERS = tmp_path, "en", ["127.0.0.1"]
    boss = make_member("Boss", role="manager")
    wang = make_member("Wang", manager=boss)
    account = make_account(wang, "Firma")
    return SimpleNamespace(
        boss=boss,
        wang=wang,
        mate=make_member("Mate", manager=boss),
        other=make_member("Other"),
        account=account,
        contact=make_contact(account, "Kunde", email=KUNDE.upper()),
        user=f"wang{next(NUMBER)}@example.com",
    )


def connect(firm, servers, **more) -> Mailbox:
    said = {
        "address": firm.user,
        "login": firm.user,
        "imap_host": "127.0.0.1",
        "imap_port": servers.imap,
        "imap_security": "none",
        "smtp_host": "127.0.0.1",
        "smtp_port": servers.smtp,
        "smtp_security": "none",
        "sent_folder": "Sent",
        "new_secret": SECRET,
        **more,
    }
    return connect_mailbox(actor_of(firm.wang), **said)


def letter(key: str, text: str = "Angebot", sender: str = KUNDE, to: str = "wang@example.com", **heads: str) -> bytes:
    said = {"From": f"Kunde <{sender}>", "To": to, "Subject": text, "Message-ID": f"<{key}@firma>", **heads}
    head = "".join(f"{name.replace('_', '-')}: {value}\r\n" for name, value in said.items())
    return f"{head}\r\nBody of {key}\r\n".encode()


def own_id(mail: Mail) -> str:
    return str(again(mail).__dict__["message_id"])


def mails() -> list[Mail]:
    return list(Mail.objects.unscoped("test").order_by("pk"))


def again(row):
    return type(row).objects.unscoped("test").select_related(None).get(pk=row.pk)


def box(row: Mailbox) -> Mailbox:
    return Mailbox.objects.unscoped("test").select_related("member__user").get(pk=row.pk)


# -- reading ---------------------------------------------------------------------------------------------------------


def test_what_is_new_is_read_once_however_often_one_reads(firm, servers):
    row = connect(firm, servers)
    servers.put(firm.user, letter("a1"))
    servers.put(firm.user, letter("a2", "Zweites"))
    assert fetch(box(row)) == 2
    assert fetch(box(row)) == 0
    servers.put(firm.user, letter("a3"))
    servers.put(firm.user, letter("a1"))  # a copy, as mailing lists make them
    assert fetch(box(row)) == 1
    assert (mails()[0].subject, mails()[0].body) == ("Angebot", "Body of a1")
    inbox = MailFolder.objects.unscoped("test").get(name="INBOX")
    assert inbox.next_uid == 5
    assert (box(row).problem, box(row).unmatched) == ("", 0)


def test_each_mail_is_one_activity_of_the_member_that_says_nothing_of_it(firm, servers):
    row = connect(firm, servers)
    servers.put(firm.user, letter("b1", "Geheim"))
    fetch(box(row))
    fetch(box(row))
    [mail], [activity] = mails(), Activity.objects.unscoped("test")
    assert mail.activity_id == activity.pk
    assert (activity.kind, activity.owner_id, activity.account_id) == ("email", firm.wang.pk, firm.account.pk)
    assert (activity.subject, activity.body, activity.is_late) == ("E-mail", "", False)
    day = today()
    answer = report(
        "activities_done", operator, Period(day - dt.timedelta(days=1), day + dt.timedelta(days=2)), "member"
    )
    assert answer["total"] == 1


def test_a_folder_that_was_numbered_anew_is_read_again_and_nothing_doubles(firm, servers):
    row = connect(firm, servers)
    servers.put(firm.user, letter("c1"))
    servers.put(firm.user, letter("c2", sender="spam@elsewhere.example"))
    fetch(box(row))
    before = MailFolder.objects.unscoped("test").get(name="INBOX").validity
    servers.anew(firm.user)
    servers.put(firm.user, letter("c3"))
    assert fetch(box(row)) == 1
    assert MailFolder.objects.unscoped("test").get(name="INBOX").validity != before
    assert [one.subject for one in mails()] == ["Angebot", "Angebot"]
    assert Activity.objects.unscoped("test").count() == 2
    assert box(row).unmatched == 1, "counted once"


def test_of_people_nobody_knows_only_the_number_is_kept(firm, servers):
    row = connect(firm, servers)
    servers.put(firm.user, letter("d1", "Werbung", sender="spam@elsewhere.example"))
    assert fetch(box(row)) == 0
    assert (mails(), box(row).unmatched) == ([], 1)
    assert not MailThread.objects.unscoped("test").exists()
    with connection.cursor() as cursor:
        for table in ("activities_mail", "activities_mailthread", "activities_mailskip", "access_event"):
            cursor.execute(f"SELECT * FROM {table}")
            assert "elsewhere" not in repr(cursor.fetchall()), table
    edit_mailbox(actor_of(firm.wang), row, keeps_all=True)
    servers.put(firm.user, letter("d2", "Doch behalten", sender="spam@elsewhere.example"))
    assert fetch(box(row)) == 1
    assert not Activity.objects.unscoped("test").exists(), "work with no customer is none"
    with pytest.raises(ValidationError, match="nobody known here"):
        share_thread(actor_of(firm.wang), MailThread.objects.unscoped("test").get())


def test_a_contact_one_does_not_see_is_nobody(firm, servers):
    make_contact(make_account(firm.other), email="hidden@secret.example")
    row = connect(firm, servers)
    servers.put(firm.user, letter("e1", sender="hidden@secret.example"))
    assert fetch(box(row)) == 0
    assert mails() == []


def test_private_domains_labels_and_marks_are_not_opened(firm, servers):
    row = connect(firm, servers, private_domains="@firma.example.cn", private_labels="")
    servers.put(firm.user, letter("f1"))
    assert fetch(box(row)) == 0
    edit_mailbox(actor_of(firm.wang), row, private_domains="", private_labels="Familie")
    servers.put(firm.user, letter("f2"), flags="(Familie)")
    servers.put(firm.user, letter("f3", Sensitivity="Private"))
    servers.put(firm.user, letter("f4"))
    assert fetch(box(row)) == 1
    assert box(row).kept_out == 3
    assert [one.body for one in mails()] == ["Body of f4"]


def test_a_huge_mail_is_named_and_stops_none(firm, servers, monkeypatch):
    monkeypatch.setattr(fetching, "MOST_BYTES", 2000)
    row = connect(firm, servers)
    servers.put(firm.user, letter("g1", "Riesig") + b"x" * 3000)
    servers.put(firm.user, letter("g2"))
    assert fetch(box(row)) == 1
    [skip] = MailSkip.objects.unscoped("test")
    assert (skip.why, skip.name, skip.uid) == ("huge", "Riesig", 1)
    assert fetch(box(row)) == 0
    page = client_of(firm.wang).get("/mailbox/").content.decode()
    assert "Riesig" in page
    assert "Too large" in page


def test_a_broken_mail_is_named_and_stops_none(firm, servers, monkeypatch):
    row = connect(firm, servers)
    servers.put(firm.user, letter("h1"))
    servers.put(firm.user, b"\r\nno headers at all\r\n")
    servers.put(firm.user, letter("h2"))
    assert fetch(box(row)) == 2
    [skip] = MailSkip.objects.unscoped("test")
    assert (skip.why, skip.uid) == ("broken", 2)


def test_a_reader_who_dies_half_way_goes_on_where_he_was(firm, servers, monkeypatch):
    row = connect(firm, servers)
    for key in ("i1", "i2", "i3"):
        servers.put(firm.user, letter(key))
    whole, calls = fetching.receive_mail, []

    def dies(*args, **kwargs):
        calls.append(1)
        if len(calls) == 2:
            raise KeyboardInterrupt
        return whole(*args, **kwargs)

    monkeypatch.setattr(fetching, "receive_mail", dies)
    with pytest.raises(KeyboardInterrupt):
        fetch(box(row))
    monkeypatch.setattr(fetching, "receive_mail", whole)
    assert fetch(box(row)) == 2
    assert [one.body for one in mails()] == ["Body of i1", "Body of i2", "Body of i3"]
    assert Activity.objects.unscoped("test").count() == 3


def test_answers_stand_in_their_conversation_also_when_they_come_first(firm, servers):
    row = connect(firm, servers)
    servers.put(firm.user, letter("j2", "Re: Angebot", In_Reply_To="<j1@firma>", References="<j1@firma>"))
    fetch(box(row))
    servers.put(firm.user, letter("j1"))
    servers.put(firm.user, letter("j3", "AW: Angebot", References="<j1@firma> <j2@firma>"))
    servers.put(firm.user, letter("k1", "Etwas anderes"))
    fetch(box(row))
    threads = {one.body: one.thread_id for one in mails()}
    assert threads["Body of j1"] == threads["Body of j2"] == threads["Body of j3"] != threads["Body of k1"]


def test_what_one_sent_elsewhere_is_seen_in_the_sent_folder(firm, servers):
    row = connect(firm, servers)
    servers.put(firm.user, letter("l1", sender=firm.user, to=KUNDE), "Sent")
    assert fetch(box(row)) == 1
    [mail] = mails()
    assert (mail.direction, mail.thread.contact_id) == ("out", firm.contact.pk)


@pytest.mark.skipif(not SAMPLES.is_dir(), reason="MUSTER_TEST_DATA names no samples of mail")
def test_real_mails_of_every_kind_are_read_or_named(firm, servers):
    row = connect(firm, servers, keeps_all=True)
    samples = sorted(SAMPLES.rglob("*.eml"))
    assert len(samples) > 50
    for one in samples:
        servers.put(firm.user, one.read_bytes().replace(b"\r\n", b"\n").replace(b"\n", b"\r\n"))
    fetch(box(row))
    skipped = MailSkip.objects.unscoped("test").count()
    ids = {one.message_id for one in mails()}
    assert len(ids) == len(mails())
    assert MailFolder.objects.unscoped("test").get(name="INBOX").next_uid == len(samples) + 1
    assert skipped <= len(samples) // 10
    assert len(mails()) > len(samples) // 2
    client = client_of(firm.wang)
    for thread in MailThread.objects.unscoped("test"):
        page = client.get(f"/mail/{thread.pk}/")
        assert page.status_code == 200, thread.pk
        assert b"<script>alert" not in page.content


def test_names_and_text_in_the_charsets_of_china_are_read(firm, servers):
    row = connect(firm, servers)
    head = (
        b'From: "\xcd\xf5, \xd7\xdc" <' + KUNDE.encode() + b">\r\nTo: wang@example.com\r\nMessage-ID: <zh1@firma>\r\n"
    )
    more = b"Subject: =?gb2312?B?1tDOxLGovNs=?=\r\nContent-Type: text/plain; charset=gb2312\r\n\r\n"
    servers.put(firm.user, head + more + "镕基，您好".encode("gb18030") + b"\r\n")
    servers.put(
        firm.user, letter("zh2", Content_Type="text/html; charset=utf-8").replace(b"Body of zh2", HTML.encode())
    )
    assert fetch(box(row)) == 2
    [first, second] = mails()
    assert (first.sender, first.subject, first.body) == (f'"王, 总" <{KUNDE}>', "中文报价", "镕基，您好")
    assert second.body == "您好\n\n报价 (https://firma.example.cn/q) 见附件"
    page = client_of(firm.wang).get(f"/mail/{second.thread_id}/").content.decode()
    assert "tracker.example" not in page
    assert "alert(1)" not in page


# -- trying ----------------------------------------------------------------------------------------------------------


def test_the_test_button_says_what_is_wrong_in_a_sentence(firm, servers):
    row = connect(firm, servers, sent_folder="")
    wang = actor_of(firm.wang)
    said = [(one.good, one.sentence) for one in try_mailbox(wang, row)]
    assert said[0] == (True, "Reading works: 0 mails in the inbox.")
    assert "is called “Sent”" in said[1][1]
    assert said[2] == (True, "Sending works.")
    edit_mailbox(wang, row, new_secret="wrong-password")
    wrong = try_mailbox(wang, again(row))
    assert [one.good for one in wrong] == [False, False]
    assert "refuses the login" in wrong[0].sentence
    assert "wrong-password" not in str(wrong)
    assert "refuses the login" in client_of(firm.wang).get("/mailbox/").content.decode()
    edit_mailbox(wang, row, new_secret=SECRET, imap_port=free_port(), sent_folder="Gesendet")
    assert "cannot be reached" in try_mailbox(wang, again(row))[0].sentence
    edit_mailbox(wang, row, new_secret=SECRET, imap_port=servers.imap)
    assert "no such folder on the server: Gesendet" in try_mailbox(wang, again(row))[0].sentence
    edit_mailbox(wang, row, new_secret=SECRET, imap_security="starttls", sent_folder="")
    assert "not secure" in try_mailbox(wang, again(row))[0].sentence


def test_servers_of_our_own_network_must_be_allowed(firm, servers, settings):
    row = connect(firm, servers)
    settings.MAIL_SERVERS = []
    assert "must be allowed" in try_mailbox(actor_of(firm.wang), row)[0].sentence
    assert fetch(box(row)) == 0
    assert box(row).problem == "forbidden"


def test_a_password_goes_to_no_other_server_and_over_no_open_line(firm, servers):
    row, wang = connect(firm, servers), actor_of(firm.wang)
    with pytest.raises(ValidationError, match="another server"):
        edit_mailbox(wang, row, imap_host="imap.evil.example", imap_security="ssl")
    with pytest.raises(ValidationError, match="open line"):
        edit_mailbox(wang, row, new_secret="x", imap_host="imap.evil.example")
    with pytest.raises(ValidationError, match="connected already"):
        connect(firm, servers)
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM activities_mailbox")
        assert SECRET not in repr(cursor.fetchall())
    assert again(row).secret == "" or again(row).__dict__["secret"] == SECRET
    assert client_of(firm.wang).get(f"/api/v1/mailboxes/{row.pk}").json()["secret"] in ("", None)
    disconnect_mailbox(wang, row)
    assert not again(row).secret_is_set
    assert fetch(box(row)) == 0


def test_one_broken_mailbox_stops_none(firm, servers):
    row = connect(firm, servers)
    servers.put(firm.user, letter("m1"))
    second = make_member("Second", manager=firm.boss)
    lost = {"address": "x@example.com", "imap_host": "127.0.0.1", "imap_port": free_port(), "imap_security": "none"}
    bad = connect_mailbox(actor_of(second), new_secret="x", **lost)
    assert fetch_all() == 1
    assert (box(row).problem, box(bad).problem) == ("", "unreachable")


# -- writing ---------------------------------------------------------------------------------------------------------


def test_a_mail_goes_out_once_stands_in_sent_and_counts_once(firm, servers):
    row, wang = connect(firm, servers), actor_of(firm.wang)
    deal = make_deal(firm.wang, account=firm.account)
    file = SimpleUploadedFile("报价.pdf", b"%PDF-1.4\n")
    mail = write_mail(
        wang, contact=firm.contact, deal=deal, subject="报价\r\nBcc: x@evil.example", body="您好", uploads=[file]
    )
    assert (mail.state, mail.subject) == ("waiting", "报价 Bcc: x@evil.example")
    assert not Activity.objects.unscoped("test").exists(), "it is not sent yet"
    assert send_waiting() == 1
    assert send_waiting() == 0
    [out] = servers.sent(own_id(mail))
    assert b"evil" not in out.split(b"X-Rcpt-Args")[1].split(b"\n")[0]
    assert b"\nBcc:" not in out
    [activity] = Activity.objects.unscoped("test")
    assert (activity.kind, activity.deal_id, activity.contact_id) == ("email", deal.pk, firm.contact.pk)
    with servers.box(firm.user) as client:
        assert client.select("Sent")[1] == [b"1"]
    assert fetch(box(row)) == 0, "the copy in Sent is the same mail"
    assert Activity.objects.unscoped("test").count() == 1


def test_an_answer_goes_to_the_sender_into_the_same_conversation(firm, servers):
    row, wang = connect(firm, servers), actor_of(firm.wang)
    servers.put(firm.user, letter("n1", References="<n0@firma>"))
    fetch(box(row))
    [came] = mails()
    answer = client_of(firm.wang).post(
        f"/mails/{came.pk}/reply/", {"subject": "Re: Angebot", "body": "Danke", "cc": ""}
    )
    assert answer.status_code == 302, answer.content
    assert send_waiting() == 1
    [out] = servers.sent(own_id(next(one for one in mails() if one.pk != came.pk)))
    assert b"In-Reply-To: <n1@firma>" in out
    assert b"References: <n0@firma> <n1@firma>" in out
    assert KUNDE.encode() in out
    assert len({one.thread_id for one in mails()}) == 1
    share_thread(wang, came.thread)
    second = SimpleNamespace(**{**vars(firm), "wang": firm.boss, "user": "boss@example.com"})
    connect(second, servers)
    with pytest.raises(ValidationError, match="somebody else"):
        write_mail(actor_of(firm.boss), reply_to=came, subject="x", body="y")


def test_an_answer_warns_of_each_of_those_it_goes_to(firm, servers):
    """What one wrote went to two people: also the second one's wish is looked at."""
    row = connect(firm, servers)
    second = make_contact(firm.account, "Zweite", email="zwei@firma.example")
    both = f"{KUNDE}, zwei@firma.example"
    servers.put(firm.user, letter("w1", sender=row.address, to=both))
    fetch(box(row))
    [sent] = mails()
    page = client_of(firm.wang).get(f"/mails/{sent.pk}/reply/").content.decode()
    asked = next(line for line in page.splitlines() if "/contacts/wishes/" in line)
    assert all(f"&contact={one.pk}" in asked for one in (firm.contact, second))


def test_without_an_address_one_may_read_nothing_is_written(firm, servers):
    connect(firm, servers)
    wang = actor_of(firm.wang)
    silent = make_contact(firm.account, "Stumm")
    with pytest.raises(ValidationError, match="no e-mail address of Stumm"):
        write_mail(wang, contact=silent, subject="x", body="y")
    theirs = make_contact(make_account(firm.other, team=(firm.wang,)), email="other@x.example")
    with pytest.raises(ValidationError, match="may not read"):
        write_mail(wang, contact=theirs, subject="x", body="y")
    with pytest.raises(ValidationError, match="no e-mail address"):
        write_mail(wang, contact=firm.contact, subject="x", body="y", cc="nonsense")
    with pytest.raises(ValidationError, match="Connect your mailbox"):
        write_mail(actor_of(firm.boss), contact=firm.contact, subject="x", body="y")
    assert mails() == []


def test_what_no_server_takes_is_tried_again_later_and_can_be_taken_back(firm, servers):
    row, wang = connect(firm, servers), actor_of(firm.wang)
    edit_mailbox(wang, row, new_secret=SECRET, smtp_port=free_port())
    mail = write_mail(wang, contact=firm.contact, subject="x", body="y")
    now = timezone.now()
    assert send_waiting(now) == 0
    first = again(mail)
    assert (first.state, first.tries, first.due_at) == ("waiting", 1, now + dt.timedelta(minutes=1))
    assert "cannot be reached" in first.error
    assert send_waiting(now) == 0
    assert again(mail).tries == 1, "not before its time"
    for _try in range(7):
        send_waiting(now + dt.timedelta(days=2))
        Mail.objects.unscoped("test").filter(pk=mail.pk).update(due_at=now)
    assert again(mail).state == "failed"
    assert "cannot be reached" in client_of(firm.wang).get(f"/mail/{mail.thread_id}/").content.decode()
    edit_mailbox(wang, row, new_secret=SECRET, smtp_port=servers.smtp)
    send_again(wang, mail)
    assert send_waiting() == 1
    with pytest.raises(ValidationError, match="sent already"):
        cancel_mail(wang, mail)
    waiting = write_mail(wang, contact=firm.contact, subject="z", body="y")
    cancel_mail(wang, waiting)
    assert send_waiting() == 0


def test_a_refused_recipient_is_final_and_said(firm):
    with running(refuse="rcpt") as refusing:
        connect(firm, refusing)
        mail = write_mail(actor_of(firm.wang), contact=firm.contact, subject="x", body="y")
        assert send_waiting() == 0
    assert again(mail).state == "failed"
    assert KUNDE.upper() in again(mail).error
    assert again(firm.contact).mail_doubt_on is None  # the server failed, and says nothing of the address
    assert not Activity.objects.unscoped("test").exists()


def test_a_report_that_comes_back_marks_the_address_of_a_mail_that_went_out_here(firm, servers):
    row = connect(firm, servers)
    mail = write_mail(actor_of(firm.wang), contact=firm.contact, subject="x", body="y")
    assert send_waiting() == 1
    servers.put(firm.user, bounce("<of@somebody.else>", to=KUNDE))
    fetch(box(row))
    assert again(firm.contact).mail_doubt_on is None
    servers.put(firm.user, bounce(str(again(mail).message_id), to=KUNDE).replace(b"<r1@", b"<r2@"))
    fetch(box(row))
    assert again(firm.contact).mail_doubt_on == today()
    assert "5.1.1" in again(firm.contact).mail_doubt_why


def test_who_dies_after_the_servers_yes_sends_the_same_mail_again(firm, servers, monkeypatch):
    connect(firm, servers)
    mail = write_mail(actor_of(firm.wang), contact=firm.contact, subject="x", body="y")
    monkeypatch.setattr(sending, "note_sent", lambda *_args: (_ for _ in ()).throw(KeyboardInterrupt))
    with pytest.raises(KeyboardInterrupt):
        send_waiting()
    monkeypatch.undo()
    assert again(mail).state == "sending"
    assert send_waiting() == 0
    assert send_waiting(timezone.now() + dt.timedelta(minutes=11)) == 1
    assert len(servers.sent(own_id(mail))) == 2, "under one identity, by which the reader's program knows it"
    assert Activity.objects.unscoped("test").count() == 1


# -- whose it is -----------------------------------------------------------------------------------------------------


def client_of(member) -> Client:
    client = Client(headers={"accept-language": "en"})
    client.force_login(member.user)
    return client


SECRETS = ("Streng geheim", "Body of s1", "geheim.pdf")


@pytest.fixture
def secret(firm, servers) -> Mail:
    """A mail of Wang's with a file, about a customer that Boss and Mate see too."""
    from muster.crm.models import AccountMember

    AccountMember(account=firm.account, member=firm.mate).save()
    row = connect(firm, servers)
    parts = (
        "MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\nBody of s1\r\n--b\r\n"
        "Content-Type: application/pdf\r\nContent-Disposition: attachment; filename=geheim.pdf\r\n\r\n"
        "%PDF-1.4 x\r\n--b--\r\n"
    )
    head = letter("s1", "Streng geheim").split(b"\r\n\r\n")[0]
    servers.put(firm.user, head + b"\r\n" + parts.encode())
    assert fetch(box(row)) == 1
    [mail] = mails()
    return mail


def everywhere(mail: Mail) -> list[str]:
    file = MailFile.objects.unscoped("test").get(mail=mail)
    account, contact, thread = mail.thread.account_id, mail.thread.contact_id, mail.thread_id
    return [
        f"/mail/{thread}/",
        "/mail/",
        f"/mails/files/{file.pk}/",
        f"/mails/{mail.pk}/reply/",
        f"/activities/{mail.activity_id}/",
        f"/activities/{mail.activity_id}/mail/",
        f"/customers/{account}/timeline/",
        f"/customers/{account}/mail/",
        f"/contacts/{contact}/timeline/",
        f"/contacts/{contact}/mail/",
        f"/members/{mail.member_id}/timeline/",
        "/activities/",
        "/activities/?format=csv",
        "/search/?q=geheim",
        "/palette/?q=geheim",
        "/notifications/",
        "/team-day/",
        f"/api/v1/mails/{mail.pk}",
        "/api/v1/mails",
        f"/api/v1/mail-threads/{thread}",
        "/api/v1/mail-threads",
        "/api/v1/mail-files",
        f"/api/v1/mail-files/{file.pk}/file",
        f"/api/v1/activities/{mail.activity_id}",
        "/api/v1/activities",
        "/api/v1/events",
        "/audit/",
        f"/customers/{account}/",
    ]


def said_to(member, mail: Mail) -> str:
    client = client_of(member)
    said = []
    for path in everywhere(mail):
        answer = client.get(path)
        assert answer.status_code < 500, path
        content = b"".join(answer.streaming_content) if answer.streaming else answer.content
        said.append(content.decode("utf-8", "replace") + str(answer.headers))
    return "\n".join(said)


def test_nobody_but_the_member_reads_subject_text_or_files_anywhere(firm, secret):
    own = said_to(firm.wang, secret)
    assert all(one in own for one in SECRETS)
    for viewer in (
        firm.boss,
        firm.mate,
        firm.other,
        make_member("Chief", role="director"),
        make_member("Ops", role="salesops"),
        make_member("Admin", role="sysadmin"),
        make_member("Staff", role="hr"),
        make_member("Money", role="finance"),
    ):
        said = said_to(viewer, secret)
        assert not [one for one in (*SECRETS, "%PDF-1.4") if one in said], viewer.name
    mate = client_of(firm.mate).get(f"/customers/{firm.account.pk}/timeline/").content.decode()
    assert "E-mail" in mate, "that there was one is seen"
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM access_event")
        trail = repr(cursor.fetchall())
        cursor.execute("SELECT * FROM activities_mail")
        assert not [one for one in SECRETS if one in repr(cursor.fetchall()) or one in trail]


def test_a_shared_conversation_is_read_by_whoever_sees_the_customer_until_it_is_private_again(firm, secret):
    share_thread(actor_of(firm.wang), secret.thread)
    for viewer in (firm.boss, firm.mate):
        assert all(one in said_to(viewer, secret) for one in SECRETS), viewer.name
    assert not [one for one in SECRETS if one in said_to(firm.other, secret)]
    with pytest.raises(Exception):  # noqa: B017, PT011 - whatever it is called, he may not
        unshare_thread(actor_of(firm.mate), again(secret.thread))
    unshare_thread(actor_of(firm.wang), again(secret.thread))
    assert not [one for one in SECRETS if one in said_to(firm.mate, secret)]


def test_one_mail_alone_can_be_shared(firm, servers, secret):
    servers.put(firm.user, letter("s2", "Nur für mich", References="<s1@firma>"))
    fetch(box(Mailbox.objects.unscoped("test").get()))
    share_mail(actor_of(firm.wang), secret)
    said = said_to(firm.mate, secret)
    assert "Body of s1" in said
    assert "Body of s2" not in said
    assert "Nur für mich" not in said


def test_a_manager_reads_only_by_a_grant_that_names_mail_and_that_is_noted(firm, secret):
    from muster.access.models import Grant, Role

    role = Role.objects.unscoped("test").get(key="manager")
    Grant(role=role, permission="activities.*", scope="all").save()
    assert not [one for one in SECRETS if one in said_to(firm.boss, secret)], "a right to everything opens no letters"
    for name in ("mail", "mailthread"):
        rows = Grant.objects.unscoped("test").filter(role=role, permission=f"activities.{name}.view")
        assert rows.update(scope="own_reports") == 1
    assert all(one in said_to(firm.boss, secret) for one in SECRETS)
    events = Event.objects.unscoped("test").filter(action="activities.mailthread.read")
    assert {one.actor_member_id for one in events} == {firm.boss.pk}
    page = client_of(firm.wang).get("/mailbox/").content.decode()
    assert "may read the mail of their people" in page


def test_a_conversation_that_is_removed_leaves_nothing_but_that_there_was_one(
    firm, secret, django_capture_on_commit_callbacks
):
    from django.core.files.storage import default_storage

    path = str(MailFile.objects.unscoped("test").get().file)
    assert default_storage.exists(path)
    with django_capture_on_commit_callbacks(execute=True):
        forget_thread(actor_of(firm.wang), secret.thread)
    assert (mails(), MailFile.objects.unscoped("test").count()) == ([], 0)
    assert not default_storage.exists(path)
    assert Activity.objects.unscoped("test").count() == 1
