"""Security keys and sign-in services, as a browser does them."""

import pytest
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from django.core.cache import cache
from playwright.sync_api import expect

from tests.access.oidc import CLIENT, Service
from tests.e2e.conftest import PASSWORD
from tests.factories import make_member

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def rep():
    cache.clear()
    return make_member("张三")


def security_key(page):
    """A passkey device of Chromium's own making, in the place of a finger on a phone."""
    tools = page.context.new_cdp_session(page)
    tools.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    tools.send("WebAuthn.addVirtualAuthenticator", {"options": options})
    return tools


def test_a_passkey_is_added_and_opens_without_a_password(visit, rep):
    page = visit(rep, "/security/", language="en")
    security_key(page)
    page.goto("/accounts/2fa/webauthn/add/")
    if page.locator("input[name=password]").count():
        page.fill("input[name=password]", PASSWORD)
        page.press("input[name=password]", "Enter")
        page.wait_for_url("**/webauthn/add/")
    page.fill("input[name=name]", "My phone")
    if page.locator("input[name=passwordless]").count():
        page.check("input[name=passwordless]")
    page.click("#mfa_webauthn_add")
    page.wait_for_url(lambda url: "webauthn/add" not in url)
    assert Authenticator.objects.filter(user=rep.user, type="webauthn").count() == 1

    page.context.clear_cookies()
    page.goto("/accounts/login/")
    page.click("#passkey_login")
    page.wait_for_url(lambda url: "/accounts/" not in url)
    page.goto("/security/")
    expect(page.locator("h1, h2").first).to_be_visible()
    assert "/security/" in page.url


def test_a_browser_follows_the_way_to_the_sign_in_service_and_back(visit, rep, settings):
    service = Service()
    app = {"provider_id": "firm", "name": "Firm", "client_id": CLIENT, "secret": "s"}
    app["settings"] = {"server_url": service.url}
    settings.SOCIALACCOUNT_PROVIDERS = {"openid_connect": {"OAUTH_PKCE_ENABLED": True, "APPS": [app]}}
    rep.user.email = "zhang@example.com"
    rep.user.save()
    service.claims = {"sub": "z", "email": "zhang@example.com", "email_verified": True}
    page = visit(None, "/accounts/login/")
    page.click("a[href*='/accounts/oidc/firm/login/']")
    page.click("main form button[type=submit], form[method=post] button[type=submit]")
    page.wait_for_url(lambda url: "/accounts/" not in url and "authorize" not in url)
    assert SocialAccount.objects.get().user == rep.user
    service.close()
