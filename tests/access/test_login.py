"""Logging in: password rules, limits on guessing, sessions, the second step."""

import re

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from muster.access.models import Event
from tests.factories import make_user

pytestmark = pytest.mark.django_db
PASSWORD = "a sentence only this test knows"
GUESSES = 5  # wrong passwords for one name within five minutes


@pytest.fixture(autouse=True)
def no_guesses_yet():
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def user():
    user = make_user("wang", role="rep")
    user.set_password(PASSWORD)
    user.email = "wang@example.com"
    user.save()
    return user


def browser(**meta) -> Client:
    return Client(headers={"host": "localhost", "accept-language": "en"}, **meta)


def log_in(client, password=PASSWORD, name="wang", **headers):
    return client.post("/accounts/login/", {"login": name, "password": password}, **headers)


def is_in(client) -> bool:
    return client.get("/security/").status_code == 200


def test_by_user_name_or_e_mail_and_by_nothing_else(user):
    for name in ("wang", "wang@example.com"):
        client = browser()
        log_in(client, name=name)
        assert is_in(client)
    for name, password in (("wang", "another sentence"), ("nobody", PASSWORD), ("wang", "")):
        client = browser()
        log_in(client, password, name)
        assert not is_in(client)


def test_a_wrong_name_and_a_wrong_password_are_answered_alike(user):
    def said(name):
        page = log_in(browser(), "another sentence", name).content.decode()
        return re.sub(r'(value|content)="[^"]*"', "", page).replace(name, "")

    assert said("wang") == said("nobody")


def test_guessing_is_stopped_for_a_name_and_others_go_on(user):
    other = make_user("li")
    other.set_password(PASSWORD)
    other.save()
    for _guess in range(GUESSES):
        log_in(browser(), "a guess")
    right = browser()
    assert "Too many failed login attempts" in log_in(right).content.decode()
    assert not is_in(right)
    mate = browser()
    log_in(mate, name="li")
    assert is_in(mate)


def guess_from(address: str, name: str) -> int:
    """One guess through the stated proxy, which says ADDRESS; what the caller made up stands before it."""
    headers = {"x-forwarded-for": f"1.2.3.4, {address}"}
    return log_in(browser(REMOTE_ADDR="10.0.0.1"), "a guess", name, headers=headers).content.decode().count("Too many")


def test_behind_a_proxy_each_address_has_its_own_limit_and_none_is_made_up(user, settings):
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    mine = [guess_from("203.0.113.7", f"name{at}") for at in range(11)]
    assert mine == [0] * 10 + [1], "ten guesses a minute from one address, whatever the caller says before it"
    assert guess_from("203.0.113.8", "name0") == 0


def test_without_stated_proxies_nothing_forwarded_is_believed(user):
    said = [
        log_in(browser(), "a guess", f"name{at}", headers={"x-forwarded-for": f"203.0.113.{at}"}).content.decode()
        for at in range(11)
    ]
    assert ["Too many" in one for one in said] == [False] * 10 + [True]


def test_the_trail_names_the_address_behind_the_proxy(user, settings):
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    client = browser(REMOTE_ADDR="10.0.0.1")
    client.force_login(user)
    client.post("/settings/users/1/stop/", headers={"x-forwarded-for": "1.2.3.4, 203.0.113.7"})
    assert Event.objects.unscoped("tests").get(action="access.denied").context["address"] == "203.0.113.7"


@pytest.mark.parametrize(
    ("password", "why"),
    [
        ("short1!x", "too short"),
        ("password123", "too common"),
        ("8410393025710", "entirely numeric"),
        ("wang@example", "too similar"),
    ],
)
def test_weak_passwords_are_refused_with_a_reason(user, password, why):
    client = browser()
    log_in(client)
    form = {"oldpassword": PASSWORD, "password1": password, "password2": password}
    assert why in client.post("/accounts/password/change/", form).content.decode()
    user.refresh_from_db()
    assert user.check_password(PASSWORD)


def test_a_new_password_ends_all_other_sessions(user):
    here, there = browser(), browser()
    log_in(here)
    log_in(there)
    new = "another sentence that is good"
    here.post("/accounts/password/change/", {"oldpassword": PASSWORD, "password1": new, "password2": new})
    assert not is_in(there)
    again = browser()
    log_in(again, new)
    assert is_in(again)


def test_sessions_are_listed_and_the_others_ended(user):
    here = browser(HTTP_USER_AGENT="Desk")
    there = browser(HTTP_USER_AGENT="Phone")
    log_in(here)
    log_in(there)
    assert (is_in(here), is_in(there)) == (True, True)
    page = here.get("/accounts/sessions/").content.decode()
    assert ("Desk" in page, "Phone" in page) == (True, True)
    here.post("/accounts/sessions/")
    assert (is_in(here), is_in(there)) == (True, False)
    assert "Phone" not in here.get("/accounts/sessions/").content.decode()


def test_nobody_signs_himself_up(user):
    form = {"email": "x@example.com", "username": "x", "password1": PASSWORD, "password2": PASSWORD}
    client = browser()
    client.post("/accounts/signup/", form)
    assert not is_in(client)


# The second step.


def code_now(secret: str) -> str:
    return format_hotp_value(hotp_value(secret, int(timezone.now().timestamp()) // 30))


def enrol(client: Client) -> str:
    """Switch the second step on, as its page asks; the app's secret."""
    page = client.get("/accounts/2fa/totp/activate/", follow=True)
    if "reauthenticate" in page.request["PATH_INFO"]:
        page = client.post(
            page.request["PATH_INFO"] + "?" + page.request["QUERY_STRING"], {"password": PASSWORD}, follow=True
        )
    secret = client.session["mfa.totp.secret"]
    client.post("/accounts/2fa/totp/activate/", {"code": code_now(secret)})
    return secret


def forget_used_codes():
    cache.clear()  # the code that switched the second step on is used up for half a minute


def test_with_the_second_step_on_a_password_alone_opens_nothing(user):
    client = browser()
    log_in(client)
    secret = enrol(client)
    assert Authenticator.objects.filter(user=user, type="totp").count() == 1
    client.post("/accounts/logout/")
    assert not is_in(client)
    forget_used_codes()

    log_in(client)
    assert not is_in(client), "half logged in is not logged in"
    assert client.get("/api/v1/deals").status_code == 401
    client.post("/accounts/2fa/authenticate/", {"code": "000000"})
    assert not is_in(client)
    client.post("/accounts/2fa/authenticate/", {"code": code_now(secret)})
    assert is_in(client)


def test_a_code_works_once(user):
    client = browser()
    log_in(client)
    secret = enrol(client)
    forget_used_codes()
    first, second = browser(), browser()
    code = code_now(secret)
    for one in (first, second):
        log_in(one)
        one.post("/accounts/2fa/authenticate/", {"code": code})
    assert (is_in(first), is_in(second)) == (True, False)


def test_a_recovery_code_opens_once_in_place_of_the_phone(user):
    client = browser()
    log_in(client)
    enrol(client)
    page = client.get("/accounts/2fa/recovery-codes/").content.decode()
    codes = Authenticator.objects.get(user=user, type="recovery_codes").wrap().get_unused_codes()
    assert len(codes) == 10
    assert codes[0] in page
    first, second = browser(), browser()
    for one in (first, second):
        log_in(one)
        one.post("/accounts/2fa/authenticate/", {"code": codes[0]})
    assert (is_in(first), is_in(second)) == (True, False)


def test_guessing_codes_is_stopped(user):
    client = browser()
    log_in(client)
    secret = enrol(client)
    forget_used_codes()
    thief = browser()
    log_in(thief)
    for guess in range(GUESSES):
        thief.post("/accounts/2fa/authenticate/", {"code": f"00000{guess}"})
    thief.post("/accounts/2fa/authenticate/", {"code": code_now(secret)})
    assert not is_in(thief)


def test_a_new_password_by_mail_does_not_pass_by_the_second_step(user, mailoutbox):
    client = browser()
    log_in(client)
    enrol(client)
    guest = browser()
    guest.post("/accounts/password/reset/", {"email": "wang@example.com"})
    link = re.search(r"http://localhost(/\S+)", mailoutbox[-1].body)[1]
    form = guest.get(link, follow=True).redirect_chain[-1][0]
    new = "another sentence that is good"
    guest.post(form, {"password1": new, "password2": new})
    assert not is_in(guest)
    log_in(guest, new)
    assert not is_in(guest)


def test_a_reset_mail_goes_to_the_address_on_record_only(user, mailoutbox):
    guest = browser()
    guest.post("/accounts/password/reset/", {"email": ["wang@example.com", "thief@example.com"]})
    guest.post("/accounts/password/reset/", {"email": "wang@example.com,thief@example.com"})
    guest.post("/accounts/password/reset/", {"email": "nobody@example.com"})
    assert all(one.to != ["thief@example.com"] or "/reset/key/" not in one.body for one in mailoutbox)
    forged = guest.post("/accounts/password/reset/", {"email": "wang@example.com"}, headers={"host": "evil.example"})
    assert forged.status_code == 400
