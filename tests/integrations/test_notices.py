"""People hear of what concerns them as they chose, when they may be written to, once; groups hear what they may."""

import datetime as dt
import email
import json
import socketserver
import threading
from contextlib import ExitStack
from email.policy import default
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from muster.access.action import Refused
from muster.access.scope import Forbidden, NotVisible
from muster.activities.actions.task import tasks
from muster.core import workdays
from muster.crm.actions.account import transfer_account
from muster.crm.actions.deal import win_deal
from muster.integrations import bots, mail
from muster.integrations.actions.notices import (
    choose_notices,
    create_bot,
    edit_bot,
    mute,
    own_settings,
    retry_delivery,
    try_bot,
    unmute,
)
from muster.integrations.models import Delivery, GroupBot, NoticeMute, NoticeSettings, Notification
from muster.integrations.notifications import grouped, read_events, shown
from muster.integrations.timing import allowed, due
from muster.people.actions.absence import absences
from tests.factories import actor_of, make_account, make_deal, make_member, make_unit, operator

pytestmark = pytest.mark.django_db
NOON = dt.datetime(2026, 6, 15, 4, tzinfo=dt.UTC)  # a Monday, 12:00 in Shanghai
EVENING = dt.datetime(2026, 6, 15, 13, tzinfo=dt.UTC)  # 21:00


@pytest.fixture
def go():
    """Go to another moment for the rest of the test."""
    with ExitStack() as journeys:
        yield lambda moment: journeys.enter_context(time_machine.travel(moment, tick=False))


@pytest.fixture(autouse=True)
def _monday(go):
    go(NOON)
    with translation.override("en"):
        yield


class Post:
    """A mail server that keeps what it took; `says` is its answer to who a mail is for."""

    def __init__(self):
        self.took, self.says, self.dies = [], {}, False
        outer = self

        class Handler(socketserver.StreamRequestHandler):
            def handle(self):
                self.say("220 post")
                while line := self.rfile.readline().decode().strip():
                    verb = line.split(" ")[0].upper()
                    if verb == "DATA":
                        self.say("354 go on")
                        body = b"".join(iter(self.rfile.readline, b".\r\n"))
                        outer.took.append(email.message_from_bytes(body, policy=default))
                        if outer.dies:  # took it, and the line broke before it said so
                            return
                        self.say("250 taken")
                    elif verb == "RCPT":
                        self.say(next((text for key, text in outer.says.items() if key in line), "250 ok"))
                    elif verb == "QUIT":
                        self.say("221 bye")
                        return
                    else:
                        self.say("250 ok")

            def say(self, text):
                self.wfile.write(f"{text}\r\n".encode())

        self.server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    @property
    def port(self):
        return self.server.server_address[1]


@pytest.fixture
def post(settings):
    server = Post()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_TIMEOUT = "127.0.0.1", server.port, 3
    settings.MAIL_IS_ON, settings.PUBLIC_URL = True, "https://muster.example"
    yield server
    server.server.shutdown()
    server.server.server_close()


@pytest.fixture
def boss(db):
    return make_member("Boss", role="manager", work_email="boss@example.com")


@pytest.fixture
def ann(boss):
    member = make_member("Ann", manager=boss, work_email="ann@example.com")
    member.user.language = "en"
    member.user.save()
    hear_nothing_of_before()
    return member


def hear_nothing_of_before():
    while read_events():
        pass
    Notification.objects.unscoped("tests").delete()


def given_task(boss, ann, title="Call Acme"):
    tasks.create(actor_of(boss), title=title, owner=ann)
    read_events()


def deliveries():
    return list(Delivery.objects.unscoped("tests").order_by("pk"))


def states():
    return [one.state for one in deliveries()]


def choose(member, **levels):
    choose_notices(actor_of(member), own_settings(member.user), levels=levels)


# -- mail --


def test_what_one_is_given_comes_by_mail_at_once_with_a_link(post, boss, ann):
    given_task(boss, ann)
    assert mail.send_due() == 1
    (message,) = post.took
    assert message["Subject"] == f"{boss.user.name} gave you a task: Call Acme"
    assert message["To"] == f"{ann.user.name} <ann@example.com>"
    assert "https://muster.example/tasks/" in message.get_body(("plain",)).get_content()
    assert message["List-Unsubscribe"] == "<https://muster.example/notifications/settings/>"
    assert states() == ["sent"]
    assert mail.send_due() == 0
    assert len(post.took) == 1


def test_mail_speaks_the_readers_language(post, boss, ann):
    ann.user.language = "zh-hans"
    ann.user.save()
    given_task(boss, ann)
    mail.send_due()
    assert post.took[0]["Subject"] == f"{boss.user.name} 给您派了任务：Call Acme"


def test_several_things_are_one_mail(post, boss, ann):
    for title in ("One", "Two", "Three"):
        given_task(boss, ann, title)
    assert mail.send_due() == 1
    text = post.took[0].get_body(("plain",)).get_content()
    assert post.took[0]["Subject"] == "3 notices for you"
    assert all(title in text for title in ("One", "Two", "Three"))


def test_what_was_read_in_the_meantime_is_not_mailed(post, boss, ann):
    given_task(boss, ann)
    Notification.objects.unscoped("tests").update(read_at=NOON)
    assert mail.send_due() == 0
    assert (post.took, states()) == ([], ["dropped"])


def test_what_left_ones_sight_is_not_mailed(post, boss, ann):
    account = make_account(boss)
    transfer_account(actor_of(boss), account, owner=ann)
    read_events()
    transfer_account(operator, account, owner=boss)
    assert mail.send_due() == 0
    assert states()[0] == "dropped"


def test_nobody_is_written_to_in_quiet_hours_or_on_days_off(post, boss, ann, go):
    go(EVENING)
    given_task(boss, ann)
    assert mail.send_due() == 0
    assert deliveries()[0].due_at == dt.datetime(2026, 6, 16, 0, 30, tzinfo=dt.UTC)
    go(dt.datetime(2026, 6, 16, 0, 30, tzinfo=dt.UTC))
    assert mail.send_due() == 1


def test_the_dragon_boat_festival_is_quiet_too(ann):
    wishes = NoticeSettings(user=ann.user)
    holiday = dt.datetime(2026, 6, 19, 4, tzinfo=dt.UTC)  # 端午
    assert not workdays.is_workday(holiday.date())
    assert allowed(wishes, "Asia/Shanghai", holiday) == dt.datetime(2026, 6, 22, 0, 30, tzinfo=dt.UTC)


def test_who_is_away_hears_when_back(post, boss, ann, go):
    absences.create(operator, member=ann, starts_on=dt.date(2026, 6, 15), ends_on=dt.date(2026, 6, 16))
    given_task(boss, ann)
    assert mail.send_due() == 0
    go(dt.datetime(2026, 6, 16, 4, tzinfo=dt.UTC))
    assert mail.send_due() == 0
    go(dt.datetime(2026, 6, 17, 4, tzinfo=dt.UTC))
    assert mail.send_due() == 1


def test_the_daily_mail_holds_what_was_chosen_for_it(post, boss, ann, go):
    choose(ann, given="digest")
    given_task(boss, ann, "One")
    given_task(boss, ann, "Two")
    assert mail.send_due() == 0
    go(dt.datetime(2026, 6, 16, 0, 31, tzinfo=dt.UTC))
    assert mail.send_due() == 1
    assert post.took[0]["Subject"] == "2 notices for you"


def test_off_is_off_and_here_is_here_only(post, boss, ann):
    choose(ann, given="here")
    given_task(boss, ann)
    assert Notification.objects.unscoped("tests").count() == 1
    choose(ann, given="off")
    given_task(boss, ann, "Again")
    assert Notification.objects.unscoped("tests").count() == 1
    assert deliveries() == []


def test_what_one_has_a_right_to_know_cannot_be_switched_off(ann):
    with pytest.raises(ValidationError):
        choose(ann, privacy="off")
    with pytest.raises(ValidationError):
        choose(ann, weather="now")
    assert own_settings(ann.user).levels == {}


def test_a_muted_record_is_heard_of_no_more_until_it_is_unmuted(boss, ann):
    account = make_account(ann)
    row = mute(actor_of(ann), model="crm.account", object_id=account.pk)
    assert mute(actor_of(ann), model="crm.account", object_id=account.pk).pk == row.pk
    transfer_account(operator, account, owner=boss)
    transfer_account(operator, account, owner=ann)
    read_events()
    assert not Notification.objects.unscoped("tests").filter(user=ann.user).exists()
    with pytest.raises((Forbidden, NotVisible)):
        unmute(actor_of(boss), row)
    unmute(actor_of(ann), row)
    assert not NoticeMute.objects.unscoped("tests").exists()
    with pytest.raises(ValidationError):
        mute(actor_of(ann), model="crm.account", object_id=make_account(boss).pk)


def test_a_refused_address_is_given_up_and_a_busy_server_tried_again(post, boss, ann, go):
    post.says = {"ann@": "550 no such user"}
    given_task(boss, ann)
    assert mail.send_due() == 0
    assert (states(), deliveries()[0].error) == (["failed"], "550 no such user")
    post.says = {"ann@": "451 later"}
    given_task(boss, ann, "Second")
    mail.send_due()
    second = deliveries()[1]
    assert (second.state, second.tries, second.due_at) == ("waiting", 1, NOON + dt.timedelta(minutes=1))
    post.says = {}
    go(NOON + dt.timedelta(minutes=1))
    assert mail.send_due() == 1


def test_a_dead_server_stops_the_round_and_loses_nothing(post, boss, ann, settings):
    other = make_member("Bob", manager=boss, work_email="bob@example.com")
    hear_nothing_of_before()
    given_task(boss, ann)
    given_task(boss, other)
    settings.EMAIL_PORT = 1
    assert mail.send_due() == 0
    assert [(one.state, one.tries) for one in deliveries()] == [("waiting", 1), ("waiting", 0)]
    assert Notification.objects.unscoped("tests").count() == 2, "the bell works without mail"


def test_who_died_after_the_server_took_it_sends_the_same_message_again(post, boss, ann, go):
    given_task(boss, ann)
    post.dies = True
    mail.send_due()
    post.dies = False
    Delivery.objects.unscoped("tests").update(state="sending", claimed_at=NOON)  # as a killed worker leaves it
    go(NOON + dt.timedelta(minutes=5))
    assert mail.send_due() == 0, "the claim still holds"
    go(NOON + dt.timedelta(minutes=11))
    assert mail.send_due() == 1
    assert post.took[0]["Message-ID"] == post.took[1]["Message-ID"]


def test_without_a_mail_server_nothing_is_queued(boss, ann):
    given_task(boss, ann)
    assert deliveries() == []


def test_an_operator_sends_a_failed_one_again_and_nobody_else(post, boss, ann):
    post.says = {"ann@": "550 no such user"}
    given_task(boss, ann)
    mail.send_due()
    row = deliveries()[0]
    with pytest.raises((Forbidden, NotVisible)):
        retry_delivery(actor_of(ann), row)
    retry_delivery(actor_of(make_member("Admin", role="sysadmin")), row)
    post.says = {}
    assert mail.send_due() == 1
    with pytest.raises(Refused):
        retry_delivery(operator, deliveries()[0])


@given(st.integers(0, 364 * 24 * 60), st.times(), st.times())
def test_a_mail_is_never_early_and_never_in_quiet_hours(minutes, start, end):
    moment = dt.datetime(2026, 1, 1, tzinfo=dt.UTC) + dt.timedelta(minutes=minutes)
    wishes = NoticeSettings(quiet_from=start, quiet_to=end)
    at = allowed(wishes, "Asia/Shanghai", moment)
    assert at >= moment
    assert allowed(wishes, "Asia/Shanghai", at) == at
    daily = due("digest", wishes, "Asia/Shanghai", moment)
    assert daily > moment


# -- the page --


def test_five_things_about_one_record_are_one_line(boss, ann):
    account = make_account(boss)
    for _again in range(3):
        transfer_account(operator, account, owner=ann)
        transfer_account(operator, account, owner=boss)
    transfer_account(operator, account, owner=ann)
    read_events()
    mine = Notification.objects.unscoped("tests").filter(user=ann.user).select_related("event")
    (day,) = grouped(shown(mine, actor_of(ann)))
    (line,) = day["lines"]
    assert len(line["earlier"]) == 3


def test_the_pages_of_notices_open_and_save(client, boss, ann):
    given_task(boss, ann)
    client.force_login(ann.user)
    page = client.get("/notifications/", headers={"accept-language": "en"}).content.decode()
    assert "Call Acme" in page
    note = Notification.objects.unscoped("tests").get()
    assert client.post(f"/notifications/{note.pk}/").headers["Location"].startswith("/tasks/")
    note.refresh_from_db()
    assert note.read_at
    form = {"quiet_from": "19:00", "quiet_to": "09:00", "digest_at": "09:30", "level_given": "digest", "version": 1}
    assert client.post("/notifications/settings/", form).status_code == 302
    saved = own_settings(ann.user)
    assert (saved.levels, saved.quiet_from, saved.only_workdays) == ({"given": "digest"}, dt.time(19), False)
    assert client.post(f"/notifications/{note.pk}/mute/").status_code == 302
    assert "Call Acme" in client.get("/notifications/settings/").content.decode()
    stranger = make_member("Stranger")
    client.force_login(stranger.user)
    assert client.get(f"/notifications/{note.pk}/").status_code == 404


# -- bots --


class Group:
    """A platform that answers what it is told to."""

    def __init__(self):
        self.heard, self.answers, self.status = [], [], 200
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                outer.heard.append((self.path, json.loads(body)))
                answer = outer.answers.pop(0) if outer.answers else {"errcode": 0}
                raw = json.dumps(answer).encode()
                self.send_response(outer.status)
                self.send_header("Content-Length", str(len(raw)))
                self.end_headers()
                self.wfile.write(raw)

            def log_message(self, *args):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def texts(self):
        return [body.get("text", {}).get("content") or body["content"]["text"] for _path, body in self.heard]


@pytest.fixture
def group(monkeypatch):
    server = Group()
    monkeypatch.setattr(bots, "check_key", lambda kind, key: None)
    monkeypatch.setattr("muster.integrations.actions.notices.check_key", lambda kind, key: None)
    yield server
    server.server.shutdown()
    server.server.server_close()


def make_bot(group, unit, kind="wecom", **fields):
    key = f"http://127.0.0.1:{group.server.server_address[1]}/hook?access_token=t"
    given = {"name": f"Bot {kind}", "kind": kind, "unit": unit, "tells": ["crm.deal.win"], "language": "en", **fields}
    return create_bot(operator, new_key=key, **given)


def wins(member, count=1, **fields):
    for _at in range(count):
        win_deal(actor_of(member), make_deal(member, **fields))
    read_events()


def later(seconds=30):
    return NOON + dt.timedelta(seconds=seconds)


def bot_now(bot):
    return GroupBot.objects.unscoped("tests").get(pk=bot.pk)


@pytest.fixture
def seller(db):
    return make_member("Sue", unit=make_unit("North"), role="manager")


def test_a_group_hears_what_its_unit_won_without_customers_names(group, seller):
    make_bot(group, seller.unit)
    wins(seller, name="Secret customer")
    wins(make_member("Far", unit=make_unit("South"), role="manager"))
    assert bots.speak(later()) == 1
    (text,) = group.texts()
    assert text.startswith(f"{seller.user.name} won a deal\n")
    assert "/deals/" in text
    assert "Secret" not in text
    assert bots.speak(later(90)) == 0


def test_with_leave_customers_are_named(group, seller):
    make_bot(group, seller.unit, names_customers=True)
    wins(seller, name="Acme robots")
    bots.speak(later())
    assert "won the deal Acme robots" in group.texts()[0]


def test_much_at_once_is_one_message(group, seller):
    make_bot(group, seller.unit)
    wins(seller, 25)
    assert bots.speak(later()) == 1
    assert group.texts()[0].count("won a deal") == 20
    assert "and 5 more" in group.texts()[0]


def test_no_bot_says_more_in_a_minute_than_its_platform_takes(group, seller):
    bot = make_bot(group, seller.unit)
    said = [later().timestamp()] * 20
    GroupBot.objects.unscoped("tests").filter(pk=bot.pk).update(spoke_at=said)
    wins(seller)
    assert bots.speak(later()) == 0
    assert bots.speak(later(91)) == 1


def test_dingtalk_is_left_alone_for_ten_minutes_after_it_said_too_much(group, seller):
    bot = make_bot(group, seller.unit, kind="dingtalk", new_secret="s")
    group.answers = [{"errcode": 130101, "errmsg": "send too fast"}]
    wins(seller)
    assert bots.speak(later()) == 0
    assert "sign=" in group.heard[0][0]
    assert bot_now(bot).quiet_until == later() + dt.timedelta(minutes=10)
    assert bots.speak(later(300)) == 0
    assert len(group.heard) == 1
    assert bots.speak(later(30 + 600)) == 1


def test_feishu_is_signed_and_not_asked_at_the_full_and_half_hour(group, seller):
    make_bot(group, seller.unit, kind="feishu", new_secret="s")
    group.answers = [{"code": 0}]
    wins(seller)
    assert bots.speak(later()) == 0, "12:00"
    assert bots.speak(later(90)) == 1
    body = group.heard[0][1]
    assert body["sign"] == bots.feishu_sign(int(later(90).timestamp()), "s")


def test_signatures_are_those_of_the_platforms():
    # HMAC-SHA256 recomputed by hand from the platforms' descriptions
    import base64
    import hashlib
    import hmac

    assert bots.dingtalk_sign(5, "k") == base64.b64encode(hmac.digest(b"k", b"5\nk", hashlib.sha256)).decode()
    assert bots.feishu_sign(5, "k") == base64.b64encode(hmac.digest(b"5\nk", b"", hashlib.sha256)).decode()


def test_an_error_is_tried_again_later_and_given_up_in_the_end(group, seller):
    bot = make_bot(group, seller.unit)
    wins(seller)
    moment = later()
    for _try in range(6):
        group.answers = [{"errcode": 93000, "errmsg": "invalid webhook url"}]
        assert bots.speak(moment) == 0
        moment += dt.timedelta(hours=3)
    assert states() == ["failed"]
    assert bot_now(bot).problem == "93000 invalid webhook url"
    group.answers = [{"errcode": 93000, "errmsg": "invalid webhook url"}]
    with pytest.raises(Refused):
        try_bot(operator, bot)
    try_bot(operator, bot)
    assert bot_now(bot).problem == ""


def test_a_message_fits_into_what_feishu_takes():
    assert len(bots.fitting("好" * 10_000).encode()) <= 20_000


def test_a_bot_cannot_be_made_to_ask_addresses_inside(seller):
    for key in (
        "http://127.0.0.1/",
        "https://127.0.0.1/",
        "https://qyapi.weixin.qq.com.evil.example/",
        "file:///etc/passwd",
    ):
        with pytest.raises(ValidationError):
            create_bot(operator, new_key=key, name="B", kind="wecom", unit=seller.unit, tells=["crm.deal.win"])
    assert not GroupBot.objects.unscoped("tests").exists()


def test_webhook_and_secret_are_never_shown(group, seller, client):
    bot = make_bot(group, seller.unit, new_secret="hush-hush")
    admin = make_member("Admin", role="sysadmin")
    client.force_login(admin.user)
    for address in ("/bots/", f"/bots/{bot.pk}/", "/api/v1/group-bots", f"/api/v1/group-bots/{bot.pk}"):
        page = client.get(address)
        assert page.status_code == 200, address
        assert b"access_token" not in page.content
        assert b"hush-hush" not in page.content
    edit_bot(operator, bot_now(bot), is_on=False)
    assert bot_now(bot).__dict__["secret"] == "hush-hush"
