"""Signing in by the company's own service (OpenID Connect), against a small one that runs here."""

from urllib.parse import parse_qs, urlsplit

import pytest
import requests
from allauth.socialaccount.models import SocialAccount

from muster.access.models import Event, User
from tests.access.oidc import CLIENT, Service
from tests.access.test_login import PASSWORD, browser, enrol, forget_used_codes, is_in, log_in
from tests.factories import make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def service(settings):
    running = Service()
    app = {"provider_id": "firm", "name": "Firm", "client_id": CLIENT, "secret": "s"}
    app["settings"] = {"server_url": running.url}
    settings.SOCIALACCOUNT_PROVIDERS = {"openid_connect": {"OAUTH_PKCE_ENABLED": True, "APPS": [app]}}
    forget_used_codes()
    yield running
    running.close()


@pytest.fixture
def user():
    made = make_user("wang")
    made.email = "wang@example.com"
    made.set_password(PASSWORD)
    made.save()
    return made


def sign_in(client, service, **claims):
    """The whole way: our button, their page, back to us."""
    service.claims = {"sub": "w-17", "name": "Wang", **claims}
    away = client.post("/accounts/oidc/firm/login/")
    assert away.status_code == 302
    back = requests.get(away.url, allow_redirects=False, timeout=5).headers["Location"]
    return client.get("/" + back.split("/", 3)[3])


def test_the_button_is_on_the_login_page(service, user):
    assert "/accounts/oidc/firm/login/" in browser().get("/accounts/login/").content.decode()


def test_a_verified_e_mail_joins_the_login_and_from_then_on_the_services_id_counts(service, user):
    client = browser()
    sign_in(client, service, email="Wang@example.com", email_verified=True)
    assert is_in(client)
    assert SocialAccount.objects.get().user == user
    assert Event.objects.unscoped("tests").get(action="access.user.joined").object_id == user.pk
    user.email = "another@example.com"
    user.save()
    later = browser()
    sign_in(later, service, email="whatever@example.com", email_verified=False)
    assert later.get("/security/").context["user"] == user


@pytest.mark.parametrize("verified", [False, None, "false", "true", 1, {"x": 1}])
def test_an_e_mail_that_is_not_verified_joins_nothing(service, user, verified):
    client = browser()
    said = {} if verified is None else {"email_verified": verified}
    sign_in(client, service, email="wang@example.com", **said)
    assert not is_in(client)
    assert not SocialAccount.objects.exists()


def test_a_stranger_gets_no_login(service, user):
    client = browser()
    sign_in(client, service, email="stranger@example.com", email_verified=True)
    assert not is_in(client)
    assert User.objects.count() == 1


def test_a_second_identity_with_the_same_e_mail_is_not_joined(service, user):
    sign_in(browser(), service, email="wang@example.com", email_verified=True)
    thief = browser()
    sign_in(thief, service, sub="thief", email="wang@example.com", email_verified=True)
    assert not is_in(thief)
    assert SocialAccount.objects.get().uid == "w-17"


def test_a_stopped_login_is_neither_joined_nor_opened(service, user):
    user.is_active = False
    user.save()
    client = browser()
    sign_in(client, service, email="wang@example.com", email_verified=True)
    assert (is_in(client), SocialAccount.objects.count()) == (False, 0)
    user.is_active = True
    user.save()
    sign_in(browser(), service, email="wang@example.com", email_verified=True)
    user.is_active = False
    user.save()
    later = browser()
    sign_in(later, service, email="wang@example.com", email_verified=True)
    assert not is_in(later)


def test_the_second_step_is_asked_all_the_same(service, user):
    client = browser()
    log_in(client)
    enrol(client)
    forget_used_codes()
    other = browser()
    sign_in(other, service, email="wang@example.com", email_verified=True)
    assert not is_in(other)


@pytest.mark.parametrize("wrong", [{"audience": "another"}, {"issuer": "http://evil.example"}])
def test_a_token_made_for_somebody_else_opens_nothing(service, user, wrong):
    for name, value in wrong.items():
        setattr(service, name, value)
    client = browser()
    sign_in(client, service, email="wang@example.com", email_verified=True)
    assert not is_in(client)


def test_an_answer_nobody_asked_for_opens_nothing(service, user):
    """The state of one browser does not open another, and a code is used once."""
    service.claims = {"sub": "w-17", "email": "wang@example.com", "email_verified": True}
    mine, theirs = browser(), browser()
    away = mine.post("/accounts/oidc/firm/login/").url
    assert {"state", "code_challenge"} <= {*parse_qs(urlsplit(away).query)}
    back = requests.get(away, allow_redirects=False, timeout=5).headers["Location"]
    path = "/" + back.split("/", 3)[3]
    theirs.get(path)
    assert not is_in(theirs)
    mine.get(path)
    assert is_in(mine)
    third = browser()
    third.get(path)
    assert not is_in(third)


def test_only_the_confirmation_page_may_lead_to_another_site(service, user):
    """A browser refuses to follow a form to another site unless the page allows it."""
    assert "form-action 'self'" in browser().get("/accounts/login/").headers["Content-Security-Policy"]
    policy = browser().get("/accounts/oidc/firm/login/").headers["Content-Security-Policy"]
    assert "form-action" not in policy
    assert "script-src 'self'" in policy
