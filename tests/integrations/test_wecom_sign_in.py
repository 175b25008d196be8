"""Signing in by WeCom, against a small one that runs here: who the directory knows by his userid, and nobody else."""

from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from allauth.socialaccount.models import SocialAccount

from muster.access.models import Event
from muster.integrations.models import DirectoryConnection, ExternalKey
from muster.people.models import Member
from tests.access.test_login import browser, forget_used_codes, is_in
from tests.factories import make_member
from tests.integrations.fake_directories import SECRET, FakeWeCom, firm

pytestmark = pytest.mark.django_db
PHONE_APP = {"HTTP_USER_AGENT": "Mozilla/5.0 (iPhone) wxwork/4.1.22 MicroMessenger/7.0.1"}


class SigningIn(FakeWeCom):
    """Lets in `userid`, once for each code; `given` is what he agreed to tell."""

    userid, given = "zhang", None

    def __init__(self) -> None:
        super().__init__(firm())
        self.codes = {"c1", "c2", "c3"}

    def told(self, path: str, query: Any, body: Any) -> Any:
        ok = self.error(0, "ok")
        if path == "/cgi-bin/auth/getuserinfo":
            if query.get("code") not in self.codes:
                return self.error(40029, "invalid code")
            self.codes.discard(query["code"])
            ticket = {"user_ticket": "ticket"} if self.given else {}
            return {**ok, **({"userid": self.userid, **ticket} if self.userid else {"openid": "o-1"})}
        if path == "/cgi-bin/auth/getuserdetail" and body == {"user_ticket": "ticket"}:
            return {**ok, "userid": self.userid, **(self.given or {})}
        return super().told(path, query, body)


@pytest.fixture
def service(settings):
    running = SigningIn()
    app = {"client_id": "corp", "secret": SECRET, "settings": {"agent": "1000002", "address": running.url}}
    settings.SOCIALACCOUNT_PROVIDERS = {"wecom": {"APPS": [app]}}
    forget_used_codes()
    yield running
    running.close()


@pytest.fixture
def zhang():
    return known("zhang", make_member("张三"))


def known(userid, member, corp="corp", name="wecom"):
    """The directory of CORP knows MEMBER by USERID."""
    rows = DirectoryConnection.objects.unscoped("tests").filter(name=name)
    connection = rows.first() or DirectoryConnection(name=name, kind="wecom", account=corp)
    connection.save()
    ExternalKey(
        source=connection.source, model="people.member", external_id=userid, object_id=member.pk, row_hash=""
    ).save()
    return member


def away(client, **meta) -> tuple[str, dict[str, str]]:
    """Where the button leads."""
    answer = client.post("/accounts/wecom/login/", **meta)
    assert answer.status_code == 302, answer.content
    return answer.url, {key: one[0] for key, one in parse_qs(urlsplit(answer.url).query).items()}


def sign_in(client, code="c1", **meta):
    _url, asked = away(client, **meta)
    return client.get("/accounts/wecom/login/callback/", {"code": code, "state": asked["state"]}, **meta)


def test_a_desk_is_shown_a_qr_code_and_the_app_is_asked_for_private_fields_once(service, zhang):
    url, asked = away(browser())
    assert url.startswith("https://login.work.weixin.qq.com/wwlogin/sso/login?login_type=CorpApp&")
    assert (asked["appid"], asked["agentid"]) == ("corp", "1000002")
    client = browser()
    url, asked = away(client, **PHONE_APP)
    assert url.startswith("https://open.weixin.qq.com/connect/oauth2/authorize?")
    assert url.endswith("#wechat_redirect")
    assert asked["scope"] == "snsapi_privateinfo"
    sign_in(client, **PHONE_APP)
    assert is_in(client)
    client.post("/accounts/logout/")
    assert away(client, **PHONE_APP)[1]["scope"] == "snsapi_base"


def test_the_userid_of_the_directory_opens_the_login_and_nothing_else_does(service, zhang):
    client = browser()
    sign_in(client)
    assert is_in(client)
    assert (SocialAccount.objects.get().user, SocialAccount.objects.get().uid) == (zhang.user, "corp:zhang")
    assert Event.objects.unscoped("tests").get(action="access.user.joined").object_id == zhang.user_id
    again = browser()
    sign_in(again, "c2")
    assert again.get("/security/").context["user"] == zhang.user


@pytest.mark.parametrize("userid", ["stranger", "ZHANG", ""])
def test_who_is_not_in_the_directory_gets_no_login(service, zhang, userid):
    zhang.user.email = "zhang@example.com"
    zhang.user.save()
    service.userid, service.given = userid, {"email": "zhang@example.com", "mobile": "13800000004"}
    client = browser()
    sign_in(client)
    assert not is_in(client)
    assert not SocialAccount.objects.exists()


def test_the_same_userid_of_another_corp_is_somebody_else(service):
    known("zhang", make_member("张三"), corp="another", name="other")
    client = browser()
    sign_in(client)
    assert not is_in(client)


def test_who_left_or_may_not_log_in_stays_outside_also_when_he_came_before(service, zhang):
    sign_in(browser())
    Member.objects.unscoped("tests").filter(pk=zhang.pk).update(status="left")
    client = browser()
    sign_in(client, "c2")
    assert not is_in(client)
    Member.objects.unscoped("tests").filter(pk=zhang.pk).update(status="active")
    zhang.user.is_active = False
    zhang.user.save()
    sign_in(client, "c3")
    assert not is_in(client)


def test_a_userid_given_to_somebody_new_no_longer_opens_the_old_login(service, zhang):
    sign_in(browser())
    new = make_member("张三丰")
    ExternalKey.objects.unscoped("tests").filter(external_id="zhang").update(object_id=new.pk)
    client = browser()
    sign_in(client, "c2")
    assert client.get("/security/").context["user"] == new.user
    assert SocialAccount.objects.get().user == new.user


def test_nobody_joins_the_wecom_of_another_to_his_login(service, zhang):
    other = make_member("Li")
    client = browser()
    client.force_login(other.user)
    sign_in(client)
    assert client.get("/security/").context["user"] == other.user
    assert not SocialAccount.objects.exists()


def test_what_he_agrees_to_tell_fills_what_is_empty_and_overwrites_nothing(service, zhang):
    Member.objects.unscoped("tests").filter(pk=zhang.pk).update(work_email="old@example.com")
    service.given = {"mobile": "13800000004", "biz_mail": "zhang@corp.example.com"}
    client = browser()
    sign_in(client, **PHONE_APP)
    assert is_in(client)
    now = Member.objects.unscoped("tests").get(pk=zhang.pk)
    assert (now.phone, now.work_email) == ("13800000004", "old@example.com")
    assert SocialAccount.objects.get().extra_data == {"userid": "zhang"}
    assert Event.objects.unscoped("tests").filter(action="people.member.edit", object_id=zhang.pk).count() == 1


def test_a_code_that_is_wrong_or_used_opens_nothing_and_no_secret_is_shown(service, zhang):
    client = browser()
    answer = sign_in(client, "stolen")
    assert not is_in(client)
    assert SECRET not in answer.content.decode()
    sign_in(browser(), "c1")
    later = browser()
    sign_in(later, "c1")
    assert not is_in(later)


def test_the_state_of_one_browser_does_not_open_another(service, zhang):
    mine, theirs = browser(), browser()
    state = away(mine)[1]["state"]
    theirs.get("/accounts/wecom/login/callback/", {"code": "c1", "state": state})
    assert not is_in(theirs)


def test_the_address_holds_nothing_that_a_visitor_put_into_ours(service, zhang):
    answer = browser().post("/accounts/wecom/login/?auth_params=redirect_uri%3Dhttps%3A%2F%2Fevil.example&scope=x")
    assert "evil" not in answer.url


def test_the_button_stands_there_only_where_wecom_is_set_up(service, settings):
    assert "/accounts/wecom/login/" in browser().get("/accounts/login/").content.decode()
    settings.SOCIALACCOUNT_PROVIDERS = {"wecom": {"APPS": []}}
    assert "/accounts/wecom/login/" not in browser().get("/accounts/login/").content.decode()


def test_a_service_out_of_order_is_said_to_be_at_once(service, zhang):
    service.busy = set(range(1, 100))
    client = browser()
    assert sign_in(client).status_code == 401
    assert not is_in(client)
